import { instantsOf, localText, zoneNameAt } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import type { TimeText } from './timeText.ts';
import { refuseFile } from '../unusableFile.ts';

/**
 * Local times without an offset.
 *
 * They are read in the programme's time zone. In the hour that the clocks repeat, a time may mean two instants: a mark says
 * which, or else the order of the rows, when each such time stands twice and the rows are in order around it. A time that
 * nothing tells, and one that the clocks skipped, costs its own rows and no others; that is told.
 */

/** A time in its row. */
export interface Stamp {
  readonly line: number;
  /** Rows of one series are in order among themselves: of one device and channel. */
  readonly series: string | null;
  readonly text: Extract<TimeText, { readonly kind: 'instant' | 'local' }>;
}

/** Why a time means no instant for certain. */
export interface Lost {
  readonly stamp: Stamp;
  readonly kind: 'skipped' | 'unclear';
  /** What it may mean. */
  readonly candidates: readonly number[];
  /** The end of a sentence that begins with what the clocks showed. */
  readonly why: string;
}

/** What had to be said of the clocks of a file. */
export interface ClockNotes {
  /** In which zone times without an offset are read; null where there are none. */
  readonly zone: string | null;
  /** How the order of the rows told a repeated hour: the first time in each series. */
  readonly repeated: ReadonlyMap<string | null, string>;
}

/** Instants in the order of the stamps, what could not be told, and what had to be said. */
export interface Resolved {
  readonly instants: readonly (number | Lost)[];
  readonly notes: ClockNotes;
}

/** How the clocks of a file go. */
export interface FileClock {
  readonly file: string;
  readonly timeZone: string;
  /** Whether they keep standard time all year. */
  readonly isStandard: boolean;
}

/** A time as its row shows it. */
export const clockText = ({ text }: Stamp): string =>
  text.kind === 'instant'
    ? new Date(text.at).toISOString()
    : `${text.day} ${new Date(text.timeOfDayMs).toISOString().slice(11, 16)}`;

const offsetAt = (at: number, timeZone: string): number => {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(localText(at, timeZone)) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -offset : offset;
};

const standardOffsets = new Map<string, number>();

/** Standard time is behind the time of summer, wherever the clocks are moved. */
const standardOffset = (year: number, timeZone: string): number => {
  const key = `${timeZone} ${year}`;
  const known = standardOffsets.get(key);
  if (known !== undefined) return known;
  const offset = Math.min(...[Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)].map((at) => offsetAt(at, timeZone)));
  standardOffsets.set(key, offset);
  return offset;
};

/** When a clock that keeps standard time all year shows a time of a day. */
export const standardInstant = (day: string, timeOfDayMs: number, timeZone: string): number =>
  Date.parse(`${day}T00:00:00Z`) + timeOfDayMs - standardOffset(Number(day.slice(0, 4)), timeZone);

