import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { priceCsv, priceYear } from '../support/priceYears.ts';
import { call } from './support/call.ts';

let directory = '';
const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'backtest-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const month = priceCsv(priceYear('terLike', 3, { days: 20 }));

describe('ven backtest', () => {
  it.each([60, 80, 140])(
    'needs nothing but prices, and says in %i columns what a battery would have earned',
    async (columns) => {
      const { exitCode, stdout } = await call.in(columns)('backtest', '--prices', write('prices.csv', month));
      expect(exitCode).toBe(EXIT.success);
      expect(stdout).toMatch(/480 prices, 2025-01-01 to 2025-01-20\s\(America\/New_York\)/);
      expect(stdout).toMatch(/13\.5 kWh/);
      expect(stdout).toMatch(/The planner +\d+ +\d+\.\d % +\+\$\d+\.\d\d/);
      expect(stdout).toMatch(/Doing nothing +0 +0\.0 % +\$0\.00/);
      expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
    },
  );

  it('is one object for programs, money as exact text', async () => {
    const { stdout } = await call('backtest', '--prices', write('prices.csv', month), '--json');
    const found = JSON.parse(stdout) as Record<string, unknown>;
    expect(found).toMatchObject({ slots: 480, nothingUsd: '0.0000' });
    for (const name of ['earnedUsd', 'possibleUsd', 'wearUsd']) expect(found[name]).toMatch(/^\d+\.\d{4}$/);
    expect(Object.keys(found['scripts'] as object)).toEqual(['fourHours', 'fourHoursIfItPays', 'fixedHours']);
    expect(Number(found['cycles'])).toBeCloseTo(Number(found['throughputKilowattHours']) / 13.5, 2);
    expect(Number(found['wearUsd'])).toBeCloseTo(Number(found['throughputKilowattHours']) * 0.02, 3);
    expect(Number(found['earnedUsd'])).toBeGreaterThan(0.95 * Number(found['possibleUsd']));
  });

  it('says why a script stands above what was possible, and that prices seem to be in cents', async () => {
    const config = write(
      'reserve.json',
      JSON.stringify({
        devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }],
        preferences: { reserve: 0.8 },
      }),
    );
    const hours = Array.from({ length: 24 }, (_, hour) => `2025-01-01T${String(hour).padStart(2, '0')}:00-05:00`);
    const cents = `start,price\n${hours.map((start, hour) => `${start},${hour > 16 && hour < 21 ? 9 : 2}\n`).join('')}`;
    const { stdout, stderr } = await call('backtest', '--prices', write('cents.csv', cents), '--config', config);
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/stands? above what was possible: a script heeds no reserve/);
    expect(words).toContain('Warning: cents.csv: the middle one of its prices would be 2 USD/kWh');
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('declare the unit: --columns "time=start,priceCents=price');
  });

  it('says to people and to programs which prices are left out, and the setting that lets them in', async () => {
    // Given a month in which two hours cost more than is believed, and one less
    const lines = month.split('\n');
    for (const [line, usd] of [
      [30, '12.5'],
      [31, '11'],
      [40, '-7'],
    ] as const)
      lines[line] = lines[line]!.replace(/,[^,]*$/, `,${usd}`);
    const asked = ['backtest', '--prices', write('dear.csv', lines.join('\n')), '--to', '2025-01-04', '--json'];
    // When it is lived through
    const { stdout, stderr } = await call(...asked);
    // Then both are told how many were left out
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /dear\.csv, line 31.*: 12\.5 USD\/kWh is not between -\d+ and 10, so .* nor upon 2 others; --set plausibleUsdPerKwhMax=… changes/,
    );
    const bounds = { plausibleUsdPerKwhMin: expect.any(Number) as number, plausibleUsdPerKwhMax: 10 };
    expect(JSON.parse(stdout)).toMatchObject({ implausible: { prices: 3, ...bounds } });
    // And with that setting only the one that is too low is, and its own setting is named
    const raised = await call(...asked, '--set', 'plausibleUsdPerKwhMax=20');
    expect(JSON.parse(raised.stdout)).toMatchObject({ implausible: { prices: 1, plausibleUsdPerKwhMax: 20 } });
    expect(raised.stderr.replaceAll(/\s+/g, ' ')).toContain('--set plausibleUsdPerKwhMin=… changes');
  });

  it('says of a home, whose bill stays a bill, what is gained beyond doing nothing', async () => {
    const config = write(
      'home.json',
      JSON.stringify({
        devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }],
        site: { moneyScope: 'site', exportForbidden: true, hourlyLoadWatts: Array(24).fill(2_000) },
      }),
    );
    const { stdout } = await call(
      ...['backtest', '--prices', write('prices.csv', month), '--config', config, '--to', '2025-01-06'],
    );
    expect(stdout).toMatch(/Possible, all prices known +100\.0 % +−\$\d+\.\d\d/);
    expect(stdout).toMatch(/Doing nothing +0 +0\.0 % +−\$\d+\.\d\d/);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /The planner earns \+\$\d+\.\d\d more than doing nothing, \d+\.\d % of/,
    );
  });

  it('reckons with loads that need energy by a time, and says which devices are left out, and why', async () => {
    // Given a battery, a boiler with a need each day, and a meter that is only read
    const devices = [
      { kind: 'simulatedBattery', resourceID: 'battery' },
      { kind: 'simulatedFlexibleLoad', resourceID: 'boiler', need: { energyWattHours: 9_000, doneBy: '06:00' } },
      { kind: 'simulatedMeter', resourceID: 'house' },
    ];
    const asked = (config: object) => [
      ...['backtest', '--prices', write('prices.csv', month), '--to', '2025-01-03'],
      ...['--config', write('several.json', JSON.stringify(config))],
    ];
    // When three days are lived through, then the head says what the boiler needs, and that the meter is left out
    const { stdout } = await call(...asked({ devices }));
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/boiler: 9 kWh by 06:00 each day, with at most [\d.]+ kW; without a plan it runs at once\./);
    expect(words).toContain('Left out: house, which is only read.');
    const { stdout: json } = await call(...asked({ devices }), '--json');
    const nothing = { planner: 0, possible: 0, nothing: 0 };
    expect(JSON.parse(json)).toMatchObject({
      leftOut: ['house'],
      loads: [{ resourceID: 'boiler', needs: 3, neededKilowattHours: 27, lackedKilowattHours: nothing }],
    });
    // And of a boiler alone no script is told, for scripts move storages
    const { stdout: alone } = await call(...asked({ devices: devices.slice(1) }));
    expect(alone).toMatch(/Doing nothing +0 +0\.0 % +−\$\d+\.\d\d/);
    expect(alone).not.toMatch(/Script|full cycles/);
    // And of the meter alone there is nothing to reckon
    const { stderr } = await call(...asked({ devices: devices.slice(2) }));
    expect(stderr.replaceAll('\n', ' ')).toMatch(/No device of the configuration stores energy or needs it by a time/);
  });

  it('says what a load lacks, and why doing nothing may stand above what was possible', async () => {
    // Given a heater that is to be still in the only cheap hours, and one that needs more than it can draw
    const heater = (resourceID: string, energyWattHours: number) => ({
      ...{ kind: 'simulatedFlexibleLoad', resourceID, maxChargeWatts: 1_000 },
      need: { energyWattHours, doneBy: '12:00', minWatts: 0 },
    });
    const config = write(
      'still.json',
      JSON.stringify({
        devices: [heater('still', 4_000), heater('weak', 15_000)],
        preferences: { devices: { still: { quietTimes: [{ from: '00:00', to: '04:00' }] } } },
      }),
    );
    const hours = Array.from({ length: 24 }, (_, hour) => `2025-01-01T${String(hour).padStart(2, '0')}:00-05:00`);
    const csv = `start,price\n${hours.map((start, hour) => `${start},${hour < 4 ? 0.01 : 0.2}\n`).join('')}`;
    // When a day is lived through
    const { stdout } = await call('backtest', '--prices', write('night.csv', csv), '--config', config);
    // Then both are told
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain('“Doing nothing” stands above what was possible: without a plan no quiet time is heeded');
    expect(words).toContain(
      'weak needs 15.0 kWh and lacks, at its deadlines, 3.0 kWh by the planner, 3.0 kWh with all prices known, and 3.0 kWh without a plan; what is not drawn is not paid.',
    );
  });

  it('takes a part of the file, another zone, another hour and other devices', async () => {
    const prices = write('prices.csv', month);
    const config = write(
      'ven.json',
      JSON.stringify({
        devices: [{ kind: 'simulatedBattery', resourceID: 'small', capacityWattHours: 5_000, initialStateOfCharge: 0 }],
      }),
    );
    const { stdout } = await call(
      ...['backtest', '--prices', prices, '--config', config, '--from', '2025-01-03', '--to', '2025-01-05'],
      ...['--zone', 'America/Chicago', '--published-at', '13:00', '--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      slots: 72,
      startAt: '2025-01-03T06:00:00.000Z',
      timeZone: 'America/Chicago',
      publishedAt: '13:00',
    });
  });

  it('refuses with one sentence what it cannot rely upon', async () => {
    const prices = write('prices.csv', month);
    const perMwh = month.replace(/,(.*)$/gm, (_, price: string) =>
      price === 'price' ? ',price' : `,${Number(price) * 1_000}`,
    );
    const cases: readonly (readonly [readonly string[], RegExp, number])[] = [
      [[], /"ven backtest" needs prices: write --prices FILE\.csv/, EXIT.usage],
      [['--prices', 'nowhere.csv'], /there is no such file/, EXIT.failure],
      [
        ['--prices', write('bad.csv', month.replace(/,0\./, ',0.x'))],
        /bad\.csv, line 2, column "price": "0\.x\d+" is not a number/,
        EXIT.failure,
      ],
      [['--prices', write('mwh.csv', perMwh)], /if the prices are per MWh or in cents, declare it/, EXIT.failure],
      [['--prices', prices, '--zone', 'Mars/North'], /names no time zone/, EXIT.usage],
      [['--prices', prices, '--published-at', '25:00'], /needs a local time of day/, EXIT.usage],
      [
        ['--prices', prices, '--from', '2031-01-01'],
        /no price is stated for that time; the file has prices from 2025-01-01/,
        EXIT.failure,
      ],
    ];
    for (const [args, sentence, code] of cases) {
      const { exitCode, stderr, stdout } = await call('backtest', ...args);
      expect(stderr).toMatch(sentence);
      expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    }
  });
});
