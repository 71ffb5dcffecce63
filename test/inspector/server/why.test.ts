/** Why the plan in force is as it is, as a program is told it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { PlannerProcess } from '../../../src/adapters/planning/plannerProcess.ts';
import { whyOf, type Explainer } from '../../../src/dispatch/explain/why.ts';
import type { Preferences } from '../../../src/facts/preferences.ts';
import { apiPaths, type ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { at } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { aBattery, aCar, siteWorld } from '../support/siteWorld.ts';
import { atRest, inspecting, living } from '../support/inspecting.ts';

type Why = ApiAnswer<'why'>;
type Plan = ApiAnswer<'plan'>;

const day = '2026-11-27';
const explainer: Explainer = { explain: whyOf };

const livedUntil = async (
  hour: number,
  devices: readonly object[],
  preferences: Preferences = {},
): Promise<AgentWorld> => {
  const world = siteWorld(day, 6, devices, preferences);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(day, hour));
  return world;
};

describe('why the plan is as it is', () => {
  it('names what binds, the prices that would change it, and what each wish costs', async () => {
    const world = await livedUntil(13.6, [aBattery('battery')], { reserve: 0.3 });
    const { get } = await inspecting(living(world), { explainer });
    const heard = await get('/api/v1/plan/why');
    expect(`${heard.status} ${heard.text.slice(0, 200)}`).toMatch(/^200/);
    const told = heard.json<Why>();
    expect(apiPaths.why.answer.parse(told)).toEqual(told);
    const plan = (await get('/api/v1/plan')).json<Plan>();
    expect(told.planPosition).toBe(plan.plan.position);
    const [why] = told.devices;
    const [planned] = plan.devices;
    expect(why?.slots.map(({ startAt }) => startAt)).toEqual(planned?.slots.map(({ startAt }) => startAt));
    const evening = why?.slots.find(({ startAt }) => startAt === at(day, 18));
    expect(evening).toMatchObject({ limit: 'power' });
    expect(Number(evening?.limitUsdPerKwh)).toBeGreaterThan(1);
    const reserve = told.wishes.find(({ kind }) => kind === 'reserve');
    expect(Number(reserve?.costUsd)).toBeGreaterThan(1);
  });

  it('holds what is planned today against what would be possible, as full at midnight', async () => {
    const wishful = await livedUntil(13.6, [aBattery('battery')], { cyclesPerDay: 0.25 });
    const free = await livedUntil(13.6, [aBattery('battery')]);
    const [held, unheld] = await Promise.all(
      [wishful, free].map(async (world) => {
        const { get } = await inspecting(living(world), { explainer });
        return (await get('/api/v1/plan/why')).json<Why>();
      }),
    );
    expect(Number(held?.possibleUsd) - Number(held?.plannedUsd)).toBeGreaterThan(5);
    // Where nothing is wished, nothing more is possible.
    expect(Number(unheld?.possibleUsd)).toBeCloseTo(Number(unheld?.plannedUsd), 2);
  });

  it('is told of a car that is away: its trip is no wish', async () => {
    const world = await livedUntil(13.6, [aCar('car')], {
      departures: [{ days: ['sat'], at: '09:30', stateOfCharge: 0.8 }],
    });
    const { get } = await inspecting(living(world), { explainer });
    const told = (await get('/api/v1/plan/why')).json<Why>();
    expect(told.wishes.map(({ kind }) => kind)).toEqual(['departure']);
    const [device] = (await get('/api/v1/plan')).json<Plan>().devices;
    expect(device?.wished.away.map(({ startAt, endAt }) => [startAt, endAt])).toEqual([[at(day, 7.5), at(day, 17.5)]]);
    expect(device?.wished.departures).toEqual([{ at: at('2026-11-28', 9.5), stateOfCharge: 0.8 }]);
    const away = told.devices[0]?.slots.find(({ startAt }) => startAt === at(day, 14));
    expect(away?.limit).toBe('away');
  });

  it('is found out once for each plan, and again after it failed', async () => {
    const world = await livedUntil(13.6, [aBattery('battery')]);
    let asked = 0;
    const failing: Explainer = {
      explain: (question) => {
        asked += 1;
        return asked === 1 ? Promise.reject(new Error('the planner was busy')) : whyOf(question);
      },
    };
    const { get } = await inspecting(atRest(world.log), { explainer: failing });
    const failed = await get('/api/v1/plan/why');
    expect(failed.status).toBe(503);
    expect(failed.text).toContain('the planner was busy');
    const [first, second] = [await get('/api/v1/plan/why'), await get('/api/v1/plan/why')];
    expect(first.status).toBe(200);
    expect(second.json()).toEqual(first.json());
    expect(asked).toBe(2);
  });

  it('is found out in a process of its own, as it is beside the agent', async () => {
    const world = await livedUntil(13.6, [aBattery('battery')], { reserve: 0.3 });
    const beside = new PlannerProcess();
    onTestFinished(() => beside.close());
    const [here, there] = await Promise.all(
      [explainer, beside].map(async (each) => {
        const { get } = await inspecting(atRest(world.log), { explainer: each });
        return (await get('/api/v1/plan/why')).json<Why>();
      }),
    );
    expect(there).toEqual(here);
  });

  it('is refused in one sentence where nothing solves the plan again', async () => {
    const world = await livedUntil(8, [aBattery('battery')]);
    const { get } = await inspecting(living(world));
    const heard = await get('/api/v1/plan/why');
    expect(heard.status).toBe(503);
    expect(heard.text).toContain('nothing is at hand');
  });
});
