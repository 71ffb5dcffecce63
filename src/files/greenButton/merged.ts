import { localText } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import { placeAt, refuseFile, shown } from '../unusableFile.ts';
import { chooseBy, type EspiItem, type EspiReading, type EspiItems } from './items.ts';

/** The items of one direction, each time stated once. */
export interface Merged {
  readonly items: EspiItems;
  readonly count: number;
  /** Whether one of them says that nothing flowed. */
  readonly saysZero: boolean;
  readonly notes: readonly string[];
}

/** @limit Readings that overlap one another in one stretch: a day of minutes in two lengths, and no more work than that. */
const longestTangle = 3_000;

/** Whether items in order fill a stretch from end to end. */
export const fills = (items: readonly EspiItem[], startAt: number, endAt: number): boolean => {
  let filledTo = startAt;
  for (const item of items) {
    if (item.startAt !== filledTo) return false;
    filledTo = item.endAt;
  }
  return filledTo === endAt;
};

/** The sum of items. */
export const sumOf = (items: readonly EspiItem[]): bigint => items.reduce((sum, { energy }) => sum + energy, 0n);

const isApart = (items: readonly EspiItem[]): boolean =>
  items.every((item, index) => index === 0 || item.startAt >= (items[index - 1] as EspiItem).endAt);

const said: Readonly<Record<string, string>> = {
  import: 'what was drawn',
  export: 'what was delivered',
  net: 'the net',
};

const refuseConflict = ({ file, timeZone, collected }: EspiReading, items: readonly EspiItem[]): never => {
  const index = items.findIndex((item, at) => at > 0 && item.startAt < (items[at - 1] as EspiItem).endAt);
  const [one, two] = [items[index - 1] as EspiItem, items[index] as EspiItem];
  const [a, b] = [one, two].map(({ use }) => use.series.name) as [string, string];
  if (a !== b)
    return refuseFile(
      { file },
      `two series state ${said[two.use.direction]} from ${localText(two.startAt, timeZone)}, and not alike: ${shown(a)} and ${shown(b)}; choose one with ${chooseBy(collected, two.use.direction, a)}.`,
    );
  const [earlier, later] = one.line < two.line ? [one, two] : [two, one];
  return refuseFile(
    placeAt(file, 'reading', later.line),
    one.startAt === two.startAt
      ? `the interval ${localText(later.startAt, timeZone)} stands here again, after reading ${earlier.line}; an hour is counted once, so leave one of them out.`
      : `the interval from ${localText(later.startAt, timeZone)} overlaps the one of reading ${earlier.line}.`,
  );
};

/** Of series that state the same time in intervals of different lengths, the finest, if the others are its sums. */
const finest = (reading: EspiReading, items: readonly EspiItem[]): readonly EspiItem[] => {
  const lists = [...grouped(items, ({ use }) => use.series.name).values()].toSorted((a, b) => b.length - a.length);
  const [best = [], ...others] = lists;
  const isSumOf = (coarse: EspiItem): boolean => {
    const parts = best.filter(({ startAt, endAt }) => startAt >= coarse.startAt && endAt <= coarse.endAt);
    return fills(parts, coarse.startAt, coarse.endAt) && sumOf(parts) === coarse.energy;
  };
  return lists.length > 1 && isApart(best) && others.flat().every(isSumOf) ? best : refuseConflict(reading, items);
};

const withoutRepeats = (items: readonly EspiItem[]): readonly EspiItem[] =>
  items.filter(
    (item, index) =>
      !items
        .slice(0, index)
        .some(
          ({ startAt, endAt, energy }) => startAt === item.startAt && endAt === item.endAt && energy === item.energy,
        ),
  );

/** How often something was stated twice alike. */
interface Repeats {
  count: number;
}

/** EspiItems of which no two overlap. */
function* apart(reading: EspiReading, all: EspiItems, repeats: Repeats): Generator<EspiItem> {
  let tangle: EspiItem[] = [];
  let endAt = Number.NEGATIVE_INFINITY;
  const untangled = (): readonly EspiItem[] => {
    if (tangle.length < 2) return tangle;
    if (tangle.length > longestTangle) refuseConflict(reading, tangle);
    const once = withoutRepeats(tangle);
    const kept = isApart(once) ? once : finest(reading, once);
    repeats.count += tangle.length - kept.length;
    return kept;
  };
  for (const item of all) {
    if (item.startAt < endAt) tangle.push(item);
    else {
      yield* untangled();
      tangle = [item];
    }
    endAt = Math.max(endAt, item.endAt);
  }
  yield* untangled();
}

/** Lays items of one direction together: what is stated twice alike counts once. @throws UnusableFile when it is not alike */
export const merged = (reading: EspiReading, lists: readonly EspiItems[]): Merged => {
  const [only] = lists;
  const all =
    lists.length === 1 && only !== undefined
      ? only
      : lists.flatMap((list) => [...list]).toSorted((a, b) => a.startAt - b.startAt);
  const repeats: Repeats = { count: 0 };
  let count = 0;
  let saysZero = false;
  for (const { energy } of apart(reading, all, repeats)) {
    count += 1;
    saysZero ||= energy === 0n;
  }
  const repeated = repeats.count;
  return {
    items: { [Symbol.iterator]: () => apart(reading, all, { count: 0 }) },
    count,
    saysZero,
    notes:
      repeated === 0
        ? []
        : [
            `${reading.file}: ${repeated} ${repeated === 1 ? 'reading is' : 'readings are'} stated twice alike, and ${repeated === 1 ? 'counts' : 'count'} once.`,
          ],
  };
};
