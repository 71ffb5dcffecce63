/** From where to where a replay goes. */
import { mustHold, positionNamed } from '../log/select.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { timeNamed, type Here } from '../when.ts';

/** A place in the log: an entry, or an instant. */
export type ReplayPoint = { readonly position: number } | { readonly at: number };

/** What is replayed; null for the log's own beginning or end. */
export interface ReplaySpan {
  /** What comes before is folded, and neither compared nor shown. */
  readonly from: ReplayPoint | null;
  /** Up to and with this entry, or before this instant; the step that is under way there is folded whole. */
  readonly until: ReplayPoint | null;
}

const pointNamed = (text: string | undefined, edge: 'start' | 'end', here: Here): ReplayPoint | null =>
  text === undefined
    ? null
    : /^\d+$/.test(text)
      ? { position: positionNamed(text) }
      : { at: timeNamed(text, edge, here) };

const mustComeBefore = ({ from, until }: ReplaySpan, given: ParsedArguments): void => {
  if (from === null || until === null) return;
  const isBackward =
    'position' in from && 'position' in until
      ? from.position > until.position
      : 'at' in from && 'at' in until && from.at >= until.at;
  if (isBackward)
    throw new UsageError(
      `From ${given.text('from')} until ${given.text('until')} there is nothing: let --from be the earlier of the two.`,
    );
};

/** What --from and --until name. @throws UsageError; CommandFailure for a position that the log does not have */
export const spanGiven = (given: ParsedArguments, log: EventLog, here: Here): ReplaySpan => {
  const span: ReplaySpan = {
    from: pointNamed(given.text('from'), 'start', here),
    until: pointNamed(given.text('until'), 'end', here),
  };
  mustComeBefore(span, given);
  for (const point of [span.from, span.until]) if (point !== null && 'position' in point) mustHold(log, point.position);
  return span;
};

/** Whether an entry lies beyond the end. */
export const isBeyond = ({ until }: ReplaySpan, position: number, recordedAt: number): boolean =>
  until !== null && ('position' in until ? position > until.position : recordedAt >= until.at);

/** Whether an entry lies at the beginning or after it. */
export const isWithin = ({ from }: ReplaySpan, position: number, recordedAt: number): boolean =>
  from === null || ('position' in from ? position >= from.position : recordedAt >= from.at);
