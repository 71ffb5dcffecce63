/** The rules and the board in deploy/monitoring, held against the figures that there are. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AlarmName } from '../../../src/facts/alarms.ts';
import { factVersions } from '../../../src/facts/fact.ts';
import { healthOfLive } from '../../../src/inspector/answers/health.ts';
import { alarmHeadlines } from '../../../src/telling/alarmHeadlines.ts';
import { at } from '../../scenarios/support/day.ts';
import { batteryWorld } from '../support/batteryWorld.ts';
import { atRest, inspecting, living, livingDay } from '../support/inspecting.ts';

const placeOf = (name: string): string => fileURLToPath(new URL(`../../../deploy/monitoring/${name}`, import.meta.url));
const textOf = (name: string): string => readFileSync(placeOf(name), 'utf8');

/** Prometheus' own checker; null where it is not installed. */
const promtool = (...args: readonly string[]): { readonly status: number | null; readonly told: string } | null => {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return error === undefined ? { status, told: `${stdout}${stderr}` } : null;
};

/** Names of our figures in a text, without what a histogram appends. */
const namesIn = (text: string): ReadonlySet<string> => new Set(text.match(/\bven_[a-z_]+/g) ?? []);

interface Board {
  readonly panels: readonly { readonly id: number; readonly targets: readonly { readonly expr: string }[] }[];
}

/** What a VEN tells that has lived a day, with an hour that was rejected, an alarm and a failed exchange. */
const figures = async (): Promise<string> => {
  const world = batteryWorld('2026-11-23', 16, { fromAt: at('2026-11-24', 17, 30), toAt: at('2026-11-24', 23) });
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at('2026-11-24', 18));
  world.isVtnUp = false;
  await world.runTo(at('2026-11-24', 18, 30));
  const { get } = await inspecting(living(world));
  return (await get('/metrics')).text;
};

describe('what monitors are given', () => {
  it('names no figure that is not told', async () => {
    const told = await figures();
    const known = new Set([...told.matchAll(/^(ven_[a-z_]+)/gm)].map(([, name]) => name));
    for (const name of ['ven_log_bytes', 'ven_log_free_bytes']) known.add(name); // a log in memory lies on no disk
    for (const file of ['alerts.yml', 'grafana.json'])
      expect([...namesIn(textOf(file))].filter((name) => !known.has(name))).toEqual([]);
    // Every alarm that is up has a figure of its own.
    expect(told).toMatch(/^ven_alarm_raised\{alarm="meterSilent",subject="[^"]+"\} 1$/m);
    expect(told).toMatch(/^ven_alarm_raised\{alarm="vtnUnreachable",subject=""\} 1$/m);
  });

  it('is a board whose panels each ask for something, under ids of their own', () => {
    const { panels } = JSON.parse(textOf('grafana.json')) as Board;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets } of panels) expect(targets.map(({ expr }) => expr).join()).toContain('ven_');
  });

  it('is taken by Prometheus’ own checker, sounds when it should and not before, where that is installed', ({
    skip,
  }) => {
    const checked = promtool('check', 'rules', placeOf('alerts.yml'));
    skip(checked === null, 'promtool (Debian package prometheus) is not installed.');
    expect(checked?.status, checked?.told).toBe(0);
    const tested = promtool('test', 'rules', placeOf('alerts.test.yml'));
    expect(tested?.status, tested?.told).toBe(0);
    // What the board asks is read by the same parser, as if each were a rule of its own.
    const { panels } = JSON.parse(textOf('grafana.json')) as Board;
    const rules = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
    const folder = mkdtempSync(join(tmpdir(), 'ven-board-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'board.yml');
    const asRules = rules.map((expr, index) => ({ record: `board:${index}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'board', rules: asRules }] }));
    const board = promtool('check', 'rules', file);
    expect(board?.status, board?.told).toBe(0);
  });
});

const alarmNames = Object.keys(alarmHeadlines) as AlarmName[];

/** What a person has weeks for, and what the check of the contact tells by itself, with more patience. */
const toldWithPatience: ReadonlySet<string> = new Set<AlarmName>(['certificateEnds', 'vtnUnreachable']);

describe('every alarm there is', () => {
  it('has a figure of its own under its name and its subject', async () => {
    const world = await livingDay('2026-11-24', '2026-11-23', {}, 0.5);
    await world.stop();
    const raised = alarmNames.map((alarm) => ({
      recordedAt: at('2026-11-24', 1),
      runID: 'run-1',
      direction: 'out' as const,
      stream: 'watch' as const,
      type: 'AlarmRaised',
      version: factVersions.AlarmRaised,
      data: { alarm, subject: 'one', text: `${alarm} is up.`, advice: 'Look.' },
      cause: world.log.head.position,
    }));
    await world.log.append(raised);
    const { get } = await inspecting(atRest(world.log));
    const told = (await get('/metrics')).text;
    expect(alarmNames.filter((alarm) => !told.includes(`ven_alarm_raised{alarm="${alarm}",subject="one"} 1`))).toEqual(
      [],
    );
  });

  it('makes a check of the health fail, with its own words; what there are weeks for does not', async () => {
    const world = await livingDay('2026-11-24', '2026-11-23', {}, 0.5);
    onTestFinished(() => world.stop());
    const { agent, log } = world;
    if (agent === null) throw new Error('The agent has ended.');
    const now = world.time.now();
    const healthWith = (alarms: Readonly<Record<string, string>>, lastContactAt: number) =>
      healthOfLive({ state: { ...agent.state, alarms }, now, lastContactAt, startedAt: now - 3_600_000 }, log);
    expect((await healthWith({}, now)).status).toBe('healthy');
    for (const alarm of alarmNames) {
      const { status, checks } = await healthWith({ [`${alarm} one`]: `${alarm} is up.` }, now);
      const failed = checks.filter(({ isPassed }) => !isPassed).map(({ text }) => text);
      expect([alarm, status, failed]).toEqual(
        toldWithPatience.has(alarm) ? [alarm, 'healthy', []] : [alarm, 'unhealthy', [`${alarm} is up.`]],
      );
    }
    const silent = await healthWith({ vtnUnreachable: 'The VTN does not answer.' }, now - 3_600_000);
    expect(silent.checks.filter(({ isPassed }) => !isPassed).map(({ check }) => check)).toEqual(['contact']);
  });
});
