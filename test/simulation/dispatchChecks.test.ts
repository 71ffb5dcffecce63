import { describe, expect, it } from 'vitest';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { settings } from '../store/projections/facts.ts';
import { entryOf, type Told } from '../store/projections/facts.ts';
import { dispatchChecks } from './support/adversity/dispatchChecks.ts';
import { storage } from './support/adversity/dispatch.ts';
import { Stock } from './support/adversity/stock.ts';
import type { Evidence } from './support/check.ts';

const hourMs = 3_600_000;

const told = (at: number, resourceID: string, demandWatts: number): Told => [
  at,
  'SetpointRequested',
  { setpointID: `${resourceID} ${at}`, resourceID, demandWatts, validUntil: at + hourMs },
];

const violations = async (facts: readonly Told[], ourSide: object = { unrecorded: [], atWork: () => [] }) => {
  const [battery] = settings.devices;
  const devices = ['battery', 'car', 'third'].map((resourceID) => ({ ...battery, resourceID }));
  const world = { settings: { ...settings, devices, site: { importLimitWatts: 6_000, exportLimitWatts: 6_000 } } };
  const entries: readonly KnownEntry[] = facts.map(entryOf);
  const found = await Promise.all(
    dispatchChecks.map((check) => check({ run: { world, ourSide }, entries } as unknown as Evidence)),
  );
  return found.flat();
};

describe('what the simulation demands of setpoints', () => {
  it('finds nothing in setpoints within the limits, also while one device is told after the other', async () => {
    const facts = [
      told(0, 'battery', 5_000),
      told(hourMs / 2, 'car', 1_000),
      told(hourMs, 'car', 5_000),
      told(hourMs + 5, 'battery', 0),
    ];
    expect(await violations(facts)).toEqual([]);
  });

  it('finds a device that is told more than it can, and a site that is', async () => {
    expect(await violations([told(0, 'battery', -5_001)])).toEqual(['16: battery is told -5001 W at 0']);
    const both = [told(0, 'battery', 5_000), told(1_000, 'car', 5_000), told(2 * hourMs, 'car', 0)];
    expect(await violations(both)).toEqual(['16: the site is told to draw 10000 W and to deliver 0 W at 1']);
    const relying = [...both.slice(0, 2), told(1_001, 'third', -5_000), told(2 * hourMs, 'car', 0)];
    expect(await violations(relying)).toContain('16: the site is told to draw 10000 W and to deliver 5000 W at 2');
  });

  it('finds what was told without a record, and a device at work that nobody tells anything', async () => {
    const ourSide = { unrecorded: ['battery is told 5 W, and nothing is on disk'], atWork: () => ['car'] };
    expect(await violations([], ourSide)).toHaveLength(2);
  });
});

describe('what a simulated device stores', () => {
  it('grows by what it is told, less what is lost on the way, for as long as it is told and no longer', () => {
    const stock = new Stock(0);
    stock.tell(0, { demandWatts: 3_000, validUntil: hourMs }, hourMs);
    const wattHours = 6_750 + 3_000 * Math.sqrt(storage.roundTripEfficiency ?? 0);
    expect(stock.stateOfCharge(2 * hourMs)).toBeCloseTo(wattHours / 13_500, 9);
    expect(stock.isAtWork(2 * hourMs)).toBe(false);
    stock.tell(2 * hourMs, { demandWatts: -5_000, validUntil: 9 * hourMs }, 7 * hourMs);
    expect(stock.isAtWork(3 * hourMs)).toBe(true);
    expect(stock.stateOfCharge(9 * hourMs)).toBe(0);
  });
});
