/** Tables for people: columns as wide as they need, numbers to the right. */

export interface TableOptions {
  /** Columns from here on are aligned to the right. Default: none. */
  readonly rightFrom?: number;
  /** Draws a line before the last row, which is a total. */
  readonly ruleBeforeLast?: boolean;
}

/** Lays rows out under a header. */
export const tableText = (header: readonly string[], rows: readonly (readonly string[])[], options: TableOptions = {}): string => {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const cell = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column >= (options.rightFrom ?? Infinity) ? text.padStart(width) : text.padEnd(width);
  };
  const line = (row: readonly string[]): string => `${header.map((_, column) => cell(row[column] ?? '', column)).join('  ').trimEnd()}\n`;
  const rule = `${widths.map((width) => '─'.repeat(width)).join('  ')}\n`;
  const body = rows.map((row, index) => (options.ruleBeforeLast === true && index === rows.length - 1 ? rule : '') + line(row));
  return line(header) + rule + body.join('');
};
