import { describe, expect } from 'vitest';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import type { MeterFile } from '../../src/files/meterFile.ts';
import { meterFromText } from './support/readText.ts';
import { timeZone } from './support/csv.ts';
import { itOf } from './support/field.ts';

const read = (text: string, columns?: string, acceptsGaps = false): MeterFile =>
  meterFromText('meter.csv', text, columns === undefined ? noLayout : layoutOfText(columns), timeZone, acceptsGaps);

const net = ({ readings }: MeterFile): readonly string[] => readings.map(({ energyWattHours }) => energyWattHours);
const startOf = ({ readings }: MeterFile, index = 0): string =>
  new Date(readings[index]?.startAt ?? 0).toISOString().slice(0, 16);
const lengthsOf = ({ readings }: MeterFile): readonly number[] => [
  ...new Set(readings.map(({ durationMs }) => durationMs / 60_000)),
];

/** What the notes say makes a reading permanent. */
const permanent = ({ notes }: MeterFile): string =>
  /--columns "meter:(.*)"$/.exec(notes.find((note) => note.includes('permanent')) ?? '')?.[1] ?? '';

const plain = ({ readings }: MeterFile) => readings.map(({ remark: _remark, ...rest }) => rest);

/** Reads a file, and again by the declaration it prints: both are the same. */
const readTwice = (text: string): MeterFile => {
  const meter = read(text);
  expect(plain(read(text, permanent(meter)))).toEqual(plain(meter));
  return meter;
};

/** 24 hours of 2026-10-31, the first two and the last by their net. */
const expectDay = (meter: MeterFile, first: string, second: string): void => {
  expect(meter.readings).toHaveLength(24);
  expect(net(meter).slice(0, 2)).toEqual([first, second]);
  expect(startOf(meter)).toBe('2026-10-31T04:00');
  expect(lengthsOf(meter)).toEqual([60]);
  expect(meter.gaps).toEqual([]);
};

const itIs = (name: string, says: string, test: (text: string) => void): void => itOf('csv', name, says, test);

describe('a CSV file from the field', () => {
  itIs('opower_usage_kwh_fall.csv', 'has its 25 hours, each to its last minute', (text) => {
    const meter = readTwice(text);
    expect(meter.readings).toHaveLength(25);
    expect(net(meter).slice(0, 4)).toEqual(['-676', '-3676', '-1676', '-4676']);
    expect(startOf(meter, 1)).toBe('2026-11-01T05:00');
    expect(startOf(meter, 2)).toBe('2026-11-01T06:00');
    expect(lengthsOf(meter)).toEqual([60]);
    expect(meter.notes[0]).toMatch(/read as: Opower download .*, hours by their start and their last minute;/);
    expect(permanent(meter)).toContain('ends=inclusive');
  });

  itIs('pge_import_export.csv', 'is read in both directions', (text) => {
    const meter = readTwice(text);
    expectDay(meter, '1324', '-1676');
    expect(meter.readings[0]).toMatchObject({ importWattHours: '2373', exportWattHours: '1049' });
  });

  itIs('end-at-midnight.csv', 'ends its day at 00:00', (text) => {
    const meter = readTwice(text);
    expect(net(meter)).toEqual(['127', '127', '127', '129']);
    expect(lengthsOf(meter)).toEqual([15]);
    expect(startOf(meter, 3)).toBe('2026-11-01T03:45');
    expect(meter.readings[0]?.device).toBe('10443720000000000');
  });

  itIs('smt_consumption_only.csv', 'is read, and says that it states consumption only', (text) => {
    const meter = readTwice(text);
    expect(meter.readings).toHaveLength(96);
    expect(meter.readings[0]).toMatchObject({ importWattHours: '593', exportWattHours: '0', quality: 'measured' });
    expect(meter.notes).toContain('meter.csv: it states only what was drawn; what was delivered counts as none.');
    expect(meter.notes[0]).toContain('Smart Meter Texas download');
  });

  itIs('sce.csv', 'is read with start and end in one cell', (text) => {
    const meter = readTwice(text);
    expect(meter.readings).toHaveLength(24);
    expect(net(meter).slice(0, 2)).toEqual(['2373', '2292']);
    expect(startOf(meter)).toBe('2026-10-31T04:00');
    expect(meter.notes[0]).toContain('SCE download, hours by their start and their end');
  });

  itIs('sdge_blankgen.csv', 'is read where generation is blank, for the net says what it was', (text) => {
    const meter = readTwice(text);
    expectDay(meter, '2373', '2292');
    expect(meter.readings[0]).toMatchObject({ importWattHours: '2373', exportWattHours: '0' });
  });

  for (const name of ['hour-ending.csv', 'isone_he.csv'])
    itIs(name, 'numbers hours by their end', (text) => {
      const meter = readTwice(text);
      expect(net(meter).slice(0, 2)).toEqual(['1324', '-1676']);
      expect(startOf(meter)).toBe('2026-10-31T04:00');
      expect(startOf(meter, 1)).toBe('2026-10-31T05:00');
      expect(lengthsOf(meter)).toEqual([60]);
      expect(meter.notes[0]).toContain('hours by the number of the hour that ends');
    });

  itIs('i3_letters.csv', 'tells the repeated hour by its letters', (text) => {
    const meter = readTwice(text);
    expect(meter.readings).toHaveLength(25);
    expect(net(meter).slice(0, 4)).toEqual(['-676', '-3676', '-1676', '-4676']);
    expect(startOf(meter, 2)).toBe('2026-11-01T06:00');
  });

  itIs('i6_dominion_48.csv', 'is read on the spring day, and the rows that cannot be are named', (text) => {
    const meter = readTwice(text);
    expect(meter.readings).toHaveLength(46);
    expect(lengthsOf(meter)).toEqual([30]);
    expect(meter.gaps).toEqual([]);
    expect(meter.notes).toContain(
      'meter.csv: the clocks of America/New_York skipped 2026-03-08 02:00: line 6 is left out, and nothing is lost.',
    );
  });

  itIs('long_channel.csv', 'is read from a row for each channel', (text) => {
    const meter = readTwice(text);
    expectDay(meter, '1324', '-1676');
    expect(meter.readings[0]).toMatchObject({ device: 'N17', importWattHours: '2373', exportWattHours: '1049' });
  });

  itIs('ha_energy.csv', 'is read from a column for each hour', (text) => {
    const meter = readTwice(text);
    expectDay(meter, '1324', '-1676');
    expect(meter.notes[0]).toContain('Home Assistant, energy of the dashboard');
  });

  itIs('ha_jitter.csv', 'is read when its unit is declared, milliseconds late as it is', (text) => {
    expect(() => read(text)).toThrow(
      /column "state": a history of Home Assistant does not say its unit; .*--columns "meter:channel=entity_id,time=last_changed,kwhRegister=state"/,
    );
    for (const columns of [
      'channel=entity_id,time=last_changed,kwhRegister=state',
      'time=last_changed,kwhInRegister=state',
    ]) {
      const meter = read(text, columns);
      expectDay(meter, '2373', '2292');
      expect(meter.notes.join('\n')).toContain('the times are up to 23 ms off the full minute, and are taken for it');
    }
  });

  itIs('ha_history_unavailable.csv', 'is read beside its gap, which is named', (text) => {
    const meter = read(text, 'channel=entity_id,time=last_changed,kwhRegister=state');
    expectDay(meter, '2373', '2292');
    expect(meter.notes).toContain(
      'meter.csv: one row states nothing, the first on line 8, at 2026-10-31 05:30 -04:00.',
    );
  });
});
