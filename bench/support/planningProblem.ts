import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import { hourMs } from '../../src/programme/calendar.ts';

/** How large a problem is, and which of its kind. */
export interface ProblemSize {
  readonly slots: number;
  readonly devices: number;
  readonly seed: number;
}

const dayMs = 24 * hourMs;
const beginning = Date.parse('2026-06-01T04:00:00Z');

/** Numbers from 0 to 1, the same for the same seed. */
const numbers = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A made day like those of the programme: a dear evening, a cheap night; batteries of several makings behind one connection. */
export const planningProblem = ({ slots, devices, seed }: ProblemSize): PlanningProblem => {
  const random = numbers(seed);
  const lengthMs = dayMs / slots;
  const peakHour = 17 + Math.floor(random() * 3);
  const prices = Array.from({ length: slots }, (_none, slot) => {
    const hour = Math.floor((slot * lengthMs) / hourMs);
    const usd = 0.05 + 0.03 * Math.sin((hour - 9) / 4) + 0.01 * random() + (hour === peakHour ? 1.2 : 0);
    const startAt = beginning + slot * lengthMs;
    return { startAt, endAt: startAt + lengthMs, importUsdPerKwh: usd.toFixed(5), exportUsdPerKwh: usd.toFixed(5) };
  });
  return {
    fromAt: beginning,
    toAt: beginning + dayMs,
    timeZone: 'America/New_York',
    moneyScope: 'device',
    site: devices === 1 ? {} : { importLimitWatts: 3_000 * devices, exportLimitWatts: 4_000 * devices },
    prices,
    devices: Array.from({ length: devices }, (_none, index) => ({
      kind: 'storage' as const,
      resourceID: `battery-${index}`,
      capacityWattHours: 10_000 + Math.round(random() * 10_000),
      chargeEfficiency: 0.94 + 0.02 * random(),
      dischargeEfficiency: 0.94 + 0.02 * random(),
      maxChargeWatts: 5_000,
      maxDischargeWatts: 5_000,
      stateOfCharge: 0.2 + 0.6 * random(),
      reserve: 0.2,
      wearUsdPerKwh: '0.02',
    })),
    overrides: [],
    constraints: [],
  };
};
