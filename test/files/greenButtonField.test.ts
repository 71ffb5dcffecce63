import { describe, expect, it } from 'vitest';
import { type Layout, layoutOfText, noLayout } from '../../src/files/layout.ts';
import { meterFromGreenButton } from '../../src/files/greenButton/greenButton.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { timeZone } from './support/csv.ts';
import { itOf } from './support/field.ts';
import { feed, intervalEnergy, type MadeReading, type MadeSeries } from './support/greenButton.ts';

const read = (text: string, columns?: string, acceptsGaps = false): MeterFile => {
  const layout: Layout = columns === undefined ? noLayout : layoutOfText(columns);
  return meterFromGreenButton('meter.xml', text, timeZone, acceptsGaps, layout);
};
const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);
const truth = ['1324', '-1676', '324', '-2676'];

const itIs = (name: string, says: string, test: (text: string) => void): void => itOf('green-button', name, says, test);

describe('a Green Button file from the field', () => {
  itIs('ok-both.xml', 'is read in both directions', (text) => {
    expect(net(read(text))).toEqual(truth);
    expect(read(text).readings[0]).toMatchObject({ importWattHours: '2373', exportWattHours: '1049' });
  });

  itIs('f2-two-net-series-one-usage-point.xml', 'names both series, and one can be chosen', (text) => {
    expect(() => read(text)).toThrow(
      /^meter\.xml: two series state the net from 2026-10-31 00:00 -04:00, and not alike: "MeterReading\/1" and "MeterReading\/2"; choose one with --columns "meter:net=MeterReading\/1"\.$/,
    );
    const chosen = read(text, 'net=MeterReading/1');
    expect(net(chosen)).toEqual(truth);
    expect(chosen.notes.join('\n')).toContain('the series "MeterReading/2" is left out: it was not declared');
  });

  itIs('f2b-two-forward-series.xml', 'names both series, and one can be chosen', (text) => {
    expect(() => read(text)).toThrow(/two series state what was drawn .*"MeterReading\/1" and "MeterReading\/2"/);
    expect(net(read(text, 'import=MeterReading/1,export=MeterReading/3'))).toEqual(truth);
  });

  itIs('f4-no-flow-direction.xml', 'can be declared', (text) => {
    expect(() => read(text)).toThrow(/has no flowDirection, .*declare what it is, as in --columns "meter:import=/);
    expect(net(read(text, 'net=MeterReading/1'))).toEqual(truth);
    expect(net(read(text, 'exportNet=MeterReading/1'))).toEqual(['-1324', '1676', '-324', '2676']);
  });

  itIs('f5-month-as-one-interval.xml', 'is refused, as a CSV file is', (text) => {
    expect(() => read(text)).toThrow('meter.xml: an interval of more than a day says nothing of its hours.');
  });

  itIs('f6-local-time-as-utc.xml', 'is told, and read right where that is declared', (text) => {
    expect(read(text).notes.join('\n')).toMatch(/begin at midnight of UTC.*--columns "meter:times=local"/);
    const declared = read(text, 'times=local');
    expect(declared.readings[0]?.startAt).toBe(Date.parse('2026-10-31T04:00Z'));
    expect(declared.notes).toEqual([]);
  });

  itIs('f10-15min-in-hourly-out.xml', 'is read at the hour', (text) => {
    const meter = read(text);
    expect(net(meter)).toEqual(truth);
    expect(meter.readings.map(({ durationMs }) => durationMs)).toEqual([3_600_000, 3_600_000, 3_600_000, 3_600_000]);
    expect(meter.notes.join('\n')).toContain('4 intervals are read at the longer one');
  });

  itIs('f11-net-half-day-then-both.xml', 'is read where it is stated, all of it', (text) => {
    const meter = read(text);
    expect(meter.readings).toHaveLength(4);
    expect(net(meter)).toEqual(truth);
  });

  itIs('f12-negative-in-forward.xml', 'can be declared as net', (text) => {
    expect(() => read(text)).toThrow(/reading 2 is negative, .*--columns "meter:net=MeterReading\/1"/);
    expect(net(read(text, 'net=MeterReading/1'))).toEqual(truth);
  });

  for (const [name, why] of [
    ['f13-total-beside-both.xml', 'it is the sum of both directions'],
    ['f14-instantaneous-beside.xml', 'its accumulationBehaviour 12'],
  ] as const)
    itIs(name, 'is read by its two directions, and what is left out is named', (text) => {
      const meter = read(text);
      expect(net(meter)).toEqual(truth);
      expect(meter.notes.join('\n')).toContain(`the series "MeterReading/3" is left out: ${why}`);
    });

  itIs('f15-gas-in-wh.xml', 'is read for its electricity, and the gas is named', (text) => {
    const meter = read(text);
    expect(net(meter)).toEqual(truth);
    expect(meter.notes.join('\n')).toContain('is left out: it is about natural gas');
  });
});

describe('series of a Green Button file', () => {
  const first = Date.parse('2026-06-10T04:00Z') / 1_000;
  const hour = (index: number, value: number, more: Partial<MadeReading> = {}): MadeReading => ({
    start: first + index * 3_600,
    value,
    ...more,
  });
  const register = (code = 1): Readonly<Record<string, number>> => ({
    ...intervalEnergy(1),
    accumulationBehaviour: code,
  });
  const drawn: MadeSeries = {
    meterReading: '01',
    type: intervalEnergy(1),
    blocks: [[hour(0, 5), hour(1, 7), hour(2, 9)]],
  };

  it('that state the same alike count once', () => {
    const meter = read(feed([drawn, { ...drawn, meterReading: '02' }]));
    expect(net(meter)).toEqual(['5', '7', '9']);
    expect(meter.notes.join('\n')).toContain('3 readings are stated twice alike, and count once');
  });

  it('of one direction that follow one another are read as one: a meter was exchanged', () => {
    const after = { meterReading: '02', type: intervalEnergy(1), blocks: [[hour(3, 1)]] };
    expect(net(read(feed([drawn, after])))).toEqual(['5', '7', '9', '1']);
  });

  it('of registers are held against the intervals beside them', () => {
    const dials = (last: number): MadeSeries => ({
      meterReading: '02',
      type: register(),
      blocks: [[hour(0, 100, { duration: 0 }), hour(3, last, { duration: 0 })]],
    });
    expect(read(feed([drawn, dials(121)])).notes.join('\n')).toContain('grew by the sum of the intervals');
    const other = read(feed([drawn, dials(130)]));
    expect(net(other)).toEqual(['5', '7', '9']);
    expect(other.notes.join('\n')).toMatch(
      /grew by 30 Wh from .*, and the intervals sum to 21 Wh; the intervals are read/,
    );
  });

  it('that are silent where only the other direction flowed are told, and count as none', () => {
    const out = { meterReading: '02', type: intervalEnergy(19), blocks: [[hour(1, 3)]] };
    const meter = read(feed([drawn, out]));
    expect(net(meter)).toEqual(['5', '4', '9']);
    expect(meter.notes.join('\n')).toContain('in 2 intervals one direction is not stated, and never zero elsewhere');
  });

  it('that say zero elsewhere are missing where they are silent, at the ends as well', () => {
    const out = { meterReading: '02', type: intervalEnergy(19), blocks: [[hour(0, 0), hour(1, 3)]] };
    expect(() => read(feed([drawn, out]))).toThrow(
      /nothing is stated from 2026-06-10 02:00 -04:00 to 2026-06-10 03:00/,
    );
    const accepted = read(feed([drawn, out]), undefined, true);
    expect(net(accepted)).toEqual(['5', '4']);
    expect(accepted.gaps).toHaveLength(1);
  });

  it('of several usage points can be narrowed to one', () => {
    const other = { ...drawn, usagePoint: 'SOLAR' };
    expect(read(feed([drawn, other]), 'usagePoint=SOLAR').readings.map(({ device }) => device)).toEqual([
      null,
      null,
      null,
    ]);
    expect(() => read(feed([drawn]), 'usagePoint=X')).toThrow('there is no usage point "X"; the file has "01"');
  });

  it('that contradict the net beside them are refused, and can be chosen', () => {
    const out = { meterReading: '02', type: intervalEnergy(19), blocks: [[hour(0, 1), hour(1, 1), hour(2, 1)]] };
    const beside = { meterReading: '03', type: intervalEnergy(4), blocks: [[hour(0, 4), hour(1, 5), hour(2, 8)]] };
    expect(() => read(feed([drawn, out, beside]))).toThrow(/reading 8 states a net of 5 Wh, which is not .* 6 Wh/);
    expect(net(read(feed([drawn, out, beside]), 'net=MeterReading/03'))).toEqual(['4', '5', '8']);
  });

  it('with a damaged reading do not stop another one', () => {
    const gas = {
      meterReading: '02',
      type: { ...intervalEnergy(1), commodity: 7 },
      blocks: [[hour(0, -5, { start: 1.5 })]],
    };
    expect(net(read(feed([drawn, gas])))).toEqual(['5', '7', '9']);
  });

  it('are read in UTF-16 as well', () => {
    const text = feed([drawn]).replace('encoding="UTF-8"', 'encoding="UTF-16"');
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(meterFromGreenButton('meter.xml', bytes, timeZone).readings).toHaveLength(3);
  });
});
