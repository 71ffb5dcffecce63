import { describe, expect, it } from 'vitest';
import { initialState, viewFolds } from '../../src/core/state.ts';
import type { PriceDirection } from '../../src/facts/prices.ts';
import { pricesAhead } from '../../src/reactions/site.ts';
import { agentStarted, hourMs, told, type Told } from '../store/projections/facts.ts';

const noon = Date.parse('2026-06-11T12:00:00Z');
const at = (hour: number): number => noon + hour * hourMs;

/** Prices of an hour each, for one direction. */
const stated = (
  id: string,
  series: PriceDirection,
  prices: readonly (readonly [hour: number, price: string])[],
): Told => {
  const intervals = prices.map(([hour, price]) => ({ startAt: at(hour), durationMs: hourMs, price }));
  const only = { series, id: 'signal-1', name: 'ELECTRICITY_PRICE', type: 'price', intervals };
  return [at(-20), 'PricesReceived', { source: { kind: 'drEvent', id }, version: 0, priority: 0, series: [only] }];
};

const aheadOf = (facts: readonly Told[], from: number, to: number) => {
  const prices = told(viewFolds.prices, [agentStarted(at(-20)), ...facts]);
  const ahead = pricesAhead({ ...initialState, views: { ...initialState.views, prices } }, at(from), at(to));
  const hour = (instant: number): number => (instant - noon) / hourMs;
  return ahead.map((each) => [hour(each.startAt), hour(each.endAt), each.importUsdPerKwh, each.exportUsdPerKwh]);
};

/** The later hours came first, and what is delivered is priced by other hours than what is drawn. */
const facts = [
  stated('late', 'import', [
    [3, '0.3'],
    [4, '0.4'],
  ]),
  stated('early', 'import', [
    [0, '0.1'],
    [1, '0.2'],
  ]),
  stated('delivered', 'export', [
    [-0.5, '0.05'],
    [0.5, '0.06'],
    [3.5, '0.07'],
  ]),
];

describe('the prices that are ahead', () => {
  it('stand one after another, each cut where one of the two changes, and none where there is no price', () => {
    expect(aheadOf(facts, -0.25, 6)).toEqual([
      [-0.25, 0, null, '0.05'],
      [0, 0.5, '0.1', '0.05'],
      [0.5, 1, '0.1', '0.06'],
      [1, 1.5, '0.2', '0.06'],
      [1.5, 2, '0.2', null],
      [3, 3.5, '0.3', null],
      [3.5, 4, '0.3', '0.07'],
      [4, 4.5, '0.4', '0.07'],
      [4.5, 5, '0.4', null],
    ]);
  });

  it('are cut to the time that is asked for', () => {
    expect(aheadOf(facts, 1.25, 3.25)).toEqual([
      [1.25, 1.5, '0.2', '0.06'],
      [1.5, 2, '0.2', null],
      [3, 3.25, '0.3', null],
    ]);
    expect(aheadOf(facts, 2, 3)).toEqual([]);
  });
});
