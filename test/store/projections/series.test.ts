import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUp, withKey, withoutKey } from '../../../src/store/projections/keyed.ts';
import {
  dayMs,
  type IndexedSeries,
  seriesGet,
  seriesLastBefore,
  seriesPacked,
  seriesPrune,
  seriesPut,
  seriesRange,
  utcDay,
} from '../../../src/store/projections/series.ts';
import { throughJson } from './facts.ts';

const base = Date.UTC(2026, 9, 25);
const anyAt = fc.integer({ min: 0, max: 100 * 24 * 60 }).map((minutes) => base + minutes * 60_000);
const anyItems = fc.array(fc.tuple(anyAt, fc.integer()), { maxLength: 60 });

const filled = (items: readonly (readonly [number, number])[]): IndexedSeries<number> =>
  items.reduce<IndexedSeries<number>>((series, [at, value]) => seriesPut(series, at, value), []);

const sorted = (map: ReadonlyMap<number, number>): { at: number; value: number }[] =>
  [...map].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);

describe('a series', () => {
  it('answers as a map sorted by instant would, also after a checkpoint', () => {
    fc.assert(
      fc.property(anyItems, anyAt, anyAt, (items, a, b) => {
        const series = throughJson(filled(items));
        const map = new Map(items);
        expect(seriesGet(series, a)).toBe(map.get(a));
        expect(seriesRange(series, a, b)).toEqual(sorted(map).filter(({ at }) => at >= a && at < b));
        expect(seriesRange(series, 0, Number.MAX_SAFE_INTEGER)).toEqual(sorted(map));
      }),
    );
  });

  it('answers the same of days that are written small, also after a checkpoint, and takes more of them', () => {
    const anyValue = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    );
    const anyItem = fc.record(
      {
        kWh: anyValue,
        when: fc.option(anyAt),
        name: fc.string(),
        parts: fc.array(fc.record({ n: fc.maxSafeInteger() })),
      },
      { requiredKeys: ['kWh'] },
    );
    // Every quarter of an hour of a few days, so that days have more than a handful.
    const near = fc.integer({ min: 0, max: 5 * 96 }).map((quarters) => base + quarters * 900_000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(near, anyItem), { maxLength: 90 }),
        near,
        near,
        near,
        anyItem,
        (items, a, b, at, more) => {
          const plain = items.reduce<IndexedSeries<unknown>>((all, [when, value]) => seriesPut(all, when, value), []);
          const small = throughJson(seriesPacked(plain, utcDay(a)));
          const [theirs, ours] = [plain, small].map((series) => seriesPut(series, at, more)) as [
            IndexedSeries<unknown>,
            IndexedSeries<unknown>,
          ];
          for (const [expected, found] of [
            [plain, small],
            [theirs, ours],
            [theirs, seriesPacked(ours, Infinity)],
          ] as const) {
            expect(seriesRange(found, 0, Number.MAX_SAFE_INTEGER)).toEqual(
              seriesRange(expected, 0, Number.MAX_SAFE_INTEGER),
            );
            expect(seriesRange(found, b, a)).toEqual(seriesRange(expected, b, a));
            expect(seriesGet(found, b)).toEqual(seriesGet(expected, b));
            expect(seriesLastBefore(found, b)).toBe(seriesRange(expected, 0, b).at(-1)?.at ?? null);
          }
          expect(seriesPacked(small, utcDay(a))).toBe(small);
        },
      ),
    );
  });

  it('leaves the former series as it was when a value is put', () => {
    const former = filled([[base, 1]]);
    const before = throughJson(former);
    seriesPut(former, base, 2);
    seriesPut(former, base + 1, 3);
    expect(former).toEqual(before);
  });

  it('drops exactly the whole UTC days before an instant when it is pruned', () => {
    fc.assert(
      fc.property(anyItems, anyAt, (items, beforeAt) => {
        const left = seriesRange(seriesPrune(filled(items), beforeAt), 0, Number.MAX_SAFE_INTEGER);
        expect(left).toEqual(sorted(new Map(items)).filter(({ at }) => utcDay(at) >= utcDay(beforeAt)));
      }),
    );
  });

  it('holds nothing of the past once pruned beyond its end', () => {
    expect(seriesPrune(filled([[base, 1]]), base + 40 * dayMs)).toEqual([]);
  });
});

describe('a keyed record', () => {
  it('takes any text for a key, names of Object.prototype included', () => {
    for (const key of ['constructor', '__proto__', 'toString', '', '0']) {
      expect(lookUp({}, key)).toBeUndefined();
      const record = throughJson(withKey({ other: 1 }, key, 2));
      expect(lookUp(record, key)).toBe(2);
      expect(lookUp(withoutKey(record, key), key)).toBeUndefined();
      expect(lookUp(withoutKey(record, key), 'other')).toBe(1);
      expect(lookUp(withKey(record, 'third', 3), key)).toBe(2);
    }
  });
});
