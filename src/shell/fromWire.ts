/**
 * Messages read from their XML once more, so that a change of the codec is tested against history.
 *
 * What came in is decoded as strictly as its run decoded it, compared with the recorded decoding, and fed in its place;
 * what was rejected must be rejected again. What went out is decoded and compared with the message it was made from.
 */
import type { Entry } from '../facts/entry.ts';
import type { Input, KnownEntry } from '../facts/fact.ts';
import type { VenSettings } from '../facts/settings.ts';
import { upcast } from '../facts/upcast.ts';
import { sameContent } from '../machines/sameContent.ts';
import { decodePayload, xmlLimitsFor, type DecodeResult, type OadrMessage } from '../protocol/payload.ts';
import type { EventLog } from '../store/eventLog.ts';
import { asJson, type Concluded, type Fold, type ReplayDivergence } from './fold.ts';
import { ReplyReader } from './replyReader.ts';
import { requestInput } from './inbound.ts';
import { replyInput } from './replyInput.ts';

/** Messages of ours, as decided and as signed. */
type SentEntry = Extract<KnownEntry, { readonly type: 'SendRequested' | 'MessageSigned' }>;

/** What went out was made by us, however long it is. */
const ofOurs = xmlLimitsFor(Infinity);

/** Facts that have XML beside them. */
const carriers: ReadonlySet<string> = new Set([
  'MessageReceived',
  'MessageRejected',
  'RequestReceived',
  'RequestRejected',
  'SendRequested',
  'ReplyRequested',
  'MessageSigned',
  'SignatureRefused',
]);

const differing = (
  { position, stream }: Entry,
  recorded: Omit<Concluded, 'stream'>,
  recomputed: Omit<Concluded, 'stream'>,
): ReplayDivergence => ({
  kind: 'decoding',
  position,
  input: position,
  recorded: { stream, ...recorded },
  recomputed: { stream, type: recomputed.type, data: asJson(recomputed.data) },
});

/** A refusal as its log could tell it: former ones did not say which message it was, and what to answer. */
const asKnownThen = (entry: KnownEntry, read: Input | null): Input | null => {
  if (entry.type !== 'MessageRejected' || entry.data.responseCode !== undefined || read?.type !== 'MessageRejected')
    return read;
  const { exchangeID, kind, path, text } = read.data;
  return { type: 'MessageRejected', data: { exchangeID, kind, path, text } };
};

/** Reads the XML beside entries, and counts what it read. */
export class WireReader {
  readonly #log: EventLog;
  readonly #replies = new ReplyReader();
  /** What was decided to be sent last: what is signed next is to be that. */
  #decided: { readonly exchangeID: string; readonly message: OadrMessage } | null = null;
  /** Messages that were decoded again. */
  decoded = 0;
  /** Messages whose XML is gone: their retention has passed. */
  forgotten = 0;

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** Lets the fold take an entry, a message as its XML reads today; a difference is noted. */
  async feed(fold: Fold, recorded: Entry): Promise<void> {
    if (!carriers.has(recorded.type)) {
      fold.take(recorded);
      return;
    }
    const xml = await this.#log.wire(recorded.position);
    const isEmptyReply = recorded.type === 'ReplyRequested' && recorded.wireHash === undefined;
    if (isEmptyReply) {
      fold.take(recorded);
      return;
    }
    if (xml === undefined) this.forgotten += 1;
    else this.decoded += 1;
    const entry = upcast(recorded);
    const read = xml === undefined ? null : this.#compared(fold, entry, xml);
    fold.take(recorded, read ?? undefined);
  }

  #compared(fold: Fold, entry: KnownEntry, xml: string): Input | null {
    if (entry.type === 'ReplyRequested') {
      this.#compareReply(fold, entry, xml);
      return null;
    }
    if (entry.type === 'SendRequested' || entry.type === 'MessageSigned') {
      this.#compareSent(fold, entry, xml);
      return null;
    }
    const read = asKnownThen(entry, this.#input(entry, xml, fold.state.settings));
    if (read === null) return null;
    const isSame = read.type === entry.type && sameContent(read.data, entry.data);
    if (!isSame) fold.note(differing(entry, { type: entry.type, data: entry.data }, read));
    return read;
  }

  /** What goes on the wire is the message that was decided; once signed, that is what is signed. */
  #compareSent(fold: Fold, entry: SentEntry, xml: string): void {
    const decided = this.#decidedFor(entry);
    if (decided === null) return;
    const sent = decodePayload(xml, { isSigned: entry.type === 'MessageSigned', limits: ofOurs });
    if (!sent.ok || !sameContent(sent.message, decided))
      fold.note(differing(entry, { type: entry.type, data: decided }, shownOf(sent, 'SendRequested')));
  }

  /** A reply goes out as it was decided. */
  #compareReply(fold: Fold, entry: Extract<KnownEntry, { readonly type: 'ReplyRequested' }>, xml: string): void {
    const { exchangeID, message } = entry.data;
    const decided = message ?? null;
    if (message !== undefined) this.#decided = { exchangeID, message };
    const sent = decodePayload(xml, { limits: ofOurs });
    if (!sent.ok || !sameContent(sent.message, decided))
      fold.note(differing(entry, { type: entry.type, data: decided }, shownOf(sent, entry.type)));
  }

  #decidedFor({ type, data }: SentEntry): OadrMessage | null {
    if (type === 'SendRequested') this.#decided = data;
    return this.#decided?.exchangeID === data.exchangeID ? this.#decided.message : null;
  }

  #input(entry: KnownEntry, xml: string, settings: VenSettings | null): Input | null {
    const { strict = false, devices = [] } = settings ?? {};
    const read = (isSigned: boolean): DecodeResult => this.#replies.read(xml, strict, isSigned, devices.length);
    if (entry.type === 'MessageReceived') {
      const { message: _message, deviations: _deviations, ...told } = entry.data;
      return replyInput(read(told.signature !== undefined), told);
    }
    if (entry.type === 'RequestReceived' || entry.type === 'RequestRejected') {
      const { exchangeID, service, signature } = entry.data;
      const signed = signature === undefined ? {} : { signature };
      const large = 'bytes' in entry.data ? { bytes: entry.data.bytes } : {};
      return requestInput(read(signature !== undefined), { exchangeID, service, ...signed, ...large });
    }
    // How long the answer took was not kept with a refusal.
    if (entry.type !== 'MessageRejected') return null;
    const { exchangeID, signature } = entry.data;
    const signed = signature === undefined ? {} : { signature };
    return replyInput(read(signature !== undefined), {
      exchangeID,
      roundTripMs: 0,
      ...signed,
    });
  }
}

const shownOf = (result: DecodeResult, type: 'SendRequested' | 'ReplyRequested'): Omit<Concluded, 'stream'> =>
  result.ok ? { type, data: result.message } : { type: 'MessageRejected', data: result.refusal };
