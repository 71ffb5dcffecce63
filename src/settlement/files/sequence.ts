import { localText } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
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

const checkNeighbours = (file: string, before: Spanned, after: Spanned, timeZone: string, counted: Counted): void => {
  if (before.startAt + before.durationMs <= after.startAt && before.startAt !== after.startAt) return;
  const [earlier, later] = before.line < after.line ? [before, after] : [after, before];
  const place = placeAt(file, counted, later.line);
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

/** The items of each device in order of time. @throws UnusableFile when a time stands twice or two overlap */
export const inSequence = <Item extends Spanned>(
  file: string,
  items: readonly Item[],
  timeZone: string,
  counted: Counted = 'line',
): readonly Item[] =>
  byDevice(items).flatMap((group) => {
    for (const [index, item] of group.entries())
      if (index > 0) checkNeighbours(file, group[index - 1] as Spanned, item, timeZone, counted);
    return group;
  });

/** What is left out between the first and the last item of each device. */
export const gapsIn = (items: readonly Spanned[]): readonly FileGap[] =>
  byDevice(items).flatMap((group) =>
    group.slice(1).flatMap((item, index): FileGap[] => {
      const before = group[index] as Spanned;
      const endAt = before.startAt + before.durationMs;
      return item.startAt > endAt
        ? [{ device: item.device, startAt: endAt, endAt: item.startAt, line: before.line }]
        : [];
    }),
  );

/** Gaps in order of time; those of a device that touch or overlap are one. */
export const joinedGaps = (gaps: readonly FileGap[]): readonly FileGap[] => {
  const joined: FileGap[] = [];
  for (const gap of gaps.toSorted((a, b) => a.startAt - b.startAt)) {
    const at = joined.findLastIndex(({ device, endAt }) => device === gap.device && endAt >= gap.startAt);
    const before = joined[at];
    if (before === undefined) joined.push(gap);
    else joined[at] = { ...before, endAt: Math.max(before.endAt, gap.endAt) };
  }
  return joined;
};

/** A gap as people read it. */
export const gapText = ({ device, startAt, endAt }: FileGap, timeZone: string): string =>
  `nothing is stated${whose(device)} from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}`;
