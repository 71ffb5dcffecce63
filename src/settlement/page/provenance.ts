import { localText } from '../../programme/calendar.ts';
import type { SourceFile } from '../../files/sourceFile.ts';
import { grouped } from '../../files/grouped.ts';
import type { PriceOrigin } from '../ledgerLine.ts';
import { html, type Html, nothing } from './html.ts';
import type { PageInput } from './pageInput.ts';
import { type PageColumn, tableOf } from './table.ts';

interface Version {
  readonly origin: PriceOrigin;
  readonly hours: number;
}

const versionsOf = ({ settlement }: PageInput): readonly Version[] => {
  const origins = settlement.lines.flatMap((line) => [
    ...new Map(line.origins.map((origin) => [`${origin.position} ${origin.seriesID}`, origin])).values(),
  ]);
  return [...grouped(origins, ({ position, seriesID }) => `${position} ${seriesID}`).values()]
    .map((of) => ({ origin: of[0] as PriceOrigin, hours: of.length }))
    .toSorted((a, b) => a.origin.position - b.origin.position);
};

const versionColumns = (timeZone: string): readonly PageColumn<Version>[] => [
  { header: 'Entry', cell: ({ origin }) => `#${origin.position}` },
  { header: 'DR event', isWide: true, cell: ({ origin }) => origin.source.id },
  { header: 'Version', isNumber: true, cell: ({ origin }) => String(origin.version) },
  { header: 'Signal', isWide: true, cell: ({ origin }) => origin.seriesID },
  { header: 'Received', cell: ({ origin }) => localText(origin.receivedAt, timeZone) },
  { header: 'Hours', isNumber: true, cell: ({ hours }) => String(hours) },
  {
    header: 'Message',
    cell: ({ origin }) => (origin.sourcePosition === null ? 'not in the log' : `#${origin.sourcePosition}`),
  },
  {
    header: 'SHA-256 of its XML',
    cell: ({ origin }) =>
      origin.sourceHash === null ? 'not kept' : html`<span class="hash">${origin.sourceHash}</span>`,
  },
];

const fileColumns: readonly PageColumn<SourceFile>[] = [
  { header: 'File', isWide: true, cell: ({ name }) => name },
  { header: 'As', cell: ({ role }) => role },
  { header: 'SHA-256', cell: ({ sha256 }) => html`<span class="hash">${sha256}</span>` },
];

/** Where each number comes from, and how it was made. */
export const provenance = (input: PageInput): Html => {
  const { settlement, files, reconciliation, timeZoneData } = input;
  return html`<section aria-labelledby="provenance">
    <h2 id="provenance">Provenance</h2>
    <p>
      A line is the growth of a device’s registers between the entries named under Readings, times the price of the DR
      event that was taken over by the entry named under Price. Money is computed in exact decimals and rounded once, by
      the declared rounding. Hours are keyed in UTC; local days only group them (${settlement.timeZone}, time zone data
      ${timeZoneData}).
    </p>
    <p>
      The log is a chain of hashes: <code>ven log verify</code> checks it, <code>ven log show POSITION</code> shows an
      entry, and the XML of a message beside it has the hash given here.
    </p>
    ${tableOf('Price versions that these lines rest on.', versionColumns(settlement.timeZone), versionsOf(input))}${files.length === 0 ? nothing : tableOf('Files that were compared.', fileColumns, files)}${
      reconciliation === null || reconciliation.notes.length === 0
        ? nothing
        : html`<h3>How the files were read</h3>
            <ul>
              ${reconciliation.notes.map((note) => html`<li class="wide">${note}</li> `)}
            </ul> `
    }
  </section> `;
};
