import { localText } from '../../programme/calendar.ts';
import { compare, decimalOf } from '../../programme/decimal.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { ReconciledHour } from '../../settlement/reconciliation/hour.ts';
import type { MeterDifference } from '../../settlement/reconciliation/meterCheck.ts';
import type { ClassTotal, TotalCheck } from '../../settlement/reconciliation/totals.ts';
import { exactDollars, exactToYou, kilowattHours, missing, tellingDollars } from '../../settlement/page/numbers.ts';
import { classTexts } from '../../settlement/words.ts';
import { priceText, toYouText } from '../dayTable.ts';
import { isoOrNull, isoText, NOTHING, type Column } from '../rows.ts';

/** Columns of comparisons, for people and for programs. */

/** Numbers of the page, without its thin spaces. */
const plain = (text: string): string => text.replaceAll('\u2009', '');

const energyText = (wattHours: DecimalText | number | null): string =>
  wattHours === null ? NOTHING : plain(kilowattHours(wattHours));

/** Amounts that may be fractions of a cent: as they are, what comes to you is +. */
const exactText = (amount: DecimalText | null): string => (amount === null ? NOTHING : plain(exactToYou(amount)));

const isOther = (a: DecimalText | null, b: DecimalText | null): boolean =>
  a !== null && b !== null && compare(decimalOf(a), decimalOf(b)) !== 0;

/** What of an hour the bill says otherwise, in its own figures. */
const billSays = ({ billed, metered, usdPerKwh, hourClass }: ReconciledHour): string => {
  if (billed === null) return 'nothing';
  const { energyWattHours } = metered;
  const isOdd =
    billed.energyWattHours !== null && (energyWattHours === null || isOther(billed.energyWattHours, energyWattHours));
  const parts = [
    ...(isOdd ? [`${energyText(billed.energyWattHours)} kWh`] : []),
    ...(isOther(billed.usdPerKwh, usdPerKwh) ? [`at ${priceText(billed.usdPerKwh)}`] : []),
  ];
  if (parts.length > 0) return parts.join(' ');
  return hourClass === 'amountDiffers' ? 'another amount' : 'the same';
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
    gives: 'words',
    goes: 3,
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
    goes: 2,
    value: ({ acknowledgedWattHours }) => acknowledgedWattHours,
    text: ({ acknowledgedWattHours }) => energyText(acknowledgedWattHours),
  },
  { name: 'billedWattHours', value: ({ billed }) => billed?.energyWattHours ?? null },
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
    header: 'the bill says',
    gives: 'words',
    value: ({ billed }) => billed?.usdPerKwh ?? null,
    text: billSays,
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
    header: 'missing',
    right: true,
    value: ({ differenceUsd }) => differenceUsd,
    text: ({ differenceUsd }) => plain(missing(differenceUsd, exactDollars)),
  },
  { name: 'missingUsd', value: ({ differenceUsd }) => differenceUsd },
  { name: 'quantityUsd', value: ({ parts }) => parts?.quantityUsd ?? null },
  { name: 'priceUsd', value: ({ parts }) => parts?.priceUsd ?? null },
  { name: 'restUsd', value: ({ parts }) => parts?.restUsd ?? null },
  {
    name: 'billLines',
    header: 'line',
    right: true,
    goes: 1,
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
    text: ({ expectedUsd }) => toYouText(expectedUsd),
  },
  {
    name: 'billedUsd',
    header: 'billed USD',
    right: true,
    value: ({ billedUsd }) => billedUsd,
    text: ({ billedUsd }) => toYouText(billedUsd),
  },
  {
    name: 'differenceUsd',
    header: 'missing',
    right: true,
    value: ({ differenceUsd }) => differenceUsd,
    text: ({ differenceUsd, untold }) =>
      `${plain(missing(differenceUsd, tellingDollars))}${untold === 0 ? '' : ` (${untold} not known)`}`,
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
