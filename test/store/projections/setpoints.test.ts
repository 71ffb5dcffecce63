import { describe, expect, it } from 'vitest';
import {
  appliedKept,
  lastPlanPosition,
  ordersOf,
  setpointsProjection,
} from '../../../src/store/projections/setpoints.ts';
import { hourMs, meterRead, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const at = (hour: number): number => start + hour * hourMs;
const setpoints = setpointsProjection();
const requested = (hour: number, demandWatts: number): Told => [
  at(hour),
  'SetpointRequested',
  { resourceID: 'battery', demandWatts, validUntil: at(hour + 1) },
];
const applied = (hour: number, demandWatts: number): Told => [
  at(hour) + 5,
  'SetpointApplied',
  { resourceID: 'battery', demandWatts },
];

describe('what a device is to do', () => {
  it('is its plan, what was asked of it, and what it obeys until when', () => {
    const plan: Told = [
      at(0),
      'PlanMade',
      {
        basis: 'fixed schedule',
        devices: [{ resourceID: 'battery', slots: [{ startAt: at(0), endAt: at(1), demandWatts: 5_000 }] }],
      },
    ];
    const state = throughJson(told(setpoints, [plan, requested(0, 5_000), applied(0, 5_000)]));
    expect(ordersOf(state, 'battery')).toMatchObject({
      plan: { basis: 'fixed schedule', madeAt: at(0), position: 0 },
      requested: { demandWatts: 5_000, requestedAt: at(0) },
      applied: [{ appliedAt: at(0) + 5, demandWatts: 5_000, validUntil: at(1) }],
      failed: null,
    });
  });

  it('is known of each of many devices, with the plan that they share', () => {
    const names = Array.from({ length: 40 }, (_, number) => `battery-${number}`);
    const devices = names.map((resourceID, number) => ({
      resourceID,
      slots: [{ startAt: at(0), endAt: at(1), demandWatts: number }],
    }));
    const state = throughJson(told(setpoints, [requested(0, 1), [at(0), 'PlanMade', { basis: 'prices', devices }]]));
    expect(names.map((name) => ordersOf(state, name).plan?.slots[0]?.demandWatts)).toEqual(
      names.map((_, place) => place),
    );
    expect(lastPlanPosition(state)).toBe(1);
    expect(lastPlanPosition(setpoints.initial)).toBeNull();
  });

  it('that failed says why until a setpoint is applied again', () => {
    const failed: Told = [
      at(0) + 5,
      'SetpointFailed',
      { resourceID: 'battery', demandWatts: 5_000, detail: 'no answer' },
    ];
    expect(ordersOf(told(setpoints, [requested(0, 5_000), failed]), 'battery')).toMatchObject({
      failed: { detail: 'no answer' },
      applied: [],
    });
    expect(
      ordersOf(told(setpoints, [requested(0, 5_000), failed, requested(1, 0), applied(1, 0)]), 'battery').failed,
    ).toBeNull();
  });

  it('is remembered from its last reading on, so that a device can be taken up from there', () => {
    const facts = [
      requested(0, 1),
      applied(0, 1),
      requested(1, 2),
      applied(1, 2),
      requested(2, 3),
      applied(2, 3),
      meterRead(at(2), 9),
    ];
    expect(ordersOf(told(setpoints, facts), 'battery').applied.map(({ demandWatts }) => demandWatts)).toEqual([2, 3]);
  });

  it('does not grow when the device is never read', () => {
    const facts = Array.from({ length: appliedKept + 50 }, (_, hour) => [
      requested(hour, hour),
      applied(hour, hour),
    ]).flat();
    expect(ordersOf(told(setpoints, facts), 'battery').applied).toHaveLength(appliedKept);
  });

  it('ignores an outcome that nobody asked for', () => {
    expect(told(setpoints, [applied(0, 7)])).toBe(setpoints.initial);
    expect(ordersOf(setpoints.initial, 'constructor').applied).toEqual([]);
  });
});
