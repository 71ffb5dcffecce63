import { add, type Decimal, zero } from '../../programme/decimal.ts';

/** Energy of one direction over a stretch of time; null where nothing was measured. @unit Wh */
export interface EnergySpan {
  readonly startAt: number;
  readonly endAt: number;
  readonly wattHours: Decimal | null;
  readonly source: 'register' | 'interval';
  readonly quality: 'measured' | 'estimated';
  readonly remark: string | null;
  readonly line: number;
}

const joined = (part: readonly EnergySpan[]): EnergySpan => {
  const [first] = part as [EnergySpan];
  const last = part.at(-1) as EnergySpan;
  const isKnown = part.every(({ wattHours }) => wattHours !== null);
  return {
    ...first,
    endAt: last.endAt,
    wattHours: isKnown ? part.reduce((sum, { wattHours }) => add(sum, wattHours ?? zero), zero) : null,
    quality: part.some(({ quality }) => quality === 'estimated') ? 'estimated' : 'measured',
    remark: part.find(({ remark }) => remark !== null)?.remark ?? null,
  };
};

/** Both directions over the same stretches: the shortest that begin and end in both. What only one of them has stands alone. */
export const aligned = (
  drawn: readonly EnergySpan[],
  delivered: readonly EnergySpan[],
): readonly { readonly drawn: EnergySpan | null; readonly delivered: EnergySpan | null }[] => {
  const pairs: { drawn: EnergySpan | null; delivered: EnergySpan | null }[] = [];
  let [i, j] = [0, 0];
  while (i < drawn.length || j < delivered.length) {
    const [a, b] = [drawn[i], delivered[j]];
    if (a === undefined || (b !== undefined && b.startAt < a.startAt)) {
      pairs.push({ drawn: null, delivered: b as EnergySpan });
      j += 1;
      continue;
    }
    if (b === undefined || a.startAt < b.startAt) {
      pairs.push({ drawn: a, delivered: null });
      i += 1;
      continue;
    }
    let [toA, toB] = [i + 1, j + 1];
    while (drawn[toA - 1]?.endAt !== delivered[toB - 1]?.endAt) {
      const isAShorter = (drawn[toA - 1]?.endAt ?? 0) < (delivered[toB - 1]?.endAt ?? 0);
      const [list, to] = isAShorter ? ([drawn, toA] as const) : ([delivered, toB] as const);
      if (list[to] === undefined || list[to].startAt !== list[to - 1]?.endAt) break;
      if (isAShorter) toA += 1;
      else toB += 1;
    }
    const [left, right] = [joined(drawn.slice(i, toA)), joined(delivered.slice(j, toB))];
    if (left.endAt === right.endAt) pairs.push({ drawn: left, delivered: right });
    else pairs.push({ drawn: left, delivered: null }, { drawn: null, delivered: right });
    [i, j] = [toA, toB];
  }
  return pairs;
};
