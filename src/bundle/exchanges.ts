import type { Entry } from '../facts/entry.ts';
import type { KnownEntry } from '../facts/fact.ts';
import type { SendRequested } from '../facts/output.ts';
import { upcast } from '../facts/upcast.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { RecordedExchange, RecordedOutcome } from '../recording/recordedExchange.ts';
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

/** The exchanges of a log in the order in which they were begun: of each the request, and what became of it. A VEN has one under way at a time. */
export async function* exchangesOf(log: EventLog): AsyncGenerator<RecordedExchange> {
  const underWay = new Map<string, Pending>();
  for await (const recorded of log.read({ from: log.base.position + 1 })) {
    const entry = upcast(recorded);
    if (entry.type === 'AgentStarted') {
      for (const pending of underWay.values()) yield { ...pending, outcome: unknown, tookMs: 0 };
      underWay.clear();
    }
    if (entry.type === 'SendRequested') underWay.set(entry.data.exchangeID, await requestOf(log, entry, entry.data));
    const known = await outcomeOf(log, entry);
    const pending = known === undefined ? undefined : underWay.get(known[0]);
    if (known === undefined || pending === undefined) continue;
    underWay.delete(known[0]);
    yield { ...pending, outcome: known[1], tookMs: entry.recordedAt - pending.at };
  }
  for (const pending of underWay.values()) yield { ...pending, outcome: unknown, tookMs: 0 };
}
