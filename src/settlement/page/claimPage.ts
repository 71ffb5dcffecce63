import { localText } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { Claim, ClaimedHour } from '../claim.ts';
import { classTexts } from '../words.ts';
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
} from './numbers.ts';
import { documentOf } from './document.ts';
import { periodText } from './summary.ts';
import { type PageColumn, tableOf } from './table.ts';

/** A claim as a letter: one block for each hour, so that each can be answered by itself. */

const row = (name: string, value: string | Html): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd> `;

const linesText = (lines: readonly number[]): string =>
  lines.length === 0 ? '' : `, ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;

const energyText = (wattHours: number | string | null): string =>
  wattHours === null ? 'not measured' : `${kilowattHours(wattHours)} kWh`;

const acknowledgedText = ({
  status,
  energyWattHours,
  at,
  requestIDs,
  reportRequestIDs,
  responseCodes,
  positions: of,
}: ClaimedHour['acknowledged'][number]): string =>
  status === 'acknowledged'
    ? `${energyText(energyWattHours)}, on ${at ?? ''}, requestID ${requestIDs.join(', ')}, reportRequestID ${reportRequestIDs.join(', ')}, response ${responseCodes.join(', ')} (${positions(of, 8)})`
    : `not acknowledged: ${status} (${positions(of, 8)})`;

const priceText = ({
  priceOnWire,
  source,
  version,
  receivedAt,
  position,
  sourcePosition,
  sourceHash,
}: ClaimedHour['prices'][number]): Html =>
  html`${priceOnWire} on the wire: DR event ${source.id}, version ${version}, received ${receivedAt}
  (#${position}${sourcePosition === null ? '' : `, message #${sourcePosition}`})${sourceHash === null ? nothing : html`, XML SHA-256 <span class="hash">${sourceHash}</span>`}`;

const part = (amountUsd: DecimalText): string => missing(amountUsd, exactDollars);

const differenceText = ({ differenceUsd, difference }: ClaimedHour): string => {
  if (differenceUsd === null) return 'cannot be told';
  const parts =
    difference === null
      ? ''
      : `: ${part(difference.quantityUsd)} by quantity, ${part(difference.priceUsd)} by price, ${part(difference.restUsd)} by the rest`;
  return `${part(differenceUsd)} USD${parts}`;
};

const expectedText = ({ expectedUsd, usdPerKwh }: ClaimedHour): string => {
  const at = usdPerKwh === null ? '' : `${price(usdPerKwh)} USD/kWh`;
  return expectedUsd === null
    ? `not known${at === '' ? '' : `; the price is ${at}`}`
    : `${exactToYou(expectedUsd)} USD${at === '' ? '' : ` at ${at}`}`;
};

const billedText = ({ billed }: ClaimedHour): string => {
  if (billed === null) return 'nothing';
  const parts = [
    billed.energyWattHours === null ? null : `${kilowattHours(billed.energyWattHours)} kWh`,
    billed.usdPerKwh === null ? null : `at ${price(billed.usdPerKwh)} USD/kWh`,
    billed.amountUsd === null ? null : `${exactToYou(billed.amountUsd)} USD`,
  ];
  return `${parts.filter((part) => part !== null).join(' ')} (bill${linesText(billed.fileLines)})`;
};

const hourBlock = (hour: ClaimedHour): Html => {
  const { metered } = hour;
  return html`<section class="hour">
    <h3>${hour.localStart}, ${hour.resourceID}: ${classTexts[hour.class]}</h3>
    <dl class="facts">
      ${row('Metered', `${energyText(metered.energyWattHours)} (${metered.quality === 'missing' ? '' : `${metered.quality}; `}${metered.from === 'log' ? `entries ${positions(metered.positions, 8)}` : `meter file${linesText(metered.fileLines)}`})`)}${hour.acknowledged.map((each) => row('Acknowledged', acknowledgedText(each)))}${hour.prices.map((each) => row('Price', priceText(each)))}${row('Expected', expectedText(hour))}${row('Billed', billedText(hour))}${row('Missing', differenceText(hour))}
    </dl>
  </section> `;
};

const summaryColumns: readonly PageColumn<Claim['byClass'][number]>[] = [
  { header: 'Class', cell: ({ hourClass }) => classTexts[hourClass] },
  { header: 'Hours', isNumber: true, cell: ({ hours }) => String(hours) },
  { header: 'Expected USD', isNumber: true, cell: ({ expectedUsd }) => exactToYou(expectedUsd) },
  { header: 'Billed USD', isNumber: true, cell: ({ billedUsd }) => exactToYou(billedUsd) },
  { header: 'Missing USD', isNumber: true, cell: ({ differenceUsd }) => missing(differenceUsd, exactDollars) },
];

const evidenceColumns: readonly PageColumn<Claim['evidence'][number]>[] = [
  { header: 'Entry', cell: ({ entry }) => `#${entry.position}` },
  { header: 'Fact', cell: ({ entry }) => entry.type },
  { header: 'Recorded', cell: ({ entry }) => new Date(entry.recordedAt).toISOString() },
  { header: 'Hash', cell: ({ entry }) => html`<span class="hash">${entry.hash}</span>` },
];

/** The claim, as the text of a file that prints. */
export const claimPage = (claim: Claim): string => {
  const { period, hours, log } = claim;
  const [startAt, endAt] = [Date.parse(period.startAt), Date.parse(period.endAt)];
  const title = `Claim on the bill of ${periodText(startAt, endAt, period.timeZone)}`;
  return documentOf(
    title,
    html`<header>
        <h1>${title}</h1>
        <p class="verdict${hours.length === 0 ? '' : ' bad'}">
          ${hours.length === 0 ? `All ${count(claim.comparedHours, 'hour')} agree: there is nothing to claim.` : html`${count(hours.length, 'hour')} of ${claim.comparedHours} ${hours.length === 1 ? 'differs' : 'differ'}; together <b>${togetherMissing(claim.differenceUsd)}</b>.`}
        </p>
        <dl class="facts">
          ${claim.venID === null ? nothing : row('VEN', claim.venID)}${row('Time', `${localText(startAt, period.timeZone)} to ${localText(endAt, period.timeZone)} (${period.timeZone})`)}${row('Log', html`as of entry #${log.position}, ${log.asOf}${log.hash === null ? nothing : html`, hash <span class="hash">${log.hash}</span>`}`)}${claim.files.map(({ role, name, sha256 }) => row(role === 'bill' ? 'Bill' : 'Meter file', html`${name}, SHA-256 <span class="hash">${sha256}</span>`))}${row('Made', `${claim.madeAt} by ${claim.madeBy}`)}
        </dl>
      </header>
      <main>
        <h2>By kind</h2>
        ${tableOf('All compared hours; amounts before what the bill rounds for the eye.', summaryColumns, claim.byClass)}
        <h2>Hour by hour</h2>
        ${hours.map(hourBlock)}
        <h2>Entries of the log</h2>
        <p>
          The log is a chain: the hash of an entry is SHA-256 over the hash of the entry before it and the entry itself.
          The same claim as JSON (<code>--claim FILE.json</code>) carries the entries whole, each with the hash before
          it.
        </p>
        ${tableOf('The entries that these hours rest on.', evidenceColumns, claim.evidence)}
      </main>
      <footer>
        Made by ${claim.madeBy}. Amounts: + comes to the participant, − goes from them. Missing is what was credited too
        little or charged too much.
      </footer> `,
  );
};
