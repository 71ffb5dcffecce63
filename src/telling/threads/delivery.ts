import type { KnownEntry } from '../../facts/fact.ts';
import { withInput, type ToldStep, type Thread } from '../story.ts';
import { Exchanges } from './exchanges.ts';

/** Alarms that say how a delivery fares. */
const deliveryAlarms: ReadonlySet<string> = new Set(['usageRejected', 'usageInDoubt']);

/** Follows deliveries of usage: when they became due, each sending, each outcome, and what the VTN said. */
export class DeliveryThread implements Thread {
  readonly #deliveryIDs: Set<string>;
  readonly #exchanges = new Exchanges();

  constructor(deliveryIDs: Iterable<string>) {
    this.#deliveryIDs = new Set(deliveryIDs);
  }

  /** Follows one more from here on. */
  watch(deliveryID: string): void {
    this.#deliveryIDs.add(deliveryID);
  }

  take(step: ToldStep): readonly KnownEntry[] {
    const ours = step.filter((entry) => this.#isOurs(entry));
    for (const entry of ours) if (entry.type === 'UsageDeliveryStarted') this.#exchanges.watch(entry.data.exchangeID);
    const chosen = new Set([...ours, ...this.#exchanges.take(step)]);
    if (ours.length > 0)
      for (const entry of step)
        if (entry.type === 'AlarmRaised' && deliveryAlarms.has(entry.data.alarm)) chosen.add(entry);
    return withInput(step, chosen);
  }

  #isOurs({ data }: KnownEntry): boolean {
    return 'deliveryID' in data && this.#deliveryIDs.has(data.deliveryID);
  }
}
