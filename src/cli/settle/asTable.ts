import { localText } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { type ExceptionRun, exceptionRuns } from '../../settlement/exceptionRuns.ts';
import { grouped } from '../../files/grouped.ts';
import type { LedgerLine } from '../../settlement/ledgerLine.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { totalsOf } from '../../settlement/totals.ts';
import { exactToYou } from '../../settlement/page/numbers.ts';
import { kindTexts } from '../../settlement/words.ts';
import { counted } from '../../telling/words.ts';
import { centsText } from '../../programme/money.ts';
import { toYouText, kilowattHoursText } from '../dayTable.ts';
import { isMany, pageOf, worstFirst, type Paging } from '../many/paging.ts';
import { proseFor } from '../prose.ts';
import { rowsTable, type Column } from '../rows.ts';
import type { TextOutput } from '../surroundings.ts';
import { adjustmentColumns, lineColumns, totalColumns, type TotalRow } from './columns.ts';
import { exceptionsByLine } from './exceptionsByLine.ts';
import { roundingText } from './roundingGiven.ts';

/** A settlement for people: exceptions first, then what changed, then what it comes to. */

/** How much of it is shown. */
export interface TableWishes {
  /** Hour by hour, also of more than a day. */
  readonly lines: boolean;
  /** With the entries each number rests on. */
  readonly positions: boolean;
  /** Also hours that come to nothing and that nothing is said of. */
  readonly all: boolean;
  /** Whether a bill was compared: then its hours are what is read, and the days of the ledger are enough. */
  readonly isCompared: boolean;
  /** Which of many devices. */
  readonly paging: Paging;
}

const rangeText = (lowUsd: DecimalText | null, highUsd: DecimalText | null): string =>
  lowUsd === null || highUsd === null ? 'not bounded' : `${toYouText(highUsd)} to ${toYouText(lowUsd)}`;

const exceptionColumns = (timeZone: string, showsPositions: boolean): readonly Column<ExceptionRun>[] => [
  {
    name: 'startAt',
    header: 'from',
    value: ({ startAt }) => startAt,
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'hours', header: 'hours', right: true, value: ({ hours }) => hours },
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  { name: 'kind', header: 'what', gives: 'words', value: ({ kind }) => kindTexts[kind] },
  {
    name: 'energyWattHours',
    header: 'kWh net',
    right: true,
    value: ({ energyWattHours }) => energyWattHours,
    text: ({ energyWattHours }) => kilowattHoursText(energyWattHours),
  },
  {
    name: 'stake',
    header: 'USD between',
    right: true,
    value: ({ stake }) => stake.lowUsd,
    text: ({ stake }) => rangeText(stake.lowUsd, stake.highUsd),
  },
  { name: 'basis', header: 'by', gives: 'words', goes: 1, value: ({ stake }) => stake.basis },
  ...(showsPositions
    ? [
        {
          name: 'positions',
          header: 'positions',
          gives: 'words' as const,
          value: ({ positions }: ExceptionRun) => positions.map(String),
        },
      ]
    : []),
];

/** Each thing that is wrong, once, with what to do about it. */
const explained = (runs: readonly ExceptionRun[]): string => {
  const said = new Map(runs.map(({ text, advice }) => [text, advice]));
  const shown = [...said].slice(0, mostExplained).map(([text, advice]) => `  ${text} ${advice}\n`);
  return (
    shown.join('') +
    (said.size > mostExplained ? `  … and ${said.size - mostExplained} more: --json has them all.\n` : '')
  );
};

/** @limit Explanations below the table of exceptions. */
const mostExplained = 12;

const exceptionsHead = ({ exceptions, totals }: Settlement): string => {
  if (exceptions.length === 0) return 'No exceptions.\n';
  const hours = new Set(exceptions.map(({ resourceID, startAt }) => `${startAt} ${resourceID}`)).size;
  const unbounded = totals.unboundedHours === 0 ? '' : `, and ${hoursText(totals.unboundedHours)} that nothing bounds`;
  return `Exceptions: ${hoursText(hours)}, ${centsText(totals.atStakeUsd)} USD at stake${unbounded}.\n`;
};

