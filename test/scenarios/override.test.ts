import { describe, expect, it } from 'vitest';
import { fixedSchedule } from '../../src/dispatch/fixedSchedule.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { PlanningProblem } from '../../src/dispatch/planningProblem.ts';
import type { OperatorInstructed } from '../../src/facts/instructions.ts';
import { instructionArrival, releaseArrival, type InstructionAsked } from '../../src/shell/instructions.ts';
import { snapshotOf } from '../../src/core/state.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { upcast } from '../../src/facts/upcast.ts';
import type { KnownEntry } from '../../src/facts/fact.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { homeBattery } from '../support/homeBattery.ts';
import { at, resourceID } from './support/day.ts';

const today = '2026-06-10';
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** A planner that notes what it is asked. */
const noting = (planner: Planner): Planner & { readonly asked: PlanningProblem[] } => {
  const asked: PlanningProblem[] = [];
  return {
    asked,
    plan: (problem) => {
      asked.push(problem);
      return planner.plan(problem);
    },
  };
};

/** A battery that delivers in the evening, and charges at night. */
const world = (planner: Planner = fixedSchedule()): AgentWorld =>
  new AgentWorld({
    startAt: at(today, 10),
    vtn: { pollFreq: 'PT1M', status: { granularity: 'PT15M', reportBackDuration: 'PT15M' } },
    planner,
    storage: memoryStorage(),
    devices: (time) => [homeBattery(resourceID, time)],
  });

const instruct = (there: AgentWorld, asked: InstructionAsked): void => {
  if (there.agent === null) throw new Error('Nobody is there to be told.');
  there.agent.take(instructionArrival(there.agent.state, there.time.now(), { by: 'ven', ...asked }));
};
const release = (there: AgentWorld, device?: string): void => {
  if (there.agent === null) throw new Error('Nobody is there to be told.');
  const asked = device === undefined ? {} : { resourceID: device };
  there.agent.take(releaseArrival(there.agent.state, there.time.now(), { by: 'ven', ...asked }));
};

const powerOf = async (there: AgentWorld): Promise<number | undefined> => {
  const device = there.ports.devices.get(resourceID);
  return (await device?.read(there.time.now()))?.status.powerWatts;
};
/** What it was told last, as long as it holds: a battery whose clock was set back cannot be asked. */
const orderOf = (there: AgentWorld): number => {
  const state = there.agent?.state;
  const order = state === undefined ? null : snapshotOf(state, `device/${resourceID}`, 'device')?.context.order;
  return order === null || order === undefined || order.validUntil <= there.time.now() ? 0 : order.demandWatts;
};
const known = async (there: AgentWorld): Promise<readonly KnownEntry[]> => (await there.entries()).map(upcast);
const ofType = <T extends KnownEntry['type']>(entries: readonly KnownEntry[], type: T) =>
  entries.filter((entry): entry is Extract<KnownEntry, { readonly type: T }> => entry.type === type);
const plansSince = async (there: AgentWorld, since: number): Promise<readonly string[]> =>
  ofType(await known(there), 'PlanRequested')
    .filter(({ recordedAt }) => recordedAt >= since)
    .map(({ data }) => data.because);

/** What the log comes to is what the agent knows, and says the same again. */
const replaysTheSame = async (there: AgentWorld): Promise<void> => {
  const { state, divergences } = await foldLog(there.log, { verify: true });
  expect(divergences).toEqual([]);
  expect(state.views.instructions).toEqual(there.agent?.state.views.instructions);
};

