import { describe, expect, it } from 'vitest';
import type { DeviceSettings } from '../../src/facts/settings.ts';
import { firstChange, loadCommandsOf, type LoadCommand } from '../../src/machines/drEvent/loadCommands.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

const device = (
  resourceID: string,
  maxChargeWatts: number,
  maxDischargeWatts: number,
  more: Partial<DeviceSettings> = {},
): DeviceSettings => ({
  resourceID,
  maxChargeWatts,
  maxDischargeWatts,
  ...more,
});
const devices = [
  device('battery', 4_000, 6_000, { deviceClass: 'Storage' }),
  device('car', 8_000, 0, { deviceClass: 'EVSE' }),
  device('house', 24_000, 24_000, { isReadOnly: true }),
];

type Signal = Parameters<typeof priceSignal>[1];

const commands = (
  values: readonly string[],
  signal: Signal,
  {
    settings = {},
    ...more
  }: { readonly settings?: object; readonly endAt?: number | null; readonly event?: object } = {},
) => {
  const { eiEvent } = oadrEventOf({ signals: [priceSignal(values, signal)], ...more.event });
  const endAt = more.endAt === undefined ? noon + values.length * hourMs : more.endAt;
  return loadCommandsOf({ event: eiEvent, startAt: noon, endAt }, settingsFor({ devices, ...settings }), 'our-ven').map(
    ({ eventID: _eventID, ...command }) => command,
  );
};
const first = { startAt: noon, endAt: noon + hourMs };
const second = { startAt: noon + hourMs, endAt: noon + 2 * hourMs };
const kilowatts = (scale: 'k' | 'none') => ({
  itemBase: { element: 'powerReal', itemDescription: 'RealPower', itemUnits: 'W', siScaleCode: scale } as const,
});

describe('what a signal asks of the devices', () => {
  it('given SIMPLE, then each device that can be told anything has the level, interval by interval', () => {
    expect(commands(['1', '3'], { signalName: 'SIMPLE', signalType: 'level' })).toEqual([
      { kind: 'level', level: 1, resourceID: 'battery', ...first },
      { kind: 'level', level: 1, resourceID: 'car', ...first },
      { kind: 'level', level: 3, resourceID: 'battery', ...second },
      { kind: 'level', level: 3, resourceID: 'car', ...second },
    ]);
  });

  it.each([
    ['6 kW by their greatest charge', ['6'], kilowatts('k'), [2_000, 4_000]],
    ['-3 kW to those that can deliver', ['-3'], kilowatts('k'), [-3_000, 0]],
    ['watts', ['600'], kilowatts('none'), [200, 400]],
    ['kW where no unit is said', ['6'], {}, [2_000, 4_000]],
  ])('given LOAD_DISPATCH, then the devices share %s', (_, values, unit, watts) => {
    const found = commands(values, { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', ...unit });
    expect(found.map((each) => ('atMostWatts' in each ? each.atMostWatts : null))).toEqual(watts);
    expect(found.every((each) => 'atMostWatts' in each && each.atLeastWatts === each.atMostWatts)).toBe(true);
  });

  it('given LOAD_DISPATCH where one meter is billed, then it is the power of the site', () => {
    const found = commands(
      ['6'],
      { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', ...kilowatts('k') },
      { settings: { site: { moneyScope: 'site' } } },
    );
    expect(found).toEqual([{ kind: 'power', atLeastWatts: 6_000, atMostWatts: 6_000, ...first }]);
  });

  it.each([
    ['x-loadControlSetpoint', '2', { atLeastWatts: 2_000, atMostWatts: 2_000 }],
    ['x-loadControlCapacity', '0.25', { atMostWatts: 1_000 }],
    ['x-loadControlPercentOffset', '-50', { atMostWatts: 2_000 }],
    ['x-loadControlPercentOffset', '-150', { atMostWatts: 0 }],
    ['x-loadControlLevelOffset', '-2', { kind: 'level', level: 2 }],
  ] as const)('given LOAD_CONTROL/%s %s, then it is asked of each device', (signalType, value, asked) => {
    const [battery, car] = commands([value], { signalName: 'LOAD_CONTROL', signalType });
    expect(battery).toMatchObject({ resourceID: 'battery', ...asked });
    expect(car).toMatchObject({ resourceID: 'car' });
  });

  it.each(['x-loadControlPercentOffset', 'x-loadControlLevelOffset'] as const)(
    'given LOAD_CONTROL/%s that is not negative, then nothing is asked',
    (signalType) => {
      expect(commands(['1'], { signalName: 'LOAD_CONTROL', signalType })).toEqual([]);
    },
  );

  it('given a class of devices in the signal, then the others are not asked', () => {
    const signal = { signalName: 'SIMPLE', signalType: 'level', eiTarget: { endDeviceAsset: ['EVSE'] } } as const;
    expect(commands(['2'], signal).map(({ resourceID }) => resourceID)).toEqual(['car']);
  });

  it('given an open end, then it is asked until further notice; given a test event, not at all', () => {
    const simple = { signalName: 'SIMPLE', signalType: 'level' } as const;
    const open = priceSignal(['2'], simple);
    const endless = { ...open, intervals: open.intervals.map((each) => ({ ...each, duration: 'PT0S' })) };
    const { eiEvent } = oadrEventOf({ signals: [endless] });
    const found = loadCommandsOf({ event: eiEvent, startAt: noon, endAt: null }, settingsFor({ devices }), 'our-ven');
    expect(found.map(({ endAt }) => endAt)).toEqual([null, null]);
    const test = { ...eiEvent, eventDescriptor: { ...eiEvent.eventDescriptor, testEvent: 'true' } };
    expect(loadCommandsOf({ event: test, startAt: noon, endAt: null }, settingsFor({ devices }), 'our-ven')).toEqual(
      [],
    );
  });
});

describe('what is asked otherwise than it was', () => {
  const level = (resourceID: string, startAt: number, asked: 1 | 2): LoadCommand => ({
    eventID: 'evening',
    resourceID,
    startAt,
    endAt: startAt + hourMs,
    kind: 'level',
    level: asked,
  });
  const asked = [level('battery', noon, 1), level('charger', noon + hourMs, 2)];

  it('is nothing where the same is asked, in whatever order, and begins with the first command that differs', () => {
    expect(firstChange(asked, [...asked].reverse(), noon)).toBeNull();
    expect(firstChange(asked, structuredClone(asked), noon)).toBeNull();
    expect(firstChange(asked, [level('battery', noon, 1), level('charger', noon + hourMs, 1)], noon)).toBe(
      noon + hourMs,
    );
    expect(firstChange(asked, [...asked, level('heater', noon + 2 * hourMs, 1)], noon)).toBe(noon + 2 * hourMs);
    expect(firstChange(asked, [], noon)).toBe(noon);
  });

  it('is nothing of what is over', () => {
    expect(firstChange(asked, asked.slice(1), noon + hourMs)).toBeNull();
    expect(firstChange(asked, asked.slice(1), noon + 1)).toBe(noon + 1);
  });
});
