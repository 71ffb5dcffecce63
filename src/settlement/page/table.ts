import { html, type Html, nothing } from './html.ts';

/** A column of a table of the page. */
export interface PageColumn<Row> {
  readonly header: string;
  /** Numbers stand to the right. */
  readonly isNumber?: true;
  /** May break anywhere: identifiers and sentences. */
  readonly isWide?: true;
  readonly cell: (row: Row) => string | Html;
}

const classOf = ({ isNumber, isWide }: Pick<PageColumn<unknown>, 'isNumber' | 'isWide'>): Html =>
  isNumber === true ? html` class="n"` : isWide === true ? html` class="wide"` : nothing;

/** A table that is wider than a phone is moved by itself, and the page stays where it is. */
export const movable = (table: Html): Html => html`<div class="movable" tabindex="0">${table}</div> `;

/** The header of a table. */
export const headOf = <Row>(columns: readonly PageColumn<Row>[]): Html =>
  html`<thead>
    <tr>
      ${columns.map((column) => html`<th scope="col" ${classOf(column)}>${column.header}</th>`)}
    </tr>
  </thead>`;

/** A row; its first cell is the header of it. */
export const rowOf = <Row>(columns: readonly PageColumn<Row>[], row: Row, isOdd = false): Html =>
  html`<tr${isOdd ? html` class="odd"` : nothing}>${columns.map((column, index) =>
    index === 0
      ? html`<th scope="row" ${classOf(column)}>${column.cell(row)}</th>`
      : html`<td${classOf(column)}>${column.cell(row)}</td>`,
  )}</tr>
`;

/** @limit Rows of a table that paper keeps together. */
const keptTogether = 12;

/** A table with a caption, and perhaps a total. */
export const tableOf = <Row>(
  caption: string,
  columns: readonly PageColumn<Row>[],
  rows: readonly Row[],
  total?: readonly string[],
): Html =>
  movable(html`<table${rows.length <= keptTogether ? html` class="short"` : nothing}>
<caption>${caption}</caption>
${headOf(columns)}
<tbody>
${rows.map((row) => rowOf(columns, row))}</tbody>
${
  total === undefined
    ? nothing
    : html`<tfoot>
        <tr>
          ${columns.map((column, index) => (index === 0 ? html`<th scope="row">${total[0] ?? ''}</th>` : html`<td${classOf(column)}>${total[index] ?? ''}</td>`))}
        </tr>
      </tfoot> `
}</table>
`);
