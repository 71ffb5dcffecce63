import type { KnownEntry } from '../../facts/fact.ts';
import type { OadrMessage } from '../../protocol/payload.ts';
import { withInput, type ToldStep, type Thread } from '../story.ts';
import { Exchanges } from './exchanges.ts';

const answers = (message: OadrMessage, eventID: string): boolean =>
  message.message === 'oadrCreatedEvent' &&
  (message.eventResponses ?? []).some(({ qualifiedEventID }) => qualifiedEventID.eventID === eventID);

const lists = (entry: KnownEntry, eventID: string): boolean =>
  (entry.type === 'MessageReceived' || entry.type === 'RequestReceived') &&
  entry.data.message.message === 'oadrDistributeEvent' &&
  entry.data.message.oadrEvent.some(({ eiEvent }) => eiEvent.eventDescriptor.eventID === eventID);

/** Follows a DR event: received, judged, answered, status by status, cancelled and why. */
export class DrEventThread implements Thread {
  readonly #eventID: string;
  readonly #exchanges = new Exchanges();
  /** Messages that list it and changed nothing, and the position of the last of them. */
  repeats = 0;
  lastRepeat: number | null = null;

  constructor(eventID: string) {
    this.#eventID = eventID;
  }

  take(step: ToldStep): readonly KnownEntry[] {
    const ours = step.filter((entry) => this.#isOurs(entry));
    for (const entry of ours) if (entry.type === 'SendRequested') this.#exchanges.watch(entry.data.exchangeID);
    const [input] = step;
    if (ours.length === 0 && input !== undefined && lists(input, this.#eventID)) {
      this.repeats += 1;
      this.lastRepeat = input.position;
    }
    return withInput(step, new Set([...ours, ...this.#exchanges.take(step)]));
  }

  #isOurs(entry: KnownEntry): boolean {
    if (entry.type === 'SendRequested') return answers(entry.data.message, this.#eventID);
    if ('eventID' in entry.data) return entry.data.eventID === this.#eventID;
    return entry.direction === 'out' && entry.stream === `drEvent/${this.#eventID}`;
  }
}
