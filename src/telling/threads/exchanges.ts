import type { KnownEntry } from '../../facts/fact.ts';
import type { ToldStep } from '../story.ts';

/** What a failed exchange leads to, beside what it means for the thing it carried. */
const aftermath: ReadonlySet<KnownEntry['type']> = new Set(['BackoffStarted', 'MessageDropped']);

const failures: ReadonlySet<KnownEntry['type']> = new Set(['ExchangeFailed', 'MessageRejected', 'SignatureRefused']);

/** The exchange an entry is about, or null. */
export const exchangeIDOf = ({ data }: KnownEntry): string | null => ('exchangeID' in data ? data.exchangeID : null);

/** Follows exchanges from the sending to what came of it. */
export class Exchanges {
  readonly #exchangeIDs = new Set<string>();

  watch(exchangeID: string): void {
    this.#exchangeIDs.add(exchangeID);
  }

  /** The entries of a step that are about the exchanges that are watched. */
  take(step: ToldStep): readonly KnownEntry[] {
    const ours = step.filter((entry) => this.#exchangeIDs.has(exchangeIDOf(entry) ?? ''));
    const hasFailed = ours.some(({ type }) => failures.has(type));
    return hasFailed ? [...ours, ...step.filter(({ type }) => aftermath.has(type))] : ours;
  }
}
