/**
 * How a table gives way where the terminal is narrow.
 *
 * Numbers and money are never cut. What all rows say is said once above; local times say their offset once; headers stand in
 * several lines; identifiers lose their middle, as far as they stay apart; text goes on in the next line, by whole words;
 * and what then has no room is left out, and named.
 */

/** How a column gives way. */
export type Giving =
  /** Loses its middle. */
  | 'identifier'
  /** Says its offset in the header. */
  | 'time'
  /** Goes on in the next line. */
  | 'words';

/** A column of a table. */
export interface TableColumn {
  readonly header: string;
  readonly isRight?: boolean;
  readonly gives?: Giving;
  /** Which goes first where nothing is left to give; a column without it never goes. */
  readonly goes?: number;
}

/** A column with its cells from the first row to the last. */
export interface Strip {
  readonly column: TableColumn;
  readonly header: string;
  readonly cells: readonly string[];
}

/** A table that fits, or that is as narrow as it can be. */
export interface Fitted {
  /** What all rows have in common. */
  readonly above: readonly string[];
  readonly strips: readonly Strip[];
  readonly widths: readonly number[];
  /** Headers of what has no room. */
  readonly leftOut: readonly string[];
}

/** @limit Of an identifier: so much is always shown, and so much while other text can give way. */
const shortestIdentifier = 7;
const fairIdentifier = 14;

/** @limit Text is not broken into columns narrower than this while identifiers can give way. */
const fairText = 20;

/** @limit A word of a text that is longer than this is an identifier, and no word of a language. */
const longestWord = 22;

/** Between two columns. */
export const gap = '  ';

/** An identifier without its middle. */
export const withoutMiddle = (text: string, width: number): string => {
  if (text.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
};

const longest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0);

const wordsOf = (texts: readonly string[]): readonly string[] => texts.flatMap((text) => text.split(' '));

/** The widths at which identifiers stay apart, from the narrowest on. */
const widthsApart = (words: readonly string[], shortest = shortestIdentifier): readonly number[] => {
  const all = [...new Set(words)];
  const whole = Math.max(shortest, longest(all));
  const widths = Array.from({ length: whole - shortest + 1 }, (_, index) => shortest + index);
  return widths.filter((width) => new Set(all.map((each) => withoutMiddle(each, width))).size === all.length);
};

/** How narrow a text can be: words are whole, and identifiers in it stay apart. */
const narrowestText = (words: readonly string[]): number =>
  Math.max(
    longest(words.filter(({ length }) => length <= longestWord)),
    words.some(({ length }) => length > longestWord) ? (widthsApart(words, longestWord)[0] ?? longestWord) : 0,
  );

const widthOf = ({ header, cells }: Strip): number => Math.max(header.length, longest(cells));

/** Of a table whose columns are so wide. */
export const lineWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + gap.length * Math.max(0, widths.length - 1);

/** As narrow as a column can be. */
const narrowest = ({ header, cells, column: { gives } }: Strip): number => {
  const words = longest(header.split(' '));
  if (gives === 'identifier') return Math.max(words, widthsApart(wordsOf(cells))[0] ?? 0);
  return Math.max(words, gives === 'words' ? narrowestText(wordsOf(cells)) : longest(cells));
};

/** The floors to which columns give way, one step after the other: headers, identifiers, text, and again. */
const steps: readonly ((strip: Strip, least: number) => number)[] = [
  ({ header, cells }) => Math.max(longest(header.split(' ')), longest(cells)),
  ({ column, ...rest }, least) =>
    column.gives === 'identifier' ? Math.max(least, fairIdentifier) : widthOf({ column, ...rest }),
  ({ column, ...rest }, least) => (column.gives === 'words' ? Math.max(least, fairText) : widthOf({ column, ...rest })),
  (_, least) => least,
];

