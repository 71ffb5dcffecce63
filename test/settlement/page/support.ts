import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import type { PageInput } from '../../../src/settlement/page/pageInput.ts';
import { settlementPage } from '../../../src/settlement/page/page.ts';
import type { Settlement } from '../../../src/settlement/settlement.ts';

const xhtml = { h: 'http://www.w3.org/1999/xhtml', s: 'http://www.w3.org/2000/svg' };

/** A page, read by a parser that knows nothing of how it was made: it is well-formed XML as well as HTML. */
export class ReadPage {
  readonly text: string;
  readonly #document: XmlDocument;

  constructor(text: string) {
    this.text = text;
    this.#document = XmlDocument.fromString(text);
  }

  /** Elements by XPath; `h:` is HTML, `s:` is SVG. */
  all(path: string): readonly XmlElement[] {
    return this.#document.find(path, xhtml) as XmlElement[];
  }

  /** The texts of elements, white space drawn together. */
  texts(path: string): readonly string[] {
    return this.all(path).map((element) => element.content.replace(/\s+/g, ' ').trim());
  }

  /** The cells of a table, by its caption: header first. */
  table(caption: string): readonly (readonly string[])[] {
    const rows = this.all(`//h:table[starts-with(normalize-space(h:caption), "${caption}")]//h:tr`);
    return rows.map((row) =>
      (row.find('h:th|h:td', xhtml) as XmlElement[]).map((cell) => cell.content.replace(/\s+/g, ' ').trim()),
    );
  }
}

/** What a page is made from, with nothing but a settlement unless more is said. */
export const inputOf = (settlement: Settlement, more: Partial<PageInput> = {}): PageInput => ({
  settlement,
  reconciliation: null,
  billRounding: null,
  files: [],
  venID: 'ven-1',
  logHash: 'cd'.repeat(32),
  madeAt: Date.parse('2026-12-01T15:00Z'),
  madeBy: 'ter-ven 1.2.3',
  timeZoneData: '2025c',
  ...more,
});

/** The page of a settlement, read. */
export const pageOf = (settlement: Settlement, more: Partial<PageInput> = {}): ReadPage =>
  new ReadPage(settlementPage(inputOf(settlement, more)));
