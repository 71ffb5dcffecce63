/** Tables for people: columns as wide as they need, numbers to the right. */

export interface TableOptions {
  /** Columns from here on are aligned to the right. Default: none. */
  readonly rightFrom?: number;
  /** Single columns that are aligned to the right. */
  readonly right?: ReadonlySet<number>;
  /** Draws a line before the last row, which is a total. */
  readonly ruleBeforeLast?: boolean;
  /** Lines are cut at this width. @unit columns */
  readonly width?: number;
}

/** `12.34 MiB`, or KiB for what is small. */
export const bytesText = (bytes: number): string =>
  bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(2)} MiB`;

/** Cuts a line that is too long, and shows that it was cut. */
export const cut = (line: string, width = Number.POSITIVE_INFINITY): string =>
  line.length <= width ? line : `${line.slice(0, width - 1)}…`;

/** Lays rows out under a header. */
export const tableText = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string => {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const isRight = (column: number): boolean =>
    column >= (options.rightFrom ?? Infinity) || options.right?.has(column) === true;
  const cell = (text: string, column: number): string =>
    isRight(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const line = (row: readonly string[]): string =>
    `${cut(
      header
        .map((_, column) => cell(row[column] ?? '', column))
        .join('  ')
        .trimEnd(),
      options.width,
    )}\n`;
  const rule = `${cut(widths.map((width) => '─'.repeat(width)).join('  '), options.width)}\n`;
  const body = rows.map(
    (row, index) => (options.ruleBeforeLast === true && index === rows.length - 1 ? rule : '') + line(row),
  );
  return line(header) + rule + body.join('');
};
