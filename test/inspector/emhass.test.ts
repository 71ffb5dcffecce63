/** EMHASS itself reads what it is given, in both halves of its steps, and before the day's prices are out. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ApiAnswer } from '../../src/inspector/api/paths.ts';
import { at } from '../scenarios/support/day.ts';
import { inspecting, living, livingDay } from './support/inspecting.ts';

const python = process.env['TER_VEN_PYTHON'] ?? 'python3';
const program = fileURLToPath(new URL('../support/emhassReads.py', import.meta.url));
const isThere = spawnSync(python, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("emhass") is None)']);
const absent =
  'EMHASS does not read its prices: it is not installed (pip install emhass; TER_VEN_PYTHON names its Python).';
if (isThere.status !== 0) console.warn(absent);

interface Asked {
  readonly now: string;
  readonly step: number;
  readonly rounding: 'nearest' | 'first';
  readonly body: ApiAnswer<'emhass'>;
}
type Step = readonly [at: number, loadUsdPerKwh: number, productionUsdPerKwh: number];

/** What EMHASS has in each of its steps, of each body. */
const readBy = (asked: readonly Asked[]): readonly (readonly Step[])[] => {
  const { status, stdout, stderr } = spawnSync(python, [program], { input: JSON.stringify(asked), encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as readonly (readonly Step[])[];
};

it.skipIf(isThere.status !== 0)(
  'given prices in hand, when EMHASS reads them, then each of its steps has the price of its instant, and none is made up',
  async () => {
    // The day on which clocks go back: of its evening before the prices are out, and after them, in both halves of a step.
    const world = await livingDay('2026-10-31', '2026-10-30', {}, 16);
    const opened = await inspecting(living(world));
    const asked: Asked[] = [];
    const prices: ApiAnswer<'prices'>['prices'][number][] = [];
    for (const hour of [16 + 10 / 60, 16 + 20 / 60, 16 + 40 / 60, 19 + 10 / 60, 19 + 20 / 60]) {
      await world.runTo(at('2026-10-31', 0) + Math.round(hour * 60) * 60_000);
      const now = new Date(world.time.now()).toISOString();
      prices.push(
        ...(await opened.get('/api/v1/prices?from=2026-10-31&to=2026-11-01')).json<ApiAnswer<'prices'>>().prices,
      );
      for (const step of [15, 30, 60])
        for (const [rounding, shape] of [
          ['nearest', 'times'],
          ['nearest', 'list'],
          ['first', 'times'],
        ] as const) {
          const body = (await opened.get(`/api/v1/prices/emhass?step=${step}&shape=${shape}`)).json<
            ApiAnswer<'emhass'>
          >();
          asked.push({ now, step, rounding, body });
        }
    }
    await world.stop();
    const priceAt = (instant: number): number =>
      Number(prices.find(({ startAt, endAt }) => startAt <= instant && instant < endAt)?.usdPerKwh);
    for (const [index, steps] of readBy(asked).entries()) {
      const { body, ...how } = asked[index]!;
      const right = steps.map(([instant]) => [instant, priceAt(instant), priceAt(instant)]);
      expect({ ...how, steps }).toEqual({ ...how, steps: right });
      expect(steps.length).toBe(body.prediction_horizon);
    }
    expect(asked.map(({ body }) => body.prediction_horizon)).toContain(8);
  },
);
