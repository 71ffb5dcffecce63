import {
  add,
  compare,
  decimalOf,
  decimalOfInteger,
  decimalText,
  multiply,
  shift,
  zero,
} from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { FileReading } from '../../files/fileReading.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import { type ComparedCell, tile } from './cells.ts';
import type { BilledSide, MeteredSide } from './hour.ts';

/** What energy costs at a price, exactly. @unit USD */
export const costOf = (energyWattHours: DecimalText, usdPerKwh: DecimalText): DecimalText =>
  decimalText(shift(multiply(decimalOf(energyWattHours), decimalOf(usdPerKwh)), -3));

/** The sum; null when a part of it is not known. */
const sumOrNull = (texts: readonly (DecimalText | null)[]): DecimalText | null =>
  texts.reduce<DecimalText | null>(
    (sum, text) => (sum === null || text === null ? null : decimalText(add(decimalOf(sum), decimalOf(text)))),
    '0',
  );

const sameOrNull = (texts: readonly (DecimalText | null)[]): DecimalText | null => {
  const [first = null] = texts;
  return first !== null && texts.every((text) => text !== null && compare(decimalOf(text), decimalOf(first)) === 0)
    ? first
    : null;
};

const notMeasured = (from: MeteredSide['from']): MeteredSide => ({
  energyWattHours: null,
  quality: 'missing',
  from,
  readings: [],
});

const fromFile = ({ readings, startAt, endAt }: ComparedCell): MeteredSide => {
  if (readings.length === 0 || !tile(readings, startAt, endAt)) return notMeasured('file');
  const quality = readings.some((reading) => reading.quality === 'estimated') ? 'estimated' : 'measured';
  return {
    energyWattHours: sumOrNull(readings.map(({ energyWattHours }) => energyWattHours)),
    quality,
    from: 'file',
    readings,
  };
};

const fromLog = ({ lines, startAt, endAt }: ComparedCell): MeteredSide => {
  const energies = lines.map(({ energyWattHours }) => (energyWattHours === null ? null : String(energyWattHours)));
  if (lines.length === 0 || !tile(lines, startAt, endAt) || energies.includes(null)) return notMeasured('log');
  const quality = lines.some(({ reading }) => reading.quality === 'estimated') ? 'estimated' : 'measured';
  return { energyWattHours: sumOrNull(energies), quality, from: 'log', readings: [] };
};

/** What was metered in a cell: by the file, when one was given, else by our own registers. */
export const meteredIn = (cell: ComparedCell, hasFile: boolean): MeteredSide =>
  hasFile ? fromFile(cell) : fromLog(cell);

/** What the VTN acknowledged of a cell; null unless it acknowledged all of it as measured. @unit Wh */
export const acknowledgedIn = ({ lines }: ComparedCell): number | null =>
  lines.length === 0
    ? null
    : lines.reduce<number | null>(
        (sum, { delivery }) =>
          sum === null || delivery.acknowledgedWattHours === null ? null : sum + delivery.acknowledgedWattHours,
        0,
      );

const priceOf = ({ importUsdPerKwh, exportUsdPerKwh }: LedgerLine): DecimalText | null =>
  sameOrNull([importUsdPerKwh, exportUsdPerKwh]);

/** Our price for a cell, when it is one for both directions and all of its time. @unit USD/kWh */
export const priceIn = ({ lines, startAt, endAt }: ComparedCell): DecimalText | null =>
  tile(lines, startAt, endAt) ? sameOrNull(lines.map(priceOf)) : null;

const directedCost = (readings: readonly FileReading[], line: LedgerLine): DecimalText | null => {
  const { importUsdPerKwh, exportUsdPerKwh } = line;
  const drawn = sumOrNull(readings.map(({ importWattHours }) => importWattHours));
  const delivered = sumOrNull(readings.map(({ exportWattHours }) => exportWattHours));
  if (importUsdPerKwh === null || exportUsdPerKwh === null || drawn === null || delivered === null) return null;
  return decimalText(
    add(
      decimalOf(costOf(drawn, importUsdPerKwh)),
      multiply(decimalOf(costOf(delivered, exportUsdPerKwh)), decimalOfInteger(-1)),
    ),
  );
};

/** What a cell should come to, exactly; null when its energy or a price is not known. @unit USD */
export const expectedIn = (cell: ComparedCell, metered: MeteredSide): DecimalText | null => {
  const { lines, startAt, endAt } = cell;
  if (metered.energyWattHours === null || !tile(lines, startAt, endAt)) return null;
  if (metered.from === 'log') return sumOrNull(lines.map(({ money }) => money?.amountUsd ?? null));
  const price = priceIn(cell);
  if (price !== null) return costOf(metered.energyWattHours, price);
  return sumOrNull(
    lines.map((line) =>
      directedCost(
        metered.readings.filter(
          ({ startAt: at, durationMs }) => at >= line.startAt && at + durationMs <= line.startAt + line.durationMs,
        ),
        line,
      ),
    ),
  );
};

const productOf = ({
  energyWattHours,
  usdPerKwh,
}: {
  readonly energyWattHours: DecimalText | null;
  readonly usdPerKwh: DecimalText | null;
}): DecimalText | null => (energyWattHours === null || usdPerKwh === null ? null : costOf(energyWattHours, usdPerKwh));

/** What was billed for a cell; null when nothing of it was. */
export const billedIn = ({ billed }: ComparedCell): BilledSide | null =>
  billed.length === 0
    ? null
    : {
        energyWattHours: sumOrNull(billed.map(({ energyWattHours }) => energyWattHours)),
        usdPerKwh: sameOrNull(billed.map(({ usdPerKwh }) => usdPerKwh)),
        amountUsd: sumOrNull(billed.map((line) => line.amountUsd ?? productOf(line))),
        lines: billed,
      };

/** Whether numbers are the same. */
export const isSame = (a: DecimalText, b: DecimalText): boolean => compare(decimalOf(a), decimalOf(b)) === 0;

/** Whether there is a difference at all. */
export const isNothing = (text: DecimalText): boolean => compare(decimalOf(text), zero) === 0;
