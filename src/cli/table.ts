/** Tables for people: columns as wide as they need, numbers to the right, and no wider than the terminal. */
import { fitted, gap, lineWidth, withoutMiddle, type Giving, type Strip, type TableColumn } from './narrow.ts';

/** How a table is laid out. */
export interface TableOptions {
  /** Columns from here on are aligned to the right. Default: none. */
  readonly rightFrom?: number;
  /** Single columns that are aligned to the right. */
  readonly right?: ReadonlySet<number>;
  /** How each column gives way where there is little room. */
  readonly columns?: readonly Omit<TableColumn, 'header'>[];
  /** Draws a line before the last row, which is a total. */
  readonly ruleBeforeLast?: boolean;
  /** As wide as the terminal is. @unit columns */
  readonly width?: number;
}

/** `12.34 MiB`, or KiB for what is small. */
export const bytesText = (bytes: number): string =>
  bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(2)} MiB`;

/** Cuts a line that is too long, and shows that it was cut. */
export const cut = (line: string, width = Number.POSITIVE_INFINITY): string =>
  line.length <= width ? line : `${line.slice(0, width - 1)}…`;

/** Words in lines no longer than a width; a word that is longer stands alone and whole. */
const folded = (words: readonly string[], width: number): readonly string[] =>
  words.reduce<readonly string[]>((lines, word) => {
    const last = lines.at(-1);
    return last === undefined || last.length + 1 + word.length > width
      ? [...lines, word]
      : [...lines.slice(0, -1), `${last} ${word}`];
  }, []);

const linesOf = (text: string, width: number, gives: Giving | 'header' | undefined): readonly string[] => {
  if (text.length <= width || gives === undefined || gives === 'time') return [text];
  const words = text.split(' ');
  return folded(gives === 'header' ? words : words.map((word) => withoutMiddle(word, width)), width);
};

/** Cells side by side, in as many lines as the longest needs; headers stand at the bottom. */
const rowText = (
  cells: readonly (readonly string[])[],
  strips: readonly Strip[],
  widths: readonly number[],
  isHeader: boolean,
): string => {
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const texts = cells.map((lines, column) => {
      const text = lines[isHeader ? line - (height - lines.length) : line] ?? '';
      const width = widths[column] ?? 0;
      return strips[column]?.column.isRight === true ? text.padStart(width) : text.padEnd(width);
    });
    return `${texts.join(gap).trimEnd()}\n`;
  }).join('');
};

const aboveText = (above: readonly string[], width: number): string =>
  above.length === 0 ? '' : `${folded(`In all rows: ${above.join('; ')}.`.split(' '), width).join('\n')}\n\n`;

const leftOutText = (leftOut: readonly string[], width: number): string =>
  leftOut.length === 0
    ? ''
    : `${folded(`No room for: ${leftOut.join(', ')} (a wider terminal, or --json, has them).`.split(' '), width).join('\n')}\n`;

/** Lays rows out under a header. */
export const tableText = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { rightFrom = Infinity, right, columns = [], ruleBeforeLast = false, width = Infinity }: TableOptions = {},
): string => {
  const all = header.map((text, index): Strip => {
    const isRight = index >= rightFrom || right?.has(index) === true || columns[index]?.isRight === true;
    return {
      column: { ...columns[index], header: text, isRight },
      header: text,
      cells: rows.map((row) => row[index] ?? ''),
    };
  });
  const { above, strips, widths, leftOut } = fitted(all, width, ruleBeforeLast);
  const head = strips.map((strip, index) => linesOf(strip.header, widths[index] ?? 0, 'header'));
  const rule = `${widths.map((each) => '─'.repeat(each)).join(gap)}\n`;
  const body = rows.map((_, row) => {
    const cells = strips.map(({ cells: of, column: { gives } }, index) =>
      linesOf(of[row] ?? '', widths[index] ?? 0, gives),
    );
    const isTotal = ruleBeforeLast && row === rows.length - 1;
    return `${isTotal ? rule : ''}${rowText(cells, strips, widths, false)}`;
  });
  const room = Math.max(lineWidth(widths), width);
  return `${aboveText(above, room)}${rowText(head, strips, widths, true)}${rule}${body.join('')}${leftOutText(leftOut, room)}`;
};
