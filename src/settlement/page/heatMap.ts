import { localText } from '../../programme/calendar.ts';
import { grouped } from '../../files/grouped.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import { at, drawing, idOf } from './drawing.ts';
import { html, type Html, nothing } from './html.ts';
import { count, exactDollars, exactToYou, kilowattHours } from './numbers.ts';

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
  html`<rect
      x="${at(x)}"
      y="${at(y)}"
      width="${at(w)}"
      height="${at(h)}"
      fill="#fff"
      stroke="#1b1f24"
      stroke-width="0.6"
    /><path
      d="M${at(x)} ${at(y)}l${at(w)} ${at(h)}m0 ${at(-h)}l${at(-w)} ${at(h)}"
      stroke="#1b1f24"
      stroke-width="0.6"
    />`;

const hatched = (x: number, y: number, w: number, h: number): Html =>
  html`<path d="M${at(x)} ${at(y + h)}L${at(x + w)} ${at(y)}" stroke="#8c959f" stroke-width="0.8" /> `;

const largestOf = (lines: readonly LedgerLine[]): number =>
  lines.reduce((largest, { money }) => Math.max(largest, Math.abs(Number(money?.amountUsd ?? 0))), 0);

const cellText = ({ line, hour }: Cell, timeZone: string): string =>
  `${localText(line.startAt, timeZone)}${hour.endsWith(again) ? ' (second)' : ''}: ${kilowattHours(line.energyWattHours)} kWh, ${line.money === null ? 'open' : `${exactToYou(line.money.amountUsd)} USD`}`;

/** What a map is drawn by. */
interface Drawing {
  readonly timeZone: string;
  /** The greatest amount of the device, over all of its maps. @unit USD */
  readonly largest: number;
  readonly isOdd: (line: LedgerLine) => boolean;
}

/** @limit Days of one map: as many as fit on a sheet of paper. */
const daysOfMap = 62;

const rowHeight = 13;

/** One hour: a shade, or a cross where it is open; a dot where something is wrong. */
const cellAt = (cell: Cell, x: number, y: number, w: number, { timeZone, largest, isOdd }: Drawing): Html => {
  const { money } = cell.line;
  const h = rowHeight;
  const shape =
    money === null
      ? crossed(x + 0.5, y + 0.5, w - 1, h - 1)
      : html`<rect
          x="${at(x + 0.3)}"
          y="${at(y + 0.3)}"
          width="${at(w - 0.6)}"
          height="${at(h - 0.6)}"
          fill="${shadeOf(Number(money.amountUsd), largest)}"
        />`;
  const dot =
    isOdd(cell.line) && money !== null
      ? html`<circle cx="${at(x + w / 2)}" cy="${at(y + h / 2)}" r="2.2" fill="#1b1f24" />`
      : nothing;
  return html`<g><title>${cellText(cell, timeZone)}</title>${shape}${dot}</g> `;
};

/** Between the first and the last hour of a day: what the clocks left out. */
const skippedOf = (cells: readonly Cell[], columns: readonly string[]): readonly number[] => {
  const there = cells.map(({ hour }) => columns.indexOf(hour));
  const [first, last] = [Math.min(...there), Math.max(...there)];
  return columns.flatMap((hour, column) =>
    !hour.endsWith(again) && column > first && column < last && !there.includes(column) ? [column] : [],
  );
};

const captionOf = (resourceID: string, columns: readonly string[], { largest }: Drawing): Html => {
  const repeated = columns.filter((hour) => hour.endsWith(again));
  return html`${resourceID}: blue earns, orange costs, the stronger the more (up to ${exactDollars(largest.toFixed(5))}
  USD an hour, shades by the root). A crossed cell is open, a dot marks an exception, a stroke an hour that the clocks
  skipped${repeated.length === 0 ? nothing : `, and ${repeated.join(', ')} is the hour that they showed again`}.`;
};

/** The map of some days of one device. */
const mapOf = (
  resourceID: string,
  days: readonly (readonly [day: string, cells: readonly Cell[]])[],
  by: Drawing,
): Html => {
  const cells = days.flatMap(([, of]) => of);
  const columns = columnsOfHours(cells.map(({ hour }) => hour));
  const w = (width - left - 4) / columns.length;
  const heads = columns.map(
    (hour, column) =>
      html`<text class="soft" x="${at(left + (column + 0.5) * w)}" y="${top - 6}" text-anchor="middle">${hour}</text> `,
  );
  const rows = days.map(([day, of], row) => {
    const y = top + row * rowHeight;
    return html`<text class="soft" x="${left - 6}" y="${at(y + 10)}" text-anchor="end">${day.slice(2)}</text>
      ${skippedOf(of, columns).map((column) => hatched(left + column * w, y, w, rowHeight))}${of.map((cell) => cellAt(cell, left + columns.indexOf(cell.hour) * w, y, w, by))}`;
  });
  const open = cells.filter(({ line }) => line.money === null).length;
  const description = `${count(days.length, 'day')}, ${count(cells.length, 'hour')}, ${open} of them open; the strongest shade is ${exactDollars(by.largest.toFixed(5))} USD. The table of lines has every number.`;
  const id = `heat-map-${idOf(resourceID)}-${days[0]?.[0] ?? ''}`;
  return html`<figure>
    ${drawing(id, `What each hour of ${resourceID} comes to, local days down, hours of the clock across`, description, { width, height: top + days.length * rowHeight + 4 }, html`${heads}${rows}`)}
    <figcaption>${captionOf(resourceID, columns, by)}</figcaption>
  </figure> `;
};

const mapsOf = (
  resourceID: string,
  lines: readonly LedgerLine[],
  isOdd: Drawing['isOdd'],
  timeZone: string,
): readonly Html[] => {
  const days = [...grouped(cellsOf(lines, timeZone), ({ line }) => line.day)];
  const by = { timeZone, largest: largestOf(lines), isOdd };
  const sheets = Array.from({ length: Math.ceil(days.length / daysOfMap) }, (_, sheet) =>
    days.slice(sheet * daysOfMap, (sheet + 1) * daysOfMap),
  );
  return sheets.map((sheet) => mapOf(resourceID, sheet, by));
};

/** Maps for each device; a long time is laid on several of them. */
export const heatMaps = (lines: readonly LedgerLine[], isOdd: Drawing['isOdd'], timeZone: string): Html =>
  html`${[...grouped(lines, ({ resourceID }) => resourceID)].flatMap(([resourceID, of]) => mapsOf(resourceID, of, isOdd, timeZone))}`;
