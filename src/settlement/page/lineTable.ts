import { localText } from '../../programme/calendar.ts';
import { sumOf } from '../../programme/money.ts';
import { grouped } from '../../files/grouped.ts';
import type { LedgerException } from '../ledgerException.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import type { Settlement } from '../settlement.ts';
import { kindTexts } from '../words.ts';
import { html, type Html, nothing } from './html.ts';
import type { NumberWays } from './entries.ts';
import { exactToYou, kilowattHours, price, unknown } from './numbers.ts';
import { headOf, movable, type PageColumn, rowOf } from './table.ts';

/** What is wrong with each line; none for most. */
export type Wrong = (line: LedgerLine) => readonly LedgerException[];

const prices = ({ parts, importUsdPerKwh, exportUsdPerKwh }: LedgerLine): string => {
  if (parts.length > 1) return `${parts.length} prices`;
  return importUsdPerKwh === exportUsdPerKwh
    ? price(importUsdPerKwh)
    : `${price(importUsdPerKwh)} / ${price(exportUsdPerKwh)}`;
};

const statusTexts: { readonly [status in LedgerLine['delivery']['status']]: string } = {
  notDue: 'not due',
  owed: 'owed',
  sending: 'sending',
  inDoubt: 'in doubt',
  rejected: 'refused',
  acknowledged: 'acknowledged',
};

const delivered = ({ delivery, energyWattHours }: LedgerLine): string => {
  const { status, acknowledgedWattHours } = delivery;
  return status === 'acknowledged' && acknowledgedWattHours !== energyWattHours
    ? `acknowledged as ${kilowattHours(acknowledgedWattHours)}`
    : statusTexts[status];
};

const columns = (
  timeZone: string,
  wrong: Wrong,
  { toEntries, atLine }: NumberWays,
): readonly PageColumn<LedgerLine>[] => [
  { header: 'Hour', cell: (line) => atLine(line, localText(line.startAt, timeZone).slice(11)) },
  { header: 'kWh in', isNumber: true, cell: ({ importWattHours }) => kilowattHours(importWattHours) },
  { header: 'kWh out', isNumber: true, cell: ({ exportWattHours }) => kilowattHours(exportWattHours) },
  { header: 'kWh net', isNumber: true, cell: ({ energyWattHours }) => kilowattHours(energyWattHours) },
  { header: 'USD/kWh', isNumber: true, cell: prices },
  { header: 'USD', isNumber: true, cell: ({ money }) => exactToYou(money?.amountUsd ?? null) },
  { header: 'Delivery', cell: (line) => delivered(line) },
  { header: 'Readings', isWide: true, cell: ({ reading }) => toEntries(reading.positions) },
  {
    header: 'Price',
    isWide: true,
    cell: ({ origins }) => (origins.length === 0 ? unknown : toEntries(origins.map(({ position }) => position))),
  },
  { header: 'Told', isWide: true, cell: ({ delivery }) => toEntries(delivery.positions) },
  {
    header: 'Exceptions',
    cell: (line) =>
      wrong(line)
        .map(({ kind }) => kindTexts[kind])
        .join(', '),
  },
];

/** A day's sum, on the row that begins it. */
const dayRow = (day: string, lines: readonly LedgerLine[], width: number): Html => {
  const energy = lines.reduce((sum, { energyWattHours }) => sum + (energyWattHours ?? 0), 0);
  const open = lines.filter(({ money }) => money === null).length;
  return html`<tr class="day">
    <th scope="rowgroup" colspan="3">${day}, ${lines.length} hours</th>
    <td class="n">${kilowattHours(energy)}</td>
    <td></td>
    <td class="n">${exactToYou(sumOf(lines.flatMap(({ money }) => money?.amountUsd ?? [])))}</td>
    <td colspan="${width - 6}">${open === 0 ? nothing : `${open} open`}</td>
  </tr> `;
};

const deviceTable = (
  resourceID: string,
  lines: readonly LedgerLine[],
  all: readonly PageColumn<LedgerLine>[],
  wrong: Wrong,
): Html => {
  return movable(
    html`<table>
      <caption>
        ${resourceID}: exact amounts; Readings, Price and Told are the entries that each number rests on.
      </caption>
      ${headOf(all)}
      ${[...grouped(lines, ({ day }) => day)].map(
        ([day, of]) =>
          html`<tbody>
            ${dayRow(day, of, all.length)}${of.map((line) => rowOf(all, line, wrong(line).length > 0))}
          </tbody> `,
      )}
    </table> `,
  );
};

/** Every hour of every device, with the entries it rests on. */
export const lineTables = ({ lines, timeZone }: Settlement, wrong: Wrong, ways: NumberWays): Html => {
  const all = columns(timeZone, wrong, ways);
  return html`<section class="lines" aria-labelledby="lines">
    <h2 id="lines">Lines</h2>
    ${[...grouped(lines, ({ resourceID }) => resourceID)].map(
      ([resourceID, of]) =>
        html`<h3>${resourceID}</h3>
          ${deviceTable(resourceID, of, all, wrong)}`,
    )}
  </section> `;
};
