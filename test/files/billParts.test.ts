import { describe, expect, it, vi } from 'vitest';
import { daySpan, hoursOf, localText, nextDay } from '../../src/programme/calendar.ts';
import { billFromBytes } from '../../src/files/billFromBytes.ts';
import { billFromCsv } from '../../src/files/billFile.ts';
import { billInParts } from '../../src/files/billParts.ts';
import { layoutOfText, noLayout } from '../../src/files/layout.ts';
import { UsualRows } from '../../src/files/table/usualRows.ts';
import { csv, timeZone } from './support/csv.ts';
import { feed, intervalEnergy } from './support/greenButton.ts';

/** A bill that streams by in parts has to say what it says when it is read whole: lines, totals, gaps, steps, notes and refusals. */

/** The hours around the one that autumn repeats. */
const hours: readonly number[] = (() => {
  const found: number[] = [];
  for (let span = daySpan('2026-10-30', timeZone), left = 5; left > 0; left -= 1, span = nextDay(span, timeZone))
    found.push(...hoursOf(span));
  return found;
})();
const zoned = (at: number): string => localText(at, timeZone);
const local = (at: number): string => zoned(at).slice(0, 16);

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly columns?: string;
  /** Whether it has to be read whole after all. */
  readonly isWhole?: true;
  /** Whether most of its rows are read by look-ups. */
  readonly isUsual?: true;
}

const samples: readonly Sample[] = [
  {
    name: 'quantities, prices and amounts',
    text: csv(
      'Start,Net kWh,Price USD/kWh,Amount USD',
      ...hours.map((at, index) => `${zoned(at)},-1.${index},0.1${index},0.25`),
    ),
    isUsual: true,
  },
  {
    name: 'amounts in dollars alone, the newest first, with a total',
    text: csv(
      'Start,Amount USD',
      ...hours.toReversed().map((at, index) => `${zoned(at)},${index % 2 === 0 ? '-' : ''}$0.${index}`),
      'Total,$9.99',
    ),
    isUsual: true,
  },
  {
    name: 'a total whose energy is not the sum of its hours',
    text: csv('Start,Net kWh,Amount USD', ...hours.map((at) => `${zoned(at)},-1.5,0.25`), 'Total,-170.00,30.25'),
    isUsual: true,
  },
  {
    name: 'both directions of two meters, prices in cents, a currency',
    text: csv(
      'Meter,Start,Import kWh,Export kWh,Cents,Currency',
      ...hours.flatMap((at, index) =>
        ['M2', 'M1'].map((meter) => `${meter},${zoned(at)},${index}.5,0.125,12.${index},USD`),
      ),
    ),
    columns: 'device=Meter,time=Start,kwhIn=Import kWh,kwhOut=Export kWh,priceCents=Cents,currency=Currency',
    isUsual: true,
  },
  {
    name: 'credits, with a decimal comma',
    text: csv('Start;kWh;Credit', ...hours.map((at, index) => `${zoned(at)};-1,${index};0,1${index}`)),
    columns: 'time=Start,kwh=kWh,credit=Credit,delimiter=semicolon,decimal=comma',
    isUsual: true,
  },
  {
    name: 'local times, a charge or a credit in each row',
    text: csv(
      'Start,kWh,Charge,Credit',
      ...hours.map((at, index) => `${local(at)},1,${index % 2 === 0 ? '0.5,' : ',0.25'}`),
    ),
    columns: 'time=Start,kwh=kWh,charge=Charge,credit=Credit',
  },
  {
    name: 'the sum of each day between its hours',
    text: csv(
      'Start,End,kWh,Amount USD',
      ...hours.flatMap((at, index) => [
        `${zoned(at)},${zoned(at + 3_600_000)},1.5,0.2`,
        ...(index === 23 ? [`${zoned(hours[0] as number)},${zoned(at + 3_600_000)},36,4.80`] : []),
      ]),
    ),
  },
  {
    name: 'an hour that is not billed, and a number that no column holds',
    text: csv(
      'Start,Net kWh,Amount USD',
      ...hours.flatMap((at, index) =>
        index === 70 ? [] : [`${zoned(at)},1.${index === 60 ? '12345678901234567890' : '5'},0.1`],
      ),
    ),
  },
  {
    name: 'a price that is empty, far down',
    text: csv(
      'Start,Net kWh,Price USD/kWh',
      ...hours.map((at, index) => `${zoned(at)},1,${index === 90 ? '' : '0.1'}`),
    ),
  },
  {
    name: 'another currency, far down',
    text: csv('Start,Amount,Currency', ...hours.map((at, index) => `${zoned(at)},1.5,${index === 90 ? 'CAD' : 'USD'}`)),
    columns: 'time=Start,amount=Amount,currency=Currency',
  },
  {
    name: 'an hour that is billed twice',
    text: csv(
      'Start,Net kWh,Amount USD',
      ...hours.map((at) => `${zoned(at)},1,0.1`),
      `${zoned(hours[5] as number)},1,0.1`,
    ),
    isWhole: true,
  },
];

const outcome = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
};

/** Pieces of a few bytes, cut anywhere. */
const inPieces = (text: string): Iterable<Uint8Array> => ({
  *[Symbol.iterator]() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.byteLength; at += 997) yield bytes.subarray(at, at + 997);
  },
});

describe('a table of a bill', () => {
  it.each(samples)('says in parts what it says whole: $name', ({ text, columns, isWhole = false, isUsual = false }) => {
    const layout = columns === undefined ? noLayout : layoutOfText(columns);
    const whole = outcome(() => billFromCsv('b', text, layout, timeZone));
    const looked = vi.spyOn(UsualRows.prototype, 'read');
    const parted = [24, 100_000].map((partRows) =>
      outcome(() => {
        const bill = billInParts('b', inPieces(text), layout, timeZone, { partRows });
        return bill === null ? null : { ...bill, lines: [...bill.lines] };
      }),
    );
    const found = looked.mock.results.filter(({ value }) => value !== null).length;
    looked.mockRestore();
    for (const each of parted) expect(each ?? whole).toEqual(whole);
    expect(parted[0] === null).toBe(isWhole);
    if (isUsual) expect(found).toBeGreaterThan(1);
  });
});

describe('a Green Button file', () => {
  const start = Date.parse('2026-10-31T04:00Z') / 1_000;
  const blocks = [
    [
      { start, value: 1250 },
      { start: start + 7_200, value: 40 },
    ],
  ];

  it('is what was billed: its quantities, in the last place that it writes, and the hours between them are a gap', () => {
    const text = feed([{ type: intervalEnergy(4, 1), blocks }]);
    const bill = billFromBytes('bill.xml', Buffer.from(text), noLayout, timeZone);
    expect([...bill.lines]).toMatchObject([
      { startAt: start * 1_000, energyWattHours: '12500', usdPerKwh: null, amountUsd: null, line: 1 },
      { energyWattHours: '400', line: 2 },
    ]);
    expect(bill.steps).toEqual({ energyWattHours: '10', usdPerKwh: null, amountUsd: null });
    expect(bill.gaps).toMatchObject([{ startAt: start * 1_000 + 3_600_000, endAt: start * 1_000 + 7_200_000 }]);
  });

  it('says how its series are declared as those of a bill', () => {
    const text = feed([{ type: { ...intervalEnergy(4), flowDirection: 20 }, blocks }]);
    expect(() => billFromBytes('bill.xml', Buffer.from(text), noLayout, timeZone)).toThrow(
      /--columns "bill:import=MeterReading\/01"/,
    );
  });
});
