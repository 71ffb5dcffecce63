import { beforeAll, describe, expect, it } from 'vitest';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../../src/cli/exitCode.ts';
import { planningWorld } from '../inspector/support/planningWorld.ts';
import { at } from '../scenarios/support/day.ts';
import { builtVen } from './support/build.ts';
import { call } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const eve = '2026-11-23';
const day = '2026-11-24';
let data = '';

beforeAll(async () => {
  // Given an agent that has received tomorrow's prices and planned
  const world = planningWorld(eve, 16);
  await world.start();
  await world.runTo(at(eve, 19));
  await world.stop();
  data = mkdtempSync(join(tmpdir(), 'plan-'));
  await copyLog(world.log, data);
});

const plan = (...args: string[]) => call('plan', '--data', data, ...args);
const planAt = (now: number, ...args: string[]) => call.at(now)('plan', '--data', data, ...args);

interface ToldPlan {
  readonly valueUsd: string;
  readonly devices: readonly {
    readonly pairs: readonly { readonly gainUsd: string }[];
    readonly slots: readonly { readonly startAt: string; readonly does: string }[];
  }[];
}

describe('ven plan', () => {
  it.each([60, 80, 140])('tells the plan in force hour by hour, in %i columns', async (columns) => {
    const { stdout, exitCode } = await call.in(columns)('plan', '--data', data);
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(/11-24 17:00 +\S+ (¢|\$)?/);
    expect(stdout).toMatch(/The plan is worth [+−]?\$\d+\.\d\d: the bill\s+will\s+show/);
    expect(stdout.split('\n').filter((line) => line.length > columns)).toEqual([]);
  });

  it('adds up for programs: what its pairs gain is what the plan is worth', async () => {
    const told = JSON.parse((await plan('--json')).stdout) as ToldPlan;
    const gains = told.devices.flatMap(({ pairs }) => pairs.map(({ gainUsd }) => Number(gainUsd)));
    expect(gains.length).toBeGreaterThan(0);
    expect(gains.reduce((sum, each) => sum + each, 0)).toBeCloseTo(Number(told.valueUsd), 2);
  });

  it('says in sentences why an hour is as it is', async () => {
    const told = JSON.parse((await plan('--json')).stdout) as ToldPlan;
    const rests = told.devices[0]?.slots.find(
      ({ does, startAt }) => does === 'rests' && Date.parse(startAt) >= at(day, 0),
    );
    const { stdout } = await plan('--why', rests?.startAt ?? '');
    expect(stdout).toMatch(/At \d\d:\d\d it rests: the price is /);
    expect(stdout).toMatch(/It would (buy|sell)|It is (full|empty)|decides/);
    expect((await plan('--why', 'noon')).stderr).toMatch(/"noon" is no hour/);
  });

  it('tells the part of an hour that is asked about, and where the hour goes on otherwise', async () => {
    const world = planningWorld(eve, 16);
    await world.start();
    await world.runTo(at(eve, 17, 30));
    world.vtn.events.add({
      eventID: 'load-shed',
      startAt: at(eve, 20, 20),
      lengthMs: 20 * 60_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['2'] }],
    });
    await world.runTo(at(eve, 19));
    await world.stop();
    const asked = mkdtempSync(join(tmpdir(), 'plan-'));
    await copyLog(world.log, asked);
    const hourTold = async (hour: string): Promise<string> =>
      (await call.at(at(eve, 20, 25))('plan', '--data', asked, '--why', hour)).stdout.replaceAll(/\s+/g, ' ');
    expect(await hourTold('20:00')).toMatch(/At 20:00 it .*From 20:20 on it is otherwise: --why 20:20 tells\./);
    for (const hour of ['20:25', `${eve} 20:30`, 'now'])
      expect(await hourTold(hour)).toMatch(/At 20:20 it .* DR event load-shed asks for it\./);
    expect(await hourTold('20:45')).toMatch(/At 20:40 it (?!.*DR event)/);
    // What it asks, and what that costs, is told of the event as well, and of the plan.
    const told = async (...args: string[]): Promise<string> =>
      (await call.at(at(eve, 20, 25))(...args, '--data', asked)).stdout.replaceAll(/\s+/g, ' ');
    const cost = /What DR event load-shed asks of example-device-001, 20:20–20:40, costs \$\d\.\d\d alone\./;
    expect(await told('plan')).toMatch(cost);
    const story = await told('explain', '--event', 'load-shed');
    expect(story).toMatch(
      /From 2026-11-23 20:20 -05:00 to 2026-11-23 20:40 -05:00 it asks example-device-001 to draw nothing \(level 2\)\./,
    );
    expect(story).toMatch(/It costs \$\d\.\d\d alone by the plan in force\./);
    // In a Node that has no WebAssembly the solver cannot be loaded: the rest is told all the same.
    const ven = await builtVen();
    const unsolved = (...args: readonly string[]): string => {
      const run = spawnSync(process.execPath, ['--jitless', ven, ...args, '--data', asked], { encoding: 'utf8' });
      expect(run.status).toBe(EXIT.success);
      return run.stdout.replaceAll(/\s+/g, ' ');
    };
    const why = 'cannot be told: WebAssembly is not defined.';
    const planned = unsolved('plan');
    expect(planned).toContain(`What binds the hours, and what wishes cost, ${why}`);
    expect(planned).toMatch(/bought .* brings \$.*The plan is worth/);
    expect(unsolved('plan', '--json')).toMatch(/"limit": null.*"untold": "WebAssembly is not defined"/);
    const unexplained = unsolved('explain', '--event', 'load-shed');
    expect(unexplained).toContain('it asks example-device-001 to draw nothing (level 2).');
    expect(unexplained).toContain(`What it costs ${why}`);
  });

  it('says since when there is no newer one, and why', async () => {
    let isBroken = false;
    const world = planningWorld(eve, 16, () => isBroken);
    await world.start();
    await world.runTo(at(eve, 17, 30));
    isBroken = true;
    await world.runTo(at(eve, 19, 30));
    await world.stop();
    const failing = mkdtempSync(join(tmpdir(), 'plan-'));
    await copyLog(world.log, failing);
    const note =
      /^This plan was made 2026-11-23 17:\d\d -05:00\. Since 2026-11-23 18:00 -05:00 there is no newer one: the planner’s process ended with SIGKILL\./;
    for (const args of [[], ['--why', '20:00']])
      expect((await call('plan', '--data', failing, ...args)).stdout.replaceAll(/\s+/g, ' ')).toMatch(note);
    expect((await plan()).stdout).not.toContain('no newer one');
  });

  it('of one day has the hours of that day', async () => {
    const { stdout } = await plan('--day', day);
    expect(stdout).toMatch(/11-24 00:00/);
    expect(stdout).not.toMatch(/11-23/);
  });

  it('tells hours of today that are over as what was set', async () => {
    const { stdout } = await planAt(at(eve, 19, 1));
    // The battery was told at 18:00 to sell; before the first plan it was left alone.
    expect(stdout).toMatch(/11-23 \d\d:00 .* (bought|sold|rested) .*as set/);
    const hours = [...stdout.matchAll(/^11-23 (\d\d):00/gm)].map(([, hour]) => Number(hour));
    expect(hours).toEqual([...new Set(hours)].toSorted((a, b) => a - b));
    expect(hours.at(-1)).toBe(23);
    expect((await planAt(at(eve, 19, 1), '--day', day)).stdout).not.toMatch(/as set/);
  });
});

