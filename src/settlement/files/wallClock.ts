import { instantsOf, localText, zoneNameAt } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import type { TimeText } from './timeText.ts';
import { refuseFile } from './unusableFile.ts';

/**
 * Local times without an offset.
 *
 * They are read in the programme's time zone. In the hour that the clocks repeat, a time may mean two instants: only when
 * each such time stands twice, and the rows are in order around it, does the order say which is which. That is told.
 */

/** A time in its row. */
export interface Stamp {
  readonly line: number;
  /** Rows of one device are in order among themselves; null when the file has one. */
  readonly device: string | null;
  readonly text: Extract<TimeText, { readonly kind: 'instant' | 'local' }>;
}

/** Instants in the order of the stamps, and what had to be said about them. */
export interface Resolved {
  readonly instants: readonly number[];
  readonly notes: readonly string[];
}

const clockText = ({ text }: Stamp): string =>
  text.kind === 'instant'
    ? new Date(text.at).toISOString()
    : `${text.day} ${new Date(text.timeOfDayMs).toISOString().slice(11, 16)}`;

const candidatesOf = (file: string, stamp: Stamp, timeZone: string): readonly number[] => {
  const { text, line } = stamp;
  if (text.kind === 'instant') return [text.at];
  const all = instantsOf(text.day, text.timeOfDayMs, timeZone);
  if (all.length === 0)
    refuseFile(
      { file, line },
      `the time ${clockText(stamp)} does not exist in ${timeZone}: the clocks skipped it; give times with their offset.`,
    );
  if (text.zone === null) return all;
  const named = all.filter((at) => zoneNameAt(at, timeZone).toUpperCase() === text.zone);
  if (named.length === 0)
    refuseFile(
      { file, line },
      `at ${clockText(stamp)} the clocks of ${timeZone} did not show ${text.zone}, but ${zoneNameAt(all[0] as number, timeZone)}; give times with their offset.`,
    );
  return named;
};

/** A stamp, its place among all, and what it may mean. */
interface Open {
  readonly stamp: Stamp;
  readonly index: number;
  readonly candidates: readonly number[];
}

/** 1 when the rows are oldest first, -1 when newest first; judged by the rows that are certain. */
const directionOf = (open: readonly Open[]): 1 | -1 => {
  const certain = open.flatMap(({ candidates }) => (candidates.length === 1 ? [candidates[0] as number] : []));
  return certain.length > 1 && (certain.at(-1) as number) < (certain[0] as number) ? -1 : 1;
};

const unresolved = (file: string, { stamp }: Open, timeZone: string, why: string): never =>
  refuseFile(
    { file, line: stamp.line },
    `the clocks of ${timeZone} showed ${clockText(stamp)} twice, and ${why}; give times with their offset, such as -05:00.`,
  );

/** Gives each time that stands twice its two instants, in the order of the file. */
const byOrder = (file: string, open: readonly Open[], timeZone: string): readonly number[] => {
  const direction = directionOf(open);
  const seen = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const { candidates } of open)
    if (candidates.length > 1) counts.set(candidates[0] as number, (counts.get(candidates[0] as number) ?? 0) + 1);
  const instants = open.map((each) => {
    const [first = 0, second] = each.candidates;
    if (second === undefined) return first;
    if (counts.get(first) !== 2)
      return unresolved(
        file,
        each,
        timeZone,
        `the file has ${counts.get(first) === 1 ? 'only one row' : 'more than two rows'} for it`,
      );
    const before = seen.get(first) ?? 0;
    seen.set(first, before + 1);
    return (before === 0) === (direction === 1) ? first : second;
  });
  for (const [index, each] of open.entries()) {
    const around = [index - 1, index].some(
      (at) =>
        at >= 0 && at + 1 < open.length && ((instants[at + 1] as number) - (instants[at] as number)) * direction <= 0,
    );
    if (each.candidates.length > 1 && around)
      return unresolved(file, each, timeZone, 'the rows around it are in no order that says which is meant');
  }
  return instants;
};

const noteOf = (
  file: string,
  open: readonly Open[],
  instants: readonly number[],
  timeZone: string,
): readonly string[] => {
  const index = open.findIndex(({ candidates }) => candidates.length > 1);
  if (index < 0) return [];
  const { stamp } = open[index] as Open;
  const other = open.findIndex(({ candidates }, at) => at > index && candidates[0] === open[index]?.candidates[0]);
  const told = [index, other].map(
    (at) => `line ${open[at]?.stamp.line} is ${localText(instants[at] as number, timeZone)}`,
  );
  return [
    `${file}: the clocks showed ${clockText(stamp)} twice; the order of the rows says that ${told.join(' and ')}.`,
  ];
};

/** The instants that times mean. @throws UnusableFile when one means none, or two and the order does not say which */
export const instantsFor = (file: string, stamps: readonly Stamp[], timeZone: string): Resolved => {
  const open = stamps.map((stamp, index) => ({ stamp, index, candidates: candidatesOf(file, stamp, timeZone) }));
  const instants = new Array<number>(stamps.length);
  const notes: string[] = [];
  for (const group of grouped(open, ({ stamp }) => stamp.device).values()) {
    const resolved = byOrder(file, group, timeZone);
    for (const [at, { index }] of group.entries()) instants[index] = resolved[at] as number;
    notes.push(...noteOf(file, group, resolved, timeZone));
  }
  const isNaive = stamps.some(({ text }) => text.kind === 'local' && text.zone === null);
  return { instants, notes: isNaive ? [`${file}: times without an offset are read in ${timeZone}.`, ...notes] : notes };
};