describe('a person overrides a device', () => {
  it('given a plan, when a person lets the battery charge for two hours, then it does so at once, one plan is made around it, and it ends by itself', async () => {
    const planner = noting(fixedSchedule());
    const there = world(planner);
    await there.start();
    await there.runTo(at(today, 10, 30));
    expect(await powerOf(there)).toBe(0);

    const before = there.time.now();
    instruct(there, { resourceID, action: 'charge', powerWatts: 1_000, forMs: 2 * hourMs });
    await there.runTo(at(today, 10, 31));
    expect(await powerOf(there)).toBe(1_000);
    expect(await plansSince(there, before)).toEqual([`a person overrides ${resourceID}`]);
    expect(planner.asked.at(-1)?.overrides).toEqual([
      { resourceID, startAt: before, endAt: before + 2 * hourMs, action: 'charge', powerWatts: 1_000 },
    ]);

    await there.runTo(at(today, 12, 29));
    expect(await powerOf(there)).toBe(1_000);
    await there.runTo(at(today, 12, 31));
    expect(await powerOf(there)).toBe(0);
    expect(ofType(await known(there), 'InstructionEnded').map(({ data, recordedAt }) => [data, recordedAt])).toEqual([
      [{ resourceID, kind: 'override', because: 'lapsed' }, before + 2 * hourMs],
    ]);
    await replaysTheSame(there);
  });

  it('given an override, when the agent is killed and comes back, then it goes on, and one that was over meanwhile lapses at the start', async () => {
    const there = world();
    await there.start();
    await there.runTo(at(today, 10, 30));
    instruct(there, { resourceID, action: 'discharge', powerWatts: 2_000, endAt: at(today, 12) });
    await there.runTo(at(today, 10, 40));
    there.crash();
    await there.runTo(at(today, 11));
    await there.start();
    await there.runTo(at(today, 11, 1));
    expect(await powerOf(there)).toBe(-2_000);
    await replaysTheSame(there);

    there.crash();
    await there.runTo(at(today, 13));
    await there.start();
    await there.runTo(at(today, 13, 1));
    expect(await powerOf(there)).toBe(0);
    expect(ofType(await known(there), 'InstructionEnded').map(({ data }) => data.because)).toEqual(['lapsed']);
    await replaysTheSame(there);
  });

  it('given an override, when another is given and then taken back, then the device does the new one and then follows the plan', async () => {
    const there = world();
    await there.start();
    await there.runTo(at(today, 17, 30));
    expect(await powerOf(there)).toBe(-5_000);
    instruct(there, { resourceID, action: 'charge', forMs: 5 * hourMs });
    await there.runTo(at(today, 17, 31));
    expect(await powerOf(there)).toBe(5_000);
    instruct(there, { resourceID, action: 'hold', forMs: hourMs });
    await there.runTo(at(today, 17, 32));
    expect(await powerOf(there)).toBe(0);

    const before = there.time.now();
    release(there);
    await there.runTo(at(today, 17, 33));
    expect(await powerOf(there)).toBe(-5_000);
    expect(await plansSince(there, before)).toEqual([`a person released ${resourceID}`]);
    const { past, standing } = there.agent?.state.views.instructions ?? { past: [], standing: {} };
    expect(standing).toEqual({});
    expect(past.map(({ because }) => because)).toEqual(['replaced', 'released']);
    expect(() => release(there)).toThrow('No device is overridden, so there is nothing to release.');
    await replaysTheSame(there);
  });

  it('given a planner that fails, when a person overrides, then the device does so all the same, and is left alone afterwards', async () => {
    const there = world({ plan: () => Promise.reject(new Error('out of order')) });
    await there.start();
    await there.runTo(at(today, 10, 30));
    instruct(there, { resourceID, action: 'charge', forMs: hourMs });
    await there.runTo(at(today, 10, 45));
    expect(await powerOf(there)).toBe(5_000);
    there.crash();
    await there.runTo(at(today, 10, 50));
    await there.start();
    await there.runTo(at(today, 10, 51));
    expect(await powerOf(there)).toBe(5_000);
    await there.runTo(at(today, 11, 31));
    expect(await powerOf(there)).toBe(0);
  });

  it.each([
    ['forward across the end of one for a length of time', 3 * hourMs],
    ['back', -3 * hourMs],
  ])(
    'given an override for two hours, when the clock is set %s, then it lasts two hours all the same',
    async (_, jumpMs) => {
      const there = world();
      await there.start();
      await there.runTo(at(today, 10, 30));
      instruct(there, { resourceID, action: 'charge', powerWatts: 500, forMs: 2 * hourMs });
      await there.runTo(at(today, 11));
      there.jump(jumpMs);
      const setAt = there.time.now();
      await there.runTo(setAt + 89 * minuteMs);
      expect(orderOf(there)).toBe(500);
      await there.runTo(setAt + 91 * minuteMs);
      expect(orderOf(there)).toBe(0);
      await replaysTheSame(there);
    },
  );

  it('given an override until an hour, when the clock is set forward across it, then it is over at once', async () => {
    const there = world();
    await there.start();
    await there.runTo(at(today, 10, 30));
    instruct(there, { resourceID, action: 'charge', powerWatts: 500, endAt: at(today, 12) });
    await there.runTo(at(today, 11));
    there.jump(2 * hourMs);
    await there.runTo(there.time.now() + minuteMs);
    expect(await powerOf(there)).toBe(0);
    expect(ofType(await known(there), 'InstructionEnded')).toHaveLength(1);
    await replaysTheSame(there);
  });

  it('given a VTN that asks for the status, when a person overrides, then it hears of a manual override for as long', async () => {
    const there = world();
    await there.start();
    await there.runTo(at(today, 10, 30));
    instruct(there, { resourceID, action: 'hold', endAt: at(today, 12) });
    await there.runTo(at(today, 13, 30));
    const told = ofType(await known(there), 'SendRequested').flatMap(({ recordedAt, data: { message } }) =>
      message.message === 'oadrUpdateReport'
        ? message.oadrReport.flatMap(({ intervals = [] }) =>
            intervals.flatMap(({ oadrReportPayload = [] }) =>
              oadrReportPayload.flatMap((payload) =>
                'oadrPayloadResourceStatus' in payload && payload.oadrPayloadResourceStatus !== undefined
                  ? [[recordedAt, payload.oadrPayloadResourceStatus.oadrManualOverride] as const]
                  : [],
              ),
            ),
          )
        : [],
    );
    expect(told.length).toBeGreaterThan(10);
    const during = told.filter(([when]) => when > at(today, 10, 30) && when < at(today, 12));
    const outside = told.filter(([when]) => when < at(today, 10, 30) || when > at(today, 12, 2));
    expect(new Set(during.map(([, is]) => is))).toEqual(new Set([true]));
    expect(new Set(outside.map(([, is]) => is))).toEqual(new Set([false]));
  });
});

