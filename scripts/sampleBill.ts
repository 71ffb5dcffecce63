/**
 * `npx tsx scripts/sampleBill.ts lines.csv [--right]`: makes the bill that a utility might send for what `ven settle --csv` says.
 *
 * Each hour is rounded to the cent, times are local ones without an offset, as bills have them. Unless it is to be right,
 * three hours are billed wrongly: one for other energy, one at another price, and one not at all.
 */
import { readFileSync } from 'node:fs';
import { localText } from '../src/programme/calendar.ts';
import { add, decimalOf, decimalText, rounded, shift } from '../src/programme/decimal.ts';
import { amountOf, sumOf } from '../src/programme/money.ts';
import { csvRows } from '../src/files/cells/csvRows.ts';

interface Hour {
  readonly startAt: number;
  readonly energyWattHours: number;
  readonly usdPerKwh: string;
}

const hoursIn = (file: string): readonly Hour[] => {
  const [header, ...rows] = csvRows(file, readFileSync(file, 'utf8'), ',');
  const cell = (cells: readonly string[], name: string): string => cells[header?.cells.indexOf(name) ?? -1] ?? '';
  return rows
    .map(({ cells }) => ({
      startAt: Date.parse(cell(cells, 'startAt')),
      energyWattHours: cell(cells, 'energyWattHours'),
      usdPerKwh: cell(cells, 'importUsdPerKwh'),
    }))
    .filter(({ energyWattHours, usdPerKwh }) => energyWattHours !== '' && usdPerKwh !== '')
    .map((hour) => ({ ...hour, energyWattHours: Number(hour.energyWattHours) }));
};

/** Of the hours in which something flowed one is billed for other energy, one at another price, and one is left out. */
const spoilt = (hours: readonly Hour[]): readonly Hour[] => {
  const flowing = hours.filter(({ energyWattHours }) => energyWattHours !== 0);
  const [energy, price, left] = [flowing[1], flowing.at(-1), flowing.at(-2)];
  return hours
    .filter((hour) => hour !== left)
    .map((hour) =>
      hour === energy
        ? { ...hour, energyWattHours: hour.energyWattHours + 500 }
        : hour === price
          ? { ...hour, usdPerKwh: decimalText(add(decimalOf(hour.usdPerKwh), decimalOf('-0.01'))) }
          : hour,
    );
};

const [file = '', ...options] = process.argv.slice(2);
const hours = options.includes('--right') ? hoursIn(file) : spoilt(hoursIn(file));
const amounts = hours.map(({ usdPerKwh, energyWattHours }) =>
  rounded(decimalOf(amountOf(usdPerKwh, energyWattHours)), 2, 'HALF_EVEN'),
);
const rows = hours.map(({ startAt, energyWattHours, usdPerKwh }, index) => [
  localText(startAt, 'America/New_York').slice(0, 16),
  shift(decimalOf(String(energyWattHours)), -3).toFixed(3),
  usdPerKwh,
  amounts[index] ?? '',
]);
process.stdout.write(
  [
    ['Interval Start', 'Net kWh', 'Price ($/kWh)', 'Amount ($)'],
    ...rows,
    ['Total', '', '', rounded(decimalOf(sumOf(amounts)), 2, 'HALF_EVEN')],
  ]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join(''),
);
