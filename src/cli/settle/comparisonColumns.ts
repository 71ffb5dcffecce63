import { localText } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { ReconciledHour } from '../../settlement/reconciliation/hour.ts';
import type { MeterDifference } from '../../settlement/reconciliation/meterCheck.ts';
import type { ClassTotal, TotalCheck } from '../../settlement/reconciliation/totals.ts';
import { exactDollars, kilowattHours } from '../../settlement/page/numbers.ts';
import { classTexts } from '../../settlement/words.ts';
import { dollarsText, priceText } from '../dayTable.ts';
import { isoOrNull, isoText, NOTHING, type Column } from '../rows.ts';

/** Columns of comparisons, for people and for programs. */

/** Numbers of the page, in the signs of a terminal. */
const plain = (text: string): string => text.replace('\u2212', '-').replaceAll('\u2009', '');

const energyText = (wattHours: DecimalText | number | null): string =>
  wattHours === null ? NOTHING : plain(kilowattHours(wattHours));

/** Amounts that may be fractions of a cent: as they are. */
const exactText = (amount: DecimalText | null): string => (amount === null ? NOTHING : plain(exactDollars(amount)));

/** A difference with its direction: billed less expected is too much of a charge, or too little of a credit. */
const directed = (amount: DecimalText | null, textOf: (amount: DecimalText) => string): string => {
  if (amount === null) return NOTHING;
  const text = textOf(amount);
  return /[1-9]/.test(text) ? `${text.replace('-', '')} ${text.startsWith('-') ? 'too little' : 'too much'}` : text;
};

/** Columns of compared hours. */
export const hourColumns = (timeZone: string): readonly Column<ReconciledHour>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'durationMinutes', value: ({ durationMs }) => durationMs / 60_000 },
  {
    name: 'class',
    header: 'what',
    value: ({ hourClass }) => hourClass,
    text: ({ hourClass }) => classTexts[hourClass],
  },
  {
    name: 'meteredWattHours',
    header: 'kWh metered',
    right: true,
    value: ({ metered }) => metered.energyWattHours,
    text: ({ metered }) => energyText(metered.energyWattHours),
  },
  {
    name: 'acknowledgedWattHours',
    header: 'acknowledged',
    right: true,
    value: ({ acknowledgedWattHours }) => acknowledgedWattHours,
    text: ({ acknowledgedWattHours }) => energyText(acknowledgedWattHours),
  },
  {
    name: 'billedWattHours',
    header: 'billed kWh',
    right: true,
    value: ({ billed }) => billed?.energyWattHours ?? null,
    text: ({ billed }) => energyText(billed?.energyWattHours ?? null),
  },
  { name: 'billedAs', value: ({ billedAs }) => billedAs },
  {
    name: 'usdPerKwh',
    header: 'USD/kWh',
    right: true,
    value: ({ usdPerKwh }) => usdPerKwh,
    text: ({ usdPerKwh }) => priceText(usdPerKwh),
  },
  {
    name: 'billedUsdPerKwh',
    header: 'billed USD/kWh',
    right: true,
    value: ({ billed }) => billed?.usdPerKwh ?? null,
    text: ({ billed }) => priceText(billed?.usdPerKwh ?? null),
  },
  {
    name: 'expectedUsd',
    header: 'USD expected',
    right: true,
    value: ({ expectedUsd }) => expectedUsd,
    text: ({ expectedUsd }) => exactText(expectedUsd),
  },
  {
    name: 'billedUsd',
    header: 'billed USD',
    right: true,
    value: ({ billed }) => billed?.amountUsd ?? null,
    text: ({ billed }) => exactText(billed?.amountUsd ?? null),
  },
  {
    name: 'differenceUsd',
    header: 'difference',
    right: true,
    value: ({ differenceUsd }) => differenceUsd,
    text: ({ differenceUsd }) => directed(differenceUsd, exactText),
  },
  { name: 'quantityUsd', value: ({ parts }) => parts?.quantityUsd ?? null },
  { name: 'priceUsd', value: ({ parts }) => parts?.priceUsd ?? null },
  { name: 'restUsd', value: ({ parts }) => parts?.restUsd ?? null },
  {
    name: 'billLines',
    header: 'line',
    right: true,
    value: ({ billed }) => (billed?.lines ?? []).map(({ line }) => String(line)),
  },
  {
    name: 'positions',
    value: ({ lines }) =>
      lines
        .flatMap(({ reading, origins, delivery }) => [
          ...reading.positions,
          ...origins.map(({ position }) => position),
          ...delivery.positions,
        ])
        .map(String),
  },
];

