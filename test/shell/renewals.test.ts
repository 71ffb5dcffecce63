/** A setpoint is told for a short while and told again; what is not wanted any more is not. */
import { initialState } from '../../src/core/state.ts';
import { describe, expect, it } from 'vitest';
import type { SetpointRequested } from '../../src/facts/planning.ts';
import type { Arrival } from '../../src/shell/arrival.ts';
import type { Device, Ports } from '../../src/shell/ports.ts';
import { Renewals } from '../../src/shell/renewals.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const minuteMs = 60_000;
const startAt = Date.parse('2026-06-10T14:00:00Z');

const setpoint = (given: Partial<SetpointRequested> = {}): SetpointRequested => ({
  setpointID: 'setpoint-1',
  resourceID: 'battery',
  demandWatts: -2_000,
  validUntil: startAt + 60 * minuteMs,
  renewedForMs: 10 * minuteMs,
  ...given,
});

const room = (apply?: Device['apply']) => {
  const time = new VirtualTime(startAt);
  const told: { readonly afterMinutes: number; readonly forMinutes: number }[] = [];
  const arrivals: Arrival[] = [];
  const device: Pick<Device, 'apply'> = {
    apply: async (given) => {
      told.push({
        afterMinutes: (time.now() - startAt) / minuteMs,
        forMinutes: (given.validUntil - time.now()) / minuteMs,
      });
      await apply?.(given);
    },
  };
  const ports: Pick<Ports, 'clock' | 'alarms' | 'devices'> = {
    clock: time,
    alarms: time,
    devices: new Map([['battery', device as Device]]),
  };
  const renewals = new Renewals(
    ports as Ports,
    () => initialState,
    (arrival) => void arrivals.push(arrival),
  );
  const begin = (given: SetpointRequested): void => {
    renewals.supersede(given);
    renewals.begin(given);
  };
  const inputs = () => arrivals.map(({ input }) => input);
  return { time, told, renewals, begin, inputs };
};

describe('a setpoint that was taken', () => {
  it('given it was told for long, then it is told again each five minutes all the same, so that it is seen whether it follows', async () => {
    const { time, told, begin } = room();
    begin(setpoint({ validUntil: startAt + 17 * minuteMs, renewedForMs: 60 * minuteMs }));
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toEqual([
      { afterMinutes: 5, forMinutes: 12 },
      { afterMinutes: 10, forMinutes: 7 },
      { afterMinutes: 15, forMinutes: 2 },
    ]);
  });

  it('is told again at half of its validity, never beyond its end, and its renewals are counted in one fact', async () => {
    const { time, told, begin, inputs } = room();
    begin(setpoint({ validUntil: startAt + 22 * minuteMs }));
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toEqual([
      { afterMinutes: 5, forMinutes: 10 },
      { afterMinutes: 10, forMinutes: 10 },
      { afterMinutes: 15, forMinutes: 7 },
    ]);
    expect(inputs()).toEqual([
      {
        type: 'SetpointRenewalsSummarised',
        data: {
          setpointID: 'setpoint-1',
          resourceID: 'battery',
          count: 3,
          firstAt: startAt + 5 * minuteMs,
          lastAt: startAt + 15 * minuteMs,
        },
      },
    ]);
  });

  it('is not told again once something else is wanted, and what was counted is written', async () => {
    const { time, told, begin, renewals, inputs } = room();
    begin(setpoint());
    await time.runTo(startAt + 6 * minuteMs);
    renewals.supersede({ resourceID: 'battery', setpointID: 'setpoint-2' });
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toHaveLength(1);
    expect(inputs()).toMatchObject([{ type: 'SetpointRenewalsSummarised', data: { count: 1 } }]);
  });

  it('is not told again when it was taken after something else was wanted', async () => {
    const { time, told, renewals } = room();
    renewals.supersede(setpoint());
    renewals.supersede({ resourceID: 'battery', setpointID: 'setpoint-2' });
    renewals.begin(setpoint());
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toEqual([]);
  });

  it('is not told again after the end of the run', async () => {
    const { time, told, begin, renewals } = room();
    begin(setpoint());
    renewals.close();
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toEqual([]);
  });
});

describe('a renewal that fails', () => {
  it.each([
    ['rejects', () => Promise.reject(new Error('it is on fire')), 'it is on fire'],
    ['never answers', () => new Promise<never>(() => undefined), 'there was no answer within'],
  ] as const)('because the device %s is told at once, and ends the renewals', async (_how, apply, words) => {
    const { time, told, begin, inputs } = room(apply);
    begin(setpoint());
    await time.runTo(startAt + 60 * minuteMs);
    expect(told).toHaveLength(1);
    expect(inputs()).toMatchObject([
      { type: 'SetpointFailed', data: { setpointID: 'setpoint-1', detail: expect.stringContaining(words) } },
    ]);
  });
});
