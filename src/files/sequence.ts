import { dayMs, hourMs, localText } from '../programme/calendar.ts';
import { grouped } from './grouped.ts';
import { type Counted, placeAt, refuseFile } from './unusableFile.ts';

/** Something about a stretch of time, and the line of the file that says it. */
export interface Spanned {
  readonly device: string | null;
  readonly startAt: number;
  readonly durationMs: number;
  /** A line of the file; of an XML file the number of the reading. */
  readonly line: number;
}

/** A stretch of time that a file leaves out between two rows of a device. */
export interface FileGap {
  readonly device: string | null;
  readonly startAt: number;
  readonly endAt: number;
  /** The row after which it begins. */
  readonly line: number;
}

const whose = (device: string | null): string => (device === null ? '' : ` of ${device}`);

const byDevice = <Item extends Spanned>(items: readonly Item[]): readonly (readonly Item[])[] =>
  [...grouped(items, ({ device }) => device).values()].map((group) => group.toSorted((a, b) => a.startAt - b.startAt));

/** Whether one stands for a whole day, and the other for a part of it. */
const isPartOfDay = (longer: Spanned, shorter: Spanned): boolean =>
  longer.durationMs >= dayMs - hourMs &&
  shorter.durationMs <= longer.durationMs / 2 &&
  shorter.startAt >= longer.startAt &&
  shorter.startAt + shorter.durationMs <= longer.startAt + longer.durationMs;

const checkNeighbours = (file: string, before: Spanned, after: Spanned, timeZone: string, counted: Counted): void => {
  if (before.startAt + before.durationMs <= after.startAt && before.startAt !== after.startAt) return;
  const [earlier, later] = before.line < after.line ? [before, after] : [after, before];
  const place = placeAt(file, counted, later.line);
  const [longer, shorter] = before.durationMs > after.durationMs ? [before, after] : [after, before];
  if (isPartOfDay(longer, shorter))
    refuseFile(
      place,
      `the file states the day ${localText(longer.startAt, timeZone).slice(0, 10)}${whose(after.device)} whole in ${counted} ${longer.line}, and a part of it in ${counted} ${shorter.line}, as two tables in one file do; give each table in a file of its own, or leave the whole days out.`,
    );
  if (before.startAt === after.startAt)
    refuseFile(
      place,
      `the interval ${localText(after.startAt, timeZone)}${whose(after.device)} stands here again, after ${counted} ${earlier.line}; an hour is counted once, so leave one of them out.`,
    );
  refuseFile(
    place,
    `the interval from ${localText(after.startAt, timeZone)}${whose(after.device)} overlaps the one of ${counted} ${before.line === later.line ? after.line : earlier.line}.`,
  );
};

/** Holds items that stand by device and in order of time against their neighbours. @throws UnusableFile when a time stands twice or two overlap */
export const checkSequence = (
  file: string,
  items: Iterable<Spanned>,
  timeZone: string,
  counted: Counted = 'line',
): void => {
  let before: Spanned | null = null;
  for (const item of items) {
    if (before !== null && before.device === item.device) checkNeighbours(file, before, item, timeZone, counted);
    before = item;
  }
};

/** The items of each device in order of time. @throws UnusableFile when a time stands twice or two overlap */
export const inSequence = <Item extends Spanned>(
  file: string,
  items: readonly Item[],
  timeZone: string,
  counted: Counted = 'line',
): readonly Item[] => {
  const sorted = byDevice(items).flat();
  checkSequence(file, sorted, timeZone, counted);
  return sorted;
};

/** What is left out between the first and the last item of each device; they stand by device and in order of time. */
export const gapsIn = (items: Iterable<Spanned>): readonly FileGap[] => {
  const gaps: FileGap[] = [];
  let before: Spanned | null = null;
  for (const item of items) {
    const endAt = before === null ? 0 : before.startAt + before.durationMs;
    if (before !== null && before.device === item.device && item.startAt > endAt)
      gaps.push({ device: item.device, startAt: endAt, endAt: item.startAt, line: before.line });
    before = item;
  }
  return gaps;
};

/** Gaps in order of time; those of a device that touch or overlap are one. */
export const joinedGaps = (gaps: readonly FileGap[]): readonly FileGap[] => {
  const joined: FileGap[] = [];
  const lastOf = new Map<string | null, number>();
  for (const gap of gaps.toSorted((a, b) => a.startAt - b.startAt)) {
    const at = lastOf.get(gap.device);
    const before = at === undefined ? undefined : joined[at];
    if (at !== undefined && before !== undefined && before.endAt >= gap.startAt)
      joined[at] = { ...before, endAt: Math.max(before.endAt, gap.endAt) };
    else lastOf.set(gap.device, joined.push(gap) - 1);
  }
  return joined;
};

/** A gap as people read it. */
export const gapText = ({ device, startAt, endAt }: FileGap, timeZone: string): string =>
  `nothing is stated${whose(device)} from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}`;
