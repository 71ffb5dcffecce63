/** The rules and the board in deploy/monitoring, held against the figures that there are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { at } from '../../scenarios/support/day.ts';
import { batteryWorld } from '../support/batteryWorld.ts';
import { inspecting, living } from '../support/inspecting.ts';

const placeOf = (name: string): string => fileURLToPath(new URL(`../../../deploy/monitoring/${name}`, import.meta.url));
const textOf = (name: string): string => readFileSync(placeOf(name), 'utf8');

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

  it('is taken by Prometheus’ own checker, where that is installed', ({ skip }) => {
    const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', placeOf('alerts.yml')], {
      encoding: 'utf8',
    });
    skip(error !== undefined, 'promtool (Debian package prometheus) is not installed.');
    expect(status, `${stdout}${stderr}`).toBe(0);
  });
});
