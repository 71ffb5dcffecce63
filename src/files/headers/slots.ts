import { hourLabelOf } from '../times/hourLabel.ts';
import { wordsOf } from './knownHeaders.ts';

/** A column that states one stretch of each row's day, or of all time: `HR1`, `01:00`, `2026-10-31T04:00:00Z`. */
export interface HourColumn {
  readonly index: number;
  readonly kind: 'instant' | 'hour' | 'clock';
  /** What a row of its own would say of when it is. */
  readonly label: string;
  /** The unit that stands beside it. */
  readonly unit: string | null;
}

/** @limit Columns of hours, at least: fewer are no day. */
const leastSlots = 20;

const instant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const clock = /^\d{1,2} ?[ap]m$|^\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?(?: ?[-–] ?\d{1,2}:\d{2}(?: ?[ap]m)?)?$/i;

/** What the header of a column says of its stretch; null when it is about something else. */
export const slotOf = (header: string, index: number): HourColumn | null => {
  const unit =
    wordsOf(header)
      .split(' ')
      .find((word) => /^([km]?wh|[km]?w)$/.test(word)) ?? null;
  const label = header.replace(/\(?\b[km]?wh?\b\)?/i, '').trim();
  if (instant.test(header)) return { index, kind: 'instant', label: header, unit: null };
  if (clock.test(label)) return { index, kind: 'clock', label, unit };
  return hourLabelOf(label) === null ? null : { index, kind: 'hour', label, unit };
};

/** The columns of a row that are stretches of time, where there are enough of them to be a day. */
export const slotsIn = (headers: readonly string[]): readonly HourColumn[] => {
  const all = headers.flatMap((header, index) => slotOf(header, index) ?? []);
  const kinds = ['instant', 'hour', 'clock'] as const;
  const [most = []] = kinds
    .map((kind) => all.filter((slot) => slot.kind === kind))
    .toSorted((a, b) => b.length - a.length);
  const isDay = most.length >= leastSlots || (most[0]?.kind === 'instant' && most.length > 1);
  return isDay ? most : [];
};

/** The meaning that the labels of slots have: the beginning or the end of what they state. */
export const slotKeyOf = (slots: readonly HourColumn[]): 'time' | 'end' | 'hourBeginning' | 'hourEnding' => {
  const [first] = slots;
  if (first?.kind === 'hour')
    return slots.some(({ label }) => hourLabelOf(label)?.hour === 0) ? 'hourBeginning' : 'hourEnding';
  const beginsLater =
    first?.kind === 'clock' && !/^(0?0:00|12(?::00)? ?am)/i.test(first.label) && !/[-–]/.test(first.label);
  return beginsLater ? 'end' : 'time';
};
