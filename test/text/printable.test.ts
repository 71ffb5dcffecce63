import { describe, expect, it } from 'vitest';
import { rowWriter, type Column } from '../../src/cli/rows.ts';
import { surroundingsOf } from '../../src/cli/surroundings.ts';
import { escaped } from '../../src/settlement/page/html.ts';
import { csvCell } from '../../src/text/csvCell.ts';
import { printable, printableJson, printableOutput } from '../../src/text/printable.ts';

/** What moves a cursor, what ends a line unseen, and what turns the direction of text. */
const acting = [0x00, 0x07, 0x0d, 0x1b, 0x7f, 0x80, 0x85, 0x90, 0x9b, 0x9d, 0x9f]
  .concat([0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202d, 0x202e, 0x2066, 0x2069])
  .map((code) => String.fromCharCode(code));

const written = (run: (write: (text: string) => void) => void): string => {
  let text = '';
  const stream = { write: (more: string) => void (text += more) };
  const { stdout } = surroundingsOf({
    args: [],
    environment: {},
    stdout: stream,
    stderr: stream,
    stopSignal: () => new AbortController().signal,
  });
  run((more) => stdout.write(more));
  return text;
};

describe('a text of a stranger', () => {
  it.each(acting)('shows %j by its number, in every kind of output', (sign) => {
    const text = `a${sign}b`;
    expect(printable(text)).not.toContain(sign);
    expect(escaped(text)).toMatch(/^a(\ufffd|\r)b$/);
    const json = JSON.stringify({ text });
    expect(printableJson(json)).not.toContain(sign);
    expect(JSON.parse(printableJson(json))).toEqual({ text });
    expect(written((write) => write(text))).not.toContain(sign);
  });

  it('is left alone where nothing in it acts, whatever its script', () => {
    for (const text of ['Zürich – 東京', 'שלום', 'a\tb\nc', '👩‍🔧']) {
      expect(printable(text)).toBe(text);
      expect(printableOutput(text)).toBe(text);
      expect(printableJson(text)).toBe(text);
    }
  });

  it('keeps the colours of ours on their way out, and no other sequence of a terminal', () => {
    expect(printableOutput('\u001b[31mred\u001b[0m \u001b[2J\u001b]0;owned')).toBe(
      '\u001b[31mred\u001b[0m \\u001b[2J\\u001b]0;owned',
    );
  });
});

describe('a cell of CSV', () => {
  it.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1', '-2.5 kWh', '=cmd|"/c calc"!A0'])(
    '%j that a spreadsheet would compute is shown instead',
    (text) => {
      expect(csvCell(text).replace(/^"/, '').startsWith("'")).toBe(true);
    },
  );

  it.each(['-1.5', '+2', '0', '-0.000', '1e-7', '-1.5E+10', '2026-11-01T17:00:00Z', 'ter-ven', ''])(
    '%j stays as it is',
    (text) => {
      expect(csvCell(text)).toBe(text);
    },
  );

  it('is quoted whole where a delimiter of any spreadsheet stands in it', () => {
    expect(csvCell('a;=1')).toBe('"a;=1"');
    expect(csvCell('say "no", twice')).toBe('"say ""no"", twice"');
  });

  it('comes so from every command that writes rows', () => {
    const columns: readonly Column<string>[] = [
      { name: 'eventID', value: (row) => row },
      { name: 'kilowattHours', value: () => -1.5 },
      { name: 'list', value: (row) => [row, row] },
    ];
    const text = written((write) => {
      const output = { write, isTTY: false, columns: 80 };
      rowWriter(output, 'csv', columns)('=HYPERLINK("x")\u202e\u009b');
    });
    const [, row = ''] = text.split('\n');
    expect(row).toMatch(/^"'=HYPERLINK\(""x""\)\\u202e\\x9b",-1\.5,"'=/);
  });
});
