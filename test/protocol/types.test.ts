import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDateTime, parseDateTime } from '../../src/protocol/types/dateTime.ts';
import { durationMs, formatDurationMs, parseDuration } from '../../src/protocol/types/duration.ts';
import { siScaleCodes } from '../../src/protocol/types/enumerations.ts';
import {
  inBaseUnit,
  inScale,
  scaleExponents,
  scaleOfExponent,
  shiftDecimal,
  wattHours,
} from '../../src/protocol/types/quantity.ts';
import { isAccepted, responseCodes } from '../../src/protocol/types/responseCode.ts';
import { currencyPerKWh, energyReal, powerReal, unitOf } from '../../src/protocol/elements/unitOf.ts';
import { signalValue } from '../../src/protocol/elements/interval.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const at = (text: string): number => Date.parse(text);

describe('durations', () => {
  // @row +1.18
  it.each([
    ['PT0S', 0],
    ['P', 0],
    ['PT', 0],
    ['P0D', 0],
    ['PT0M', 0],
    ['P0Y0M0DT0H0M0S', 0],
    ['PT1H', hour],
    ['P1H', hour],
    ['PT90M', 90 * minute],
    ['PT120M', 2 * hour],
    ['P0Y0M0DT2H0M0S', 2 * hour],
    ['P1D', day],
    ['P1DT2H', 26 * hour],
    ['P1W', 7 * day],
    ['1W', 7 * day],
    ['PT0.5S', 500],
    ['PT1,5H', 90 * minute],
    ['-PT5M', -5 * minute],
    ['+PT5M', 5 * minute],
    ['PT1M', minute],
  ])('%s lasts %i ms', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });

  // @row -1.18
  it.each([
    '',
    'PTS',
    'P1',
    '1H',
    'PT1X',
    'PT1H1H',
    'PT1M1H',
    'P-1D',
    ' PT1H',
    'PT1H ',
    'P1Y1W1Y',
    'P0.5Y',
    'PT١H',
    'PT99999999999999999999S',
    'P99999Y',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(() => durationMs(text)).toThrow(RangeError);
  });

  // @row +1.18
  it.each([
    ['P1M', '2026-01-31T04:00:00Z', '2026-02-28T04:00:00Z'],
    ['P1M', '2028-01-31T04:00:00Z', '2028-02-29T04:00:00Z'],
    ['P1Y', '2028-02-29T00:00:00Z', '2029-02-28T00:00:00Z'],
    ['P1M', '0001-01-31T00:00:00Z', '0001-02-28T00:00:00Z'],
    ['P1Y2M3DT4H5M6S', '2026-01-01T00:00:00Z', '2027-03-04T04:05:06Z'],
    ['-P1M', '2026-03-31T12:00:00Z', '2026-02-28T12:00:00Z'],
    ['P11M', '2026-02-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ])('%s from %s ends at %s, by the calendar', (text, from, to) => {
    expect(at(from) + durationMs(text, at(from))).toBe(at(to));
  });

  it('a month without a beginning is January', () => {
    expect(durationMs('P1M')).toBe(31 * day);
  });

  // @row +1.15
  it.each([
    [0, 'PT0S'],
    [999, 'PT0S'],
    [-999, 'PT0S'],
    [1000, 'PT1S'],
    [1999, 'PT1S'],
    [hour, 'PT1H'],
    [90 * minute, 'PT1H30M'],
    [day, 'P1D'],
    [25 * hour + 61_000, 'P1DT1H1M1S'],
    [-5 * minute, '-PT5M'],
  ])('%i ms are written %s', (lengthMs, expected) => {
    expect(formatDurationMs(lengthMs)).toBe(expected);
  });

  // @row -1.15
  it('no number that is none is written', () => {
    expect(() => formatDurationMs(Number.NaN)).toThrow(RangeError);
    expect(() => formatDurationMs(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it('what is written is read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (seconds) => {
        expect(durationMs(formatDurationMs(seconds * 1000))).toBe(seconds === 0 ? 0 : seconds * 1000);
      }),
      { seed: 1 },
    );
  });
});

