import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HourLine } from '../../src/cli/dayTable.ts';
import { demoTimes, resourceOf } from '../../src/cli/fleet/demo/demoVens.ts';
import type { MeterWish } from '../../src/cli/fleet/demo/messages.ts';
import { meterOutside } from '../../src/cli/fleet/demo/meters.ts';
import { verdictOn } from '../../src/cli/fleet/demo/verdict.ts';
import { hoursOf } from '../../src/programme/calendar.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { childrenOf, commandLineOf } from '../support/children.ts';
import { patienceMs } from '../support/patience.ts';
import { stage } from '../support/surroundings.ts';
import { newDirectory } from '../store/support.ts';

const begun = (...args: readonly string[]) => {
  const root = newDirectory();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const given = ['--lapse', '60000', '--seed', '5', '--data', join(root, 'data')];
  const { surroundings, stdout, stderr } = stage(['fleet', 'demo', ...given, ...args]);
  return { code: main(surroundings, COMMANDS), stdout, stderr, root };
};

const demo = async (...args: readonly string[]) => {
  const { code, stdout, stderr, root } = begun(...args);
  return { code: await code, stdout: stdout(), stderr: stderr(), root };
};

const workers = () => childrenOf(process.pid).filter((pid) => commandLineOf(pid).includes('demoWorkerProcess'));

describe('a meter outside of the worker', () => {
  const minute = 60_000;

  const meter = () => {
    const asked: MeterWish[] = [];
    const clock = { now: 0 };
    const device = meterOutside(
      'a-battery',
      () => clock.now,
      (_resourceID, wish) => {
        asked.push(wish);
        return Promise.resolve(null);
      },
    );
    const tellAt = (now: number, demandWatts: number) => {
      clock.now = now;
      return device.apply({ demandWatts, validUntil: now + 60 * minute });
    };
    return { device, asked, tellAt };
  };

  it('is told again to do the same only when that is soon over', async () => {
    const { asked, tellAt } = meter();
    for (const minutes of [0, 5, 30, 50, 51, 55]) await tellAt(minutes * minute, 2_000);
    expect(asked).toEqual([0, 51].map((at) => ({ apply: { demandWatts: 2_000, validUntil: (at + 60) * minute } })));
  });

  it('is told at once to do something else, and what it did before once it was left alone', async () => {
    const { device, asked, tellAt } = meter();
    await tellAt(0, 2_000);
    await tellAt(minute, 0);
    await device.release();
    await tellAt(2 * minute, 0);
    expect(asked).toHaveLength(4);
  });
});

/** The same day on three workers and PostgreSQL, one of them killed, is lived by `npm run storms -- day`. */
describe('a day of a fleet', () => {
  it('ends with the ledger of each VEN equal to the books of the VTN', async () => {
    const { code, stdout } = await demo('--vens', '3');
    expect(stdout).toMatch(
      /ledgers of all 3 VENs are equal to the VTN’s books, hour by hour: (69|72|75) hours, none lost and none told twice, 14[147] prices, none missed/,
    );
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(180);
  });

  it.skipIf(process.platform !== 'linux')('ends with one sentence when its only worker dies', async () => {
    const { code, stdout, stderr } = begun('--vens', '3');
    await vi.waitFor(() => expect(workers()).toHaveLength(1), patienceMs);
    process.kill(workers()[0] as number, 'SIGKILL');
    expect(await code).toBe(1);
    expect(stderr()).toMatch(
      /\n.*The last worker ended by itself \(SIGKILL\): nobody runs the VENs any more, and the demo ends\.\n$/,
    );
    expect(stdout()).toBe('');
  });

  it('is not whole while an hour that the VTN has is acknowledged nowhere in the log', () => {
    const times = demoTimes(Date.UTC(2026, 5, 12));
    const starts = hoursOf(times.span);
    const lineOf = (startAt: number, delivery: string): HourLine => ({
      resourceID: resourceOf('ven-1'),
      startAt,
      local: '',
      usdPerKwh: '0.1',
      energyWattHours: 1_000,
      amountUsd: '0.1',
      delivery,
    });
    const prices = starts.map(() => '0.1');
    const hours = starts.map((startAt) => ({
      ...{ resourceID: resourceOf('ven-1'), startAt, lengthMs: 3_600_000, energyKilowattHours: '1', told: [] },
      ...{ registerKilowattHours: '1', conflictingValues: [], priceUsdPerKwh: '0.1', amountUsd: '0.1' },
    }));
    const totals = {
      ...{ energyKilowattHours: '24', registerKilowattHours: '0', amountUsd: '2.4' },
      ...{ intervals: 24, toldTwice: 0, conflicts: 0 },
    };
    const books = { bookingOf: () => ({ day: times.span.day, hours, totals }), pricesOf: () => prices };
    const verdict = (lastDelivery: string) => {
      const lines = starts.map((at, hour) => lineOf(at, hour === 23 ? lastDelivery : 'acknowledged'));
      return verdictOn([{ venID: 'ven-1', lines, nextPrices: prices }], 1, books, times);
    };
    expect(verdict('acknowledged')).toMatchObject({
      isWhole: true,
      text: expect.stringContaining(': 24 hours, none lost'),
    });
    expect(verdict('sending')).toMatchObject({ isWhole: false, text: expect.stringContaining('of 1 of 1 VEN differ') });
  });

  it('asks for a database that is the demo’s own', async () => {
    const { root, ...nowhere } = await demo('--workers', '2', '--store', join(newDirectory(), 'none.url'));
    expect(nowhere.stderr).toContain('cannot be read (ENOENT)');
    expect(nowhere.code).not.toBe(0);
    writeFileSync(join(root, 'wrong.url'), 'mysql://x', { mode: 0o600 });
    expect((await demo('--store', join(root, 'wrong.url'))).stderr).toContain('does not begin with postgres://');
  });
});
