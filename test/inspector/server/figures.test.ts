/** What monitoring reads: health with reasons, and figures in Prometheus' own format. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { expositionOf, histogramOf } from '../../../src/inspector/answers/exposition.ts';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import type { Inspected } from '../../../src/inspector/history/history.ts';
import { at, worldOn } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { atRest, inspecting, living, livingDay } from '../support/inspecting.ts';

const day = '2026-06-10';

/** Figures by name and labels. */
const figuresIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name = '', value = ''] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
        return [name, Number(value)] as const;
      }),
  );

const healthOf = async (
  inspected: Inspected,
): Promise<{ readonly status: number; readonly health: ApiAnswer<'health'> }> => {
  const { get } = await inspecting(inspected);
  const { status, json } = await get('/healthz');
  return { status, health: json() };
};

const failing = ({ checks }: ApiAnswer<'health'>): readonly string[] =>
  checks.filter(({ isPassed }) => !isPassed).map(({ check }) => check);

const healthyWorld = livingDay(day, '2026-06-09', { hour: 22 }, 1);

describe('/healthz', () => {
  it('given an agent that does its work, when it is asked, then it is healthy; a log at rest is not', async () => {
    const world = await livingDay(day, '2026-06-09', { hour: 22 }, 1);
    expect(await healthOf(living(world))).toMatchObject({ status: 200, health: { status: 'healthy' } });
    await world.stop();
    const { status, health } = await healthOf(atRest(world.log));
    expect(status).toBe(503);
    expect(failing(health)).toEqual(['agent']);
  });

  it('given any other alarm, when it is up, then that is what is wrong', async () => {
    const world = await healthyWorld;
    const up: Inspected = {
      ...living(world),
      live: () => {
        const live = living(world).live();
        return live?.state
          ? { ...live, state: { ...live.state, alarms: { 'meterSilent a': 'It is silent.', planFailed: 'No plan.' } } }
          : null;
      },
    };
    const { status, health } = await healthOf(up);
    expect(status).toBe(503);
    expect(failing(health)).toEqual(['alarms']);
    expect(health.checks.find((each) => each.check === 'alarms')?.text).toBe('It is silent. And 1 more.');
  });

  it('given a VTN that is silent, when a quarter of an hour has passed, then that is what is wrong', async () => {
    const world = await healthyWorld;
    const live = living(world).live();
    const silent = (ms: number): Inspected => ({
      ...living(world),
      live: () => live && { ...live, lastContactAt: live.now - ms },
    });
    expect(failing((await healthOf(silent(14 * 60_000))).health)).toEqual([]);
    const { status, health } = await healthOf(silent(16 * 60_000));
    expect(status).toBe(503);
    expect(failing(health)).toEqual(['contact']);
    expect(health.checks.find(({ check }) => check === 'contact')?.text).toBe('The VTN has not answered for 16 min.');
  });

  it.each([
    ['pricesMissing', 'prices'],
    ['usageInDoubt request-1', 'delivery'],
    ['usageRejected', 'delivery'],
  ])('given the alarm %s, when it is up, then %s is what is wrong, in the alarm’s words', async (alarm, check) => {
    const world = await healthyWorld;
    const up: Inspected = {
      ...living(world),
      live: () => {
        const live = living(world).live();
        return live?.state
          ? { ...live, state: { ...live.state, alarms: { [alarm]: 'Something needs a person.' } } }
          : null;
      },
    };
    const { status, health } = await healthOf(up);
    expect(status).toBe(503);
    expect(failing(health)).toEqual([check]);
    expect(health.checks.find((each) => each.check === check)?.text).toBe('Something needs a person.');
  });

  it('given an agent that has not registered, when five minutes have passed, then that is what is wrong', async () => {
    const { world } = await unregistered();
    const waiting = living(world);
    const started = waiting.live()?.now ?? 0;
    const after = (ms: number): Inspected => ({
      ...waiting,
      live: () => ({ state: world.agent?.state ?? null, now: started + ms, lastContactAt: null, startedAt: started }),
    });
    expect(failing((await healthOf(after(60_000))).health)).toEqual([]);
    expect(failing((await healthOf(after(6 * 60_000))).health)).toEqual(['registration']);
    expect(failing((await healthOf(after(20 * 60_000))).health)).toEqual(['registration', 'contact']);
    await world.stop();
  });
});

/** An agent whose VTN nobody hears. */
const unregistered = async (): Promise<{ readonly world: AgentWorld }> => {
  const { world } = worldOn({ day, hour: 12 });
  world.isVtnUp = false;
  await world.start();
  await world.runTo(at(day, 12, 1));
  return { world };
};

describe('/metrics', () => {
  it('given a day that was lived, when it is scraped, then its figures are those of the log', async () => {
    const world = await livingDay(day, '2026-06-09', {}, 25);
    const { get } = await inspecting(living(world));
    const { text, headers } = await get('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const figures = figuresIn(text);
    const state = (await get('/api/v1/state')).json<ApiAnswer<'state'>>();
    expect(figures.get('ven_running')).toBe(1);
    expect(figures.get('ven_registered')).toBe(1);
    expect(figures.get('ven_polls_total')).toBeGreaterThan(1_000);
    expect(figures.get('ven_hourly_readings{status="acknowledged"}')).toBe(state.hours.acknowledged);
    expect(figures.get('ven_prices_in_hand{day="today"}')).toBe(state.prices.days[0]?.pricedHours);
    expect(figures.get('ven_price_usd_per_kwh')).toBe(Number(state.prices.now?.usdPerKwh ?? Number.NaN));
    expect(figures.get('ven_round_trip_seconds_count')).toBe(state.contact.answered);
    expect(figures.get('ven_log_entries')).toBe(world.log.head.position + 1);
    expect(figures.get('ven_device_import_joules_total{resource_id="example-device-001"}')).toBe(
      (state.devices[0]?.importWattHours ?? 0) * 3_600,
    );
    await world.stop();
  });

  it('given what Prometheus’ own checker says of it, when that is installed, then it has nothing to complain about', async (context) => {
    const found = spawnSync('promtool', ['--version']);
    if (found.error !== undefined) {
      console.log(
        'promtool (Debian package prometheus) is not installed: the format of /metrics is checked by our own reader only.',
      );
      context.skip();
    }
    const world = await healthyWorld;
    const { get } = await inspecting(living(world));
    const { text } = await get('/metrics');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect(`${checked.stdout}${checked.stderr}`).toBe('');
    expect(checked.status).toBe(0);
  });

  it('given names with quotes, backslashes and line breaks, when they are written, then they are escaped as the format wants it', () => {
    const text = expositionOf([
      {
        name: 'x',
        type: 'gauge',
        help: 'a\nb \\ c',
        samples: [{ labels: { of: 'say "hi"\n\\' }, value: Number.POSITIVE_INFINITY }],
      },
      { name: 'none', type: 'gauge', help: '', samples: [] },
    ]);
    expect(text).toBe('# HELP x a\\nb \\\\ c\n# TYPE x gauge\nx{of="say \\"hi\\"\\n\\\\"} +Inf\n');
  });

  it('given a histogram, when it is written, then each bucket holds all below it', () => {
    expect(histogramOf([1, 2], [3, 0, 4], 9)).toEqual([
      { suffix: '_bucket', labels: { le: '1' }, value: 3 },
      { suffix: '_bucket', labels: { le: '2' }, value: 3 },
      { suffix: '_bucket', labels: { le: '+Inf' }, value: 7 },
      { suffix: '_sum', value: 9 },
      { suffix: '_count', value: 7 },
    ]);
  });
});
