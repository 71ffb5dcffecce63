import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import { ConfigurationError } from '../../src/adapters/configurationError.ts';
import { preferencesCheck } from '../../src/cli/doctor/preferencesCheck.ts';
import { initialState } from '../../src/core/state.ts';
import { dayOf } from '../../src/programme/calendar.ts';
import { deviceKindSchemas } from '../../src/shell/settings/deviceKinds.ts';
import { preferredPrices } from '../../src/shell/settings/preferredTerms.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { planQuestion } from '../../src/shell/planQuestion.ts';
import { siteProblem } from '../../src/shell/siteProblem.ts';

const root = mkdtempSync(join(tmpdir(), 'ven-preferences-'));
afterAll(() => rmSync(root, { recursive: true }));
const examples = 'docs/guides/examples';

const loaded = (parts: { readonly file?: string; readonly flags?: Record<string, unknown> }) =>
  loadConfiguration({
    environment: { XDG_DATA_HOME: root },
    flags: new Map(
      Object.entries(parts.flags ?? {}).map(([name, value]) => [name, { value, origin: `flag --${name}` }]),
    ),
    ...(parts.file === undefined ? {} : { file: parts.file }),
  });
const problemsOf = (flags: Record<string, unknown>): readonly string[] => {
  try {
    loaded({ flags });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
};
const problemOf = (parts: Parameters<typeof loaded>[0], fromAt: number, toAt: number) => {
  const settings = venSettingsOf({ ...loaded(parts).settings, vtnUrl: '' });
  return siteProblem(planQuestion({ ...initialState, settings }, { fromAt, toAt }));
};
const findings = async (parts: Parameters<typeof loaded>[0]): Promise<readonly string[]> =>
  (await preferencesCheck({ configuration: loaded(parts), now: () => 0 })).map(
    ({ verdict, finding }) => `${verdict}: ${finding}`,
  );

const at = (text: string): number => Date.parse(text);
/** A Thursday noon in New Hampshire, to the end of the next day. */
const [noon, tomorrowsEnd] = [at('2026-06-11T16:00Z'), at('2026-06-13T04:00Z')];

describe('the examples of the guide', () => {
  const files = readdirSync(examples).filter((name) => name.endsWith('.json'));

  it.each(files)('%s is a configuration, and a question can be made of it', (file) => {
    const problem = problemOf({ file: join(examples, file) }, noon, tomorrowsEnd);
    expect(problem.devices.length).toBeGreaterThan(0);
  });

  it('there is one for each kind of device that is by calculation', () => {
    const named = new Set(
      files.flatMap((file) => loaded({ file: join(examples, file) }).settings.devices.map(({ kind }) => kind)),
    );
    const simulated = deviceKindSchemas
      .map((schema) => String(schema.shape.kind.value))
      .filter((kind) => kind.startsWith('simulated'));
    expect([...named].sort()).toEqual([...simulated].sort());
  });
});

describe('preferences in the question to the planner', () => {
  it('given a battery with wishes, then each of them is in it, as instants and exact prices', () => {
    const [battery] = problemOf({ file: join(examples, 'battery.json') }, noon, tomorrowsEnd).devices;
    expect(battery).toMatchObject({
      reserve: 0.2,
      reserveSpans: [{ startAt: at('2026-06-12T22:00Z'), endAt: at('2026-06-13T12:00Z'), stateOfCharge: 0.5 }],
      cyclesPerDay: 1.5,
      leastGainUsdPerKwh: '0.03',
      wearUsdPerKwh: '0.02',
    });
  });

  it('given a car, then it is away on its trips, and its departures are those of the weekday', () => {
    const [car] = problemOf({ file: join(examples, 'ev.json') }, noon, tomorrowsEnd).devices;
    expect(car).toMatchObject({
      departures: [{ at: at('2026-06-12T11:00Z'), stateOfCharge: 0.8 }],
      trips: [
        { startAt: at('2026-06-11T11:00Z'), endAt: at('2026-06-11T21:30Z'), energyWattHours: 12_000 },
        { startAt: at('2026-06-12T11:00Z'), endAt: at('2026-06-12T21:30Z'), energyWattHours: 12_000 },
      ],
      available: [
        { startAt: at('2026-06-11T21:30Z'), endAt: at('2026-06-12T11:00Z') },
        { startAt: at('2026-06-12T21:30Z'), endAt: tomorrowsEnd },
      ],
      wearUsdPerKwh: '0.05',
    });
  });

  it('given a flexible load, then it needs what it needs by its next deadline', () => {
    const [heater] = problemOf({ file: join(examples, 'flexible-load.json') }, noon, tomorrowsEnd).devices;
    expect(heater).toMatchObject({
      kind: 'flexibleLoad',
      energyWattHours: 9_000,
      deadlineAt: at('2026-06-12T10:00Z'),
      minWatts: 1_000,
      quietTimes: [
        { startAt: at('2026-06-11T23:00Z'), endAt: at('2026-06-12T03:00Z') },
        { startAt: at('2026-06-12T23:00Z'), endAt: at('2026-06-13T03:00Z') },
      ],
    });
  });

  it('given a house behind one meter, then the forecast covers the whole time, and what one device wishes goes before what all do', () => {
    const problem = problemOf({ file: join(examples, 'meter.json') }, noon, tomorrowsEnd);
    expect(problem).toMatchObject({ moneyScope: 'site', site: { isExportForbidden: true } });
    const { forecast = [] } = problem.site;
    expect(forecast[0]).toMatchObject({ startAt: noon, loadWatts: 300, pvWatts: 3_200 });
    expect(forecast.at(-1)?.endAt).toBe(tomorrowsEnd);
    expect(problem.devices.map(({ resourceID }) => resourceID)).toEqual(['battery']);
    expect(problem.devices[0]).toMatchObject({ reserve: 0.3 });
  });

  it('given any day of the year and any local time, then a quiet time is as long as the clocks make it', () => {
    const time = fc
      .integer({ min: 0, max: 24 * 60 - 1 })
      .map((minutes) =>
        [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':'),
      );
    fc.assert(
      fc.property(fc.integer({ min: at('2026-01-01'), max: at('2026-12-31') }), time, time, (fromAt, from, to) => {
        const flags = { preferences: { quietTimes: [{ from, to }] } };
        const { endAt } = dayOf(fromAt, 'America/New_York');
        const [device] = problemOf({ flags }, fromAt, endAt).devices;
        for (const span of device?.quietTimes ?? []) {
          expect(span.endAt).toBeGreaterThan(fromAt);
          expect(span.startAt).toBeLessThan(endAt);
          expect(span.endAt - span.startAt).toBeLessThanOrEqual(25 * 3_600_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [{ fixedUsdPerKwh: 0.04 }, '0.04'],
    [{ partOfImport: 0.5, addUsdPerKwh: -0.01 }, '0.05172839'],
    [{ addUsdPerKwh: 0.1 }, '0.22345678'],
  ])('given export terms %j, then what is sold earns exactly that', (terms, exportUsdPerKwh) => {
    const span = { startAt: 0, endAt: 1, importUsdPerKwh: '0.12345678', exportUsdPerKwh: '0.12345678' };
    expect(preferredPrices([span], terms)).toEqual([{ ...span, exportUsdPerKwh }]);
    expect(preferredPrices([span], undefined)).toEqual([span]);
  });
});

describe('what is wrong is named', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ preferences: { reserve: 80 } }, 'preferences.reserve is 80, but must be a number from 0 to 1.'],
    [{ preferences: { reserv: 0.1 } }, 'there is no setting "preferences.reserv". Did you mean "reserve"?'],
    [{ site: { moneyScope: 'house' } }, 'site.moneyScope is "house", but must be device or site.'],
    [
      { preferences: { departures: [{ at: '7:00', stateOfCharge: 1 }] } },
      'preferences.departures[0].at is "7:00", but must be a local time',
    ],
    [
      { preferences: { quietTimes: [{ days: ['monday'], from: '01:00', to: '02:00' }] } },
      'preferences.quietTimes[0].days',
    ],
    [
      { preferences: { devices: { fridge: { reserve: 0.1 } } } },
      'preferences.devices names "fridge", and there is no device',
    ],
    [
      { preferences: { stateOfChargeMin: 0.9, stateOfChargeMax: 0.5 } },
      'preferences.stateOfChargeMin (0.9) must be below',
    ],
    [{ preferences: { reserve: 0.9, stateOfChargeMax: 0.5 } }, 'preferences.reserve (0.9) must not exceed'],
    [{ site: { exportPrice: {} } }, 'site.exportPrice says nothing'],
    [{ site: { exportPrice: { fixedUsdPerKwh: 1, partOfImport: 1 } } }, 'a fixed price is no part of another'],
    [
      { site: { exportForbidden: true, exportLimitWatts: 5 } },
      'site.exportForbidden forbids what site.exportLimitWatts (5) allows',
    ],
  ])('%j', (given, sentence) => {
    const problems = problemsOf(given);
    expect(problems.join('\n')).toContain(sentence);
    expect(problems).toHaveLength(1);
  });
});

describe('ven doctor', () => {
  it('says that there is nothing to sell with such a reserve, and what a price has to be', async () => {
    expect(await findings({ flags: { preferences: { reserve: 0.8, stateOfChargeMax: 0.8 } } })).toEqual([
      'warning: With a reserve of 80 % there is nothing to sell of example-device-001, which is filled to 80 % at most.',
      'good: What example-device-001 buys at $0.100 it sells from $0.131 on (losses 10 %, wear $0.020, least gain $0.000).',
    ]);
  });

  it('says that nothing can be sold where nothing may go out of a meter of its own, and that nothing charges without panels', async () => {
    const said = await findings({ flags: { site: { exportForbidden: true, chargingFromGridForbidden: true } } });
    expect(said.join('\n')).toContain('what a storage holds cannot be sold');
    expect(said.join('\n')).toContain('it will never be charged');
  });

  it('counts cycles as the plan does: of what is held between the limits, at the meter', async () => {
    const devices = [{ kind: 'simulatedEv', resourceID: 'car', capacityWattHours: 80_000, roundTripEfficiency: 0.81 }];
    const preferences = { cyclesPerDay: 1, stateOfChargeMin: 0.1, stateOfChargeMax: 0.85 };
    const flags = { devices: devices.map((each) => ({ ...each, maxDischargeWatts: 7_000 })), preferences };
    expect((await findings({ flags })).join('\n')).toContain('With 1 cycle a day car delivers 54 kWh a day at most.');
  });

  it('says that a battery which never leaves is kept full for the departures that are wished of all devices', async () => {
    const trips = [{ leaveAt: '07:00', returnAt: '17:00', energyWattHours: 5_000 }];
    const devices = [{ kind: 'simulatedBattery', resourceID: 'wall' }];
    const departures = [{ at: '07:00', stateOfCharge: 0.8 }];
    const said = async (preferences: object): Promise<string> => {
      const car = { kind: 'simulatedEv', resourceID: 'car', trips };
      return (await findings({ flags: { devices: [...devices, car], preferences } })).join('\n');
    };
    expect(await said({ departures })).toContain('warning: wall has no trips, and is kept as full for its departures');
    expect(await said({ departures })).not.toContain('car has no trips');
    expect(await said({ devices: { car: { departures } } })).not.toContain('has no trips');
  });

  it('says which levels are wished and never reached, and which need is too much for a day', async () => {
    const need = { energyWattHours: 30_000, doneBy: '06:00' };
    const devices = [
      { kind: 'simulatedEv', resourceID: 'car' },
      { kind: 'simulatedFlexibleLoad', resourceID: 'heater', maxChargeWatts: 1_000, need },
    ];
    const preferences = {
      stateOfChargeMax: 0.9,
      departures: [{ at: '07:00', stateOfCharge: 0.95 }],
      reserveTimes: [{ from: '18:00', to: '22:00', stateOfCharge: 1 }],
    };
    const said = (await findings({ flags: { devices, preferences } })).join('\n');
    expect(said).toContain('warning: car is filled to 90 % at most: its departure at 07:00, 95 %, is never met.');
    expect(said).toContain('warning: car is filled to 90 % at most: its reserve from 18:00 on, 100 %, is never met.');
    expect(said).toContain('warning: heater needs 30 kWh a day and can draw 24 kWh: its need is never met.');
  });

  it('says that a car cannot be charged in time', async () => {
    const trips = [{ leaveAt: '07:00', returnAt: '06:00', energyWattHours: 30_000 }];
    const devices = [{ kind: 'simulatedEv', resourceID: 'car', trips }];
    const preferences = {
      departures: [{ at: '07:00', stateOfCharge: 0.9 }],
      quietTimes: [{ from: '00:00', to: '00:00' }],
    };
    const said = await findings({ flags: { devices, preferences } });
    expect(said.join('\n')).toMatch(/Between 06:00 and 07:00 car takes 6\.83 kWh, and its trip used 30 kWh/);
    expect(said.join('\n')).toContain('car is to be still for 24 hours of a day');
  });
});
