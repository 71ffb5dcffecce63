import type { Entry } from '../facts/entry.ts';
import type { KnownEntry } from '../facts/fact.ts';
import type { SendRequested } from '../facts/output.ts';
import { upcast } from '../facts/upcast.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type {
  RecordedExchange,
  RecordedOutcome,
  RecordedPush,
  RecordedReply,
  RecordedTurn,
} from '../recording/recordedExchange.ts';
import type { EventLog } from '../store/eventLog.ts';

type Pending = Omit<RecordedExchange, 'outcome' | 'tookMs'>;

const requestOf = async (
  log: EventLog,
  { position, recordedAt }: Entry,
  { message, service }: SendRequested,
): Promise<Pending> => ({
  position,
  at: recordedAt,
  service: service as OadrServiceName,
  request: message,
  requestXml: (await log.wire(position)) ?? encodePayload(message),
});

/** What an input says of an exchange; undefined when it says nothing of any. */
const outcomeOf = async (
  log: EventLog,
  entry: KnownEntry,
): Promise<readonly [exchangeID: string, outcome: RecordedOutcome] | undefined> => {
  switch (entry.type) {
    case 'MessageReceived':
      return [
        entry.data.exchangeID,
        {
          kind: 'answered',
          message: entry.data.message,
          xml: (await log.wire(entry.position)) ?? encodePayload(entry.data.message),
        },
      ];
    case 'EmptyReplyReceived':
      return [entry.data.exchangeID, { kind: 'empty' }];
    case 'MessageRejected':
    case 'SignatureRefused':
      return [
        entry.data.exchangeID,
        { kind: 'unreadable', xml: (await log.wire(entry.position)) ?? '', text: entry.data.text },
      ];
    case 'ExchangeFailed': {
      const { exchangeID, reason, httpStatus, retryAfterMs } = entry.data;
      return [
        exchangeID,
        {
          kind: 'failed',
          reason,
          ...(httpStatus === undefined ? {} : { httpStatus }),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        },
      ];
    }
    default:
      return undefined;
  }
};

const unknown: RecordedOutcome = { kind: 'unknown' };

/**
 * What was pushed; undefined where an entry tells of nothing that was. What was refused because of its signature is left out: nobody knows
 * whether the VTN said it.
 */
const pushOf = async (log: EventLog, entry: KnownEntry): Promise<Omit<RecordedPush, 'reply'> | undefined> => {
  if (entry.type !== 'RequestReceived' && entry.type !== 'RequestRejected') return undefined;
  const message = entry.type === 'RequestReceived' ? entry.data.message : undefined;
  const xml = (await log.wire(entry.position)) ?? (message === undefined ? '' : encodePayload(message));
  return { position: entry.position, at: entry.recordedAt, service: entry.data.service, message, xml };
};

const replyOf = async (log: EventLog, entry: Extract<KnownEntry, { readonly type: 'ReplyRequested' }>) => {
  const { httpStatus, message } = entry.data;
  const reply: RecordedReply =
    message === undefined
      ? { httpStatus, xml: '' }
      : { httpStatus, message, xml: (await log.wire(entry.position)) ?? encodePayload(message) };
  return reply;
};

/** A turn that was begun; it has its place, and waits for its end. */
interface Begun {
  readonly exchangeID: string;
  readonly sent?: Pending;
  readonly pushed?: Omit<RecordedPush, 'reply'>;
  turn?: RecordedTurn;
}

/** Turns in the order in which they were begun. A VEN has one request under way at a time, and is pushed to meanwhile. */
class Turns {
  #begun: Begun[] = [];

  begin(begun: Begun): void {
    this.#begun.push(begun);
  }

  answer(exchangeID: string, outcome: RecordedOutcome, at: number): void {
    const begun = this.#awaiting(exchangeID);
    if (begun?.sent !== undefined) begun.turn = { ...begun.sent, outcome, tookMs: at - begun.sent.at };
  }

  reply(exchangeID: string, reply: RecordedReply): void {
    const begun = this.#awaiting(exchangeID);
    if (begun?.pushed !== undefined) begun.turn = { ...begun.pushed, reply };
  }

  /** The run is over: what has no end by now gets none. */
  cut(): void {
    for (const begun of this.#begun)
      if (begun.turn === undefined && begun.sent !== undefined)
        begun.turn = { ...begun.sent, outcome: unknown, tookMs: 0 };
    this.#begun = this.#begun.filter(({ turn }) => turn !== undefined);
  }

  /** Those that are over, and before which none is awaited. */
  *over(): Generator<RecordedTurn> {
    for (let turn = this.#begun[0]?.turn; turn !== undefined; turn = this.#begun[0]?.turn) {
      this.#begun.shift();
      yield turn;
    }
  }

  #awaiting(exchangeID: string): Begun | undefined {
    return this.#begun.find((each) => each.exchangeID === exchangeID && each.turn === undefined);
  }
}

/** The turns of a log in the order in which they were begun: what the VEN sent or the VTN pushed, and what became of it. */
export async function* turnsOf(log: EventLog): AsyncGenerator<RecordedTurn> {
  const turns = new Turns();
  for await (const recorded of log.read({ from: log.base.position + 1 })) {
    const entry = upcast(recorded);
    if (entry.type === 'AgentStarted') turns.cut();
    if (entry.type === 'SendRequested')
      turns.begin({ exchangeID: entry.data.exchangeID, sent: await requestOf(log, entry, entry.data) });
    const pushed = await pushOf(log, entry);
    if (pushed !== undefined && 'exchangeID' in entry.data) turns.begin({ exchangeID: entry.data.exchangeID, pushed });
    if (entry.type === 'ReplyRequested') turns.reply(entry.data.exchangeID, await replyOf(log, entry));
    const known = await outcomeOf(log, entry);
    if (known !== undefined) turns.answer(...known, entry.recordedAt);
    yield* turns.over();
  }
  turns.cut();
  yield* turns.over();
}
