import { localText } from '../../programme/calendar.ts';
import type { Adjustment } from '../ledgerLine.ts';
import type { Settlement } from '../settlement.ts';
import { causeTexts } from '../words.ts';
import { html, type Html } from './html.ts';
import { exactToYou, kilowattHours, price } from './numbers.ts';
import { type PageColumn, tableOf } from './table.ts';

const columns = (timeZone: string): readonly PageColumn<Adjustment>[] => [
  { header: 'Hour', cell: ({ startAt }) => localText(startAt, timeZone) },
  { header: 'Device', isWide: true, cell: ({ resourceID }) => resourceID },
  { header: 'Because', cell: ({ because }) => causeTexts[because] },
  { header: 'At', cell: ({ at }) => localText(at, timeZone) },
  { header: 'kWh before', isNumber: true, cell: ({ oldWattHours }) => kilowattHours(oldWattHours) },
  { header: 'after', isNumber: true, cell: ({ newWattHours }) => kilowattHours(newWattHours) },
  { header: 'USD/kWh before', isNumber: true, cell: ({ oldUsdPerKwh }) => price(oldUsdPerKwh) },
  { header: 'after', isNumber: true, cell: ({ newUsdPerKwh }) => price(newUsdPerKwh) },
  { header: 'Change USD', isNumber: true, cell: ({ deltaUsd }) => exactToYou(deltaUsd) },
  { header: 'Entry', cell: ({ position }) => `#${position}` },
];

/** What changed in an hour after it was first complete. */
export const adjustments = ({ adjustments: all, timeZone, totals }: Settlement): Html =>
  html`<section aria-labelledby="adjustments">
    <h2 id="adjustments">Adjustments</h2>
    ${
      all.length === 0
        ? html`<p>None: no hour changed after it was first complete.</p> `
        : tableOf(
            'What changed in an hour after it was first complete, in the order in which it became known.',
            columns(timeZone),
            all,
            ['Total', '', '', '', '', '', '', '', exactToYou(totals.adjustmentsUsd), ''],
          )
    }
  </section> `;