const exceptionsTable = (output: TextOutput, settlement: Settlement, { positions }: TableWishes): string => {
  const runs = exceptionRuns(settlement.exceptions);
  return `${rowsTable(output, exceptionColumns(settlement.timeZone, positions), runs)}\n${proseFor(output, explained(runs))}`;
};

const exceptionsText = (output: TextOutput, settlement: Settlement, wishes: TableWishes): string => {
  const head = proseFor(output, exceptionsHead(settlement));
  return settlement.exceptions.length === 0 ? head : `${head}\n${exceptionsTable(output, settlement, wishes)}`;
};

const hoursText = (hours: number): string => (hours === 1 ? '1 hour' : `${hours} hours`);

const adjustmentsText = (output: TextOutput, { adjustments, totals, timeZone }: Settlement): string => {
  if (adjustments.length === 0) return '';
  const total = ['total', ...Array.from({ length: 9 }, () => ''), toYouText(totals.adjustmentsUsd), ''];
  return `\nAdjustments, after an hour was first complete:\n\n${rowsTable(output, adjustmentColumns(timeZone), adjustments, { total })}`;
};

const totalCells = (settlement: Settlement): readonly string[] => {
  const row: TotalRow = { resourceID: 'total', period: '', totals: settlement.totals };
  return totalColumns.map(({ value, text }) => (text === undefined ? String(value(row)) : text(row)));
};

const daysText = (output: TextOutput, settlement: Settlement): string => {
  const { lines, adjustments, exceptions } = settlement;
  const keyOf = ({ resourceID, day }: { readonly resourceID: string; readonly day: string }): string =>
    `${resourceID}\n${day}`;
  const [adjusted, excepted] = [grouped(adjustments, keyOf), grouped(exceptions, keyOf)];
  const rows = [...grouped(lines, keyOf)].map(([key, group]): TotalRow => {
    const { resourceID, day } = group[0] as LedgerLine;
    return { resourceID, period: day, totals: totalsOf(group, adjusted.get(key) ?? [], excepted.get(key) ?? []) };
  });
  return rowsTable(output, totalColumns, rows, { total: totalCells(settlement) });
};

/** Nothing was used, nothing is owed, and the VTN knows it: an hour that nobody has to read. */
const isOfNoValue = ({ energyWattHours, money, delivery }: LedgerLine): boolean =>
  energyWattHours === 0 && money !== null && Number(money.amountUsd) === 0 && delivery.status === 'acknowledged';

const linesText = (output: TextOutput, settlement: Settlement, { positions, all }: TableWishes): string => {
  const { timeZone, totals } = settlement;
  const exceptions = exceptionsByLine(settlement);
  const columns = lineColumns(timeZone, exceptions, positions);
  const lines = settlement.lines.filter((line) => all || (exceptions.get(line) ?? []).length > 0 || !isOfNoValue(line));
  const folded = settlement.lines.length - lines.length;
  const foldedText =
    folded === 0
      ? ''
      : `${hoursText(folded)} of no energy and no value, acknowledged as such: --all shows ${folded === 1 ? 'it' : 'them'}.\n`;
  const sums: Readonly<Record<string, string>> = {
    resourceID: 'total',
    importWattHours: kilowattHoursText(totals.importWattHours),
    exportWattHours: kilowattHoursText(totals.exportWattHours),
    energyWattHours: kilowattHoursText(totals.energyWattHours),
    amountUsd: toYouText(totals.amountUsd),
  };
  const total = columns.filter(({ header }) => header !== undefined).map(({ name }) => sums[name] ?? '');
  return rowsTable(output, columns, lines, { total }) + foldedText;
};