const candidatesOf = ({ file, timeZone, isStandard }: FileClock, stamp: Stamp): readonly number[] => {
  const { text, line } = stamp;
  if (text.kind === 'instant') return [text.at];
  if (isStandard) return [standardInstant(text.day, text.timeOfDayMs, timeZone)];
  const all = instantsOf(text.day, text.timeOfDayMs, timeZone);
  if (all.length === 2 && text.mark !== undefined) return [all[text.mark === 'first' ? 0 : 1] as number];
  if (all.length === 1 && text.mark === 'second')
    refuseFile(
      { file, line },
      `the time ${clockText(stamp)} is marked as the second of two, and the clocks of ${timeZone} showed it once.`,
    );
  if (text.zone === null || all.length === 0) return all;
  const named = all.filter((at) => zoneNameAt(at, timeZone).toUpperCase() === text.zone);
  if (named.length === 0)
    refuseFile(
      { file, line },
      `at ${clockText(stamp)} the clocks of ${timeZone} did not show ${text.zone}, but ${zoneNameAt(all[0] as number, timeZone)}; if the file keeps standard time all year, add times=standard to the declared columns.`,
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

const unclear = ({ stamp, candidates }: Open, why: string): Lost => ({ stamp, kind: 'unclear', candidates, why });

/** Gives each time that stands twice its two instants, in the order of the file. */
const byOrder = (open: readonly Open[]): readonly (number | Lost)[] => {
  const direction = directionOf(open);
  const seen = new Map<number, number>();
  const counts = new Map<number, number>();
  const taken = new Set(open.flatMap(({ candidates }) => (candidates.length === 1 ? [candidates[0]] : [])));
  for (const { candidates } of open)
    if (candidates.length > 1) counts.set(candidates[0] as number, (counts.get(candidates[0] as number) ?? 0) + 1);
  const instants = open.map((each): number | Lost => {
    const [first, second] = each.candidates;
    if (first === undefined) return { stamp: each.stamp, kind: 'skipped', candidates: [], why: '' };
    if (second === undefined) return first;
    if (taken.has(second) !== taken.has(first)) return taken.has(second) ? first : second;
    if (counts.get(first) !== 2)
      return unclear(each, `the file has ${counts.get(first) === 1 ? 'only one row' : 'more than two rows'} for it`);
    const before = seen.get(first) ?? 0;
    seen.set(first, before + 1);
    return (before === 0) === (direction === 1) ? first : second;
  });
  const neighbour = (index: number, step: 1 | -1): number | undefined => {
    let at = index + step;
    while (typeof instants[at] === 'object') at += step;
    return instants[at] as number | undefined;
  };
  const isOutOfOrder = instants.map((at, index) => {
    if (typeof at !== 'number' || (open[index] as Open).candidates.length < 2) return false;
    const [before, after] = [neighbour(index, -1), neighbour(index, 1)];
    return (
      (before !== undefined && (at - before) * direction <= 0) || (after !== undefined && (after - at) * direction <= 0)
    );
  });
  const odd = new Set(open.flatMap(({ candidates }, index) => (isOutOfOrder[index] ? [candidates[0]] : [])));
  return instants.map((at, index) => {
    const each = open[index] as Open;
    return each.candidates.length > 1 && odd.has(each.candidates[0]) && typeof at === 'number'
      ? unclear(each, 'the rows around it are in no order that says which is meant')
      : at;
  });
};

const noteOf = (
  { file, timeZone }: FileClock,
  open: readonly Open[],
  instants: readonly (number | Lost)[],
): readonly string[] => {
  const index = open.findIndex(({ candidates }, at) => candidates.length > 1 && typeof instants[at] === 'number');
  if (index < 0) return [];
  const { stamp } = open[index] as Open;
  const other = open.findIndex(({ candidates }, at) => at > index && candidates[0] === open[index]?.candidates[0]);
  if (other < 0) return [];
  const told = [index, other].map(
    (at) => `line ${open[at]?.stamp.line} is ${localText(instants[at] as number, timeZone)}`,
  );
  return [
    `${file}: the clocks showed ${clockText(stamp)} twice; the order of the rows says that ${told.join(' and ')}.`,
  ];
};

/** The instants that times mean, and those that none or two could be meant by. @throws UnusableFile when a time contradicts its zone or its mark */
export const instantsFor = (clock: FileClock, stamps: readonly Stamp[]): Resolved => {
  const open = stamps.map((stamp, index) => ({ stamp, index, candidates: candidatesOf(clock, stamp) }));
  const instants = new Array<number | Lost>(stamps.length);
  const repeated = new Map<string | null, string>();
  for (const [series, group] of grouped(open, ({ stamp }) => stamp.series)) {
    const resolved = byOrder(group);
    for (const [at, { index }] of group.entries()) instants[index] = resolved[at] as number | Lost;
    for (const note of noteOf(clock, group, resolved)) repeated.set(series, note);
  }
  const isNaive = stamps.some(({ text }) => text.kind === 'local' && text.zone === null);
  const zone = clock.isStandard ? `standard time of ${clock.timeZone}` : clock.timeZone;
  return {
    instants,
    notes: { zone: isNaive ? `${clock.file}: times without an offset are read in ${zone}.` : null, repeated },
  };
};
