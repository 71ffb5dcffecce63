import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shelves } from '../../src/core/shelves.ts';
import { nextTimer, withoutStreams } from '../../src/core/timers.ts';
import { initialState, type Timer } from '../../src/core/state.ts';
import { ItemTable } from '../../src/core/itemTable.ts';
import { crowdEntries, crowdGet, crowdMap, crowdPut, type Crowd } from '../../src/store/projections/crowd.ts';

const key = fc.integer({ min: 0, max: 400 }).map((number) => `device/${number}`);
const change = fc.record({ key, item: fc.option(fc.nat(1_000)) });

describe('a table of many items', () => {
  it('holds what a map holds, in its order, whatever is put and taken out; and what was there before stays as it was', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3_000, size: 'max' }), (changes) => {
        const map = new Map<string, number>();
        let table = ItemTable.of<number>([]);
        let [kept, keptRows]: [ItemTable<number>, readonly unknown[]] = [table, []];
        changes.forEach(({ key: name, item }, index) => {
          if (item === null) map.delete(name);
          else map.set(name, item);
          table = item === null ? table.without(name) : table.with(name, item);
          if (index === changes.length >> 1) [kept, keptRows] = [table, [...table]];
        });
        expect([...table]).toEqual([...map]);
        expect(table.size).toBe(map.size);
        for (const [name, item] of map) expect(table.get(name)).toBe(item);
        expect([...kept]).toEqual(keptRows);
      }),
      { numRuns: 20 },
    );
  });

  it('numbers its places anew before those of what is gone are many', () => {
    let table = ItemTable.of(Array.from({ length: 100 }, (_, index) => [`${index}`, index] as const));
    for (let round = 0; round < 100; round += 1)
      for (let index = 0; index < 100; index += 1) table = table.without(`${index}`).with(`${index}`, round);
    expect([...table.keys()]).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
    expect(table.height).toBeLessThanOrEqual(2);
  });
});

describe('timers of thousands of streams', () => {
  it('are due in the order in which they would be looked through one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat(50)), { minLength: 70, maxLength: 400 }), (all) => {
        let timers = Shelves.of<Timer>();
        for (const [stream, dueAt] of all)
          timers = timers.without(`${stream} t`).with(`${stream} t`, { stream, timer: 't', dueAt, armedBy: 0 });
        const state = { ...initialState, timers };
        const wanted = [...timers.values()].sort((a, b) => a.dueAt - b.dueAt || (a.stream < b.stream ? -1 : 1))[0];
        expect(nextTimer(state)).toEqual(wanted);
        const gone = new Set(all.slice(0, 20).map(([stream]) => stream));
        const left = [...withoutStreams(state, 'device', gone).timers.values()];
        expect(left).toEqual([...timers.values()].filter(({ stream }) => !gone.has(stream)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a crowd of keys', () => {
  it('holds what a record holds, is plain data, and shares what did not change', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 6 }), fc.nat()), { maxLength: 600 }), (pairs) => {
        const map = new Map<string, number>();
        let crowd: Crowd<number> = {};
        for (const [name, value] of pairs) {
          if (name === '__proto__') continue;
          crowd = crowdPut(crowd, name, value);
          map.set(name, value);
        }
        expect(crowdEntries(crowd).sort()).toEqual([...map].sort());
        const read = JSON.parse(JSON.stringify(crowd)) as Crowd<number>;
        for (const [name, value] of map) expect(crowdGet(read, name)).toBe(value);
        expect(crowdGet(read, 'constructor')).toBe(map.get('constructor'));
        expect(crowdMap(crowd, (value) => value)).toBe(crowd);
      }),
      { numRuns: 60 },
    );
  });
});
