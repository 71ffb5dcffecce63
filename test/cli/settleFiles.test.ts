import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTLE_OPTIONS } from '../../src/cli/settle/settleOptions.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { localText } from '../../src/programme/calendar.ts';
import { decimalOf, rounded, type RoundingMode } from '../../src/programme/decimal.ts';
import { sumOf } from '../../src/programme/money.ts';
import { layoutOfText } from '../../src/files/layout.ts';
import type { Claim } from '../../src/settlement/claim.ts';
import { hashEntry } from '../../src/store/hashChain.ts';
import { resourceID } from '../scenarios/support/day.ts';
import { feed, intervalEnergy } from '../files/support/greenButton.ts';
import { ReadPage } from '../settlement/page/support.ts';
import { call } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

/** One day of 25 hours, settled, billed and metered by files. */
const day = '2026-11-01';
const timeZone = 'America/New_York';

interface Line {
  readonly startAt: string;
  readonly energyWattHours: number;
  readonly importUsdPerKwh: string;
  readonly money: { readonly amountUsd: string };
}

let data = '';
let files = '';
let lines: readonly Line[] = [];

const on = (...args: string[]) => call('settle', '--data', data, ...args);
const at = (name: string): string => join(files, name);
const write = (name: string, text: string | Uint8Array): string => {
  writeFileSync(at(name), text);
  return at(name);
};

/** The bill of the day, each hour rounded to the cent; `change` may alter or drop a row. */
const billOf = (
  name: string,
  change: (cells: string[], index: number) => string[] | null = (cells) => cells,
  mode: RoundingMode = 'HALF_EVEN',
): string => {
  const rows = lines.map(({ startAt, energyWattHours, importUsdPerKwh, money }) => [
    localText(Date.parse(startAt), timeZone),
    (energyWattHours / 1_000).toFixed(3),
    importUsdPerKwh,
    rounded(decimalOf(money.amountUsd), 2, mode),
  ]);
  const kept = rows.flatMap((cells, index) => {
    const changed = change(cells, index);
    return changed === null ? [] : [changed];
  });
  const total = sumOf(kept.map(([, , , amount = '0']) => amount));
  return write(
    name,
    [['Start', 'Net kWh', 'Price ($/kWh)', 'Amount ($)'], ...kept, ['Total', '', '', total]]
      .map((cells) => cells.join(','))
      .join('\r\n'),
  );
};

beforeAll(async () => {
  ({ directory: data } = await dayLog(day, '2026-10-31'));
  files = mkdtempSync(join(tmpdir(), 'ven-files-'));
  lines = (JSON.parse((await on('--day', day, '--json')).stdout) as { lines: Line[] }).lines;
});
afterAll(() => [data, files].forEach((directory) => rmSync(directory, { recursive: true, force: true })));

