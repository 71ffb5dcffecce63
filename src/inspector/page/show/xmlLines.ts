/** A message's XML as lines: one element each, indented, nothing of it lost. */

/** One line. `depth` is how many elements stand around it. */
export interface XmlLine {
  readonly depth: number;
  readonly text: string;
}

/** Markup and the text between it. Hostile input ends as text, never as an endless loop. */
const tokensOf = (xml: string): readonly string[] =>
  (xml.match(/<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<[^<>]*>?|[^<]+/g) ?? []).filter(
    (token) => token.trim() !== '',
  );

const isClosing = (token: string): boolean => token.startsWith('</');
const isOpening = (token: string): boolean => /^<[^/!?]/.test(token) && !token.endsWith('/>');
const isText = (token: string): boolean => !token.startsWith('<') || token.startsWith('<![CDATA[');

/** Breaks XML into lines; `<a>text</a>` and `<a></a>` stay together. */
export const xmlLines = (xml: string): readonly XmlLine[] => {
  const tokens = tokensOf(xml);
  const lines: XmlLine[] = [];
  let depth = 0;
  for (let place = 0; place < tokens.length; place += 1) {
    const [token = '', next = '', afterNext = ''] = tokens.slice(place, place + 3);
    if (isOpening(token) && isText(next) && isClosing(afterNext)) {
      lines.push({ depth, text: `${token}${next.trim()}${afterNext}` });
      place += 2;
    } else if (isOpening(token) && isClosing(next)) {
      lines.push({ depth, text: `${token}${next}` });
      place += 1;
    } else {
      if (isClosing(token)) depth = Math.max(0, depth - 1);
      lines.push({ depth, text: token.trim() });
      if (isOpening(token)) depth += 1;
    }
  }
  return lines;
};

/** A piece of a line, by what it is. */
export interface XmlPiece {
  readonly kind: 'mark' | 'name' | 'attribute' | 'value' | 'text';
  readonly text: string;
}

const piecesOfTag = (tag: string): readonly XmlPiece[] => {
  const [, open = '', name = '', rest = '', close = ''] = /^(<[/?!]?)([^\s/>?]*)([\s\S]*?)([/?]?>?)$/.exec(tag) ?? [];
  const attributes = rest
    .split(/("[^"]*"|'[^']*')/)
    .map((text): XmlPiece => ({ kind: /^["']/.test(text) ? 'value' : 'attribute', text }));
  return [{ kind: 'mark', text: open }, { kind: 'name', text: name }, ...attributes, { kind: 'mark', text: close }];
};

/** A line in pieces, so that names stand out from values. */
export const xmlPieces = (line: string): readonly XmlPiece[] =>
  (line.match(/<!--[\s\S]*|<!\[CDATA\[[\s\S]*?\]\]>|<[^<>]*>?|[^<]+/g) ?? [])
    .flatMap((token): readonly XmlPiece[] =>
      isText(token) || token.startsWith('<!--') ? [{ kind: 'text', text: token }] : piecesOfTag(token),
    )
    .filter(({ text }) => text !== '');
