/** `ven log where`: the places at which something holds. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { at } from '../scenarios/support/day.ts';
import { stage } from '../support/surroundings.ts';
import { call, objects } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

const day = '2026-06-10';

interface Place {
  readonly position: number;
  readonly recordedAt: string;
  readonly type: string;
  readonly isBegun?: boolean;
  readonly endedPosition?: number | null;
  readonly endedAt?: string | null;
  readonly values: Readonly<
    Record<string, readonly { readonly key: string | null; readonly value: string | number }[]>
  >;
}

describe('ven log where', () => {
  let data: string;
  const on = (...args: string[]) => call('log', 'where', ...args, '--data', data);
  const places = async (...args: string[]): Promise<readonly Place[]> => {
    const { stdout, stderr, exitCode } = await on(...args, '--json');
    expect([stderr, exitCode]).toEqual(['', EXIT.success]);
    return objects<Place>(stdout);
  };
  let entries: readonly Entry[];

  beforeAll(async () => {
    ({ directory: data } = await dayLog(day, '2026-06-09'));
    entries = objects<Entry>((await call('log', 'list', '--last', 'all', '--json', '--data', data)).stdout);
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  it('finds facts as the list has them', async () => {
    const found = await places('fact = MeterRead and hour < 3');
    const meant = entries.filter(
      ({ type, recordedAt }) => type === 'MeterRead' && new Date(recordedAt - 4 * 3_600_000).getUTCHours() < 3,
    );
    expect(found.length).toBeGreaterThan(5);
    expect(found.map(({ position }) => position)).toEqual(meant.map(({ position }) => position));
  });

  it('tells of a state where it begins and ends, and what was so in between', async () => {
    const [first, ...more] = await places('priced.tomorrow = 24');
    // The prices of the day come on its eve, and at midnight the day is today.
    expect(first).toMatchObject({ isBegun: true, values: { 'priced.tomorrow': [{ key: null, value: 24 }] } });
    expect(Date.parse(first?.endedAt ?? '')).toBeGreaterThanOrEqual(at(day, 0));
    expect(Date.parse(first?.endedAt ?? '')).toBeLessThan(at(day, 1));
    const step = entries.filter(({ position }) => position >= (first?.position ?? 0)).slice(0, 12);
    expect(step.map(({ type }) => type)).toContain('DrEventAccepted');
    for (const place of more) expect(place.position).toBeGreaterThanOrEqual(first?.endedPosition ?? 0);
  });

  it('says the same of a part of the log as of all of it', async () => {
    const all = await places('lifecycle = registered and fact = TimerFired');
    const half = Math.floor(entries.length / 2);
    const [before, after] = [
      await places('lifecycle = registered and fact = TimerFired', '--to', String(half)),
      await places('lifecycle = registered and fact = TimerFired', '--from', String(half + 1)),
    ];
    expect([...before, ...after]).toEqual(all);
    const evening = await places('fact = TimerFired', '--from', `${day} 18:00`, '--to', `${day} 19:00`);
    expect(
      evening.every(({ recordedAt }) => Date.parse(recordedAt) >= at(day, 18) && Date.parse(recordedAt) < at(day, 19)),
    ).toBe(true);
  });

  it('fits a terminal of 80 columns, and says what it leaves out', async () => {
    let stdout = '';
    const { surroundings } = stage(['log', 'where', 'price.now > 0', '--data', data]);
    const terminal = { write: (text: string) => void (stdout += text), isTTY: true, columns: 80 };
    expect(await main({ ...surroundings, stdout: terminal }, COMMANDS)).toBe(EXIT.success);
    expect(stdout).toMatch(/price\.now 0\.\d+ USD\/kWh/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const few = await on('fact = MeterRead', '--limit', '3');
    expect(few.stdout.trim().split('\n')).toHaveLength(5);
    expect(few.stderr).toMatch(
      /^These are the first 3, up to position \d+: there are more, with --from \d+ or a larger --limit\.\n$/,
    );
  });

  it.each([
    [['soc < '], EXIT.usage, /^In "soc < ", at character 7: After "soc <" a value is expected, such as soc < 20\.\n$/],
    [
      ['lifecycle = backoff'],
      EXIT.failure,
      /^It holds nowhere in the [\d,]+ entries that were looked at; the log has entries 0 to \d+\.\n$/,
    ],
    [
      ['data.demandWats < 0'],
      EXIT.failure,
      / No fact that was looked at has data\.demandWats: "ven log show POSITION"/,
    ],
    [['fact = MeterRead', '--limit', 'all'], EXIT.usage, /^"all" is no number of places/],
    [['fact = MeterRead', '--from', '999999'], EXIT.failure, /^The log has no position 999999/],
  ])('answers %j with one sentence', async (args, exitCode, sentence) => {
    const ended = await on(...args);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
  });
});
