import { localText } from '../../programme/calendar.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { type ExceptionRun, exceptionRuns } from '../exceptionRuns.ts';
import type { Settlement } from '../settlement.ts';
import { kindTexts } from '../words.ts';
import { html, type Html, nothing } from './html.ts';
import { count, kilowattHours, positions, toYou } from './numbers.ts';
import { type PageColumn, tableOf } from './table.ts';

const range = (low: DecimalText | null, high: DecimalText | null): string =>
  low === null || high === null ? 'not bounded' : `${toYou(high)} to ${toYou(low)}`;

const columns = (timeZone: string): readonly PageColumn<ExceptionRun>[] => [
  { header: 'From', cell: ({ startAt }) => localText(startAt, timeZone) },
  { header: 'Hours', isNumber: true, cell: ({ hours }) => String(hours) },
  { header: 'Device', isWide: true, cell: ({ resourceID }) => resourceID },
  { header: 'What', cell: ({ kind }) => kindTexts[kind] },
  { header: 'kWh net', isNumber: true, cell: ({ energyWattHours }) => kilowattHours(energyWattHours) },
  { header: 'USD between', isNumber: true, cell: ({ stake }) => range(stake.lowUsd, stake.highUsd) },
  {
    header: 'What it means, and what to do',
    cell: ({ text, advice, stake }) => html`${text} ${advice} <span class="soft">Bounds: ${stake.basis}.</span>`,
  },
  { header: 'Entries', isWide: true, cell: (run) => positions(run.positions) },
];

/** What is not as it should be: first of all, for it is what a reader must know. */
export const exceptions = ({ exceptions: all, timeZone, totals }: Settlement): Html => {
  const runs = exceptionRuns(all);
  const hours = new Set(all.map(({ resourceID, startAt }) => `${startAt} ${resourceID}`)).size;
  return html`<section aria-labelledby="exceptions">
    <h2 id="exceptions">Exceptions</h2>
    ${
      runs.length === 0
        ? html`<p>None: every hour was measured, priced, delivered and acknowledged as measured.</p> `
        : html`<p>
              ${count(hours, 'hour is', 'hours are')} not as they should be. Nothing is guessed into a line: where an
              hour is open, its bounds stand
              here.${totals.unboundedHours === 0 ? nothing : html` Of ${count(totals.unboundedHours, 'hour')} nothing bounds the amount.`}
            </p>
            ${tableOf('Hours that follow one another and say the same are one row.', columns(timeZone), runs)}`
    }
  </section> `;
};
