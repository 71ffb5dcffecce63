import { drEventsOf } from '../../../src/core/state.ts';
import { machines, type MachineID } from '../../../src/machines/machines.ts';
import { dayOf, nextDay, timeOnDay } from '../../../src/programme/calendar.ts';
import { createRandom, type Random } from '../../../src/vtn/random.ts';
import type { AgentState } from '../../../src/core/state.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import type { Meter } from '../../support/meter.ts';
import { timeZone, worldOn } from '../../scenarios/support/day.ts';
import { Samples } from './folding.ts';
import type { Happening, Plan } from './plan.ts';

/** One seed's world, and what was seen of it on the way. */
export interface Run {
  readonly plan: Plan;
  readonly world: AgentWorld;
  readonly meter: Meter;
  readonly samples: Samples;
  readonly acknowledged: readonly { readonly position: number; readonly hash: string }[];
  /** Faults that struck, happenings that took place, states that were reached. */
  readonly seen: Set<string>;
  readonly startedAt: number;
  healedAt: number;
  /** Whether the VEN was registered, with its reports, in good time after the healing. */
  wasRegisteredInTime: boolean;
}

const flattened = (value: unknown, path: string): readonly string[] =>
  typeof value === 'string'
    ? [`${path}.${value}`]
    : Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => [
        `${path}.${key}`,
        ...flattened(inner, `${path}.${key}`),
      ]);

const noteStates = (seen: Set<string>, { streams }: AgentState): void => {
  for (const [stream, snapshot] of streams) {
    for (const state of flattened(snapshot.value, stream.split('/')[0] ?? '')) seen.add(state);
  }
};

const hourMs = 3_600_000;

interface StateNode {
  readonly states?: Readonly<Record<string, StateNode>>;
}

const statesBelow = (node: StateNode, path: string): readonly string[] =>
  Object.entries(node.states ?? {}).flatMap(([key, child]) => [
    `${path}.${key}`,
    ...statesBelow(child, `${path}.${key}`),
  ]);

/** Every state of every machine, by machine and path. */
export const allStates = (): readonly string[] =>
  (Object.keys(machines) as MachineID[]).flatMap((id) => statesBelow(machines[id] as unknown as StateNode, id));

/** Makes the world of a plan. */
export const prepare = (plan: Plan, sampleEvery: number): Run => {
  const { world, meter } = worldOn({
    day: plan.day,
    hour: plan.hour,
    seed: plan.seed,
    settings: plan.settings,
    vtn: { ...plan.vtn, faults: { seed: plan.seed, probabilities: plan.probabilities, longestDelayMs: 60_000 } },
  });
  const seen = new Set<string>();
  world.onAppend = (_head, state) => noteStates(seen, state);
  const acknowledged: { position: number; hash: string }[] = [];
  world.onAcknowledged = (entries) => acknowledged.push(...entries.map(({ position, hash }) => ({ position, hash })));
  const samples = new Samples(world, sampleEvery);
  return {
    plan,
    world,
    meter,
    samples,
    acknowledged,
    seen,
    startedAt: world.time.now(),
    healedAt: 0,
    wasRegisteredInTime: false,
  };
};

/** Runs to an instant of the true time. */
const runTrueTo = (world: AgentWorld, trueAt: number): Promise<void> => world.runTo(trueAt + world.time.jumpedMs);

const kill = ({ world, samples, acknowledged }: Run, downMs: number): void => {
  world.crashFor(downMs);
  samples.forgetBeyond(acknowledged.at(-1)?.position ?? -1);
};

const ownEvents = ({ vtn }: Pick<AgentWorld, 'vtn'>) => {
  const prices = new Set(
    vtn.events
      .listed()
      .flatMap(({ script }) => script.signals)
      .filter(({ signalName }) => signalName === 'ELECTRICITY_PRICE'),
  );
  return vtn.events.listed().filter(({ script }) => !script.signals.some((signal) => prices.has(signal)));
};

