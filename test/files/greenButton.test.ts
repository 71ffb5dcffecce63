import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daySpan, hoursOf } from '../../src/programme/calendar.ts';
import { type Decimal, decimalText, parseDecimal, shift } from '../../src/programme/decimal.ts';
import { meterFromGreenButton } from '../../src/files/greenButton/greenButton.ts';
import { timeZone } from './support/csv.ts';
import { feed, intervalEnergy, type MadeReading } from './support/greenButton.ts';

const first = Date.parse('2026-06-10T04:00Z') / 1_000;
const hour = (index: number, value: number | string, more: Partial<MadeReading> = {}): MadeReading => ({
  start: first + index * 3_600,
  value,
  ...more,
});
const read = (text: string, acceptsGaps = false) => meterFromGreenButton('meter.xml', text, timeZone, acceptsGaps);
const energies = (text: string, acceptsGaps = false) =>
  read(text, acceptsGaps).readings.map(({ energyWattHours }) => energyWattHours);

describe('a Green Button file', () => {
  it.each(['espi', 'ns0', ''])('is read by its namespace, with the prefix "%s"', (prefix) => {
    const { readings, notes } = read(
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1250), hour(1, 0)], [hour(2, 7)]] }], { prefix }),
    );
    expect(readings).toMatchObject([
      {
        device: null,
        startAt: first * 1_000,
        durationMs: 3_600_000,
        importWattHours: '1250',
        exportWattHours: '0',
        energyWattHours: '1250',
        quality: 'measured',
        source: 'interval',
      },
      { energyWattHours: '0' },
      { energyWattHours: '7' },
    ]);
    expect(notes).toEqual(['meter.xml: it states only what was drawn; delivered energy counts as none.']);
  });

  it('is scaled by its power of ten, exactly', () => {
    expect(energies(feed([{ type: intervalEnergy(4, 3), blocks: [[hour(0, 2), hour(1, -1)]] }]))).toEqual([
      '2000',
      '-1000',
    ]);
    expect(energies(feed([{ type: intervalEnergy(4, -3), blocks: [[hour(0, 1234567)]] }]))).toEqual(['1234.567']);
  });

  it('with both directions gives the net of each hour', () => {
    const drawn = { meterReading: '01', type: intervalEnergy(1), blocks: [[hour(0, 1000), hour(1, 0)]] };
    const delivered = { meterReading: '02', type: intervalEnergy(19), blocks: [[hour(0, 250), hour(1, 4000)]] };
    expect(read(feed([drawn, delivered])).readings).toMatchObject([
      { importWattHours: '1000', exportWattHours: '250', energyWattHours: '750' },
      { importWattHours: '0', exportWattHours: '4000', energyWattHours: '-4000' },
    ]);
  });

  it('has its stamps taken for the full minute where all are close to it, and as they stand where one is not', () => {
    const feedOff = (...seconds: readonly number[]) =>
      feed([
        {
          type: intervalEnergy(4),
          blocks: [seconds.map((off, at) => ({ start: first + at * 3_600 + off, duration: 3_600 - off, value: at }))],
        },
      ]);
    const { readings, notes } = read(feedOff(0, 3, -5));
    expect(readings.map(({ startAt, durationMs }) => [startAt / 1_000 - first, durationMs])).toEqual(
      [0, 3_600, 7_200].map((at) => [at, 3_600_000]),
    );
    expect(notes).toContain('meter.xml: the times are up to 5000 ms off the full minute, and are taken for it.');
    expect(read(feedOff(0, 3, 6), true).readings.map(({ startAt }) => startAt / 1_000 - first)).toEqual([
      0, 3_603, 7_206,
    ]);
  });

  it('with several usage points names them as devices', () => {
    const text = feed([
      { usagePoint: 'A1', type: intervalEnergy(4), blocks: [[hour(0, 1)]] },
      { usagePoint: 'B2', type: intervalEnergy(4), blocks: [[hour(0, 2)]] },
    ]);
    expect(read(text).readings.map(({ device, energyWattHours }) => [device, energyWattHours])).toEqual([
      ['A1', '1'],
      ['B2', '2'],
    ]);
  });

  it('of registers gives the energy between its readings', () => {
    const type = { ...intervalEnergy(1), accumulationBehaviour: 1 };
    const { readings } = read(
      feed([
        {
          type,
          blocks: [[hour(0, 1000, { duration: 0 }), hour(1, 1500, { duration: 0 }), hour(2, 1500, { duration: 0 })]],
        },
      ]),
    );
    expect(readings).toMatchObject([
      { startAt: first * 1_000, durationMs: 3_600_000, energyWattHours: '500', source: 'register' },
      { energyWattHours: '0' },
    ]);
  });

  it('tells every quality that does not vouch for its value', () => {
    const text = feed([
      {
        type: intervalEnergy(4),
        blocks: [
          [
            hour(0, 1),
            hour(1, 1, { quality: [0] }),
            hour(2, 1, { quality: [8] }),
            hour(3, 1, { quality: [17, 10] }),
            hour(4, 1, { quality: [99] }),
          ],
        ],
      },
    ]);
    expect(read(text).readings.map(({ quality, remark }) => [quality, remark])).toEqual([
      ['measured', null],
      ['measured', null],
      ['estimated', 'estimated by a reference day'],
      ['estimated', 'questionable'],
      ['estimated', 'of quality 99'],
    ]);
  });

  it('takes the quality of its type where a reading states none', () => {
    const withDefault = (code: number): string =>
      feed([
        { type: { ...intervalEnergy(4), defaultQuality: code }, blocks: [[hour(0, 1), hour(1, 1, { quality: [0] })]] },
      ]);
    expect(read(withDefault(17)).readings.map(({ quality }) => quality)).toEqual(['measured', 'measured']);
    expect(read(withDefault(8)).readings.map(({ quality }) => quality)).toEqual(['estimated', 'measured']);
  });

  it('may lead from a block to its type without a meter reading between them', () => {
    const entry = (href: string, related: string, content: string): string =>
      `<entry><link rel="self" href="${href}"/><link rel="related" href="${related}"/><content>${content}</content></entry>`;
    const type = (href: string, direction: number): string =>
      entry(
        href,
        '',
        `<ReadingType xmlns="http://naesb.org/espi"><flowDirection>${direction}</flowDirection><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType>`,
      );
    const block = (href: string, related: string, value: number): string =>
      entry(
        href,
        related,
        `<IntervalBlock xmlns="http://naesb.org/espi"><IntervalReading><timePeriod><duration>3600</duration><start>${first}</start></timePeriod><value>${value}</value></IntervalReading></IntervalBlock>`,
      );
    const text = `<feed xmlns="http://www.w3.org/2005/Atom">${type('/ReadingType/1', 1)}${type('/ReadingType/19', 19)}${block('/IntervalBlock/A', '/ReadingType/1', 900)}${block('/IntervalBlock/B', '/ReadingType/19', 250)}</feed>`;
    expect(read(text).readings).toMatchObject([
      { device: null, importWattHours: '900', exportWattHours: '250', energyWattHours: '650' },
    ]);
  });

  it('leaves out what is no energy, and says so', () => {
    const power = { meterReading: '02', type: { ...intervalEnergy(1), uom: 38 }, blocks: [[hour(0, 5)]] };
    const { readings, notes } = read(feed([{ type: intervalEnergy(4), blocks: [[hour(0, 1)]] }, power]));
    expect(readings).toHaveLength(1);
    expect(notes).toEqual([
      'meter.xml: the series "MeterReading/02" is left out: it has the uom 38 (W, which is power), and energy has the uom 72 (Wh).',
      'meter.xml: read as net = "MeterReading/01".',
    ]);
  });

  it.each([
    ['2026-11-01', 25],
    ['2026-03-08', 23],
  ])('of %s has its %i hours, for its times are UTC', (day, count) => {
    const hours = hoursOf(daySpan(day, timeZone));
    const { readings } = read(
      feed([{ type: intervalEnergy(4), blocks: [hours.map((at, index) => ({ start: at / 1_000, value: index }))] }]),
    );
    expect(readings).toHaveLength(count);
    expect(readings.map(({ startAt }) => startAt)).toEqual(hours);
  });

  it('is read alike whole and in pieces, wherever they are cut and however its values are written', () => {
    const values = fc.oneof(
      fc.integer().map(String),
      fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, fraction]) => `${whole}.${fraction}`),
      fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(String),
    );
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 400 }), (all, length) => {
        const text = feed([{ type: intervalEnergy(4, -3), blocks: [all.map((value, index) => hour(index, value))] }]);
        const bytes = Buffer.from(text.replace('Usage Feed', 'Usage Feed of Zürich'));
        const pieces = Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
          bytes.subarray(index * length, (index + 1) * length),
        );
        const inPieces = meterFromGreenButton('meter.xml', pieces, timeZone);
        expect(inPieces).toEqual(read(text));
        expect(inPieces.readings.map(({ energyWattHours }) => energyWattHours)).toEqual(
          all.map((value) => decimalText(shift(parseDecimal(value) as Decimal, -3))),
        );
      }),
    );
  });

  it('of a year of hours is read in bounded time', () => {
    const readings = Array.from({ length: 8_760 }, (_, index) => ({ start: first + index * 3_600, value: index % 7 }));
    expect(read(feed([{ type: intervalEnergy(4), blocks: [readings] }])).readings).toHaveLength(8_760);
  });
});

