/** One entry with all that belongs to it. */
import type { Entry } from '../../facts/entry.ts';
import { causesOf, entryAt } from '../../telling/causes.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { History } from '../history/history.ts';
import { messageOf } from '../history/lanes.ts';
import { rowOf, rowWithData } from './entryRows.ts';
import { prettyXml } from './prettyXml.ts';

type Answer = ApiAnswer<'entry'>;
type WireOf = NonNullable<Answer['previous']>;

/** @limit Consequences that are shown. */
const shownConsequences = 200;

/** @limit Entries after one that are searched for what it led to, and around one for its exchange. */
const searchedAfter = 2_000;

/** What it led to directly. */
const consequencesOf = async ({ inspected: { log } }: History, { position }: Entry): Promise<Entry[]> => {
  const found: Entry[] = [];
  for await (const entry of log.read({ from: position + 1, to: position + searchedAfter })) {
    if (entry.cause === position) found.push(entry);
    if (found.length === shownConsequences) break;
  }
  return found;
};

const wireAt = async ({ inspected: { log } }: History, { position, wireHash }: Entry): Promise<Answer['wire']> => {
  const xml = wireHash === undefined ? undefined : await log.wire(position);
  return xml === undefined ? null : { xml, pretty: prettyXml(xml) };
};

const wireOf = async (history: History, entry: Entry): Promise<WireOf> => ({
  position: entry.position,
  message: messageOf(entry),
  recordedAt: entry.recordedAt,
  wire: await wireAt(history, entry),
});

const exchangeIDOf = ({ data }: Entry): string | null =>
  typeof data === 'object' && data !== null && 'exchangeID' in data && typeof data.exchangeID === 'string'
    ? data.exchangeID
    : null;

const outcomes: ReadonlySet<string> = new Set([
  'MessageReceived',
  'EmptyReplyReceived',
  'MessageRejected',
  'SignatureRefused',
  'ExchangeFailed',
]);

/** What the VTN pushed, and what was said to it. */
const inbound: ReadonlySet<string> = new Set(['RequestReceived', 'RequestRejected', 'ReplyRequested']);

/** Whether an entry belongs to an exchange that the VTN began; one whose signature was refused names the service. */
const isInbound = ({ type, data }: Entry): boolean =>
  inbound.has(type) || (type === 'SignatureRefused' && Object.hasOwn(data as object, 'service'));

/** What was said or answered: the entry itself, else the nearest of its causes; null for what no message led to. */
const spokenOf = (entry: Entry, causes: readonly Entry[]): Entry | null =>
  [...causes, entry].findLast(({ type }) => type === 'SendRequested' || outcomes.has(type) || inbound.has(type)) ??
  null;

/** An exchange that the VTN began: its request is the cause of our reply. */
const inboundExchangeOf = async (
  history: History,
  entry: Entry,
  consequences: readonly Entry[],
): Promise<NonNullable<Answer['exchange']>> => {
  const isReply = entry.type === 'ReplyRequested';
  const request = isReply && entry.cause !== null ? await entryAt(history.inspected.log, entry.cause) : entry;
  const reply = isReply ? entry : consequences.find(({ type }) => type === 'ReplyRequested');
  return {
    request: request === undefined ? null : await wireOf(history, request),
    reply: reply === undefined ? null : await wireOf(history, reply),
  };
};

/** The other end of an exchange: the reply is caused by its request. */
const exchangeOf = async (
  history: History,
  entry: Entry,
  consequences: readonly Entry[],
): Promise<NonNullable<Answer['exchange']>> => {
  if (isInbound(entry)) return inboundExchangeOf(history, entry, consequences);
  const { log } = history.inspected;
  const isRequest = entry.type === 'SendRequested';
  const cause = isRequest || entry.cause === null ? null : ((await entryAt(log, entry.cause)) ?? null);
  const request = isRequest
    ? entry
    : cause?.type === 'SendRequested' && exchangeIDOf(cause) === exchangeIDOf(entry)
      ? cause
      : null;
  const reply = isRequest ? (consequences.find(({ type }) => outcomes.has(type)) ?? null) : entry;
  return {
    request: request === null ? null : await wireOf(history, request),
    reply: reply === null ? null : await wireOf(history, reply),
  };
};

/** The message of the same kind and direction before it. */
const previousOf = async (history: History, entry: Entry): Promise<Answer['previous']> => {
  const message = messageOf(entry);
  if (message === null || entry.wireHash === undefined) return null;
  const { index, inspected } = history;
  const position = index.lastBefore(entry.position, (at) => {
    const kind = index.kindOf(at);
    return kind.type === entry.type && kind.message === message;
  });
  const previous = position === null ? undefined : await entryAt(inspected.log, position);
  return previous === undefined ? null : wireOf(history, previous);
};

/** The entry at a position; null when the log has none there. */
export const entryAnswerOf = async (history: History, position: number, timeZone: string): Promise<Answer | null> => {
  const { log } = history.inspected;
  const entry = await entryAt(log, position);
  if (entry === undefined) return null;
  const { version, hash, wireHash, chance } = entry;
  const [causes, consequences] = await Promise.all([causesOf(log, entry), consequencesOf(history, entry)]);
  const spoken = spokenOf(entry, causes);
  return {
    entry: { ...rowWithData(entry, timeZone), version, hash, wireHash: wireHash ?? null, chance: chance ?? null },
    causes: causes.map((each) => rowOf(each, timeZone)),
    consequences: consequences.map((each) => rowOf(each, timeZone)),
    wire: await wireAt(history, entry),
    exchange:
      spoken === null
        ? null
        : await exchangeOf(history, spoken, spoken === entry ? consequences : await consequencesOf(history, spoken)),
    previous: await previousOf(history, entry),
  };
};
