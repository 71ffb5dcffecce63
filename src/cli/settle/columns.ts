import { localText } from '../../programme/calendar.ts';
import { centsText, comingToYou } from '../../programme/money.ts';
import type { LedgerException } from '../../settlement/ledgerException.ts';
import type { Adjustment, LedgerLine } from '../../settlement/ledgerLine.ts';
import type { Totals } from '../../settlement/settlement.ts';
import { causeTexts, kindTexts } from '../../settlement/words.ts';
import { kilowattHoursText, priceText, toYouText } from '../dayTable.ts';
import { isoOrNull, isoText, type Column } from '../rows.ts';

/** Columns of what a settlement consists of: for people, for programs and for spreadsheets. */

/** Entries as people look them up. */
export const positionsCell = (positions: readonly number[]): readonly string[] => positions.map(String);

const only = (texts: readonly (string | null)[]): readonly string[] => [
  ...new Set(texts.filter((text) => text !== null)),
];

/** Columns of lines; those without a header are for programs. */
export const lineColumns = (
  timeZone: string,
  exceptions: ReadonlyMap<LedgerLine, readonly LedgerException[]>,
  isTold: boolean,
): readonly Column<LedgerLine>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'durationMinutes', value: ({ durationMs }) => durationMs / 60_000 },
  { name: 'day', value: ({ day }) => day },
  {
    name: 'importWattHours',
    header: 'kWh in',
    right: true,
    goes: 4,
    value: ({ importWattHours }) => importWattHours,
    text: ({ importWattHours }) => kilowattHoursText(importWattHours),
  },
  {
    name: 'exportWattHours',
    header: 'kWh out',
    right: true,
    goes: 5,
    value: ({ exportWattHours }) => exportWattHours,
    text: ({ exportWattHours }) => kilowattHoursText(exportWattHours),
  },
  {
    name: 'energyWattHours',
    header: 'kWh net',
    right: true,
    value: ({ energyWattHours }) => energyWattHours,
    text: ({ energyWattHours }) => kilowattHoursText(energyWattHours),
  },
  {
    name: 'importUsdPerKwh',
    header: 'USD/kWh',
    right: true,
    value: ({ importUsdPerKwh }) => importUsdPerKwh,
    text: priceCell,
  },
  { name: 'exportUsdPerKwh', value: ({ exportUsdPerKwh }) => exportUsdPerKwh },
  { name: 'importUsd', value: ({ money }) => money?.importUsd ?? null },
  { name: 'exportUsd', value: ({ money }) => money?.exportUsd ?? null },
  {
    name: 'amountUsd',
    header: 'USD',
    right: true,
    value: ({ money }) => money?.amountUsd ?? null,
    text: ({ money }) => toYouText(money?.amountUsd ?? null),
  },
  { name: 'toYouUsd', value: ({ money }) => (money === null ? null : comingToYou(money.amountUsd)) },
  { name: 'firstUsd', value: ({ first }) => first?.money.amountUsd ?? null },
  { name: 'delivery', header: 'delivery', gives: 'words', value: ({ delivery }) => delivery.status },
  { name: 'reportedWattHours', value: ({ delivery }) => delivery.reportedWattHours },
  { name: 'acknowledgedWattHours', value: ({ delivery }) => delivery.acknowledgedWattHours },
  { name: 'acknowledgedAt', value: ({ delivery }) => isoOrNull(delivery.acknowledgedAt) },
  { name: 'reportRequestIDs', value: ({ delivery }) => delivery.reportRequestIDs },
  { name: 'quality', value: ({ reading }) => reading.quality },
  {
    name: 'exceptions',
    header: '',
    gives: 'words',
    value: (line) => (exceptions.get(line) ?? []).map(({ kind }) => kind),
    text: (line) => kindsText(exceptions.get(line) ?? []),
  },
  {
    name: 'eventIDs',
    ...(isTold ? { header: 'DR event' } : {}),
    gives: 'identifier',
    goes: 2,
    value: ({ origins }) => only(origins.map(({ source }) => source.id)),
  },
  {
    name: 'modificationNumbers',
    ...(isTold ? { header: 'version' } : {}),
    gives: 'words',
    goes: 2,
    value: ({ origins }) => only(origins.map(({ version }) => String(version))),
  },
  {
    name: 'pricePositions',
    ...(isTold ? { header: 'price at' } : {}),
    gives: 'words',
    goes: 1,
    value: ({ origins }) => only(origins.map(({ position }) => String(position))),
  },
  {
    name: 'sourcePositions',
    ...(isTold ? { header: 'message at' } : {}),
    gives: 'words',
    goes: 1,
    value: ({ origins }) =>
      only(origins.map(({ sourcePosition }) => (sourcePosition === null ? null : String(sourcePosition)))),
  },
  { name: 'sourceHashes', value: ({ origins }) => only(origins.map(({ sourceHash }) => sourceHash)) },
  {
    name: 'readingPositions',
    ...(isTold ? { header: 'readings at' } : {}),
    gives: 'words',
    goes: 1,
    value: ({ reading }) => positionsCell(reading.positions),
  },
  {
    name: 'deliveryPositions',
    ...(isTold ? { header: 'delivery at' } : {}),
    gives: 'words',
    goes: 1,
    value: ({ delivery }) => positionsCell(delivery.positions),
  },
];

