import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutMiddle } from '../../src/cli/narrow.ts';
import { labelledText, proseFor, streamedLine, wrapped } from '../../src/cli/prose.ts';
import { rowsTable, type Column } from '../../src/cli/rows.ts';
import { tableText } from '../../src/cli/table.ts';

/** A terminal of so many columns; a pipe for none. */
const output = (columns?: number) => ({ write: () => undefined, isTTY: columns !== undefined, columns: columns ?? 80 });

interface Hour {
  readonly device: string;
  readonly at: string;
  readonly what: string;
  readonly usd: string;
  readonly position: string;
}

const columns: readonly Column<Hour>[] = [
  { name: 'device', header: 'device', gives: 'identifier', value: ({ device }) => device },
  { name: 'at', header: 'hour', gives: 'time', value: ({ at }) => at },
  { name: 'what', header: 'what', gives: 'words', value: ({ what }) => what },
  { name: 'position', header: 'position', right: true, goes: 1, value: ({ position }) => position },
  { name: 'usd', header: 'billed USD', right: true, value: ({ usd }) => usd },
];

const hour = (given: Partial<Hour> = {}): Hour => ({
  device: 'device-with-a-rather-long-name-in-the-garage-001',
  at: '2026-11-27 18:00 -05:00',
  what: 'quantity and price differ',
  usd: '1,290.20',
  position: '184467',
  ...given,
});

const widest = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

describe('a table in a terminal', () => {
  it('given room for all of it, or a pipe, then nothing gives way', () => {
    const rows = [hour(), hour({ device: 'other' })];
    const whole = rowsTable(output(), columns, rows);
    expect(rowsTable(output(160), columns, rows)).toBe(whole);
    expect(whole).toContain('device-with-a-rather-long-name-in-the-garage-001');
    expect(whole).toContain('2026-11-27 18:00 -05:00');
  });

  it('given 80 columns, then what all rows say stands once above, and the offset in the header', () => {
    const text = rowsTable(output(80), columns, [hour({ usd: '10.17' }), hour({ usd: '0.13', what: 'price differs' })]);
    expect(text.split('\n')).toEqual([
      'In all rows: device device-with-a-rather-long-name-in-the-garage-001; hour',
      '2026-11-27 18:00 -05:00; position 184467.',
      '',
      'what                       billed USD',
      '─────────────────────────  ──────────',
      'quantity and price differ       10.17',
      'price differs                    0.13',
      '',
    ]);
  });

  it('given exact money that leaves too little room, then a day that all rows share stands once above', () => {
    const rows = ['0.36634', 'too much 0.0401180001'].map((usd, index) =>
      hour({ usd, at: `2026-11-28 0${index}:00 -05:00`, what: 'price', position: String(index), device: `d${index}` }),
    );
    const text = rowsTable(output(46), columns, rows);
    expect(widest(text)).toBeLessThanOrEqual(46);
    expect(text.split('\n')).toEqual([
      'In all rows: what price; the day 2026-11-28.',
      '',
      'device  hour (-05:00)             billed USD',
      '──────  ─────────────  ─────────────────────',
      'd0      00:00                        0.36634',
      'd1      01:00          too much 0.0401180001',
      'No room for: position (a wider terminal, or',
      '--json, has them).',
      '',
    ]);
  });

  it('given several devices, then identifiers lose their middle, and stay apart', () => {
    const rows = ['a', 'b', 'c'].map((letter, index) =>
      hour({
        device: `battery-in-the-garage-${letter}-of-house-1`,
        at: `2026-11-27 0${index}:00 -05:00`,
        position: String(index),
      }),
    );
    const text = rowsTable(output(60), columns, rows);
    expect(widest(text)).toBeLessThanOrEqual(60);
    expect(text).toContain('(-05:00)');
    const names = text.split('\n').flatMap((line) => /^battery?\S*…\S+/.exec(line) ?? []);
    expect(names).toHaveLength(3);
    expect(new Set(names).size).toBe(3);
  });

  it('given too little for everything, then what may go is left out and named', () => {
    const rows = [hour(), hour({ device: 'other', at: '2026-11-27 19:00 -04:00', position: '7', what: 'no price' })];
    const text = rowsTable(output(44), columns, rows);
    expect(text).toContain('No room for: position');
    expect(text).toContain('1,290.20');
  });

  it('given a total, then its word moves on when its column is said above', () => {
    const rows = [hour({ at: '2026-11-27 18:00 -05:00' }), hour({ at: '2026-11-27 19:00 -05:00' })];
    const text = rowsTable(output(70), columns, rows, { total: ['total', '', '', '', '2,580.40'] });
    expect(text).toMatch(/^total +2,580\.40$/m);
  });

  it('whatever is in it, then no number is cut and no word broken, down to the narrowest terminal', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const row = fc.record({
      device: fc.stringMatching(/^[a-z0-9-]{1,60}$/),
      at: fc.constantFrom('2026-11-01 01:00 -04:00', '2026-11-01 01:00 -05:00', 'total'),
      what: fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' ')),
      usd: fc.integer({ min: -9_999_999, max: 9_999_999 }).map((cents) => (cents / 100).toFixed(2)),
      position: fc.nat().map(String),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.integer({ min: 30, max: 200 }), (rows, width) => {
        const text = rowsTable(output(width), columns, rows);
        for (const { usd, what } of rows) {
          expect(text).toContain(usd);
          for (const each of what.split(' ')) expect(text).toContain(each);
        }
      }),
    );
  });

  it('whatever is in it, then it fits wherever its narrowest form does', () => {
    const row = fc.record({
      device: fc.stringMatching(/^[a-z0-9]{1,60}$/),
      at: fc.constant('2026-11-01 01:00 -04:00'),
      what: fc.constantFrom('quantity differs', 'price differs', 'agrees'),
      usd: fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2)),
      position: fc.nat(9_999).map(String),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (rows) => {
        const apart = rows.map((each, index) => ({ ...each, device: `${index}-${each.device}` }));
        const [, body = ''] = rowsTable(output(80), columns, apart).split(/\n\n(?=.*\n?.*─)/);
        expect(widest(body)).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('an identifier without its middle', () => {
  it('is as long as there is room, and begins and ends as it did', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 3, max: 80 }), (text, width) => {
        const short = withoutMiddle(text, width);
        expect(short).toHaveLength(Math.min(text.length, width));
        expect(text.startsWith(short.split('…')[0] ?? '')).toBe(true);
      }),
    );
  });
});

