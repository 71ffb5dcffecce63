import { grouped } from '../../files/grouped.ts';
import { localText } from '../../programme/calendar.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import type { Settlement } from '../settlement.ts';
import { html, type Html, nothing } from './html.ts';
import { count, positions } from './numbers.ts';
import type { EntryTold, PageInput } from './pageInput.ts';
import { type PageColumn, tableOf } from './table.ts';

/** Who wrote a number: from each number to its entries, from each entry to its numbers, and from entry to entry. */

/** @limit Hours that are named of an entry. */
const namedHours = 3;

const hourMs = 3_600_000;

const entryID = (position: number): string => `e${position}`;

/** The place of a line on the page; devices are numbered, for their names are anything. */
const lineID = (device: number, { startAt }: LedgerLine): string => `h${device}-${startAt / hourMs}`;

const devicesOf = ({ lines }: Settlement): readonly string[] => [...new Set(lines.map(({ resourceID }) => resourceID))];

/** Leads about on the page. */
export interface NumberWays {
  /** Positions as ways to what stands there. */
  readonly toEntries: (all: readonly number[], most?: number) => Html | string;
  /** The start of a line, as the place that an entry leads to. */
  readonly atLine: (line: LedgerLine, text: string) => Html | string;
}

/** Where nothing is known of the entries, there are no ways: the numbers stand alone. */
const noWays: NumberWays = { toEntries: positions, atLine: (_line, text) => text };

/** The ways of a page. */
export const waysOf = ({ settlement, entries = [] }: PageInput): NumberWays => {
  if (entries.length === 0) return noWays;
  const told = new Set(entries.map(({ position }) => position));
  const devices = new Map(devicesOf(settlement).map((resourceID, index) => [resourceID, index]));
  return {
    toEntries: (all, most = 4) => {
      const distinct = [...new Set(all)].toSorted((a, b) => a - b);
      const first = distinct.slice(0, most).map((position, index) => {
        const between = index === 0 ? '' : ', ';
        return told.has(position)
          ? html`${between}<a href="#${entryID(position)}">#${position}</a>`
          : html`${between}#${position}`;
      });
      return html`${first}${distinct.length > most ? ` … (${distinct.length})` : ''}`;
    },
    atLine: (line, text) => html`<span id="${lineID(devices.get(line.resourceID) ?? 0, line)}">${text}</span>`,
  };
};

/** What a line rests on: of each kind the entries that say the same of other hours stand in a row. */
const restsOn = (line: LedgerLine): readonly (readonly [row: string, position: number])[] => [
  ...line.reading.positions.map((position) => [`reading ${line.resourceID}`, position] as const),
  ...line.origins.map(({ position }) => ['price', position] as const),
  ...line.delivery.positions.map((position) => [`report ${line.resourceID}`, position] as const),
];

/** The entries that numbers rest on, by position. */
export const positionsRestedOn = ({ lines }: Settlement): ReadonlySet<number> =>
  new Set(lines.flatMap((line) => restsOn(line).map(([, position]) => position)));

interface WriterRow extends EntryTold {
  readonly before: number | null;
  readonly after: number | null;
  readonly lines: readonly LedgerLine[];
}

const rowsOf = (settlement: Settlement, entries: readonly EntryTold[]): readonly WriterRow[] => {
  const told = new Map(entries.map((entry) => [entry.position, entry]));
  const rests = settlement.lines.flatMap((line) => restsOn(line).map(([row, position]) => ({ row, position, line })));
  const near = new Map<number, Pick<WriterRow, 'before' | 'after'>>();
  for (const of of grouped(rests, ({ row }) => row).values()) {
    const all = [...new Set(of.map(({ position }) => position))].filter((each) => told.has(each)).sort((a, b) => a - b);
    for (const [index, position] of all.entries())
      if (!near.has(position)) near.set(position, { before: all[index - 1] ?? null, after: all[index + 1] ?? null });
  }
  return [...grouped(rests, ({ position }) => String(position)).values()]
    .flatMap((of) => {
      const entry = told.get(of[0]?.position ?? -1);
      const lines = [...new Set(of.map(({ line }) => line))];
      return entry === undefined ? [] : [{ ...entry, before: null, after: null, ...near.get(entry.position), lines }];
    })
    .toSorted((a, b) => a.position - b.position);
};

const wayTo = (position: number | null): Html | string =>
  position === null ? '' : html`<a href="#${entryID(position)}">#${position}</a>`;

const columns = (settlement: Settlement): readonly PageColumn<WriterRow>[] => {
  const { timeZone } = settlement;
  const devices = new Map(devicesOf(settlement).map((resourceID, index) => [resourceID, index]));
  const wayToLine = (line: LedgerLine): Html =>
    html`<a href="#${lineID(devices.get(line.resourceID) ?? 0, line)}"
      >${localText(line.startAt, timeZone).slice(5, 16)}</a
    > `;
  return [
    { header: 'Entry', cell: ({ position }) => html`<span id="${entryID(position)}">#${position}</span>` },
    { header: 'Recorded', cell: ({ recordedAt }) => localText(recordedAt, timeZone).slice(0, 16) },
    { header: 'What it says', isWide: true, cell: ({ sentence }) => sentence },
    {
      header: 'Hours that rest on it',
      cell: ({ lines }) =>
        html`${lines.slice(0, namedHours).map(wayToLine)}${lines.length > namedHours ? `and ${lines.length - namedHours} more` : ''}`,
    },
    { header: 'Before', cell: ({ before }) => wayTo(before) },
    { header: 'After', cell: ({ after }) => wayTo(after) },
  ];
};

/** Every entry that a number rests on, with the numbers, and the entries before and after it. */
export const entriesSection = ({ settlement, entries = [] }: PageInput): Html =>
  entries.length === 0
    ? nothing
    : html`<section class="lines" aria-labelledby="entries">
        <h2 id="entries">Who wrote these numbers</h2>
        ${tableOf(
          `${count(entries.length, 'entry', 'entries')} of the log: what each says, the hours that rest on it, and those before and after it that say the same of other hours.`,
          columns(settlement),
          rowsOf(settlement, entries),
        )}
      </section> `;