/** A price, or that there are several. */
const priceCell = ({ importUsdPerKwh, exportUsdPerKwh, parts }: LedgerLine): string => {
  if (parts.length > 1) return `${parts.length} prices`;
  return importUsdPerKwh === exportUsdPerKwh
    ? priceText(importUsdPerKwh)
    : `${priceText(importUsdPerKwh)} / ${priceText(exportUsdPerKwh)}`;
};

const kindsText = (exceptions: readonly LedgerException[]): string =>
  exceptions.map(({ kind }) => kindTexts[kind]).join(', ');

/** Columns of adjustments. */
export const adjustmentColumns = (timeZone: string): readonly Column<Adjustment>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  {
    name: 'because',
    header: 'because',
    gives: 'words',
    value: ({ because }) => because,
    text: ({ because }) => causeTexts[because],
  },
  {
    name: 'at',
    header: 'at',
    gives: 'time',
    goes: 2,
    value: ({ at }) => isoText(at),
    text: ({ at }) => localText(at, timeZone),
  },
  {
    name: 'oldWattHours',
    header: 'kWh before',
    right: true,
    value: ({ oldWattHours }) => oldWattHours,
    text: ({ oldWattHours }) => kilowattHoursText(oldWattHours),
  },
  {
    name: 'newWattHours',
    header: 'after',
    right: true,
    value: ({ newWattHours }) => newWattHours,
    text: ({ newWattHours }) => kilowattHoursText(newWattHours),
  },
  {
    name: 'oldUsdPerKwh',
    header: 'USD/kWh before',
    right: true,
    value: ({ oldUsdPerKwh }) => oldUsdPerKwh,
    text: ({ oldUsdPerKwh }) => priceText(oldUsdPerKwh),
  },
  {
    name: 'newUsdPerKwh',
    header: 'after',
    right: true,
    value: ({ newUsdPerKwh }) => newUsdPerKwh,
    text: ({ newUsdPerKwh }) => priceText(newUsdPerKwh),
  },
  {
    name: 'oldUsd',
    header: 'USD before',
    right: true,
    goes: 3,
    value: ({ oldUsd }) => oldUsd,
    text: ({ oldUsd }) => toYouText(oldUsd),
  },
  {
    name: 'newUsd',
    header: 'after',
    right: true,
    goes: 4,
    value: ({ newUsd }) => newUsd,
    text: ({ newUsd }) => toYouText(newUsd),
  },
  {
    name: 'deltaUsd',
    header: 'difference',
    right: true,
    value: ({ deltaUsd }) => deltaUsd,
    text: ({ deltaUsd }) => toYouText(deltaUsd),
  },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
];

/** What is summed: a device's day, or all of a device. */
export interface TotalRow {
  readonly resourceID: string;
  readonly period: string;
  readonly totals: Totals;
}

/** Columns of sums. */
export const totalColumns: readonly Column<TotalRow>[] = [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  { name: 'period', header: 'day', value: ({ period }) => period },
  { name: 'hours', header: 'hours', right: true, goes: 3, value: ({ totals }) => totals.hours },
  { name: 'settledHours', header: 'settled', right: true, goes: 2, value: ({ totals }) => totals.settledHours },
  {
    name: 'importWattHours',
    header: 'kWh in',
    right: true,
    goes: 4,
    value: ({ totals }) => totals.importWattHours,
    text: ({ totals }) => kilowattHoursText(totals.importWattHours),
  },
  {
    name: 'exportWattHours',
    header: 'kWh out',
    right: true,
    goes: 5,
    value: ({ totals }) => totals.exportWattHours,
    text: ({ totals }) => kilowattHoursText(totals.exportWattHours),
  },
  {
    name: 'energyWattHours',
    header: 'kWh net',
    right: true,
    value: ({ totals }) => totals.energyWattHours,
    text: ({ totals }) => kilowattHoursText(totals.energyWattHours),
  },
  {
    name: 'importUsd',
    header: 'USD in',
    right: true,
    goes: 6,
    value: ({ totals }) => totals.importUsd,
    text: ({ totals }) => toYouText(totals.importUsd),
  },
  {
    name: 'exportUsd',
    header: 'USD out',
    right: true,
    goes: 7,
    value: ({ totals }) => totals.exportUsd,
    text: ({ totals }) => toYouText(totals.exportUsd),
  },
  {
    name: 'amountUsd',
    header: 'USD',
    right: true,
    value: ({ totals }) => totals.amountUsd,
    text: ({ totals }) => toYouText(totals.amountUsd),
  },
  { name: 'atStakeUsd', header: 'at stake', right: true, value: ({ totals }) => totals.atStakeUsd, text: stakeCell },
];

function stakeCell({ totals }: TotalRow): string {
  if (totals.unboundedHours > 0) return `${centsText(totals.atStakeUsd)} + ?`;
  return totals.atStakeUsd === '0' ? '' : centsText(totals.atStakeUsd);
}