describe('ven settle --bill', () => {
  it('settles the time of the bill, and finds nothing in one that is right', async () => {
    const { exitCode, stdout, stderr } = await on(
      '--bill',
      billOf('right.csv'),
      '--round',
      'interval,2,HALF_EVEN',
      '--strict',
    );
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(/^Yes, to the cent\.\n/);
    expect(stdout).toMatch(/\nSettlement from 2026-11-01 00:00 -04:00 to 2026-11-02 00:00 -05:00 /);
    expect(stdout).toMatch(/agrees +25 /);
    expect(stdout).not.toContain('Hours that differ');
    expect(stderr).toContain(
      'right.csv: read as: hours by their start; time = "Start", kwh = "Net kWh", price = "Price ($/kWh)", amount = "Amount ($)".\n',
    );
  });

  it('prints the ledger of a day by days, for the hours are those of the bill, and by hours where that is asked', async () => {
    const bill = billOf('right.csv');
    const byDays = await on('--bill', bill);
    expect(byDays.stdout).toMatch(/2026-11-01 +25 +25 /);
    expect(byDays.stdout).not.toMatch(/2026-11-01 \d\d:\d\d -0[45]:00  /);
    const byHours = await on('--bill', bill, '--lines');
    expect(byHours.stdout.match(/2026-11-01 \d\d:\d\d -0[45]:00  /g)).toHaveLength(25);
  });

  it('finds each hour that is wrong, what it costs, and what it rests on', async () => {
    const bill = billOf('wrong.csv', ([time = '', kwh = '', price = '', amount = ''], index) => {
      if (index === 3) return [time, (Number(kwh) + 1).toFixed(3), price, amount];
      if (index === 9) return [time, kwh, (Number(price) + 0.01).toFixed(4), amount];
      return index === 20 ? null : [time, kwh, price, amount];
    });
    const { exitCode, stdout } = await on('--bill', bill, '--round', 'interval,2,HALF_EVEN', '--json', '--strict');
    const { bill: found } = JSON.parse(stdout) as {
      bill: {
        hours: { class: string; startAt: string; positions: string[] }[];
        byClass: { hourClass: string; hours: number }[];
      };
    };
    expect(exitCode).toBe(EXIT.failure);
    expect(found.byClass.map(({ hourClass, hours }) => [hourClass, hours])).toEqual([
      ['missingThere', 1],
      ['quantityDiffers', 1],
      ['priceDiffers', 1],
      ['agree', 22],
    ]);
    const odd = found.hours.filter(({ class: hourClass }) => hourClass !== 'agree');
    expect(odd.map(({ startAt }) => startAt)).toEqual([lines[3], lines[9], lines[20]].map((line) => line?.startAt));
    for (const { positions } of odd) expect(positions.length).toBeGreaterThanOrEqual(4);
  });

  it('gives a spreadsheet one row for each compared hour', async () => {
    const { stdout } = await on('--bill', billOf('right.csv'), '--csv');
    const [header = '', ...rows] = stdout.trimEnd().split('\n');
    expect(header).toMatch(
      /^resourceID,startAt,durationMinutes,class,meteredWattHours,acknowledgedWattHours,billedWattHours/,
    );
    expect(rows).toHaveLength(25);
  });

  it('says beside the rows of a spreadsheet what they leave out, and nothing where they leave nothing out', async () => {
    const hours = await on('--bill', billOf('right.csv'), '--csv');
    expect(hours.stderr).toContain(
      '--csv has the compared hours; it leaves out 1 total that the bill states: --json has it.\n',
    );
    const totals = await on('--bill', write('total.csv', 'Day,Charge ($)\n2026-11-01,0.10\n'), '--csv');
    expect(totals.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(totals.stderr).toContain(
      '--csv has no row, for the bill states no hours; it leaves out 25 hours of the ledger, 1 total that the bill states: --json has them.\n',
    );
    expect((await on('--day', day, '--csv')).stderr).not.toContain('leaves out');
    expect((await on('--bill', billOf('right.csv'))).stderr).not.toContain('leaves out');
  });

  it('says which roundings reproduce it, or how far off the nearest is', async () => {
    const right = await on(
      '--bill',
      billOf('up.csv', (cells) => cells, 'CEIL'),
      '--infer-rounding',
    );
    expect(right.stdout).toMatch(
      /Rounding: Of 126 roundings of the bill’s own quantities and prices, \d+ reproduce what the bill states\. 26 amounts are reproduced by rounding each hour to 2 decimals, CEIL\./,
    );
    const odd = await on(
      '--bill',
      billOf('odd.csv', ([time = '', kwh = '', price = '', amount = ''], index) => [
        time,
        kwh,
        price,
        index === 4 ? '9.99' : amount,
      ]),
      '--infer-rounding',
    );
    expect(odd.stdout).toMatch(
      /Rounding: None of 126 roundings .* the nearest is each hour to 2 decimals, HALF_EVEN: it gives 24 of 26 amounts/,
    );
  });
});

describe('ven settle --meter', () => {
  const greenButton = (values: readonly number[]): string =>
    feed([
      {
        type: intervalEnergy(4),
        blocks: [
          lines.map(({ startAt }, index) => ({ start: Date.parse(startAt) / 1_000, value: values[index] ?? 0 })),
        ],
      },
    ]);

  it('holds a Green Button file against the log and what was acknowledged', async () => {
    const values = lines.map(({ energyWattHours }) => energyWattHours);
    const same = await on('--day', day, '--meter', write('same.xml', greenButton(values)), '--strict');
    expect(same.exitCode).toBe(EXIT.success);
    expect(same.stdout).toContain(
      'The meter same.xml: 25 of 25 hours are the same in the log and as the VTN acknowledged them.',
    );
    const other = await on('--day', day, '--meter', write('other.xml', greenButton(values.with(2, 7_777))), '--strict');
    expect(other.exitCode).toBe(EXIT.failure);
    expect(other.stdout).toMatch(/24 of 25 hours are the same[^]*2026-11-01 01:00 -05:00 +7\.777 /);
  });

  it('is what a bill is held against', async () => {
    const values = lines.map(({ energyWattHours }) => energyWattHours).with(5, 1_234);
    const bill = billOf('metered.csv', ([time = '', kwh = '', price = '', amount = ''], index) =>
      index === 5
        ? [time, '1.234', price, rounded(decimalOf((1.234 * Number(price)).toFixed(10)), 2, 'HALF_EVEN')]
        : [time, kwh, price, amount],
    );
    const { stdout } = await on(
      '--bill',
      bill,
      '--meter',
      write('meter.xml', greenButton(values)),
      '--round',
      'interval,2,HALF_EVEN',
    );
    expect(stdout).toMatch(/The bill metered\.csv against the meter meter\.xml[^]*agrees +25 /);
  });

  it('is read from CSV in declared columns, of either file', async () => {
    const meter = write(
      'meter.csv',
      `Zeit;Netz\n${lines.map(({ startAt, energyWattHours }) => `${startAt};${energyWattHours}`).join('\n')}\n`,
    );
    const given = ['--meter', meter, '--columns', 'meter:time=Zeit,wh=Netz,delimiter=semicolon'];
    expect((await on('--day', day, ...given)).stdout).toContain('25 of 25 hours');
    const layout = write('columns.json', '{ "time": "Zeit", "wh": "Netz", "delimiter": ";", } // ours');
    expect((await on('--day', day, '--meter', meter, '--columns', layout)).stdout).toContain('25 of 25 hours');
    const undecided = await on(
      '--day',
      day,
      '--meter',
      meter,
      '--bill',
      billOf('right.csv'),
      '--columns',
      'time=Zeit,wh=Netz',
    );
    expect(undecided).toMatchObject({
      exitCode: EXIT.usage,
      stderr:
        'The columns "time=Zeit,wh=Netz" do not say which file they are of: write "bill:time=Zeit,wh=Netz" or "meter:time=Zeit,wh=Netz".\n',
    });
  });
});

describe('a file of other days', () => {
  const rows = (on: string): string =>
    Array.from({ length: 24 }, (_, hour) => `${on}T${String(hour).padStart(2, '0')}:00-04:00,1.5`).join('\n');
  const meterOf = (on: string): string => write(`of-${on}.csv`, `start,kwh\n${rows(on)}\n`);
  const said = (name: string, from: string, to: string): string =>
    `No hour of ${name} lies in the time that is settled, 2026-11-01 00:00 -04:00 to 2026-11-02 00:00 -05:00: it is about ${from} 00:00 -04:00 to ${to} 00:00 -04:00. Settle that time with --from ${from}T04:00Z --to ${to}T04:00Z, or give the file of this one.`;

  it('is told before all else, and a meter of other days is held against nothing', async () => {
    const meter = meterOf('2026-09-01');
    const sentence = said('of-2026-09-01.csv', '2026-09-01', '2026-09-02');
    const alone = await on('--day', day, '--meter', meter, '--strict');
    expect(alone.exitCode).toBe(EXIT.failure);
    expect(alone.stdout.startsWith(`${sentence}\nOwed `)).toBe(true);
    expect(alone.stdout).not.toContain('hours are the same');
    const beside = await on('--bill', billOf('right.csv'), '--meter', meter, '--round', 'interval,2,HALF_EVEN');
    expect(beside.stdout.startsWith(`${sentence}\nYes, to the cent.\n`)).toBe(true);
    expect(beside.stdout).toContain('The bill right.csv against the log and');
    const { verdict } = JSON.parse((await on('--day', day, '--meter', meter, '--json')).stdout) as {
      verdict: { partText: string };
    };
    expect(verdict.partText).toBe(sentence);
    expect((await on('--day', day, '--meter', meter, '--csv')).stderr).toContain(sentence);
  });

  it('is told of a bill too, by which nothing can be claimed, and on the page', async () => {
    const bill = write('of-may.csv', `start,kwh,amount\n${rows('2026-05-01').replaceAll(/$/gm, ',1')}\n`);
    const sentence = said('of-may.csv', '2026-05-01', '2026-05-02');
    const { stdout } = await on('--day', day, '--bill', bill);
    expect(stdout.startsWith(`${sentence}\nNot yet: 25 hours are not billed.\n`)).toBe(true);
    const claim = await on('--day', day, '--bill', bill, '--html', at('other.html'), '--claim', at('other.json'));
    expect(claim.exitCode).toBe(EXIT.failure);
    expect(claim.stderr).toContain(`Nothing can be claimed by files of other days. ${sentence}`);
    expect(readFileSync(at('other.html'), 'utf8')).toContain(`<p>${sentence}</p>`);
  });

  it('is one as soon as a single hour lies in the time that is settled', async () => {
    const { stdout } = await on('--day', day, '--meter', meterOf('2026-11-01'));
    expect(stdout).not.toContain('No hour of');
  });
});

describe('the documents', () => {
  const wrong = (): string =>
    billOf('wrong.csv', ([time = '', kwh = '', price = '', amount = ''], index) =>
      index === 3 ? [time, '9.999', price, amount] : [time, kwh, price, amount],
    );

  it('--html is a page of all of it, for this user alone', async () => {
    const { stderr } = await on('--bill', wrong(), '--infer-rounding', '--html', at('page.html'));
    expect(stderr).toContain(`Written to ${at('page.html')}.\n`);
    expect(statSync(at('page.html')).mode & 0o777).toBe(0o600);
    const page = new ReadPage(readFileSync(at('page.html'), 'utf8'));
    expect(page.texts('//h:h1')).toEqual(['Settlement of 2026-11-01']);
    expect(page.texts('//h:h2')).toEqual([
      'Exceptions',
      'The bill',
      'Adjustments',
      'Days and hours',
      'Lines',
      'Provenance',
      'Who wrote these numbers',
    ]);
    expect(page.table('Hours that differ.')).toHaveLength(2);
    expect(page.table(`${resourceID}:`)).toHaveLength(1 + 1 + 25);
    expect(page.texts('//h:header//h:dd')[0]).toBe('bellawatt.example.ven.123');
  });

  it('--claim stands on its own: its entries are those of the log, by the hashes of the chain', async () => {
    await on('--bill', wrong(), '--claim', at('claim.json'));
    const claim = JSON.parse(readFileSync(at('claim.json'), 'utf8')) as Claim;
    expect(claim).toMatchObject({
      format: 'ter-ven claim',
      comparedHours: 25,
      files: [{ role: 'bill', name: 'wrong.csv' }],
    });
    expect(claim.hours).toMatchObject([
      {
        class: 'quantityDiffers',
        startAt: lines[3]?.startAt,
        metered: { quality: 'measured' },
        acknowledged: [{ status: 'acknowledged', responseCodes: ['200'] }],
        billed: { energyWattHours: '9999', fileLines: [5] },
      },
    ]);
    for (const { previousHash, entry } of claim.evidence) expect(hashEntry(previousHash, entry)).toBe(entry.hash);
    const types = claim.evidence.map(({ entry }) => entry.type);
    for (const type of [
      'MessageReceived',
      'PricesReceived',
      'MeterRead',
      'UsageDue',
      'SendRequested',
      'UsageDeliveryAcknowledged',
    ])
      expect(types).toContain(type);
    const [hour] = claim.hours;
    const held = new Set(claim.evidence.map(({ entry }) => entry.position));
    for (const position of [
      ...(hour?.metered.positions ?? []),
      ...(hour?.prices ?? []).flatMap((price) => [price.position, price.sourcePosition ?? price.position]),
    ])
      expect(held).toContain(position);
    const brought = claim.evidence.find(({ entry }) => entry.position === hour?.prices[0]?.sourcePosition);
    expect(brought?.entry.wireHash).toBe(hour?.prices[0]?.sourceHash);
  });

  it('--claim as a page is a letter with a block for each hour', async () => {
    await on('--bill', wrong(), '--claim', at('claim.html'));
    const page = new ReadPage(readFileSync(at('claim.html'), 'utf8'));
    expect(page.texts('//h:h1')).toEqual(['Claim on the bill of 2026-11-01']);
    expect(page.texts('//h:h3')).toEqual([`2026-11-01 02:00 -05:00, ${resourceID}: quantity differs`]);
    expect(page.texts('//h:dt')).toEqual(
      expect.arrayContaining(['Metered', 'Acknowledged', 'Price', 'Expected', 'Billed', 'Missing']),
    );
  });

  it('are signed where there is a key, and a changed one is found out', async () => {
    await call('key', 'new', '--data', data);
    await on('--bill', wrong(), '--claim', at('signed.json'));
    expect((await call('key', 'verify', at('signed.json'))).exitCode).toBe(EXIT.success);
    writeFileSync(at('signed.json'), readFileSync(at('signed.json'), 'utf8').replace('9999', '1111'));
    expect((await call('key', 'verify', at('signed.json'))).exitCode).not.toBe(EXIT.success);
  });
});

describe('the guide', () => {
  const guide = readFileSync('docs/guides/was-i-paid-right.md', 'utf8');

  it('names no option that is not there', () => {
    const options = [...guide.matchAll(/ven settle[^\n]*/g)].flatMap(([line]) =>
      [...line.matchAll(/--([a-z-]+)/g)].map(([, name = '']) => name),
    );
    expect(options.length).toBeGreaterThan(10);
    expect(options.filter((name) => !(name in SETTLE_OPTIONS))).toEqual([]);
  });

  it('says what columns can mean in words that can be declared', () => {
    const declared = [...guide.matchAll(/--columns "?([A-Za-z]+=[^"\n]*)/g)].map(([, map = '']) => map);
    for (const map of declared) expect(() => layoutOfText(map)).not.toThrow();
    expect(declared).not.toEqual([]);
  });

  it('has a sample bill that is wrong in three hours, each in its own way, or right', async () => {
    await on('--day', day, '--csv', '--out', at('lines.csv'));
    const sample = (...options: string[]): string =>
      execFileSync(process.execPath, ['--import', 'tsx', 'scripts/sampleBill.ts', at('lines.csv'), ...options], {
        encoding: 'utf8',
      });
    const wrong = await on('--bill', write('sample.csv', sample()), '--round', 'interval,2,HALF_EVEN');
    expect(wrong.stdout).toMatch(/missing there +1 [^]*quantity differs +1 [^]*price differs +1 [^]*agrees +22 /);
    const right = await on(
      '--bill',
      write('sample.csv', sample('--right')),
      '--round',
      'interval,2,HALF_EVEN',
      '--strict',
    );
    expect(right.exitCode).toBe(EXIT.success);
  });
});

