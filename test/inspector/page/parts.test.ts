import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsAtOnce, offeredAtOnce, offeredOf, partOf, soughtIn } from '../../../src/inspector/page/show/parts.ts';

const devices = (count: number) => Array.from({ length: count }, (_, index) => ({ resourceID: `Pump-${index}` }));

describe('a part of many devices', () => {
  it('given any number of them, then its pages have each once, and none has too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), (count) => {
        const all = devices(count);
        const { pages } = partOf(all, 0);
        const parts = Array.from({ length: pages }, (_, page) => partOf(all, page).items);
        expect(parts.flat()).toEqual(all);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(cellsAtOnce);
      }),
    );
  });

  it('given a page that is no more, then the last one is shown', () => {
    expect(partOf(devices(450), 9)).toMatchObject({ page: 2, pages: 3, text: '401–450 of 450' });
    expect(partOf(devices(cellsAtOnce), 0).text).toBe('');
  });

  it('given a text, then those are found whose name has it, and what is chosen stays offered', () => {
    const all = devices(1_000);
    expect(soughtIn(all, ' pump-99 ')).toHaveLength(11);
    expect(offeredOf(all, '', '')).toHaveLength(offeredAtOnce);
    expect(offeredOf(all, 'pump-99', 'Pump-5').map(({ resourceID }) => resourceID)[0]).toBe('Pump-5');
    expect(offeredOf(all, 'nothing', '')).toEqual([]);
  });
});
