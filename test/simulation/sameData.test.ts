import { describe, expect, it } from 'vitest';
import { SameData } from './support/sameData.ts';

/** That the comparison of live and folded states can fail, also where most of two states was compared before. */

describe('two data', () => {
  it.each<readonly [string, unknown, unknown, boolean]>([
    ['the same numbers', [1, { a: 2 }], [1, { a: 2 }], true],
    ['members in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['what JSON leaves out', { a: 1, b: undefined }, { a: 1 }, true],
    ['what JSON has no word for', { a: Number.NaN }, { a: null }, true],
    ['another number deep inside', [{ a: [{ b: 1 }] }], [{ a: [{ b: 2 }] }], false],
    ['a member more', { a: 1 }, { a: 1, b: 2 }, false],
    ['a member less', { a: 1, b: 2 }, { a: 1 }, false],
    ['one member for another', { a: null, b: undefined }, { a: undefined, b: 1 }, false],
    ['a list that is longer', [1], [1, 2], false],
    ['a list for a record', [], {}, false],
    ['nothing for something', { a: null }, { a: {} }, false],
  ])('%s', (_, a, b, isSame) => {
    expect(new SameData().holds(a, b)).toBe(isSame);
  });

  it('differ where what they share with the last ones does not', () => {
    const same = new SameData();
    const [live, folded] = [{ a: [1, 2] }, { a: [1, 2] }];
    expect(same.holds({ kept: live, fresh: 1 }, { kept: folded, fresh: 1 })).toBe(true);
    expect(same.holds({ kept: live, fresh: 1 }, { kept: folded, fresh: 2 })).toBe(false);
    expect(same.holds({ kept: live }, { kept: { a: [1, 3] } })).toBe(false);
  });
});