describe('a file that cannot be relied upon', () => {
  const cases: readonly (readonly [
    name: string,
    args: () => readonly string[],
    code: number,
    sentence: string | RegExp,
  ])[] = [
    [
      'is not there',
      () => ['--bill', at('absent.csv')],
      EXIT.failure,
      /absent\.csv: the file cannot be read, for there is no such file; check its path\.\n$/,
    ],
    ['is a directory', () => ['--meter', files], EXIT.failure, /the file cannot be read, for it is a directory/],
    [
      'is a cut off XML',
      () => ['--meter', write('cut.xml', feed([{ type: intervalEnergy(1), blocks: [[]] }]).slice(0, 300))],
      EXIT.failure,
      /^cut\.xml: the file is cut off/,
    ],
    [
      'has a gap',
      () => ['--meter', write('gap.csv', 'start,kWh\n2026-11-01T04:00Z,1\n2026-11-01T05:00Z,1\n2026-11-01T08:00Z,1\n')],
      EXIT.failure,
      /^gap\.csv, line 3: nothing is stated from .*; add --accept-gaps/,
    ],
    [
      'states energy at a time that the clocks skipped',
      () => [
        '--bill',
        write('naive.csv', 'start,amount\n2026-03-08 01:00,1\n2026-03-08 02:00,1\n2026-03-08 03:00,1\n'),
      ],
      EXIT.failure,
      /^naive\.csv, line 3: the time 2026-03-08 02:00 does not exist in America\/New_York: the clocks skipped it/,
    ],
    [
      'has a byte of Windows-1252',
      () => [
        '--bill',
        write('ansi.csv', Buffer.from('start,amount,place\n2026-11-01T04:00Z,1,Z\u00fcrich\n', 'latin1')),
      ],
      EXIT.failure,
      'ansi.csv, line 2: here stands a byte that is no UTF-8, perhaps of Windows-1252; save the file as "CSV UTF-8" and try again.\n',
    ],
    [
      'has zero bytes',
      () => ['--meter', write('zero.csv', `start,kWh\n${'2026-11-01T04:00Z,1\n'.repeat(60)}\0\0`)],
      EXIT.failure,
      /^zero\.csv, line 62: here stand zero bytes/,
    ],
    [
      'is UTF-16 and cut off in a character',
      () => [
        '--meter',
        write('half.csv', Buffer.from('\ufeffstart,kWh\n2026-11-01T04:00Z,1\n', 'utf16le').subarray(0, -1)),
      ],
      EXIT.failure,
      /^half\.csv: the file looks like UTF-16, and is cut off or damaged/,
    ],
    [
      'is packed',
      () => ['--bill', write('bill.csv.gz', Uint8Array.of(0x1f, 0x8b, 8, 0))],
      EXIT.failure,
      /^bill\.csv\.gz: this is a gzip archive, not text/,
    ],
    [
      'writes a thousand dollars in two cells',
      () => ['--bill', write('comma.csv', 'start,amount\n2026-11-01T04:00Z,$1,018.00\n2026-11-01T05:00Z,1\n')],
      EXIT.failure,
      /^comma\.csv, line 2: the row has 3 cells, and the header 2: "018\.00" belongs to no column/,
    ],
    [
      'has two currencies',
      () => ['--bill', write('two.csv', 'start,amount,currency\n2026-11-01T04:00Z,1,USD\n2026-11-01T05:00Z,1,CAD\n')],
      EXIT.failure,
      /^two\.csv, line 3, column "currency": the file has two currencies/,
    ],
    [
      'is about a strange device',
      () => [
        '--bill',
        write('strange.csv', 'device,start,amount\nSN17,2026-11-01T04:00Z,1\nSN17,2026-11-01T05:00Z,1\n'),
      ],
      EXIT.failure,
      new RegExp(
        `^strange\\.csv: the device "SN17" is none of "${resourceID}"; say which one it is with --file-device "SN17=RESOURCE_ID"\\.\n$`,
      ),
    ],
    [
      'has a column map that is no JSON',
      () => ['--bill', billOf('right.csv'), '--columns', write('map.json', '{ time }')],
      EXIT.usage,
      /^The column map .*map\.json is no JSON: it is no JSON from line 1/,
    ],
    [
      'has a column map that is not there',
      () => ['--bill', billOf('right.csv'), '--columns', at('absent.json')],
      EXIT.usage,
      /absent\.json cannot be read \(ENOENT\)/,
    ],
    [
      'is not given where it is needed',
      () => ['--infer-rounding'],
      EXIT.usage,
      'The option --infer-rounding is about a bill: give one with --bill FILE.csv.\n',
    ],
    [
      'is not given where columns are',
      () => ['--columns', 'time=a'],
      EXIT.usage,
      /^The option --columns is about a file/,
    ],
    [
      'is called by a name that says nothing',
      () => ['--bill', billOf('right.csv'), '--file-device', 'SN17'],
      EXIT.usage,
      /^"SN17" does not say which device a name means/,
    ],
  ];

  it.each(cases.map(([name, ...rest]) => ({ name, rest })))(
    'because it $name ends in one sentence',
    async ({ rest: [args, code, sentence] }) => {
      const { exitCode, stdout, stderr } = await on(...args());
      expect(exitCode).toBe(code);
      expect(stdout).toBe('');
      if (typeof sentence === 'string') expect(stderr).toBe(sentence);
      else expect(stderr).toMatch(sentence);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );

  it.each(['utf16le', 'utf16be'])('and is read whatever its bytes: %s', async (encoding) => {
    const rows = lines.map(({ startAt, energyWattHours }) => `${startAt},${energyWattHours / 1_000}`);
    const bytes = Buffer.from(`\ufeff${['start,kWh', ...rows].join('\r\n')}\r\n`, 'utf16le');
    const file = write(`${encoding}.csv`, encoding === 'utf16be' ? bytes.swap16() : bytes);
    const { exitCode, stdout } = await on('--day', day, '--meter', file, '--json');
    expect(exitCode).toBe(EXIT.success);
    expect((JSON.parse(stdout) as { meter: { hours: number; differences: unknown[] } }).meter).toMatchObject({
      hours: 25,
      differences: [],
    });
  });

  it('may be called by its own name', async () => {
    const bill = write('named.csv', 'device,start,amount\nSN17,2026-11-01T04:00Z,1\nSN17,2026-11-01T05:00Z,1\n');
    const { exitCode, stdout } = await on('--bill', bill, '--file-device', `SN17=${resourceID}`);
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(/amount differs +2 /);
  });

  it('leaves no document behind that cannot be written', async () => {
    const { exitCode, stderr } = await on('--day', day, '--html', at('absent/page.html'));
    expect(exitCode).toBe(EXIT.failure);
    expect(stderr).toMatch(/could not be written .* give --html a file in a directory that is there/);
  });
});