const totalText = ({ totals, roundedUsd, rounding }: Settlement): string => {
  const open = totals.hours - totals.settledHours;
  const openText =
    open === 0
      ? ''
      : ` ${hoursText(open)} of ${totals.hours} could not be settled and ${open === 1 ? 'is' : 'are'} not in it.`;
  return `\nTotal: ${exactToYou(roundedUsd)} USD (${roundingText(rounding)}; exactly ${exactToYou(totals.amountUsd)}). + comes to you, − goes from you.${openText}\n`;
};

/** What each of many devices comes to: those with most at stake first. */
const byDevice = (settlement: Settlement): readonly TotalRow[] => {
  const keyOf = ({ resourceID }: { readonly resourceID: string }): string => resourceID;
  const [adjusted, excepted] = [grouped(settlement.adjustments, keyOf), grouped(settlement.exceptions, keyOf)];
  const rows = [...grouped(settlement.lines, keyOf)].map(([resourceID, group]): TotalRow => ({
    resourceID,
    period: '',
    totals: totalsOf(group, adjusted.get(resourceID) ?? [], excepted.get(resourceID) ?? []),
  }));
  return worstFirst(rows, [
    ({ totals }) => totals.unboundedHours,
    ({ totals }) => Number(totals.atStakeUsd),
    ({ totals }) => totals.hours - totals.settledHours,
    ({ totals }) => Math.abs(Number(totals.amountUsd)),
  ]);
};

/** The same of some devices alone. */
const ofDevices = (settlement: Settlement, resourceIDs: ReadonlySet<string>): Settlement => {
  const isTheirs = ({ resourceID }: { readonly resourceID: string }): boolean => resourceIDs.has(resourceID);
  const [lines, adjustments, exceptions] = [
    settlement.lines.filter(isTheirs),
    settlement.adjustments.filter(isTheirs),
    settlement.exceptions.filter(isTheirs),
  ];
  return { ...settlement, lines, adjustments, exceptions, totals: totalsOf(lines, adjustments, exceptions) };
};

/** Of many devices the sum of all comes first, and then those that need a look. */
const manyText = (output: TextOutput, settlement: Settlement, wishes: TableWishes): string => {
  const { items, leftOut } = pageOf(byDevice(settlement), wishes.paging, 'devices');
  const shown = ofDevices(settlement, new Set(items.map(({ resourceID }) => resourceID)));
  const columns = totalColumns.filter(({ name }) => name !== 'period');
  const lines = wishes.lines ? `\n${linesText(output, shown, wishes)}` : '';
  return [
    `${counted(settlement.resourceIDs.length, 'device')}.${totalText(settlement).replace('\n', ' ')}\n`,
    exceptionsHead(settlement),
    '\n',
  ]
    .map((text) => proseFor(output, text))
    .join('')
    .concat(rowsTable(output, columns, items), proseFor(output, leftOut), '\n')
    .concat(shown.exceptions.length === 0 ? '' : exceptionsTable(output, shown, wishes))
    .concat(adjustmentsText(output, shown), lines);
};

/** The settlement as text. */
export const asTable = (output: TextOutput, settlement: Settlement, wishes: TableWishes): string => {
  const { startAt, endAt, timeZone, asOf, lines } = settlement;
  const head = `Settlement from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)} (${timeZone}), as of position ${asOf.position}, ${localText(asOf.at, timeZone)}.\n\n`;
  if (isMany(settlement.resourceIDs.length, wishes.paging))
    return `${proseFor(output, head)}${manyText(output, settlement, wishes)}`;
  const isDay = new Set(lines.map(({ day }) => day)).size <= 1;
  const body =
    (isDay && !wishes.isCompared) || wishes.lines
      ? linesText(output, settlement, wishes)
      : daysText(output, settlement);
  return `${proseFor(output, head)}${exceptionsText(output, settlement, wishes)}${adjustmentsText(output, settlement)}\n${body}${proseFor(output, totalText(settlement))}`;
};
