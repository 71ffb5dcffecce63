import { describe, expect, it } from 'vitest';
import { signalFault } from '../../src/machines/drEvent/signalFault.ts';
import { normalisedContext, targetFault } from '../../src/machines/drEvent/targetFault.ts';
import type { EiEventSignal } from '../../src/protocol/elements/eiEventSignal.ts';
import type { EiTarget } from '../../src/protocol/elements/eiTarget.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { eiEventOf, hourMs, priceSignal } from '../support/drEventMessages.ts';

const device = { resourceID: 'battery', maxChargeWatts: 1, maxDischargeWatts: 1 };
const settings = settingsFor({ devices: [device, { ...device, resourceID: 'charger', deviceClass: 'Storage' }] });

const targetCode = (target: EiTarget, changes = {}): string | undefined =>
  targetFault(eiEventOf({ target }), 'ven-1', { ...settings, ...changes })?.responseCode;
const contextCode = (eiMarketContext: string, marketContexts: 'any' | string[]): string | undefined =>
  targetFault(eiEventOf({ descriptor: { eiMarketContext } }), 'ven-1', { ...settings, marketContexts })?.responseCode;

describe('whom an event is for', () => {
  // @row +7.17 -7.18
  it.each<[string, EiTarget]>([
    ['nobody in particular', {}],
    ['empty lists', { venID: [], resourceID: [] }],
    ['our venID', { venID: ['ven-1'] }],
    ['our venID among others', { venID: ['ven-0', 'ven-1'] }],
    ['a device of ours', { resourceID: ['charger'] }],
    ['a device of ours and somebody else’s VEN', { venID: ['ven-0'], resourceID: ['battery'] }],
    ['a device class that we have', { endDeviceAsset: ['Storage'] }],
    ['a device of ours and a class that we have not', { resourceID: ['charger'], endDeviceAsset: ['EVSE'] }],
    ['our venID and somebody else’s device', { venID: ['ven-1'], resourceID: ['nobody’s'] }],
  ])('given %s, then it is for us', (_name, target) => {
    expect(targetCode(target)).toBeUndefined();
  });

  // @row -7.17 +7.18
  it.each<[string, EiTarget]>([
    ['another VEN', { venID: ['ven-2'] }],
    ['our venID in other letters', { venID: ['VEN-1'] }],
    ['another device', { resourceID: ['Battery'] }],
    ['a group nobody put us into', { groupID: ['north'] }],
    ['somebody’s party', { partyID: ['p'] }],
  ])('given %s, then 462', (_name, target) => {
    expect(targetCode(target)).toBe('462');
  });

  // @row +7.18
  it('given a device class that none of our devices has, then 462', () => {
    const classes = [{ ...device, deviceClass: 'EVSE' }];
    expect(targetCode({ endDeviceAsset: ['Storage'] }, { devices: classes })).toBe('462');
    expect(targetCode({ endDeviceAsset: ['Storage', 'EVSE'] }, { devices: classes })).toBeUndefined();
  });

  // @row +1.10 +7.19 -7.19
  it('given a market context of ours or another, then it is for us or 462', () => {
    const ours = ['http://programme.example/TER', 'oadr://unknown.context'];
    expect(contextCode('HTTP://Programme.Example/TER', ours)).toBeUndefined();
    expect(contextCode('http://programme.example/ter', ours)).toBe('462');
    expect(contextCode('oadr://unknown.context/', ours)).toBeUndefined();
    expect(contextCode('http://elsewhere.example/', ours)).toBe('462');
    expect(contextCode('http://elsewhere.example/', 'any')).toBeUndefined();
  });

  // @row +1.10
  it.each([
    ['HTTP://Example.COM/', 'http://example.com'],
    ['http://example.com/Path?Q', 'http://example.com/Path?Q'],
    ['  oadr://x ', 'oadr://x'],
    ['no uri at all', 'no uri at all'],
  ])('compares "%s" as "%s"', (text, normalised) => {
    expect(normalisedContext(text)).toBe(normalised);
  });
});

