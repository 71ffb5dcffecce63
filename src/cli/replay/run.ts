import { Fold, foldBefore, type FoldResult } from '../../shell/fold.ts';
import { WireReader } from '../../shell/fromWire.ts';
import type { AgentState } from '../../core/state.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { isBeyond, isWithin, type ReplaySpan } from './span.ts';

/** What is replayed, and what is compared on the way. */
export interface ReplayOptions {
  readonly span: ReplaySpan;
  /** Compare each output with the recorded one. */
  readonly verify: boolean;
  /** Read messages from their XML, and compare with the recorded reading. */
  readonly fromWire: boolean;
}

/** What a replay came to. */
export interface Replayed extends FoldResult {
  /** The state before the first entry that was meant. */
  readonly before: AgentState;
  /** The first entry that was meant, and when it was recorded; null when there was none. */
  readonly from: number | null;
  /** When the last entry was recorded. */
  readonly at: number;
  /** Messages whose XML was read again, and those whose XML is gone. */
  readonly decoded: number;
  readonly forgotten: number;
  readonly elapsedMs: number;
}

/** The position at which the span begins, as far as it is known before the log is read. */
const knownStart = ({ from }: ReplaySpan): number => (from !== null && 'position' in from ? from.position : 0);

/** Folds the log over the span; the step that is under way at its end is folded whole. */
export const replayLog = async (log: EventLog, { span, verify, fromWire }: ReplayOptions): Promise<Replayed> => {
  const beganAt = performance.now();
  const fold =
    span.from === null ? await Fold.of(log, { verify }) : await foldBefore(log, knownStart(span), { verify: false });
  const wires = fromWire ? new WireReader(log) : null;
  let start: { readonly position: number; readonly before: AgentState } | null = null;
  let at = 0;
  for await (const entry of log.read({ from: fold.position + 1 })) {
    if (entry.direction === 'in') {
      if (isBeyond(span, entry.position, entry.recordedAt)) break;
      if (start === null && isWithin(span, entry.position, entry.recordedAt)) {
        fold.compareFromHere(verify);
        start = { position: entry.position, before: fold.state };
      }
    }
    at = entry.recordedAt;
    if (start === null || wires === null) fold.take(entry);
    else await wires.feed(fold, entry);
  }
  const result = fold.finish();
  const { decoded = 0, forgotten = 0 } = wires ?? {};
  return {
    ...result,
    before: start?.before ?? result.state,
    from: start?.position ?? null,
    at,
    decoded,
    forgotten,
    elapsedMs: performance.now() - beganAt,
  };
};