const changePrices = ({ vtn, time }: AgentWorld, random: Random): boolean => {
  const today = dayOf(time.trueNow(), timeZone);
  const day = [nextDay(today, timeZone), today].find((span) => vtn.events.priceEventOf(span.day) !== undefined)?.day;
  const prices = day === undefined ? undefined : vtn.pricesOf(day);
  if (day === undefined || prices === undefined) return false;
  const first = random.integer(1, prices.length - 1);
  vtn.events.modifyPrices(day, [...prices.slice(first), ...prices.slice(0, first)]);
  return true;
};

const delayPrices = ({ vtn, time }: AgentWorld): boolean => {
  const today = dayOf(time.trueNow(), timeZone);
  const { day } = nextDay(today, timeZone);
  const outAt = timeOnDay(today, '19:00', timeZone) + time.jumpedMs;
  if (vtn.events.priceEventOf(day) !== undefined || outAt <= time.now()) return false;
  vtn.events.withhold(day);
  time.ringAt(outAt, () => vtn.events.release(day));
  return true;
};

const changeEvent = (
  { vtn, time }: AgentWorld,
  name: 'modifyDrEvent' | 'cancelDrEvent' | 'withdrawDrEvent',
  random: Random,
): boolean => {
  if (name === 'modifyDrEvent' && ownEvents({ vtn }).length === 0) {
    vtn.events.add({
      startAt: Math.floor(time.trueNow() / 60_000) * 60_000 + hourMs,
      lengthMs: hourMs,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['2'] }],
    });
  }
  const [first, ...rest] = ownEvents({ vtn }).filter(({ cancelledAt }) => cancelledAt === undefined);
  if (first === undefined) return false;
  const { eventID } = random.pick([first, ...rest]);
  if (name === 'modifyDrEvent') vtn.events.modify(eventID, { lengthMs: random.pick([600_000, 1_800_000]) });
  if (name === 'cancelDrEvent') vtn.events.cancel(eventID);
  if (name === 'withdrawDrEvent') vtn.events.withdraw(eventID);
  return true;
};

const opt = ({ agent }: AgentWorld, optType: 'optIn' | 'optOut', random: Random): boolean => {
  const [first, ...rest] = drEventsOf(agent?.state ?? ({ streams: {} } as AgentState));
  if (agent === null || first === undefined) return false;
  const [eventID] = random.pick([first, ...rest]);
  agent.take({ stream: `drEvent/${eventID}`, input: { type: 'OperatorOpted', data: { eventID, optType } } });
  return true;
};

const ask = ({ vtn }: AgentWorld, kind: 'oneShot' | 'periodic' | 'delayed' | 'history' | 'metadata'): boolean => {
  if (vtn.registrations().every(({ dataPoints }) => dataPoints.length === 0)) return false;
  if (kind === 'delayed') {
    vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT1H',
      reportBackDuration: 'PT1H',
      startInMs: 3_600_000,
      lengthMs: 7_200_000,
    });
    return true;
  }
  const pace = kind === 'periodic' ? { granularity: 'PT1H', reportBackDuration: 'PT2H', lengthMs: 4 * 3_600_000 } : {};
  vtn.askReport({ kind, ...pace, ...(kind === 'history' ? { startInMs: -3 * 3_600_000 } : {}) });
  return true;
};

const addEvent = (
  { vtn, time }: AgentWorld,
  { startInMs, lengthMs, startafterMs, rampUpMs, cancelAfterMs }: Happening & { readonly do: 'addDrEvent' },
): void => {
  const eventID = vtn.events.add({
    startAt: Math.floor((time.trueNow() + startInMs) / 60_000) * 60_000,
    lengthMs,
    ...(rampUpMs === 0 ? {} : { rampUpMs }),
    ...(startafterMs === 0 ? {} : { startafterMs }),
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
  });
  if (cancelAfterMs === 0) return;
  time.ringAt(time.now() + cancelAfterMs, () => {
    if (vtn.events.listed().some((listed) => listed.eventID === eventID)) vtn.events.cancel(eventID);
  });
};

