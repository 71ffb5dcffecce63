import { localText } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import { at, drawing, idOf } from './drawing.ts';
import { html, type Html, nothing } from './html.ts';
import { count, exactDollars, kilowattHours } from './numbers.ts';

/**
 * Hours across, local days down, one map per device.
 *
 * The columns are what the local clock shows. On the day on which the clocks are set back an hour stands twice: its second
 * one has a column of its own. On the day on which they are set forward the cell of the hour that was skipped is hatched.
 */

/** The heading of the second of two hours that the clock shows alike. */
const again = '*';

const left = 64;
const width = 720;
const top = 18;

const credits = ['#d7e6f5', '#a9c9ea', '#6fa5d9', '#3580c2', '#0b5cad'] as const;
const charges = ['#fbe6d3', '#f5c59b', '#e99a58', '#d0742a', '#b4540a'] as const;

/** A line and the hour that the local clock showed: `01`, or `01*` where that is the second one. */
interface Cell {
  readonly line: LedgerLine;
  readonly hour: string;
}

const cellsOf = (lines: readonly LedgerLine[], timeZone: string): readonly Cell[] => {
  const seen = new Set<string>();
  return lines.map((line) => {
    const hour = localText(line.startAt, timeZone).slice(11, 13);
    const key = `${line.day} ${hour}`;
    const isAgain = seen.has(key);
    seen.add(key);
    return { line, hour: isAgain ? `${hour}${again}` : hour };
  });
};

/** The columns: every hour of the clock, and the repeated ones that occur. */
export const columnsOfHours = (hours: Iterable<string>): readonly string[] =>
  [...new Set([...Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')), ...hours])].sort();

/** The shade of an amount: five steps to each side, by the root, for a few hours earn most of the year. */
export const shadeOf = (amountUsd: number, largestUsd: number): string => {
  if (amountUsd === 0 || largestUsd === 0) return '#f6f8fa';
  const step = Math.min(4, Math.floor(Math.sqrt(Math.abs(amountUsd) / largestUsd) * 5));
  return (amountUsd < 0 ? credits : charges)[step] ?? '#f6f8fa';
};

const crossed = (x: number, y: number, w: number, h: number): Html =>
  html`<rect x="${at(x)}" y="${at(y)}" width="${at(w)}" height="${at(h)}" fill="#fff" stroke="#1b1f24" stroke-width="0.6"/><path d="M${at(x)} ${at(y)}l${at(w)} ${at(h)}m0 ${at(-h)}l${at(-w)} ${at(h)}" stroke="#1b1f24" stroke-width="0.6"/>`;

const hatched = (x: number, y: number, w: number, h: number): Html => html`<path d="M${at(x)} ${at(y + h)}L${at(x + w)} ${at(y)}" stroke="#8c959f" stroke-width="0.8"/>
`;

const largestOf = (lines: readonly LedgerLine[]): number => lines.reduce((largest, { money }) => Math.max(largest, Math.abs(Number(money?.amountUsd ?? 0))), 0);

const cellText = ({ line, hour }: Cell, timeZone: string): string =>
  `${localText(line.startAt, timeZone)}${hour.endsWith(again) ? ' (second)' : ''}: ${kilowattHours(line.energyWattHours)} kWh, ${line.money === null ? 'open' : `${exactDollars(line.money.amountUsd)} USD`}`;

/** The map of one device. */
const mapOf = (resourceID: string, lines: readonly LedgerLine[], isOdd: (line: LedgerLine) => boolean, timeZone: string): Html => {
  const cells = cellsOf(lines, timeZone);
  const columns = columnsOfHours(cells.map(({ hour }) => hour));
  const days = [...grouped(cells, ({ line }) => line.day)];
  const h = days.length > 62 ? 5 : 13;
  const w = (width - left - 4) / columns.length;
  const largest = largestOf(lines);
  const cellAt = (cell: Cell, row: number): Html => {
    const [x, y] = [left + columns.indexOf(cell.hour) * w, top + row * h];
    const { money } = cell.line;
    const shape = money === null ? crossed(x + 0.5, y + 0.5, w - 1, h - 1) : html`<rect x="${at(x + 0.3)}" y="${at(y + 0.3)}" width="${at(w - 0.6)}" height="${at(h - 0.6)}" fill="${shadeOf(Number(money.amountUsd), largest)}"/>`;
    return html`<g><title>${cellText(cell, timeZone)}</title>${shape}${isOdd(cell.line) && money !== null ? html`<circle cx="${at(x + w / 2)}" cy="${at(y + h / 2)}" r="${h > 8 ? 2.2 : 1.3}" fill="#1b1f24"/>` : nothing}</g>
`;
  };
  /** Between the first and the last hour of a whole day the clock left out what is not there. */
  const skipped = (of: readonly Cell[], row: number): readonly Html[] => {
    const there = of.map(({ hour }) => columns.indexOf(hour));
    const [first, last] = [Math.min(...there), Math.max(...there)];
    return columns.flatMap((hour, column) => (!hour.endsWith(again) && column > first && column < last && !there.includes(column) ? [hatched(left + column * w, top + row * h, w, h)] : []));
  };
  const rows = days.map(([day, of], row) => html`${row % (h > 8 ? 1 : 7) === 0 ? html`<text class="soft" x="${left - 6}" y="${at(top + row * h + Math.min(h, 10))}" text-anchor="end">${h > 8 ? day.slice(2) : day}</text>
` : nothing}${skipped(of, row)}${of.map((cell) => cellAt(cell, row))}`);
  const heads = columns.map((hour, column) => html`<text class="soft" x="${at(left + (column + 0.5) * w)}" y="${top - 6}" text-anchor="middle">${hour}</text>
`);
  const title = `What each hour of ${resourceID} comes to, local days down, hours of the clock across`;
  const open = lines.filter(({ money }) => money === null).length;
  const description = `${count(days.length, 'day')}, ${count(lines.length, 'hour')}, ${open} of them open; the strongest shade is ${exactDollars(largest.toFixed(5))} USD. The table of lines has every number.`;
  return html`<figure>
${drawing(`heat-map-${idOf(resourceID)}`, title, description, { width, height: top + days.length * h + 4 }, html`${heads}${rows}`)}<figcaption>${resourceID}: blue earns, orange costs, the stronger the more (up to ${exactDollars(largest.toFixed(5))} USD an hour, shades by the root). A crossed cell is open, a dot marks an exception, a stroke an hour that the clocks skipped${columns.some((hour) => hour.endsWith(again)) ? html`, and ${columns.filter((hour) => hour.endsWith(again)).join(', ')} is the hour that they showed again` : nothing}.</figcaption>
</figure>
`;
};

/** A map for each device. */
export const heatMaps = (lines: readonly LedgerLine[], isOdd: (line: LedgerLine) => boolean, timeZone: string): Html =>
  html`${[...grouped(lines, ({ resourceID }) => resourceID)].map(([resourceID, of]) => mapOf(resourceID, of, isOdd, timeZone))}`;