describe('instants', () => {
  // @row +1.16
  it.each([
    ['2026-01-31T04:00:00Z', '2026-01-31T04:00:00.000Z'],
    ['2026-01-31T04:00:00', '2026-01-31T04:00:00.000Z'],
    ['2026-01-31T04:00:00.1Z', '2026-01-31T04:00:00.100Z'],
    ['2026-01-31T04:00:00.123456789Z', '2026-01-31T04:00:00.123Z'],
    ['2026-01-31T24:00:00Z', '2026-02-01T00:00:00.000Z'],
    ['2026-12-31T24:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2026-01-31T00:00:00-04:00', '2026-01-31T04:00:00.000Z'],
    ['2026-01-31T00:00:00+0530', '2026-01-30T18:30:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseDateTime(text) ?? Number.NaN).toISOString()).toBe(expected);
  });

  // @row -1.16
  it.each([
    '',
    '2026-01-31',
    '2026-01-31 04:00:00Z',
    '2026-1-31T04:00:00Z',
    '2026-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T24:00:01Z',
    '2026-01-31T24:00:00.5Z',
    '2026-01-31T00:60:00Z',
    '2026-01-31T00:00:60Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T24:00:00Z',
    '2026-01-31T00:00:00+15:00',
    '2026-01-31T00:00:00.Z',
    '-2026-01-31T00:00:00Z',
    '2026-01-31T04:00:00z',
    'now',
  ])('%j is none', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  // @row +1.15
  it('is written in whole seconds, never rounded up', () => {
    expect(formatDateTime(at('2026-01-31T04:00:00.999Z'))).toBe('2026-01-31T04:00:00Z');
    expect(formatDateTime(-1)).toBe('1969-12-31T23:59:59Z');
    expect(() => formatDateTime(Number.NaN)).toThrow(RangeError);
    expect(() => formatDateTime(1e15)).toThrow(RangeError);
  });

  it('what is written is read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
        expect(parseDateTime(formatDateTime(seconds * 1000))).toBe(seconds * 1000);
      }),
      { seed: 1 },
    );
  });
});

describe('quantities', () => {
  it.each([
    ['1.5', 'k', '1500'],
    ['0.10', 'none', '0.1'],
    ['2', 'M', '2000000'],
    ['1234', 'm', '1.234'],
    ['-0.5', 'k', '-500'],
    ['1e3', 'k', '1000000'],
    ['1E-3', 'none', '0.001'],
    ['.5', 'c', '0.005'],
    ['007', 'none', '7'],
    ['-0', 'k', '0'],
    ['0.1', 'p', '0.0000000000001'],
    ['12345678901234567890.123456789', 'k', '12345678901234567890123.456789'],
  ] as const)('%s with scale %s is %s of the unit', (value, scale, expected) => {
    expect(inBaseUnit(value, scale)).toBe(expected);
    expect(wattHours(value, scale)).toBe(expected);
  });

  it('there and back again no digit is lost', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.constantFrom(...siScaleCodes),
        (value, scale) => {
          expect(inScale(inBaseUnit(value.toString(), scale), scale)).toBe(value.toString());
        },
      ),
      { seed: 1 },
    );
  });

  it('every scale has its power of ten, and every power its scale', () => {
    for (const scale of siScaleCodes) expect(scaleOfExponent(scaleExponents[scale])).toBe(scale);
    expect(scaleOfExponent(2)).toBeUndefined();
  });

  it('what is no number is not shifted', () => {
    for (const text of ['', 'NaN', '1,5', '1e', '0x1', '1e99999'])
      expect(() => shiftDecimal(text, 1)).toThrow(RangeError);
  });

  it('units go both ways', () => {
    expect(unitOf(energyReal('k'))).toEqual({ quantity: 'energyReal', units: 'Wh', siScaleCode: 'k' });
    expect(unitOf(powerReal('none', { hertz: '60', voltage: '120', ac: true }))).toEqual({
      quantity: 'powerReal',
      units: 'W',
      siScaleCode: 'none',
    });
    expect(unitOf(currencyPerKWh('USD'))).toEqual({ quantity: 'currencyPerKWh', units: 'USD', siScaleCode: 'none' });
    expect(
      unitOf({ element: 'pulseCount', itemDescription: 'pulse count', itemUnits: 'count', pulseFactor: '0.01' }),
    ).toEqual({ quantity: 'pulseCount', units: 'count', siScaleCode: 'none' });
    expect(unitOf({ element: 'oadrGBDataDescription', feed: { name: 'feed' } })).toBeUndefined();
  });
});

describe('the value of a signal’s interval', () => {
  it('is there only when there is exactly one number', () => {
    expect(signalValue({ signalPayload: [{ payloadFloat: '0.12' }] })).toBe('0.12');
    expect(signalValue({ signalPayload: [{ payloadFloat: '0.12' }, { payloadFloat: '0.13' }] })).toBeUndefined();
    expect(
      signalValue({ signalPayload: [{ oadrPayloadResourceStatus: { oadrOnline: true, oadrManualOverride: false } }] }),
    ).toBeUndefined();
    expect(signalValue({})).toBeUndefined();
  });
});

describe('response codes', () => {
  it('say by their first digit whether all is well', () => {
    expect(isAccepted(responseCodes.ok)).toBe(true);
    expect(isAccepted('299')).toBe(true);
    for (const code of Object.values(responseCodes).filter((known) => known !== '200'))
      expect(isAccepted(code)).toBe(false);
  });
});