describe('ven explain, of an hour that the plan reaches to', () => {
  const explain = (now: number, ...args: string[]) => call.at(now)('explain', '--data', data, ...args);

  it('tells the plan’s reason before it was metered', async () => {
    const { stdout, exitCode } = await explain(at(eve, 19, 1), `${day} 14:00`);
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toMatch(/It is not over yet, so nothing of it is measured\./);
    expect(stdout).toMatch(
      /The plan in force, made 2026-11-23 1[89]:\d\d -05:00, says: At 14:00 it (rests|buys|sells)/,
    );
    const reason = (await plan('--why', `${day} 14:00`)).stdout.split('\n').slice(1).join(' ').trim();
    expect(stdout).toContain(reason);
  });

  it('tells what the plan had said of one that is over', async () => {
    const { stdout } = await explain(at(eve, 19, 1), `${eve} 18:00`);
    expect(stdout).toMatch(/It measured|It was not measured/);
    expect(stdout).toMatch(
      /The plan that was in force when it began, made 2026-11-23 17:\d\d -05:00, had said: At 18:00/,
    );
  });

  it('of an hour beyond prices and plans has nothing to tell, and says so', async () => {
    const { stderr, exitCode } = await explain(at(eve, 19, 1), '2026-12-24 14:00');
    expect(exitCode).not.toBe(EXIT.success);
    expect(stderr).toMatch(/Nothing is recorded of that hour/);
  });
});

describe('before the prices of tomorrow have come', () => {
  let early = '';
  beforeAll(async () => {
    const world = planningWorld(eve, 15.25);
    await world.start();
    await world.runTo(at(eve, 16.5));
    await world.stop();
    early = mkdtempSync(join(tmpdir(), 'plan-early-'));
    await copyLog(world.log, early);
  });

  it('tells the hours without a price in one sentence, and the others as ever', async () => {
    const { stdout } = await call.in(80)('plan', '--data', early);
    expect(stdout).not.toMatch(/no price +rests/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'From 2026-11-24 00:00 -05:00 to 2026-11-25 00:00 -05:00 no price is known: it rests.',
    );
    expect(stdout).toMatch(/^11-23 17:00 +\S+/m);
  });

  it.each(['settle', 'usage'])('ven %s says when the first hour will count', async (word) => {
    const { stderr, exitCode } = await call(word, '--data', early, '--day', '2026-11-22');
    expect(exitCode).toBe(EXIT.failure);
    expect(stderr).toMatch(
      /^No whole hour has been metered yet: the first reading was taken at 2026-11-23 15:\d\d -05:00, so the first hour that counts ends at 2026-11-23 17:00 -05:00\.\n$/,
    );
  });
});