/** Lets something happen; false when there was nothing it could happen to. */
const happen = async (run: Run, happening: Happening, random: Random): Promise<boolean> => {
  const { world } = run;
  switch (happening.do) {
    case 'killVen':
      if (world.agent === null) return false;
      kill(run, happening.downMs);
      return true;
    case 'killVenAtOperation': {
      const at = world.operations + 1 + happening.skip;
      world.onOperation = (_operation, number) => {
        if (number === at) kill(run, happening.downMs);
      };
      return true;
    }
    case 'restartVen':
      if (world.agent === null) return false;
      await world.restart();
      return true;
    case 'restartVtn':
      world.vtn.restart(happening);
      return true;
    case 'vtnDown':
      world.isVtnUp = false;
      world.time.ringAt(world.time.now() + happening.downMs, () => {
        world.isVtnUp = true;
      });
      return true;
    case 'jumpClock':
      world.jump(happening.jumpMs);
      return true;
    case 'addDrEvent':
      addEvent(world, happening);
      return true;
    case 'quickenPolls':
      world.vtn.faults.next({ do: 'pollFreq', pollFreq: 'PT2M', on: 'oadrPoll' });
      return true;
    case 'refuseReport':
      world.vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrUpdateReport' });
      return true;
    case 'loseReportAnswer':
      world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
      return true;
    case 'forgetBeforeReport':
      world.vtn.faults.next({ do: 'forgetReportRequests', on: 'oadrUpdateReport' });
      return true;
    case 'delayPrices':
      return delayPrices(world);
    case 'modifyPrices':
      return changePrices(world, random);
    case 'modifyDrEvent':
    case 'cancelDrEvent':
    case 'withdrawDrEvent':
      return changeEvent(world, happening.do, random);
    case 'askReport':
      return ask(world, happening.kind);
    case 'operatorOpts':
      return opt(world, happening.optType, random);
  }
};

/** Two full pauses, three polls, and a little: the time in which a VEN must be itself again. */
const recoveryMs = 2 * 300_000 + 3 * 660_000 + 50_000;

/** From here on the world is well: the VTN answers, clocks are right, nobody is killed; a person releases what was held. */
const heal = async (run: Run): Promise<void> => {
  const { world } = run;
  for (const { fault } of world.vtn.faults.struck) run.seen.add(`fault ${fault.do}`);
  world.vtn.faults.heal();
  world.onOperation = null;
  world.isVtnUp = true;
  if (world.time.jumpedMs !== 0) world.jump(-world.time.jumpedMs);
  for (let hour = 0; world.agent === null && hour < 3; hour += 1) await world.runTo(world.time.now() + hourMs);
  run.healedAt = world.time.now();
  world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } } });
};

const isRegistered = ({ world: { agent, vtn } }: Run): boolean =>
  typeof agent?.state.streams.get('ven')?.value === 'object' &&
  'registered' in (agent.state.streams.get('ven')?.value as object) &&
  vtn
    .registrations()
    .some(({ reportRequests }) =>
      [...reportRequests.values()].some(({ reportSpecifierID }) => reportSpecifierID === 'RealEnergy'),
    );

/** Lives a plan through: its troubles, and a day and a little without any. */
export const runThrough = async (run: Run): Promise<void> => {
  const { plan, world } = run;
  const random = createRandom('happenings', plan.seed);
  await world.start();
  for (const { afterMs, happening } of plan.happenings) {
    await runTrueTo(world, run.startedAt + afterMs);
    if (await happen(run, happening, random)) run.seen.add(happening.do);
  }
  await runTrueTo(world, run.startedAt + plan.days * 24 * hourMs);
  await heal(run);
  await world.runTo(run.healedAt + recoveryMs);
  run.wasRegisteredInTime = isRegistered(run);
  await world.runTo(run.healedAt + 25.5 * hourMs);
  await world.stop();
};
