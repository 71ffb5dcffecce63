import { grouped } from '../../files/grouped.ts';
import type { LedgerLine } from '../ledgerLine.ts';
import { adjustments } from './adjustments.ts';
import { billSection } from './billSection.ts';
import { dailyBars } from './dailyBars.ts';
import { documentOf } from './document.ts';
import { entriesSection, waysOf } from './entries.ts';
import { exceptions } from './exceptions.ts';
import { heatMaps } from './heatMap.ts';
import { html, type Html } from './html.ts';
import { lineTables, type Wrong } from './lineTable.ts';
import type { PageInput } from './pageInput.ts';
import { provenance } from './provenance.ts';
import { reviewSection } from './reviewSection.ts';
import { periodText, summary } from './summary.ts';

/**
 * A settlement as one page: it needs nothing from anywhere, runs nothing, and prints.
 *
 * What must be known comes first: the sum, the exceptions, what differs from the bill, what changed; then the pictures, every line, and
 * where each number comes from.
 */

const wrongOf = ({ settlement }: PageInput): Wrong => {
  const keyOf = ({ resourceID, startAt }: { readonly resourceID: string; readonly startAt: number }): string =>
    `${startAt} ${resourceID}`;
  const byKey = grouped(settlement.exceptions, keyOf);
  return (line: LedgerLine) => byKey.get(keyOf(line)) ?? [];
};

const pictures = ({ settlement }: PageInput, wrong: Wrong): Html =>
  html`<section aria-labelledby="days">
    <h2 id="days">Days and hours</h2>
    ${dailyBars(settlement.lines)}${heatMaps(settlement.lines, (line) => wrong(line).length > 0, settlement.timeZone)}
  </section> `;

/** The page, as the text of a file. */
export const settlementPage = (input: PageInput): string => {
  const { settlement, madeBy } = input;
  const wrong = wrongOf(input);
  return documentOf(
    `Settlement of ${periodText(settlement.startAt, settlement.endAt, settlement.timeZone)}`,
    html`${summary(input)}
      <main>
        ${exceptions(settlement)}${billSection(input)}${adjustments(settlement)}${reviewSection(input.review ?? null)}${pictures(input, wrong)}${lineTables(settlement, wrong, waysOf(input))}${provenance(input)}${entriesSection(input)}
      </main>
      <footer>Made by ${madeBy} from the log of this VEN. It loads nothing and runs nothing.</footer> `,
  );
};
