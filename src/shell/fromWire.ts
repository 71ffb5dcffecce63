/**
 * Messages read from their XML once more, so that a change of the codec is tested against history.
 *
 * What came in is decoded as strictly as its run decoded it, compared with the recorded decoding, and fed in its place;
 * what was rejected must be rejected again. What went out is decoded and compared with the message it was made from.
 */
import type { Entry } from '../facts/entry.ts';
import type { Input, KnownEntry } from '../facts/fact.ts';
import { upcast } from '../facts/upcast.ts';
import { sameContent } from '../machines/sameContent.ts';
import { decodePayload, type DecodeResult } from '../protocol/payload.ts';
import type { EventLog } from '../store/eventLog.ts';
import { asJson, type Concluded, type Fold, type ReplayDivergence } from './fold.ts';
import { ReplyReader } from './replyReader.ts';
import { replyInput } from './replyInput.ts';

/** Facts that have XML beside them. */
const carriers: ReadonlySet<string> = new Set(['MessageReceived', 'MessageRejected', 'SendRequested']);

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
    if (xml === undefined) this.forgotten += 1;
    else this.decoded += 1;
    const entry = upcast(recorded);
    const read = xml === undefined ? null : this.#compared(fold, entry, xml);
    fold.take(recorded, read ?? undefined);
  }

  #compared(fold: Fold, entry: KnownEntry, xml: string): Input | null {
    if (entry.type === 'SendRequested') {
      const sent = decodePayload(xml);
      if (!sent.ok || !sameContent(sent.message, entry.data.message))
        fold.note(differing(entry, { type: entry.type, data: entry.data.message }, shownOf(sent)));
      return null;
    }
    const read = asKnownThen(entry, this.#input(entry, xml, fold.state.settings?.strict ?? false));
    if (read === null) return null;
    const isSame = read.type === entry.type && sameContent(read.data, entry.data);
    if (!isSame) fold.note(differing(entry, { type: entry.type, data: entry.data }, read));
    return read;
  }

  #input(entry: KnownEntry, xml: string, strict: boolean): Input | null {
    if (entry.type === 'MessageReceived') {
      const { message: _message, deviations: _deviations, ...told } = entry.data;
      return replyInput(this.#replies.read(xml, strict), told);
    }
    // How long the answer took was not kept with a refusal.
    return entry.type === 'MessageRejected'
      ? replyInput(this.#replies.read(xml, strict), { exchangeID: entry.data.exchangeID, roundTripMs: 0 })
      : null;
  }
}

const shownOf = (result: DecodeResult): Omit<Concluded, 'stream'> =>
  result.ok ? { type: 'SendRequested', data: result.message } : { type: 'MessageRejected', data: result.refusal };
