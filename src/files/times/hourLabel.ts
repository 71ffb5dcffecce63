import type { Mark } from './timeText.ts';

/** An hour of a day by its number. */
export interface HourLabel {
  readonly hour: number;
  readonly mark: Mark | null;
}

const label = /^(?:he|hb|hr|hour|h)?[ _.-]*0*(\d{1,2})(?::?00)?(?::00)? ?([abx*]|dst)?$/i;
const military = /^(\d{2})00$/;

/** `1`, `HE 01`, `02X`, `2*`, `1A`, `0100`: the number of an hour, and whether it is the second of two. Null for anything else. */
export const hourLabelOf = (text: string): HourLabel | null => {
  const trimmed = text.trim();
  const [, hhmm] = military.exec(trimmed) ?? [];
  if (hhmm !== undefined) return { hour: Number(hhmm), mark: null };
  const [, digits, letter] = label.exec(trimmed) ?? [];
  if (digits === undefined || Number(digits) > 25) return null;
  return {
    hour: Number(digits),
    mark: letter === undefined ? null : /^a$/i.test(letter) ? 'first' : 'second',
  };
};
