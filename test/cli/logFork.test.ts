/** `ven log fork`: what would have been with other settings. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { EXIT } from '../../src/cli/exitCode.ts';
import { main } from '../../src/cli/main.ts';
import { aBattery, siteWorld } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';
import { stage } from '../support/surroundings.ts';
import { call } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const day = '2026-11-27';

describe('ven log fork', () => {
  let root: string;
  let data: string;
  const on = (...args: string[]) => call('log', 'fork', ...args, '--data', data);

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'ven-fork-'));
    data = join(root, 'data');
    const world = siteWorld(day, 9.9, [aBattery('battery')]);
    await world.start();
    await world.runTo(at(day, 24.2));
    await world.stop();
    await copyLog(world.log, data);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('tells the first divergence and the money hour by hour, in 80 columns, and marks what is reckoned', async () => {
    let stdout = '';
    const args = ['log', 'fork', '--at', `${day} 14:00`, '--set', 'preferences.reserve=60%', '--data', data];
    const { surroundings, stderr } = stage(args);
    const terminal = { write: (text: string) => void (stdout += text), isTTY: true, columns: 80 };
    expect([await main({ ...surroundings, stdout: terminal }, COMMANDS), stderr()]).toEqual([EXIT.success, '']);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^~−\$\d+\.\d\d from Fri 27 Nov, 14:00 to 24:00\.\n/);
    expect(stdout.replace(/\n/g, ' ')).toMatch(
      /First otherwise: at Fri 27 Nov, \d\d:\d\d battery would have been told to /,
    );
    expect(stdout).toMatch(/\nFri 27 Nov 19:00 +[+−]\$\d+\.\d\d +~[+−]\$\d+\.\d\d +~[+−]?\$\d+\.\d\d +~−\$\d+\.\d\d\n/);
    expect(stdout).toMatch(/\ntotal +[+−]\$\d+\.\d\d +~[+−]\$/);
    expect(stdout).toMatch(/Everything with ~ is reckoned/);
    // What is shown adds up to the cent.
    const last = (line: string): number =>
      Number(/~([+−]?)\$(\d+\.\d\d)$/.exec(line)?.slice(1).join('').replace('−', '-'));
    const shown = stdout
      .split('\n')
      .filter((line) => line.startsWith('Fri 27 Nov '))
      .map(last);
    const total = last(stdout.split('\n').find((line) => line.startsWith('total')) ?? '');
    expect(shown.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(total, 6);
    expect(stdout.startsWith(`~−$${Math.abs(total).toFixed(2)} from `)).toBe(true);
  });

  it('says the same for programs, exactly, and of a second configuration file', async () => {
    const set = await on('--at', `${day} 14:00`, '--set', 'preferences.reserve=60%', '--json');
    const fork = JSON.parse(set.stdout) as {
      differenceUsd: string;
      isEstimated: boolean;
      hours: { differenceUsd: string }[];
    };
    expect(fork).toMatchObject({ isEstimated: true, divergence: { resourceID: 'battery' } });
    expect(fork.differenceUsd).toMatch(/^-\d+\.\d+$/);
    const file = join(root, 'other.json');
    const battery = aBattery('battery');
    writeFileSync(file, JSON.stringify({ devices: [battery], preferences: { reserve: 0.6 } }), { mode: 0o600 });
    const withFile = await on('--at', `${day} 14:00`, '--with', file, '--json');
    expect(withFile.stderr).toBe('');
    expect((JSON.parse(withFile.stdout) as typeof fork).differenceUsd).toBe(fork.differenceUsd);
  });

  it.each([
    [['--at', `${day} 14:00`], EXIT.usage, /^A fork needs other settings/],
    [['--set', 'preferences.reserve=0.2'], EXIT.usage, /^A fork begins at a moment of the log/],
    [
      ['--at', `${day} 14:00`, '--until', `${day} 13:00`, '--set', 'preferences.reserve=0.2'],
      EXIT.usage,
      /^A fork ends after it begins/,
    ],
    [['--at', `${day} 14:00`, '--set', 'pollJitter=0.2'], EXIT.usage, /^"pollJitter" cannot be another in what was/],
    [['--at', `${day} 14:00`, '--set', 'reserve'], EXIT.usage, /^"reserve" is no change/],
    [
      ['--at', '2026-11-20', '--set', 'preferences.reserve=0.2'],
      EXIT.failure,
      /^Before that moment no agent had been started/,
    ],
    [['--at', '99999', '--set', 'preferences.reserve=0.2'], EXIT.failure, /^The log has no position 99999/],
  ])('answers %j with one sentence', async (args, exitCode, sentence) => {
    const ended = await on(...args);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
  });
});
