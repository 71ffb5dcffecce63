import type { DecimalText } from '../../protocol/types/scalars.ts';
import { html, type Html, nothing } from './html.ts';
import { dollars } from './numbers.ts';
import { type PageColumn, tableOf } from './table.ts';

/** A line from what was possible to what was billed, in whole cents. + comes to you. @unit USD */
export interface ReviewedLine {
  readonly name: string;
  readonly cashUsd: DecimalText;
  readonly wearUsd: DecimalText;
  readonly stockUsd: DecimalText;
  readonly valueUsd: DecimalText;
  /** Null of the first. */
  readonly differenceUsd: DecimalText | null;
}

/** A day of them, in whole cents. + comes to you. @unit USD */
export interface ReviewedDay {
  readonly day: string;
  readonly earnedUsd: DecimalText;
  readonly plannedUsd: DecimalText;
  readonly possibleUsd: DecimalText;
}

/** What was earned, planned and possible in the settled time; made by whoever can plan it again. */
export interface ReviewTold {
  readonly lines: readonly ReviewedLine[];
  readonly days: readonly ReviewedDay[];
  readonly plannedUsd: DecimalText;
  readonly sentences: readonly string[];
  /** What else there is to say: overrides, hours and days that are missing. */
  readonly remarks: readonly string[];
}

const lineColumns: readonly PageColumn<ReviewedLine>[] = [
  { header: 'With in the way', cell: ({ name }) => name },
  { header: 'Bill USD', isNumber: true, cell: ({ cashUsd }) => dollars(cashUsd) },
  { header: 'Wear USD', isNumber: true, cell: ({ wearUsd }) => dollars(wearUsd) },
  { header: 'Stored USD', isNumber: true, cell: ({ stockUsd }) => dollars(stockUsd) },
  { header: 'Worth USD', isNumber: true, cell: ({ valueUsd }) => dollars(valueUsd) },
  {
    header: 'Makes USD',
    isNumber: true,
    cell: ({ differenceUsd }) => (differenceUsd === null ? '' : dollars(differenceUsd)),
  },
];

const dayColumns: readonly PageColumn<ReviewedDay>[] = [
  { header: 'Day', cell: ({ day }) => day },
  { header: 'Earned USD', isNumber: true, cell: ({ earnedUsd }) => dollars(earnedUsd) },
  { header: 'Planned USD', isNumber: true, cell: ({ plannedUsd }) => dollars(plannedUsd) },
  { header: 'Possible USD', isNumber: true, cell: ({ possibleUsd }) => dollars(possibleUsd) },
];

const said = (sentences: readonly string[]): Html => html`${sentences.map((sentence) => html`<p>${sentence}</p> `)}`;

/** What was earned, planned and possible; nothing where nobody looked. */
export const reviewSection = (told: ReviewTold | null): Html => {
  if (told === null) return nothing;
  const { lines, days, plannedUsd, sentences, remarks } = told;
  const sumOfLine = (name: 'metered' | 'possible'): string =>
    dollars(
      (name === 'possible' ? lines[0] : lines.findLast(({ name: each }) => each === 'as metered'))?.valueUsd ?? null,
    );
  return html`<section aria-labelledby="review">
    <h2 id="review">Earned, planned, possible</h2>
    <p class="soft">
      Here + comes to you. Each line is what the time is worth with the causes up to it in the way: what the bill shows,
      less wear, with what is stored at both ends valued at one price. The order is always this one.
    </p>
    ${said(sentences)}${lines.length === 0 ? nothing : tableOf('From what was possible to what was metered, cause by cause.', lineColumns, lines)}${
      days.length < 2
        ? nothing
        : tableOf('Each day; the days come to what they come to together.', dayColumns, days, [
            'Total',
            sumOfLine('metered'),
            dollars(plannedUsd),
            sumOfLine('possible'),
          ])
    }${said(remarks)}
  </section> `;
};