const shrunk = (strips: readonly Strip[], width: number): readonly number[] => {
  const least = strips.map(narrowest);
  const widths = strips.map(widthOf);
  for (const floorOf of steps) {
    const floors = strips.map((strip, index) => Math.min(widths[index] ?? 0, floorOf(strip, least[index] ?? 0)));
    for (let over = lineWidth(widths) - width; over > 0; over--) {
      const [, widest] = widths.reduce(
        ([most, at], each, index) => (each > (floors[index] ?? 0) && each > most ? [each, index] : [most, at]),
        [0, -1],
      );
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return strips.map((strip, index) => {
    const given = widths[index] ?? 0;
    if (strip.column.gives !== 'identifier' || given >= widthOf(strip)) return given;
    return widthsApart(wordsOf(strip.cells)).findLast((each) => each <= given) ?? given;
  });
};

const bodyOf = (cells: readonly string[], hasTotal: boolean): readonly string[] =>
  hasTotal ? cells.slice(0, -1) : cells;

/** What all rows say alike is said once above; the word of the total moves to the next column that is free. */
const saidOnce = (
  strips: readonly Strip[],
  hasTotal: boolean,
): { readonly above: readonly string[]; readonly strips: readonly Strip[] } => {
  const above: string[] = [];
  const left: Strip[] = [];
  let word = '';
  for (const [index, strip] of strips.entries()) {
    const body = bodyOf(strip.cells, hasTotal);
    const total = hasTotal ? (strip.cells.at(-1) ?? '') : '';
    const { gives, goes } = strip.column;
    const next = strips[index + 1];
    const isFree = total === '' || (next?.cells.at(-1) === '' && next.column.isRight !== true);
    const isAlike = body.length > 1 && body.every((cell) => cell === body[0]);
    if (isAlike && isFree && (gives !== undefined || goes !== undefined)) {
      if (body[0] !== '') above.push(`${strip.header} ${body[0]}`.trim());
      word = total === '' ? word : total;
    } else {
      left.push(word === '' ? strip : { ...strip, cells: [...body, word] });
      word = '';
    }
  }
  return left.length === 0 ? { above: [], strips } : { above, strips: left };
};

const timed = /^(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)?) ([+-]\d\d:\d\d)$/;

/** Local times of one offset say it in the header. */
const offsetOnce = (strip: Strip): Strip => {
  if (strip.column.gives !== 'time') return strip;
  const offsets = new Set(strip.cells.flatMap((cell) => timed.exec(cell)?.[2] ?? []));
  const [offset] = offsets;
  if (offsets.size !== 1 || offset === undefined) return strip;
  return {
    ...strip,
    header: `${strip.header} (${offset})`,
    cells: strip.cells.map((cell) => timed.exec(cell)?.[1] ?? cell),
  };
};

/** Local times of one day say it once above, where there is too little room for all that is said. */
const dayOnce = (
  strips: readonly Strip[],
  width: number,
): { readonly above: readonly string[]; readonly strips: readonly Strip[] } => {
  const day = (cell: string): string | undefined => /^(\d{4}-\d\d-\d\d) \d\d:\d\d/.exec(cell)?.[1];
  const times = strips.filter(({ column: { gives } }) => gives === 'time');
  const days = new Set(times.flatMap(({ cells }) => cells.filter((cell) => day(cell) !== undefined).map(day)));
  const [only] = days;
  if (days.size !== 1 || only === undefined || lineWidth(strips.map(narrowest)) <= width) return { above: [], strips };
  return {
    above: [`the day ${only}`],
    strips: strips.map((strip) =>
      times.includes(strip)
        ? { ...strip, cells: strip.cells.map((cell) => (day(cell) === only ? cell.slice(only.length + 1) : cell)) }
        : strip,
    ),
  };
};

/** Lets columns go, in their order, until the rest fits. */
const withoutTheLeast = (
  strips: readonly Strip[],
  width: number,
): { readonly strips: readonly Strip[]; readonly leftOut: readonly string[] } => {
  const going = strips
    .filter(({ column }) => column.goes !== undefined)
    .toSorted((a, b) => (a.column.goes ?? 0) - (b.column.goes ?? 0));
  let left = strips;
  const leftOut: string[] = [];
  for (const strip of going) {
    if (lineWidth(left.map(narrowest)) <= width) break;
    left = left.filter((each) => each !== strip);
    leftOut.push(strip.column.header);
  }
  return { strips: left, leftOut: leftOut.filter((header) => header !== '') };
};

/** Fits columns into a width. */
export const fitted = (strips: readonly Strip[], width: number, hasTotal: boolean): Fitted => {
  const natural = strips.map(widthOf);
  if (lineWidth(natural) <= width) return { above: [], strips, widths: natural, leftOut: [] };
  const once = saidOnce(strips, hasTotal);
  const dated = dayOnce(once.strips.map(offsetOnce), width);
  const kept = withoutTheLeast(dated.strips, width);
  return { above: [...once.above, ...dated.above], ...kept, widths: shrunk(kept.strips, width) };
};
