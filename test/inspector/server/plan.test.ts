/** The plan in force, as a program is told it. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainPairs } from '../../../src/dispatch/explain/explain.ts';
import { optimise } from '../../../src/dispatch/optimiser.ts';
import type { PlanningProblem, StorageTerms } from '../../../src/dispatch/planningProblem.ts';
import { apiPaths, type ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { hourMs } from '../../../src/programme/calendar.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { at, resourceID, timeZone } from '../../scenarios/support/day.ts';
import { planningWorld } from '../support/planningWorld.ts';
import { atRest, inspecting, living } from '../support/inspecting.ts';

type Plan = ApiAnswer<'plan'>;

const eve = '2026-11-23';

/** An agent that has received tomorrow's prices and planned upon them. */
const planning = async () => {
  const world = planningWorld(eve, 16);
  await world.start();
  onTestFinished(() => world.stop());
  await world.runTo(at(eve, 19));
  return world;
};

const sum = (texts: readonly string[]): number => texts.reduce((all, each) => all + Number(each), 0);

describe('the plan in force', () => {
  it('is what the schema says and adds up, of an agent that runs and of its log at rest', async () => {
    const world = await planning();
    const { get } = await inspecting(living(world));
    const heard = await get('/api/v1/plan');
    expect(`${heard.status}`).toBe('200');
    const told = heard.json<Plan>();
    expect(apiPaths.plan.answer.parse(told)).toEqual(told);
    const [device] = told.devices;
    expect(device?.resourceID).toBe(resourceID);
    expect(told).toMatchObject({ isLive: true, plan: { basis: 'prices' } });
    expect(device?.slots[0]?.startAt).toBe(told.plan.startAt);
    expect(device?.slots.at(-1)?.endAt).toBe(told.plan.endAt);
    expect(device?.pairs.length).toBeGreaterThan(0);
    expect(sum((device?.pairs ?? []).map(({ gainUsd }) => gainUsd))).toBeCloseTo(Number(told.valueUsd), 2);
    expect(Number(told.cashUsd) - Number(told.wearUsd) + Number(told.stockUsd)).toBeCloseTo(Number(told.valueUsd), 4);
    expect((await get('/api/v1/plan')).json<Plan>().devices).toEqual(told.devices);
    const stands = (await get('/api/v1/state')).json<ApiAnswer<'state'>>().devices[0];
    expect(stands?.next?.stateOfChargeAtEnd).toEqual(expect.any(Number));
    expect(stands?.plan?.slots.at(-1)?.stateOfChargeAtEnd).toEqual(expect.any(Number));
    const rest = (await (await inspecting(atRest(world.log))).get('/api/v1/plan')).json<Plan>();
    expect({ ...rest, isLive: true, asOf: told.asOf, position: told.position }).toEqual(told);
  });

  it('of a moment that is past is the one that was in force then', async () => {
    const world = await planning();
    const { get } = await inspecting(atRest(world.log));
    const now = (await get('/api/v1/plan')).json<Plan>();
    const then = (await get(`/api/v1/plan?at=${now.plan.position - 1}`)).json<Plan>();
    expect(then.plan.position).toBeLessThan(now.plan.position);
    expect(then.plan.planID).not.toBe(now.plan.planID);
    expect((await get('/api/v1/plan')).json<Plan>()).toEqual(now);
  });

  it('that is not there, or of a device that is not, is refused in one sentence', async () => {
    const empty = await inspecting(atRest(openMemoryEventLog()));
    const none = await empty.get('/api/v1/plan');
    expect(none.status).toBe(404);
    expect(none.json<{ error: { message: string } }>().error.message).toMatch(/no plan yet/);
    const world = await planning();
    const { get } = await inspecting(living(world));
    const unknown = await get('/api/v1/plan?device=toaster');
    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('has no device \\"toaster\\"');
    expect((await get(`/api/v1/plan?device=${resourceID}`)).json<Plan>().devices.length).toBe(1);
    expect((await get('/api/v1/plan?device=')).status).toBe(400);
  });

  it('has its worth among the figures, part by part', async () => {
    const world = await planning();
    const { text } = await (await inspecting(living(world))).get('/metrics');
    const figure = (part: string): number =>
      Number(new RegExp(`^ven_plan_worth_usd\\{part="${part}"\\} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(figure('cash') - figure('wear') + figure('stock')).toBeCloseTo(figure('value'), 5);
    // What today earned so far, how long plans took, and how far the battery is from what it is to do stand beside it.
    const of = (name: string): number => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
    const entries = await world.entries();
    const made = entries.filter(({ type }) => type === 'PlanMade');
    expect(of('ven_planning_seconds_count')).toBe(made.length);
    expect(of('ven_plans_failed_total')).toBe(0);
    expect(of('ven_plan_departures_total')).toBe(0);
    // A meter that only reads does not move, whatever it is told.
    const { devices } = (await (await inspecting(living(world))).get('/api/v1/state')).json<ApiAnswer<'state'>>();
    expect(of('ven_plan_departure_watts')).toBe(0 - (devices[0]?.setpoint?.demandWatts ?? Number.NaN));
    expect(of('ven_earned_today_usd')).toBe(0);
  });
});

describe('an explanation beside an agent', () => {
  it('lets others have a turn after every piece and device', async () => {
    const hours = 24;
    const startAt = at('2026-11-24', 0);
    const battery = (name: string): StorageTerms => ({
      kind: 'storage',
      resourceID: name,
      capacityWattHours: 13_500,
      chargeEfficiency: 0.95,
      dischargeEfficiency: 0.95,
      maxChargeWatts: 5_000,
      maxDischargeWatts: 5_000,
      stateOfCharge: 0.5,
      wearUsdPerKwh: '0.02',
    });
    const problem: PlanningProblem = {
      fromAt: startAt,
      toAt: startAt + hours * hourMs,
      timeZone,
      moneyScope: 'device',
      site: {},
      prices: Array.from({ length: hours }, (_, hour) => ({
        startAt: startAt + hour * hourMs,
        endAt: startAt + (hour + 1) * hourMs,
        importUsdPerKwh: hour < 6 ? '0.04' : '0.30',
        exportUsdPerKwh: hour < 6 ? '0.04' : '0.30',
      })),
      devices: ['one', 'two', 'three'].map(battery),
      overrides: [],
      constraints: [],
    };
    const plan = await optimise(problem);
    let turns = 0;
    const told = await explainPairs(problem, plan, () => {
      turns += 1;
      return Promise.resolve();
    });
    expect(turns).toBeGreaterThanOrEqual(hours + problem.devices.length);
    expect(Number(told.valueUsd)).toBeCloseTo(Number(plan.valueUsd), 3);
  });
});