describe('what cannot be asked of a device', () => {
  const refused: readonly (readonly [string, InstructionAsked, string])[] = [
    ['an unknown device', { resourceID: 'fridge', action: 'hold', forMs: 1_000 }, 'There is no device "fridge"'],
    ['no such action', { resourceID, action: 'explode', forMs: 1_000 }, 'A device cannot "explode"'],
    [
      'too much power',
      { resourceID, action: 'charge', powerWatts: 9_000, forMs: 1_000 },
      'can charge with 5000 W at most',
    ],
    ['no power', { resourceID, action: 'charge', powerWatts: -1, forMs: 1_000 }, 'The power -1 is none'],
    ['no number', { resourceID, action: 'charge', powerWatts: Number.NaN, forMs: 1_000 }, 'is none'],
    ['power to hold', { resourceID, action: 'hold', powerWatts: 5, forMs: 1_000 }, 'takes no power'],
    ['no end', { resourceID, action: 'hold' }, 'Say either until when it is to hold or for how long'],
    ['two ends', { resourceID, action: 'hold', forMs: 1_000, endAt: 1 }, 'Say either until when'],
    ['an end that has passed', { resourceID, action: 'hold', endAt: at(today, 1) }, 'has passed already'],
    ['no time', { resourceID, action: 'hold', forMs: 0 }, 'has passed already'],
    ['an end that is no instant', { resourceID, action: 'hold', endAt: 'soon' }, 'The end is no instant'],
    ['an end beyond reach', { resourceID, action: 'hold', forMs: 40 * 24 * hourMs }, 'longer than 31 days'],
  ];

  it.each(refused)('given %s, then one sentence says so and nothing is recorded', async (_, asked, sentence) => {
    const there = world();
    await there.start();
    await there.runTo(at(today, 10, 5));
    expect(() => instruct(there, asked)).toThrow(sentence);
    expect(ofType(await known(there), 'OperatorInstructed')).toEqual([]);
  });

  it('given a device that is only read, then it can be told nothing', async () => {
    const there = world();
    const settings = there.settings.devices.map((each) => ({ ...each, isReadOnly: true }));
    Object.assign(there.settings, { devices: settings });
    await there.start();
    const asked = { action: 'hold', forMs: 1_000 };
    expect(() => instruct(there, { resourceID, ...asked })).toThrow('is only read, by its configuration');
    expect(() => instruct(there, asked)).toThrow('There is no device that can be told anything.');
  });

  it('given one device, then it need not be named', async () => {
    const there = world();
    await there.start();
    instruct(there, { action: 'hold', forMs: 1_000 });
    await there.runTo(at(today, 10, 1));
    const [told] = ofType(await known(there), 'OperatorInstructed');
    expect(told?.data).toEqual({
      resourceID,
      instruction: { kind: 'override', action: 'hold' },
      endAt: at(today, 10) + 1_000,
      isForLength: true,
      by: 'ven',
    } satisfies OperatorInstructed);
  });
});
