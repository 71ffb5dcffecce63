import { hourMs, localText } from '../../programme/calendar.ts';
import { sumOf } from '../../programme/money.ts';
import type { BillRounding } from '../reconciliation/billRounding.ts';
import { isDisputed, type ReconciledHour } from '../reconciliation/hour.ts';
import type { Reconciliation } from '../reconciliation/reconcile.ts';
import { type ClassTotal, isOff, type TotalCheck } from '../reconciliation/totals.ts';
import { classMeanings, classTexts } from '../words.ts';
import { html, type Html, nothing } from './html.ts';
import {
  count,
  exactDollars,
  exactToYou,
  kilowattHours,
  missing,
  positions,
  price,
  togetherMissing,
  unknown,
} from './numbers.ts';
import type { PageInput } from './pageInput.ts';
import { fitText } from './roundingText.ts';
import { type PageColumn, tableOf } from './table.ts';

const classColumns: readonly PageColumn<ClassTotal>[] = [
  { header: 'Class', cell: ({ hourClass }) => classTexts[hourClass] },
  { header: 'What it means', cell: ({ hourClass }) => classMeanings[hourClass] },
  { header: 'Hours', isNumber: true, cell: ({ hours }) => String(hours) },
  { header: 'Expected USD', isNumber: true, cell: ({ expectedUsd }) => exactToYou(expectedUsd) },
  { header: 'Billed USD', isNumber: true, cell: ({ billedUsd }) => exactToYou(billedUsd) },
  {
    header: 'Missing USD',
    isNumber: true,
    cell: ({ differenceUsd, untold }) =>
      `${missing(differenceUsd, exactDollars)}${untold === 0 ? '' : ` (${untold} not known)`}`,
  },
];

/** When, whose, and the entries it rests on. */
const hourCell = ({ startAt, durationMs, resourceID, lines }: ReconciledHour, timeZone: string): Html => {
  const entries = positions(
    lines.flatMap(({ reading, origins, delivery }) => [
      ...reading.positions,
      ...origins.map(({ position }) => position),
      ...delivery.positions,
    ]),
    6,
  );
  return html`${localText(startAt, timeZone)}${durationMs === hourMs ? nothing : `, ${durationMs / 60_000} min`}<br /><span
      class="soft"
      >${resourceID}${entries === '' ? nothing : html`<br />${entries}`}</span
    >`;
};

const hourColumns = (timeZone: string): readonly PageColumn<ReconciledHour>[] => [
  { header: 'Hour, device, entries', isWide: true, cell: (hour) => hourCell(hour, timeZone) },
  {
    header: 'What',
    cell: ({ hourClass, billedAs }) =>
      `${classTexts[hourClass]}${billedAs === 'acknowledged' ? ', billed as acknowledged' : ''}`,
  },
  { header: 'kWh metered', isNumber: true, cell: ({ metered }) => kilowattHours(metered.energyWattHours) },
  { header: 'acknowl.', isNumber: true, cell: ({ acknowledgedWattHours }) => kilowattHours(acknowledgedWattHours) },
  { header: 'billed kWh', isNumber: true, cell: ({ billed }) => kilowattHours(billed?.energyWattHours ?? null) },
  { header: 'USD/kWh', isNumber: true, cell: ({ usdPerKwh }) => price(usdPerKwh) },
  { header: 'billed USD/kWh', isNumber: true, cell: ({ billed }) => price(billed?.usdPerKwh ?? null) },
  { header: 'USD expected', isNumber: true, cell: ({ expectedUsd }) => exactToYou(expectedUsd) },
  { header: 'billed USD', isNumber: true, cell: ({ billed }) => exactToYou(billed?.amountUsd ?? null) },
  { header: 'missing', isNumber: true, cell: ({ differenceUsd }) => missing(differenceUsd, exactDollars) },
];

const stageText = ({ stage, startAt }: TotalCheck, timeZone: string): string =>
  startAt === null || stage === 'bill'
    ? 'the whole bill'
    : stage === 'day'
      ? localText(startAt, timeZone).slice(0, 10)
      : `from ${localText(startAt, timeZone).slice(0, 10)} on`;

const totalColumns = (timeZone: string): readonly PageColumn<TotalCheck>[] => [
  { header: 'Total of', cell: (check) => stageText(check, timeZone) },
  { header: 'Device', isWide: true, cell: ({ resourceID }) => resourceID ?? 'all' },
  { header: 'Stated USD', isNumber: true, cell: ({ statedUsd }) => exactToYou(statedUsd) },
  { header: 'Its own lines', isNumber: true, cell: ({ ownUsd }) => exactToYou(ownUsd) },
  { header: 'Expected', isNumber: true, cell: ({ expectedUsd }) => exactToYou(expectedUsd) },
  {
    header: 'Verdict',
    cell: ({ statedUsd, ownUsd, expectedUsd }) =>
      isOff(statedUsd, ownUsd)
        ? 'does not add up'
        : isOff(statedUsd, expectedUsd)
          ? 'differs from ours'
          : expectedUsd === null
            ? unknown
            : 'agrees',
  },
  { header: 'Line', isNumber: true, cell: ({ line }) => String(line) },
];

const rounding = (inferred: BillRounding): Html =>
  html`<h3>How the bill is rounded</h3>
    <p>${fitText(inferred)}</p> `;

const verdict = ({ hours, byClass }: Reconciliation): Html => {
  const disputed = hours.filter(({ hourClass }) => isDisputed(hourClass));
  if (hours.length === 0)
    return html`<p class="finding">The bill states no hours: only its totals can be compared.</p> `;
  if (disputed.length === 0)
    return html`<p class="finding">
      All ${count(hours.length, 'hour')} agree with the
      bill${byClass.some(({ hourClass }) => hourClass === 'roundingOnly') ? ', but for rounding' : ''}.
    </p> `;
  const difference = sumOf(disputed.flatMap(({ differenceUsd }) => differenceUsd ?? []));
  const untold = disputed.filter(({ differenceUsd }) => differenceUsd === null).length;
  return html`<p class="finding bad">
    ${count(disputed.length, 'hour')} of ${hours.length} ${disputed.length === 1 ? 'differs' : 'differ'}: together
    <b>${togetherMissing(difference)}</b
    >${untold === 0 ? '' : `, not counting ${count(untold, 'hour')} of which that cannot be told`}.
  </p> `;
};

/** What was billed, held against what was metered and what was acknowledged. */
export const billSection = ({ reconciliation, billRounding }: PageInput): Html => {
  if (reconciliation === null) return nothing;
  const { hours, byClass, totals, timeZone, billFile, meterFile } = reconciliation;
  const disputed = hours.filter(({ hourClass }) => isDisputed(hourClass));
  return html`<section aria-labelledby="bill">
    <h2 id="bill">The bill</h2>
    <p>
      ${billFile} against ${meterFile === null ? 'our own readings' : `the readings of ${meterFile}`}, the prices that
      were received, and what the VTN acknowledged.
    </p>
    ${verdict(reconciliation)}${byClass.length === 0 ? nothing : tableOf('Hours by how the three sides stand to one another.', classColumns, byClass)}${totals.length === 0 ? nothing : tableOf('Totals that the bill states.', totalColumns(timeZone), totals)}${billRounding === null ? nothing : rounding(billRounding)}${disputed.length === 0 ? nothing : tableOf('Hours that differ.', hourColumns(timeZone), disputed)}
  </section> `;
};