describe('a Green Button file is refused, in one sentence, when', () => {
  const good = feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1), hour(1, 2)]] }]);
  const withType = (changes: Readonly<Record<string, string | number>>): string =>
    feed([{ type: { ...intervalEnergy(1), ...changes }, blocks: [[hour(0, 1)]] }]);
  const without = (name: string): string => good.replace(new RegExp(`<espi:${name}>[^<]*</espi:${name}>`), '');
  const cases: readonly (readonly [name: string, text: string, sentence: string | RegExp])[] = [
    [
      'it is cut off',
      good.slice(0, good.length / 2),
      /^meter\.xml: the file is cut off at line \d+, column \d+: what was opened there is never closed/,
    ],
    [
      'it has a DOCTYPE',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1)]] }], { doctype: '<!DOCTYPE feed [<!ENTITY a "b">]>' }),
      /^meter\.xml: the file has a DOCTYPE/,
    ],
    ['it is empty', '', 'meter.xml: the file is empty.'],
    ['it is an HTML page', '<html><body>Sign in</body></html>', /^meter\.xml: the file is an HTML page/],
    [
      'it is a page in XHTML',
      '<?xml version="1.0"?>\n<!-- 503 -->\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"/>',
      /^meter\.xml: the file is an HTML page/,
    ],
    [
      'it states power alone',
      feed([{ type: { ...intervalEnergy(1), uom: 38 }, blocks: [[hour(0, 1)]] }]),
      /none of its readings is energy in Wh \(uom 72\): its ReadingType has the uom 38 \(W, which is power\)/,
    ],
    ['it is other XML', '<a/>', /has no IntervalBlock of Green Button/],
    [
      'its namespace is another',
      good.replaceAll('http://naesb.org/espi', 'http://naesb.example/espi'),
      /has no IntervalBlock of Green Button/,
    ],
    [
      'it has no power of ten',
      without('powerOfTenMultiplier'),
      /has no powerOfTenMultiplier, so it is not known whether its values are Wh or kWh/,
    ],
    [
      'its power of ten is none',
      withType({ powerOfTenMultiplier: 'kilo' }),
      /the powerOfTenMultiplier "kilo" is no power of ten/,
    ],
    [
      'it has no direction',
      without('flowDirection'),
      /has no flowDirection, so it is not known whether its energy was drawn or delivered/,
    ],
    ['its direction is another', withType({ flowDirection: 2 }), /the flowDirection 2 of a ReadingType is neither/],
    ['its values are averages', withType({ accumulationBehaviour: 12 }), /the accumulationBehaviour 12/],
    ['none of it is energy', withType({ uom: 38 }), /none of its readings is energy in Wh/],
    [
      'a value is missing',
      good.replace('<espi:value>2</espi:value>', ''),
      /reading 2 has the value "", which is no number/,
    ],
    [
      'a value is no number',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, '1,5')]] }]),
      /reading 1 has the value "1,5"/,
    ],
    [
      'a time is no time',
      good.replace(`<espi:start>${first + 3_600}</espi:start>`, '<espi:start>2026-06-10T05:00Z</espi:start>'),
      /reading 2 has the start "2026-06-10T05:00Z", which is no number of seconds/,
    ],
    [
      'energy that only flows one way is negative',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, -1)]] }]),
      /reading 1 is negative/,
    ],
    [
      'a reading is repeated with another value',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1), hour(0, 2)]] }]),
      /stands here again/,
    ],
    [
      'there is a gap',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1), hour(3, 1)]] }]),
      /nothing is stated from 2026-06-10 01:00 -04:00 to 2026-06-10 03:00 -04:00; add --accept-gaps/,
    ],
    [
      'one direction leaves out an hour of the other',
      feed([
        { type: intervalEnergy(1), blocks: [[hour(0, 1), hour(1, 1), hour(2, 1)]] },
        { meterReading: '02', type: intervalEnergy(19), blocks: [[hour(0, 0), hour(2, 1)]] },
      ]),
      /nothing is stated from 2026-06-10 01:00/,
    ],
    [
      'intervals have no length',
      feed([{ type: intervalEnergy(1), blocks: [[hour(0, 1, { duration: 0 })]] }]),
      /reading 1 has the duration 0, so that its energy belongs to no time/,
    ],
    [
      'a register went backwards',
      feed([
        {
          type: { ...intervalEnergy(1), accumulationBehaviour: 1 },
          blocks: [[hour(0, 9, { duration: 0 }), hour(1, 3, { duration: 0 })]],
        },
      ]),
      /the register went backwards, from 9 Wh in reading 1 to 3 Wh in reading 2/,
    ],
  ];

  it.each(cases)('%s', (_name, text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
    expect(() => read(text)).toThrow(/^[^\n]*\.$/);
  });
});