const codeOf = (
  signals: readonly EiEventSignal[],
  more: { strict?: boolean; followDrEvents?: boolean; lengthMs?: number; target?: EiTarget } = {},
): string | undefined => {
  const { strict = false, followDrEvents = true, ...parts } = more;
  return signalFault(eiEventOf({ signals, ...parts }), { ...settings, strict, followDrEvents }, 'ven-1')?.responseCode;
};

const simple = (value: string, changes: Partial<EiEventSignal> = {}): EiEventSignal =>
  priceSignal([value], { signalName: 'SIMPLE', signalType: 'level', ...changes });
const currency = {
  element: 'currencyPerKWh',
  itemDescription: 'currencyPerKWh',
  itemUnits: 'USD',
  siScaleCode: 'none',
} as const;
const power = {
  element: 'powerReal',
  itemDescription: 'RealPower',
  itemUnits: 'W',
  siScaleCode: 'k',
  powerAttributes: { hertz: '60', voltage: '240', ac: true },
} as const;

describe('what signals are understood', () => {
  // @row -7.20 +7.31
  it.each<[string, EiEventSignal]>([
    ['SIMPLE', simple('1')],
    ['simple, as of old', simple('3', { signalName: 'simple' as never })],
    ['ELECTRICITY_PRICE with its unit', priceSignal(['0.1'], { itemBase: currency })],
    ['ELECTRICITY_PRICE without a unit, as NHEC sends it', priceSignal(['0.1'])],
    [
      'LOAD_DISPATCH in power',
      priceSignal(['5'], { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', itemBase: power }),
    ],
  ])('given %s, then it is', (_name, signal) => {
    expect(codeOf([signal])).toBeUndefined();
  });

  // @row +7.20 -7.31
  it.each<[string, EiEventSignal]>([
    ['a signal nobody knows', priceSignal(['1'], { signalName: 'x-custom' as never })],
    ['a price that is relative', priceSignal(['1'], { signalType: 'priceRelative' })],
    ['a price in watts', priceSignal(['1'], { itemBase: power })],
    ['SIMPLE that is no level', simple('1', { signalType: 'delta' })],
  ])('given %s, then 460', (_name, signal) => {
    expect(codeOf([signal])).toBe('460');
  });

  // @row +7.20 -7.33
  it('given one of two signals is not, then the event is not', () => {
    expect(codeOf([simple('1'), priceSignal(['1'], { signalName: 'x-custom' as never })])).toBe('460');
  });

  it('given no unit where one belongs, then it is refused only when strict', () => {
    expect(codeOf([priceSignal(['0.1'])], { strict: true })).toBe('460');
    expect(codeOf([priceSignal(['0.1'], { itemBase: currency })], { strict: true })).toBeUndefined();
  });

  // @row +7.22 -7.22 +7.35
  it('given device classes in the signal, then one of our devices must have one of them', () => {
    const forClass = (...endDeviceAsset: string[]) => simple('1', { eiTarget: { endDeviceAsset } });
    const stores = settingsFor({ devices: [{ ...device, deviceClass: 'Storage' }] });
    for (const either of [forClass('Storage', 'EVSE'), forClass('EVSE', 'Storage')])
      expect(signalFault(eiEventOf({ signals: [either] }), stores, 'ven-1')).toBeNull();
    const classes = settingsFor({ devices: [{ ...device, deviceClass: 'EVSE' }] });
    expect(signalFault(eiEventOf({ signals: [forClass('Storage')] }), classes, 'ven-1')?.responseCode).toBe('469');
  });

  // @row -7.35
  it('given the classes fit a device that the event itself is not for, then 469', () => {
    const two = settingsFor({
      devices: [
        { ...device, deviceClass: 'EVSE' },
        { ...device, resourceID: 'store', deviceClass: 'Storage' },
      ],
    });
    const signals = [simple('1', { eiTarget: { endDeviceAsset: ['EVSE'] } })];
    expect(signalFault(eiEventOf({ signals, target: { resourceID: ['store'] } }), two, 'ven-1')?.responseCode).toBe(
      '469',
    );
    expect(signalFault(eiEventOf({ signals, target: { resourceID: ['battery'] } }), two, 'ven-1')).toBeNull();
    expect(signalFault(eiEventOf({ signals, target: { venID: ['ven-1'] } }), two, 'ven-1')).toBeNull();
  });
});

describe('what signals make sense', () => {
  const intervals = (...uids: (string | undefined)[]) =>
    uids.map((uid) => ({
      duration: 'PT1H',
      ...(uid === undefined ? {} : { uid }),
      signalPayload: [{ payloadFloat: '0.1' }],
    }));

  // @row +7.27 -7.27
  it.each([
    [['0', '1', '2'], undefined],
    [['00', '01', '2'], undefined],
    [[undefined, undefined, undefined], undefined],
    [['1', '2', '3'], '450'],
    [['0', '2', '1'], '450'],
    [['0', '1', 'x'], '450'],
  ])('given uids %j, then %s', (uids, code) => {
    expect(codeOf([priceSignal([], { intervals: intervals(...uids) })], { lengthMs: 3 * hourMs })).toBe(code);
  });

  // @row +7.30 -7.30
  it.each([
    ['0', undefined],
    ['1.0', undefined],
    ['3', undefined],
    ['4', '454'],
    ['-1', '454'],
    ['1.5', '454'],
  ])('given SIMPLE level %s, then %s, whether the devices follow DR events or not', (level, code) => {
    for (const signalName of ['SIMPLE', 'simple'] as const)
      for (const followDrEvents of [true, false])
        expect(codeOf([simple(level, { signalName })], { followDrEvents })).toBe(code);
  });

  // @row -7.27
  it('given an interval with two values or none, then 459', () => {
    const two = [{ duration: 'PT1H', uid: '0', signalPayload: [{ payloadFloat: '1' }, { payloadFloat: '2' }] }];
    expect(codeOf([priceSignal([], { intervals: two })], { lengthMs: hourMs })).toBe('459');
    expect(codeOf([priceSignal([], { intervals: [{ duration: 'PT1H', uid: '0' }] })], { lengthMs: hourMs })).toBe(
      '459',
    );
  });

  // @row +7.24
  it('given intervals that do not fill the active period, then 459', () => {
    expect(codeOf([priceSignal(['1', '2'])], { lengthMs: 3 * hourMs })).toBe('459');
    expect(codeOf([priceSignal(['1', '2'])], { lengthMs: hourMs })).toBe('459');
  });

  // @row -7.24
  it('given an open-ended event, or one interval that lasts for the rest, then they do', () => {
    expect(codeOf([priceSignal(['1', '2'])], { lengthMs: 0 })).toBeUndefined();
    const rest = [
      { duration: 'PT1H', uid: '0', signalPayload: [{ payloadFloat: '1' }] },
      { duration: 'PT0S', uid: '1', signalPayload: [{ payloadFloat: '2' }] },
    ];
    expect(codeOf([priceSignal([], { intervals: rest })], { lengthMs: 3 * hourMs })).toBeUndefined();
  });

  // @row +7.27
  it('given starts in the intervals that contradict the durations, then only the durations count', () => {
    const odd = ['0', '1'].map((uid) => ({
      dtstart: `2026-06-10T15:00:0${uid}Z`,
      duration: 'PT1H',
      uid,
      signalPayload: [{ payloadFloat: '0.1' }],
    }));
    expect(codeOf([priceSignal([], { intervals: odd })], { lengthMs: 2 * hourMs })).toBeUndefined();
  });

  it('given one signalID for two signals, then 459 when strict', () => {
    const twins = [simple('1'), simple('2')];
    expect([codeOf(twins), codeOf(twins, { strict: true })]).toEqual([undefined, '459']);
  });
});
