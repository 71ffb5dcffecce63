import { comingToYou, sumOf } from '../../programme/money.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { grouped } from '../../files/grouped.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import { at, drawing } from './drawing.ts';
import { html, type Html, nothing } from './html.ts';
import { count, dollars, toYou } from './numbers.ts';

/** A local day's sum. */
export interface DaySum {
  readonly day: string;
  /** Exact. @unit USD */
  readonly amountUsd: DecimalText;
  /** Hours without an amount. */
  readonly open: number;
}

const size = { width: 720, height: 190 };
const plot = { left: 58, right: 700, top: 12, bottom: 158 };

/** The sums of local days, in order. */
export const daySums = (lines: readonly LedgerLine[]): readonly DaySum[] =>
  [...grouped(lines, ({ day }) => day)]
    .map(([day, of]) => ({
      day,
      amountUsd: sumOf(of.flatMap(({ money }) => money?.amountUsd ?? [])),
      open: of.filter(({ money }) => money === null).length,
    }))
    .toSorted((a, b) => (a.day < b.day ? -1 : 1));

/** Every so many days one is named, so that names do not touch. */
const everyDays = (count: number): number => [1, 2, 7, 14, 28].find((each) => count / each <= 16) ?? 61;

const descriptionOf = (sums: readonly DaySum[]): string => {
  const [first, ...rest] = sums.toSorted((a, b) => Number(b.amountUsd) - Number(a.amountUsd));
  const last = rest.at(-1) ?? first;
  const open = sums.filter((sum) => sum.open > 0).length;
  return first === undefined || last === undefined
    ? 'No day.'
    : `From ${toYou(first.amountUsd)} USD on ${first.day} to ${toYou(last.amountUsd)} USD on ${last.day}; days above the line earn, days below it cost.${open === 0 ? '' : ` On ${count(open, 'day')} hours are open.`}`;
};

/** Bars of what each local day comes to: what comes to you above the line, what goes from you below it. */
export const dailyBars = (lines: readonly LedgerLine[]): Html => {
  const sums = daySums(lines);
  const values = sums.map(({ amountUsd }) => Number(comingToYou(amountUsd)));
  const [high, low] = [Math.max(0, ...values), Math.min(0, ...values)];
  const scale = (plot.bottom - plot.top) / (high - low || 1);
  const y = (value: number): number => plot.top + (high - value) * scale;
  const step = (plot.right - plot.left) / Math.max(1, sums.length);
  const every = everyDays(sums.length);
  const bar = ({ day, amountUsd, open }: DaySum, index: number): Html => {
    const value = Number(comingToYou(amountUsd));
    const x = plot.left + index * step;
    return html`<rect
        x="${at(x + step * 0.12)}"
        y="${at(Math.min(y(value), y(0)))}"
        width="${at(step * 0.76)}"
        height="${at(Math.max(0.6, Math.abs(value) * scale))}"
        fill="${value > 0 ? '#0b5cad' : '#b4540a'}"
        ><title>${day}: ${toYou(amountUsd)} USD${open === 0 ? '' : `, ${count(open, 'hour')} open`}</title></rect
      >
      ${
        open === 0
          ? nothing
          : html`<path d="M${at(x + step / 2 - 3)} ${plot.top - 8}l6 6m0 -6l-6 6" stroke="#1b1f24" /> `
      }${
        index % every === 0
          ? html`<text x="${at(x + step / 2)}" y="${plot.bottom + 18}" text-anchor="middle">${day.slice(5)}</text> `
          : nothing
      }`;
  };
  const mark = (value: number): Html =>
    html`<text class="soft" x="${plot.left - 6}" y="${at(y(value) + 4)}" text-anchor="end"
        >${dollars(value.toFixed(2))}</text
      >
      <line
        x1="${plot.left}"
        x2="${plot.right}"
        y1="${at(y(value))}"
        y2="${at(y(value))}"
        stroke="${value === 0 ? '#1b1f24' : '#d0d7de'}"
      /> `;
  const content = html`${[...new Set([high, 0, low])].map(mark)}${sums.map(bar)}`;
  return html`<figure>
    ${drawing('daily-bars', 'Net amount of each local day in USD', descriptionOf(sums), size, content)}
    <figcaption>
      USD by local day: above the line what comes to you, below it what goes from you; a cross marks a day with hours
      that are open.
    </figcaption>
  </figure> `;
};
