import { describe, expect, it } from 'vitest';
import { pushWithin } from '../../src/vtn/bounded.ts';

describe('a list that holds so many', () => {
  it('given more than its limit, then the newest are there in their order, nearly as many as it holds, and never more', () => {
    const list: number[] = [];
    const lengths = Array.from({ length: 2_500 }, (_, number) => {
      pushWithin(100, list, number);
      return list.length;
    });

    expect(Math.max(...lengths)).toBe(100);
    expect(Math.min(...lengths.slice(100))).toBeGreaterThanOrEqual(98);
    expect(list).toEqual(Array.from(list, (_, index) => 2_500 - list.length + index));
  });

  it('given one that holds one, then it is the last', () => {
    const list = ['first'];
    pushWithin(1, list, 'second');
    expect(list).toEqual(['second']);
  });
});
