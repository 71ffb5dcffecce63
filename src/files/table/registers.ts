import { hourMs, localText } from '../../programme/calendar.ts';
import { add, type Decimal, decimalText, subtract, zero } from '../../programme/decimal.ts';
import { grouped } from '../grouped.ts';
import { type Columns, placeOf } from '../cells/columns.ts';
import type { CsvRow } from '../cells/csvRows.ts';
import { type EnergyColumns, isNegative } from '../headers/energyColumns.ts';
import type { FileReading } from '../fileReading.ts';
import { type FileGap, inSequence } from '../sequence.ts';
import { aligned, type EnergySpan } from './spans.ts';
import type { Statement } from './statements.ts';
import { refuseFile } from '../unusableFile.ts';

type Register = 'importRegister' | 'exportRegister';

type Quality = Pick<FileReading, 'quality' | 'remark'>;

/** What a register showed at an instant. */
interface Dial {
  readonly at: number;
  readonly wattHours: Decimal;
  readonly line: number;
  readonly row: CsvRow;
}

/** How registers are read. */
export interface RegisterContext {
  readonly columns: Columns;
  readonly energies: EnergyColumns;
  readonly qualityOf: (row: CsvRow) => Quality;
  readonly timeZone: string;
  /** Declared: registers are taken as they last were before each of such intervals. @unit ms */
  readonly intervalMs: number | null;
}

/** What was read of registers. */
export interface ReadOfRegisters {
  readonly readings: readonly FileReading[];
  readonly holes: readonly FileGap[];
  readonly notes: readonly string[];
}

/** @limit A reading this long before a boundary says no more what the register showed there. @unit ms */
const longestHeld = hourMs;

/** The registers at whole intervals, each as it was read last before. */
const held = (
  { columns: { file }, intervalMs }: RegisterContext,
  dials: readonly Dial[],
  notes: string[],
): readonly Dial[] => {
  const step = intervalMs;
  const [first] = dials;
  const last = dials.at(-1);
  if (step === null || first === undefined || last === undefined) return dials;
  if (dials.every(({ at }) => at % step === 0)) return dials;
  const taken: Dial[] = [];
  let index = 0;
  let oldest = 0;
  for (let at = Math.ceil(first.at / step) * step; at <= last.at; at += step) {
    while (index + 1 < dials.length && (dials[index + 1] as Dial).at <= at) index += 1;
    const dial = dials[index] as Dial;
    if (at - dial.at > Math.min(step, longestHeld)) continue;
    oldest = Math.max(oldest, at - dial.at);
    taken.push({ ...dial, at });
  }
  notes.push(
    `${file}: the register is taken as it was read last before each interval, ${Math.round(oldest / 1_000)} seconds at most.`,
  );
  return taken;
};

const refuseIrregular = ({ columns: { file }, intervalMs }: RegisterContext, dials: readonly Dial[]): void => {
  const odd = dials.filter(({ at }) => at % 60_000 !== 0).length;
  if (intervalMs !== null || odd * 10 <= dials.length) return;
  refuseFile(
    { file },
    'the register was read at no regular times, so none says what it showed at the full hour; export a reading for each hour, or add interval=60 to the declared columns: then the last reading before each hour counts.',
  );
};

const spansOf = (
  context: RegisterContext,
  statements: readonly Statement[],
  register: Register,
  notes: string[],
): readonly EnergySpan<Decimal>[] => {
  const { columns, energies, qualityOf, timeZone } = context;
  const all = statements.flatMap(({ startAt, energies: stated, line, rows }): readonly Dial[] => {
    const wattHours = stated.get(register);
    return wattHours === undefined ? [] : [{ at: startAt, wattHours, line, row: rows[0] as CsvRow }];
  });
  refuseIrregular(context, all);
  const dials = held(context, all, notes);
  return dials.slice(1).map((after, index) => {
    const before = dials[index] as Dial;
    const grown = subtract(after.wattHours, before.wattHours);
    if (isNegative(grown))
      refuseFile(
        placeOf(columns, after.row, energies.get(register)?.key ?? energies.get('register')?.key ?? ''),
        `the register went backwards, from ${decimalText(before.wattHours)} Wh on line ${before.line} to ${decimalText(after.wattHours)} Wh at ${localText(after.at, timeZone)}; if the meter was replaced, settle the time before and the time after it from two files.`,
      );
    return {
      startAt: before.at,
      endAt: after.at,
      energy: grown,
      source: 'register',
      line: after.line,
      ...qualityOf(after.row),
    };
  });
};

const sumOf = (energies: readonly Decimal[]): Decimal => energies.reduce(add, zero);

/** Readings of registers of each device, one after another, become the energy between them. @throws UnusableFile when a register went backwards */
export const registersOf = (context: RegisterContext, statements: readonly Statement[]): ReadOfRegisters => {
  const { file } = context.columns;
  const readings: FileReading[] = [];
  const holes: FileGap[] = [];
  const notes: string[] = [];
  for (const [device, of] of grouped(inSequence(file, statements, context.timeZone), (each) => each.device)) {
    const [drawn, delivered] = (['importRegister', 'exportRegister'] as const).map((register) =>
      spansOf(context, of, register, notes),
    ) as [readonly EnergySpan<Decimal>[], readonly EnergySpan<Decimal>[]];
    const isOneWay = drawn.length === 0 || delivered.length === 0;
    if (isOneWay && drawn.length + delivered.length > 0)
      notes.push(
        `${file}: it states only what was ${drawn.length > 0 ? 'drawn; what was delivered' : 'delivered; what was drawn'} counts as none.`,
      );
    for (const pair of aligned(drawn, delivered, sumOf)) {
      const some = (pair.drawn ?? pair.delivered) as EnergySpan<Decimal>;
      const { startAt, endAt, line } = some;
      if (!isOneWay && (pair.drawn === null || pair.delivered === null)) {
        holes.push({ device, startAt, endAt, line });
        continue;
      }
      const [into, out] = [pair.drawn?.energy ?? zero, pair.delivered?.energy ?? zero];
      readings.push({
        device,
        startAt,
        durationMs: endAt - startAt,
        importWattHours: decimalText(into),
        exportWattHours: decimalText(out),
        energyWattHours: decimalText(subtract(into, out)),
        source: 'register',
        quality: some.quality,
        remark: some.remark,
        line,
      });
    }
  }
  if (readings.length === 0)
    refuseFile({ file }, 'one reading of a register says nothing of an hour; give at least two.');
  return { readings, holes, notes: [...new Set(notes)] };
};
