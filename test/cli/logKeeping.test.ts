import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { foldLog, saveState } from '../../src/shell/fold.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { at } from '../scenarios/support/day.ts';
import { call, objects } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

/** The commands that keep a log in order: verify, stats, compact, repair. */

const day = '2026-06-10';
const longAfter = at('2026-12-01', 12);

/** Every byte of a directory. */
const bytesOf = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => [
        join(each.parentPath, each.name),
        readFileSync(join(each.parentPath, each.name)).toString('base64'),
      ]),
  );

describe('a log that is kept in order', () => {
  let root: string;
  let whole: string;
  let data: string;
  const on = (...args: string[]) => call(...args, '--data', data);
  const laterOn = (...args: string[]) => call.at(longAfter)(...args, '--data', data);
  const said = async (...args: string[]): Promise<string> => (await on(...args)).stdout;
  const alter = async (change: (level: Level) => Promise<unknown>): Promise<void> => {
    const level = new Level(join(data, 'log'));
    await change(level);
    await level.close();
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'ven-keeping-'));
    const { directory } = await dayLog(day, '2026-06-09');
    whole = directory;
  });
  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    data = join(root, 'data');
    cpSync(whole, data, { recursive: true });
  });
  afterAll(() => {
    for (const each of [root, whole]) rmSync(each, { recursive: true, force: true });
  });

  it('verifies, and tells what it is made of', async () => {
    expect(await said('log', 'verify')).toMatch(
      /^The log is whole: \d+ entries, each sealed with the one before, every XML as it was kept, and no checkpoint that says otherwise\.\n/,
    );
    const stats = JSON.parse(await said('log', 'stats', '--json')) as Record<string, number>;
    expect(stats).toMatchObject({ positions: stats['entries'], gaps: 0, compactable: { entries: 0 } });
    for (const part of ['entriesBytes', 'xmlBytes', 'bytes']) expect(stats[part]).toBeGreaterThan(1_000);
    expect(await said('log', 'stats')).toMatch(/of it +entries .* XML .* checkpoints/);
  });

  it('is compacted: shorter, with the same prices, usage, deliveries and settlement, and verifies', async () => {
    const answers = async () => {
      const each = await Promise.all(
        ['prices', 'usage', 'deliveries', 'settle'].map(
          async (command) => (await laterOn(command, '--day', day, '--json')).stdout,
        ),
      );
      for (const text of each) expect(text).not.toBe('');
      return each.map((text) => text.replace(/"asOf": \{[^}]*\}/, ''));
    };
    const before = await answers();
    const entries = objects<Entry>(await said('log', 'list', '--last', 'all', '--json'));
    const { stdout, exitCode } = await laterOn('log', 'compact', '--before', '2026-06-11', '--keep-xml-days', '1');
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(
      /^Let go of \d+ entries of before 2026-06-11, in \d+ stretches, and of the XML of \d+ messages\.\nKept for ever: .* from position \d+ on\.\nOn disk: [\d.]+ KiB before, [\d.]+ KiB after\.\n$/,
    );
    expect(await answers()).toEqual(before);
    expect((await on('log', 'verify')).stdout).toContain(
      'hold no entry any more; each is accounted for by a compaction or a repair',
    );
    const after = objects<Entry>(await said('log', 'list', '--last', 'all', '--json'));
    expect(after.length).toBeLessThan(entries.length);
    expect(after.at(-1)).toMatchObject({ type: 'LogCompacted', recordedAt: longAfter });
    const gone = entries.find(({ position }) => !after.some((each) => each.position === position))?.position;
    expect(await on('log', 'show', String(gone))).toMatchObject({
      exitCode: EXIT.failure,
      stderr: expect.stringMatching(/^The log (holds no entry at|does not hold) position \d+ any more/),
    });
    expect(await said('log', 'stats')).toMatch(/gone +\d+ entries, in \d+ gaps: "ven log list --type LogCompacted/);
    expect((await laterOn('log', 'compact', '--before', '2026-06-11', '--keep-xml-days', '1')).stdout).toMatch(
      /^Nothing is old enough to go/,
    );
  });

  it('is compacted by its age when nobody says up to when, and says before what that would free', async () => {
    const late = call.at(at('2028-01-01', 0));
    const { compactable } = JSON.parse((await late('log', 'stats', '--json', '--data', data)).stdout) as {
      compactable: { entries: number; bytes: number };
    };
    expect(compactable.bytes).toBeGreaterThan(1_000);
    const { entries } = JSON.parse((await late('log', 'compact', '--json', '--data', data)).stdout) as {
      entries: number;
    };
    expect(entries).toBe(compactable.entries);
  });

  it.each([
    [
      ['log', 'compact', '--before', '2026-06-11'],
      EXIT.usage,
      /^Entries of so late a day are still needed, for the reports that a VTN may ask for and for hours that are owed: the latest day for --before is 2026-0\d-\d\d\.$/,
    ],
    [['log', 'compact', '--before', 'noon'], EXIT.usage, /^"noon" is no day of the calendar/],
    [
      ['log', 'compact', '--keep-xml-days', 'all'],
      EXIT.usage,
      /^"all" is no number of days: write --keep-xml-days 45\.$/,
    ],
  ])('answers %j with one sentence and changes nothing', async (args, exitCode, sentence) => {
    const ended = await call.at(at('2026-06-12', 0))(...args, '--data', data);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    expect(ended.stderr.trim()).toMatch(sentence);
    expect((await on('log', 'verify')).exitCode).toBe(EXIT.success);
  });

  it('that is whole needs no repair, and none is made', async () => {
    expect(await said('log', 'repair')).toMatch(
      /^The log in .* is whole: \d+ entries; there is nothing to repair\.\n$/,
    );
    expect(readdirSync(root)).toEqual(['data']);
  });

  it('that lost entries is repaired into another directory; the damaged one is not touched, and what is lost is said', async () => {
    await alter(async (level) => {
      for (const position of [40, 41, 42]) await level.sublevel('entries').del(String(position).padStart(16, '0'));
    });
    const before = bytesOf(data);
    const refused = await on('log', 'verify');
    expect(refused.exitCode).toBe(EXIT.logUnsafe);
    expect(refused.stderr).toMatch(/position 40: .*"ven log repair"\.\n$/);
    const damaged = bytesOf(data);
    const { exitCode, stdout } = await on('log', 'repair');
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(
      /^Saved \d+ entries of the log in .*data into .*data-repaired; the damaged log was not changed\.\n/,
    );
    expect(stdout).toMatch(
      /4 entries known to be lost:\n {2}positions 40 to 43, recorded after 2026-06-09 .* and before 2026-06-09 /,
    );
    expect(bytesOf(data)).toEqual(damaged);
    expect(Object.keys(before).length).toBeGreaterThan(3);
    const saved = `${data}-repaired`;
    expect((await call('log', 'verify', '--data', saved)).exitCode).toBe(EXIT.success);
    expect((await call('usage', '--day', day, '--json', '--data', saved)).stdout).not.toBe('');
    const [repaired] = objects<Entry>(
      (await call('log', 'list', '--type', 'LogRepaired', '--last', 'all', '--json', '--data', saved)).stdout,
    );
    expect(repaired?.data).toMatchObject({ lostEntries: 4, lost: [{ fromPosition: 40, toPosition: 43 }] });
    expect(readdirSync(root).sort()).toEqual(['data', 'data-repaired']);
    expect(await on('log', 'repair')).toMatchObject({
      exitCode: EXIT.failure,
      stderr: expect.stringMatching(/data-repaired is there already: name another directory with --out/),
    });
    expect(existsSync(`${saved}/scratch`)).toBe(false);
  });

  it('whose XML is damaged keeps its entries and says which are without', async () => {
    const wires = (level: Level) => level.sublevel<string, Uint8Array>('wires', { valueEncoding: 'view' });
    let key = '';
    await alter(async (level) => {
      [key = ''] = await wires(level).keys({ limit: 1 }).all();
      await wires(level).put(key, Buffer.from('nonsense'));
    });
    expect(await on('log', 'verify')).toMatchObject({
      exitCode: EXIT.logUnsafe,
      stderr: expect.stringMatching(/the XML there cannot be unpacked/),
    });
    const { stdout } = await on('log', 'repair', '--out', join(root, 'saved'));
    expect(stdout).toContain('No entry is lost.\nThe XML of 1 message is lost; what was read from it is not.');
    expect((await call('log', 'verify', '--data', join(root, 'saved'))).exitCode).toBe(EXIT.success);
    expect((await call('replay', '--verify', '--json', '--data', join(root, 'saved'))).stdout).toContain(
      '"divergences":[]',
    );
  });

  it('with a checkpoint that lies is found out, and repaired without it', async () => {
    const log = await openLevelEventLog(data, { createdAt: 0 });
    const { state } = await foldLog(log);
    const lie = { ...state, views: { ...state.views, deliveries: { ...state.views.deliveries, longestMs: 1 } } };
    await saveState(log, lie, log.head.position, log.head.hash);
    await log.close();
    expect(await on('log', 'verify')).toMatchObject({
      exitCode: EXIT.logUnsafe,
      stderr: expect.stringMatching(
        /^The checkpoint agent says of position \d+ what the entries before it do not give\./,
      ),
    });
    const { stdout } = await on('log', 'repair', '--out', join(root, 'saved'));
    expect(stdout).toMatch(/checkpoint/);
    expect((await call('log', 'verify', '--data', join(root, 'saved'))).exitCode).toBe(EXIT.success);
  });

  it('beside the marks of another log is not guessed at: one sentence, and a way to insist', async () => {
    const marker = join(data, 'log.json');
    writeFileSync(marker, readFileSync(marker, 'utf8').replace('"createdAt":0', '"createdAt":5'));
    const ended = await on('log', 'repair');
    expect(ended).toMatchObject({
      exitCode: EXIT.logUnsafe,
      stdout: '',
      stderr: expect.stringMatching(/tell of different logs or different times: .*--ignore-marks\.\n$/),
    });
    expect(readdirSync(root)).toEqual(['data']);
    expect((await on('log', 'repair', '--ignore-marks')).stdout).toMatch(/nobody knows how many/);
    expect((await call('log', 'verify', '--data', `${data}-repaired`)).exitCode).toBe(EXIT.success);
  });

  it.each([
    ['the log of a later release', async () => writeFileSync(join(data, 'log.json'), JSON.stringify({ format: 99 }))],
    [
      'the database of a later release',
      () => alter((level) => level.sublevel('meta').put('log', JSON.stringify({ format: 99, createdAt: 0 }))),
    ],
  ])('%s is left alone by all of them, in one sentence', async (_name, age) => {
    await age();
    const before = bytesOf(data);
    for (const command of ['verify', 'stats', 'compact', 'repair']) {
      const ended = await on('log', command);
      expect(ended).toMatchObject({
        exitCode: EXIT.logUnsafe,
        stdout: '',
        stderr: expect.stringMatching(
          /^The log was written by a later release \(this one knows format \d+\): install that release or a later one\.\n$/,
        ),
      });
    }
    const marks = (all: Readonly<Record<string, string>>) =>
      Object.entries(all).filter(([name]) => /log\.json|log\.end|\.ldb$/.test(name) && name in before);
    expect(
      marks(bytesOf(data)).filter(([name, bytes]) => before[name] !== bytes && !name.endsWith('log.json')),
    ).toEqual([]);
    expect(readdirSync(root)).toEqual(['data']);
  });

  it('of which nothing can be proved is not made into an empty one', async () => {
    for (const name of readdirSync(join(data, 'log')))
      if (/\.(log|ldb)$/.test(name)) writeFileSync(join(data, 'log', name), Buffer.alloc(1_000, 7));
    const ended = await on('log', 'repair');
    expect(ended).toMatchObject({
      exitCode: EXIT.logUnsafe,
      stderr: expect.stringMatching(
        /Nothing of the log in .* can be proved, so there is nothing to save: restore it from a backup\.\n$/,
      ),
    });
    expect(readdirSync(root)).toEqual(['data']);
  });
});
