import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { decimalOf, decimalText } from '../../src/programme/decimal.ts';
import { sumOf } from '../../src/programme/money.ts';
import type { Vtn } from '../../src/vtn/vtn.ts';
import { resourceID } from '../scenarios/support/day.ts';
import { call } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

/** What a program reads of a settlement. */
interface Document {
  readonly asOf: { readonly position: number };
  readonly roundedUsd: string;
  readonly totals: Readonly<Record<string, string | number>>;
  readonly exceptions: readonly { readonly kind: string; readonly startAt: string }[];
  readonly lines: readonly {
    readonly startAt: string;
    readonly money: { readonly amountUsd: string } | null;
    readonly origins: readonly { readonly sourceHash: string }[];
    readonly reading: { readonly positions: readonly number[] };
  }[];
}

const day = '2026-11-01';

describe('ven settle, on the log of a day of 25 hours', () => {
  let directory = '';
  let vtn: Vtn;
  beforeAll(async () => {
    const lived = await dayLog(day, '2026-10-31');
    directory = lived.directory;
    vtn = lived.world.vtn;
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const on = (...args: string[]) => call('settle', ...args, '--data', directory);
  const documentOf = async (...args: string[]): Promise<Document> =>
    JSON.parse((await on(...args, '--json')).stdout) as Document;

  it('given the day, then its lines and its total are what the VTN has booked, exactly', async () => {
    const { lines, totals, exceptions } = await documentOf('--day', day);
    const booked = vtn.bookingOf(day);
    expect(exceptions).toEqual([]);
    expect(lines.map(({ money }) => decimalText(decimalOf(money?.amountUsd ?? '')))).toEqual(
      booked.hours.map(({ amountUsd }) => decimalText(decimalOf(amountUsd ?? ''))),
    );
    expect(totals).toMatchObject({
      hours: 25,
      settledHours: 25,
      amountUsd: booked.totals.amountUsd,
      firstUsd: booked.totals.amountUsd,
      adjustmentsUsd: '0',
    });
  });

  it('given the day, then people see 25 hours, the two of the same name with their offsets, and the total below', async () => {
    const { stdout, exitCode } = await on('--day', day);
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toContain('No exceptions.');
    expect(stdout.match(/2026-11-01 01:00 -0[45]:00/g)).toEqual(['2026-11-01 01:00 -04:00', '2026-11-01 01:00 -05:00']);
    expect(stdout.split('\n').filter((line) => line.startsWith(resourceID))).toHaveLength(25);
    expect(stdout).toMatch(/Total: [+−]\d+\.\d\d USD \(month,2,HALF_EVEN; exactly /);
  });

  it('given --positions, then each line names the entries it rests on, and the log has them', async () => {
    const { lines } = await documentOf('--day', day);
    const [first] = lines;
    const { stdout } = await on('--day', day, '--positions');
    expect(stdout).toContain('readings at');
    expect(stdout).toContain(first?.reading.positions.join(' ') ?? '?');
    const shown = JSON.parse(
      (await call('log', 'show', String(first?.reading.positions[0]), '--json', '--data', directory)).stdout,
    ) as { entry: { type: string; data: { boundaryAt: number } } };
    expect(JSON.stringify(shown)).toContain('MeterRead');
    expect(first?.origins[0]?.sourceHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('given a month, then days are told, exceptions first, and what was not metered is not hidden', async () => {
    const { stdout } = await on('--month', '2026-11', '--as-of', '2026-11-02T12:00Z');
    expect(stdout.indexOf('Exceptions:')).toBeLessThan(stdout.indexOf('settled'));
    expect(stdout).toContain('not measured');
    expect(stdout).toMatch(/2026-11-01 +25 +25/);
    expect(stdout).toContain('could not be settled and');
  });

  it('given --csv and --out, then a file with one row per hour, which sums up to the total', async () => {
    const out = mkdtempSync(join(tmpdir(), 'ven-settle-'));
    const file = join(out, 'lines.csv');
    const { stdout, stderr, exitCode } = await on('--day', day, '--csv', '--out', file);
    const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    const column = header.split(',').indexOf('amountUsd');
    rmSync(out, { recursive: true, force: true });
    expect({ stdout, exitCode, isSaid: stderr.includes(file) }).toEqual({
      stdout: '',
      exitCode: EXIT.success,
      isSaid: true,
    });
    expect(rows).toHaveLength(25);
    expect(sumOf(rows.map((row) => row.split(',')[column] ?? ''))).toBe(vtn.bookingOf(day).totals.amountUsd);
  });

  it('given --as-of a position, then it is settled with what was known there and no more', async () => {
    const whole = await documentOf('--day', day);
    const middle = Math.floor(whole.asOf.position / 2);
    const then = await documentOf('--day', day, '--as-of', String(middle));
    expect(then.asOf.position).toBe(middle);
    expect(then.lines.length).toBeLessThan(whole.lines.length);
    expect(whole.lines.slice(0, then.lines.length).map(({ money }) => money)).toEqual(
      then.lines.map(({ money }) => money),
    );
    expect(Math.max(...then.lines.flatMap(({ reading }) => reading.positions))).toBeLessThanOrEqual(middle);
  });

  it.each([['interval,2,DOWN'], ['day,3,HALF_UP'], ['month,0,CEIL']])(
    'given --round %s, then the figure is rounded so, and the exact one stands beside it',
    async (policy) => {
      const { roundedUsd, totals } = await documentOf('--day', day, '--round', policy);
      const [, digits = ''] = policy.split(',');
      expect(roundedUsd.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(Number(digits));
      expect(Math.abs(Number(roundedUsd) - Number(totals['amountUsd']))).toBeLessThan(
        policy.startsWith('interval') ? 0.25 : 1,
      );
    },
  );

  it('given --strict, then exceptions make the exit code 1; without it they do not', async () => {
    const month = ['--month', '2026-11', '--as-of', '2026-11-02T12:00Z'];
    expect((await on(...month)).exitCode).toBe(EXIT.success);
    expect((await on(...month, '--strict')).exitCode).toBe(EXIT.failure);
    expect((await on('--day', day, '--strict')).exitCode).toBe(EXIT.success);
  });

  it.each([
    [['--round', 'year,2,UP'], EXIT.usage, '"year,2,UP" is no rounding'],
    [['--round', 'day,2.5,UP'], EXIT.usage, 'is no rounding'],
    [['--month', '2026-13'], EXIT.usage, '"2026-13" is no month'],
    [['--month', 'last', '--day', 'today'], EXIT.usage, 'The option --month says it all'],
    [['--day', '2026-02-30'], EXIT.usage, 'no day of the calendar'],
    [['--json', '--csv'], EXIT.usage, 'exclude each other'],
    [['--device', 'toaster'], EXIT.failure, 'The log knows no device "toaster"'],
    [['--export-signal', 'feed-in'], EXIT.failure, 'No price signal is called "feed-in"'],
    [['--as-of', '99999999'], EXIT.failure, 'The log has no position 99999999'],
    [['--as-of', '2020-01-01'], EXIT.failure, 'Nothing had been recorded by then'],
    [['--day', '2020-01-01'], EXIT.failure, 'Nothing was metered then'],
    [['--day', day, '--out', '/nowhere/at/all.csv'], EXIT.failure, '/nowhere/at/all.csv'],
  ])('given %j, then one sentence says what is wrong, and nothing is settled', async (args, exitCode, sentence) => {
    const called = await on(...args);
    expect(called.exitCode).toBe(exitCode);
    expect(called.stderr).toContain(sentence);
    expect(called.stdout).toBe('');
  });
});
