/** What would have been with other settings, as the inspector answers it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import { apiPaths, type ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest, inspecting, living } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';

type Fork = ApiAnswer<'fork'>;

const day = '2026-11-27';

const lived = async (until: number) => {
  const world = siteWorld(day, 9.9, [aBattery('battery')]);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(day, until));
  return world;
};

const path = (from: string | number, ...changes: readonly string[]): string =>
  `/api/v1/fork?at=${from}${changes.map((change) => `&set=${encodeURIComponent(change)}`).join('')}`;

const planner = { plan: optimise };

describe('a fork', () => {
  it('begins at an instant or at a position, and says the same of both', async () => {
    const { get } = await inspecting(atRest((await lived(24.2)).log), { planner });
    const told = (await get(path('2026-11-27T19:00:00Z', 'preferences.reserve=60%'))).json<Fork>();
    expect(apiPaths.fork.answer.parse(told)).toEqual(told);
    expect(told).toMatchObject({ isEstimated: true, resourceIDs: ['battery'], at: at(day, 14), until: at(day, 24) });
    expect(told.headline).toMatch(/^~−\$\d+\.\d\d from /);
    expect(told.divergence?.position).toEqual(expect.any(Number));
    const { position, recordedAt } = (await get(`/api/v1/place?time=${at(day, 14)}`)).json<ApiAnswer<'place'>>();
    expect(recordedAt).not.toBeNull();
    const other = (await get(path(position, 'preferences.reserve=60%'))).json<Fork>();
    expect([other.at, other.divergence]).toEqual([told.at, told.divergence]);
    expect(other.hours).toEqual(told.hours);
  });

  it('of a day that goes on ends with its last reading', async () => {
    const { get } = await inspecting(living(await lived(18.6)), { planner });
    const told = (await get(path('2026-11-27T19:00:00Z', 'preferences.reserve=60%'))).json<Fork>();
    expect(told.until).toBe(at(day, 18.5));
    expect(told.hours.at(-1)).toMatchObject({ startAt: at(day, 18), endAt: at(day, 18.5) });
  });

  it('is refused in one sentence', async () => {
    const { log } = await lived(15);
    const { get } = await inspecting(atRest(log), { planner });
    const refusal = async (asked: string): Promise<unknown> => {
      const { status, json } = await get(asked);
      return [status, json<{ error: { code: string } }>().error.code];
    };
    expect(await refusal('/api/v1/fork?at=50')).toEqual([400, 'badParameter']);
    expect(await refusal(path(50, 'preferences.reserve=20'))).toEqual([400, 'unfitChange']);
    expect(await refusal(path(50, 'venID=x'))).toEqual([400, 'unfitChange']);
    expect(await refusal(path('2026-11-01T00:00:00Z', 'preferences.reserve=20%'))).toEqual([400, 'noFork']);
    expect(await refusal(`${path(50, 'preferences.reserve=20%')}&until=2026-12-27T00:00:00Z`)).toEqual([
      400,
      'badParameter',
    ]);
    const without = await inspecting(atRest(log));
    expect((await without.get(path(50, 'preferences.reserve=20%'))).status).toBe(503);
  });
});
