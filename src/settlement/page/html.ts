/** A piece of a page that is markup already; everything else is escaped when it is put into one. */
export interface Html {
  readonly markup: string;
}

/** What can stand in a template. */
type Piece = Html | string | number | null | readonly Piece[];

/** What XML cannot hold, and what browsers act upon: marks that turn the direction of text. */
const unshowable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as markup that shows just this text, in an element or in a quoted attribute. */
export const escaped = (text: string): string =>
  text.replace(unshowable, '\ufffd').replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const markupOf = (piece: Piece): string => {
  if (piece === null) return '';
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map(markupOf).join('');
};

/** Markup with texts put into it, each escaped. The markup is well-formed XML as well as HTML. */
export const html = (markup: TemplateStringsArray, ...pieces: readonly Piece[]): Html => ({
  markup: markup.reduce((whole, part, index) => whole + markupOf(pieces[index - 1] ?? null) + part),
});

/** Nothing. */
export const nothing: Html = { markup: '' };