describe('text beside a name', () => {
  it('goes on under itself, and a long name loses its middle in a terminal alone', () => {
    const name = 'a-device-whose-name-is-long-enough-for-two';
    const lines = [[name, 'imported 24.261 kWh, exported 28.168 kWh, empty; left to itself']] as const;
    expect(labelledText(lines)).toBe(`${name}  ${lines[0][1]}\n`);
    expect(labelledText(lines, 70).split('\n')).toEqual([
      'a-device-who…ugh-for-two  imported 24.261 kWh, exported 28.168 kWh,',
      '                          empty; left to itself',
      '',
    ]);
  });

  it('given an identifier longer than a line, then it loses its middle in a terminal, and nowhere else', () => {
    const long = `ven.${'of.a.long.name.'.repeat(8)}1`;
    expect(labelledText([['VEN', `${long} ("x")`]])).toContain(long);
    const text = labelledText([['VEN', `${long} ("x")`]], 60);
    expect(widest(text)).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^VEN {2}ven\.of\S*…\S*name\.1$/m);
  });

  it('is whole in a pipe', () => {
    const long = `${'word '.repeat(60)}end`;
    expect(proseFor(output(), long)).toBe(long);
    expect(widest(proseFor(output(80), long))).toBeLessThanOrEqual(80);
    expect(wrapped('one two', 2, 3)).toBe('one two');
  });

  it('given a sign that stands alone, then it stays with its word', () => {
    const said = 'All of it, and more: + comes to you, − goes from you.';
    expect(wrapped(said, 0, 38)).toBe('All of it, and more: + comes to you,\n− goes from you.');
    expect(wrapped('The difference is twelve (+ comes to you).', 0, 30)).toBe(
      'The difference is twelve\n(+ comes to you).',
    );
  });

  it('given a word that is too long behind its indentation, then it is indented less, and not broken by the terminal', () => {
    const fingerprint = 'ab'.repeat(32);
    expect(wrapped(`What we send is signed by ${fingerprint}; the VTN must know it.`, 20, 80).split('\n')).toEqual([
      'What we send is signed by',
      `${' '.repeat(15)}${fingerprint};`,
      `${' '.repeat(20)}the VTN must know it.`,
    ]);
  });

  it('never puts a line feed between the quotes of what is to be copied', () => {
    const option = '--columns "bill:time=Interval Start,kwh=Net kWh,price=Price ($/kWh),amount=Amount ($)"';
    const text = `bill.csv: to make this reading permanent: ${option}`;
    expect(proseFor(output(80), text).split('\n')).toEqual(['bill.csv: to make this reading permanent:', option]);
    expect(wrapped(`Add ${option} and try again.`, 0, 80).split('\n')).toEqual(['Add', option, 'and try again.']);
    expect(wrapped('--to "a b" is meant', 0, 80)).toBe('--to "a b" is meant');
  });

  it('stands below where a stream of lines is followed, colours uncounted, and whole in a pipe', () => {
    const line = `\u001b[90m12:00\u001b[0m info  ${'word '.repeat(12)}end.`;
    expect(streamedLine(output(80), line)).toBe(line);
    expect(widest(streamedLine(output(40), line).replaceAll(/\u001b\[\d+m/g, ''))).toBeLessThanOrEqual(40);
    expect(streamedLine(output(), line.repeat(9))).toBe(line.repeat(9));
  });
});

describe('a table of plain texts', () => {
  it('is laid out as ever where no width is given', () => {
    expect(tableText(['fact', 'entries'], [['TimerFired', '12']], { rightFrom: 1 })).toBe(
      'fact        entries\n──────────  ───────\nTimerFired       12\n',
    );
  });
});