/** Columns of what each class comes to. */
export const classColumns: readonly Column<ClassTotal>[] = [
  { name: 'class', header: 'what', value: ({ hourClass }) => classTexts[hourClass] },
  { name: 'hours', header: 'hours', right: true, value: ({ hours }) => hours },
  {
    name: 'expectedUsd',
    header: 'USD expected',
    right: true,
    value: ({ expectedUsd }) => expectedUsd,
    text: ({ expectedUsd }) => dollarsText(expectedUsd),
  },
  {
    name: 'billedUsd',
    header: 'billed USD',
    right: true,
    value: ({ billedUsd }) => billedUsd,
    text: ({ billedUsd }) => dollarsText(billedUsd),
  },
  {
    name: 'differenceUsd',
    header: 'difference',
    right: true,
    value: ({ differenceUsd }) => differenceUsd,
    text: ({ differenceUsd, untold }) =>
      `${directed(differenceUsd, dollarsText)}${untold === 0 ? '' : ` (${untold} not known)`}`,
  },
];

const periodText = ({ stage, startAt }: TotalCheck, timeZone: string): string =>
  startAt === null
    ? 'the whole bill'
    : stage === 'day'
      ? localText(startAt, timeZone).slice(0, 10)
      : `from ${localText(startAt, timeZone).slice(0, 10)} on`;

/** Columns of the totals that a bill states. */
export const totalColumns = (timeZone: string): readonly Column<TotalCheck>[] => [
  {
    name: 'stage',
    header: 'total of',
    gives: 'words',
    value: ({ stage }) => stage,
    text: (check) => periodText(check, timeZone),
  },
  {
    name: 'resourceID',
    header: 'device',
    gives: 'identifier',
    value: ({ resourceID }) => resourceID,
    text: ({ resourceID }) => resourceID ?? 'all',
  },
  { name: 'startAt', value: ({ startAt }) => isoOrNull(startAt) },
  { name: 'endAt', value: ({ endAt }) => isoOrNull(endAt) },
  {
    name: 'statedUsd',
    header: 'USD stated',
    right: true,
    value: ({ statedUsd }) => statedUsd,
    text: ({ statedUsd }) => exactText(statedUsd),
  },
  {
    name: 'ownUsd',
    header: 'its own lines',
    right: true,
    value: ({ ownUsd }) => ownUsd,
    text: ({ ownUsd }) => exactText(ownUsd),
  },
  {
    name: 'expectedUsd',
    header: 'expected',
    right: true,
    value: ({ expectedUsd }) => expectedUsd,
    text: ({ expectedUsd }) => exactText(expectedUsd),
  },
  { name: 'line', header: 'line', right: true, goes: 1, value: ({ line }) => line },
];

/** Columns of what a meter file says otherwise. */
export const meterColumns = (timeZone: string): readonly Column<MeterDifference>[] => [
  { name: 'resourceID', header: 'device', gives: 'identifier', value: ({ resourceID }) => resourceID },
  {
    name: 'startAt',
    header: 'hour',
    value: ({ startAt }) => isoText(startAt),
    text: ({ startAt }) => localText(startAt, timeZone),
    gives: 'time',
  },
  { name: 'durationMinutes', value: ({ durationMs }) => durationMs / 60_000 },
  {
    name: 'fileWattHours',
    header: 'kWh in the file',
    right: true,
    value: ({ fileWattHours }) => fileWattHours,
    text: ({ fileWattHours }) => energyText(fileWattHours),
  },
  {
    name: 'logWattHours',
    header: 'in the log',
    right: true,
    value: ({ logWattHours }) => logWattHours,
    text: ({ logWattHours }) => energyText(logWattHours),
  },
  {
    name: 'acknowledgedWattHours',
    header: 'acknowledged',
    right: true,
    value: ({ acknowledgedWattHours }) => acknowledgedWattHours,
    text: ({ acknowledgedWattHours }) => energyText(acknowledgedWattHours),
  },
];
