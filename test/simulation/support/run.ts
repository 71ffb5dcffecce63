import { highsSolver } from '../../../src/dispatch/highsSolver.ts';
import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { drEventsOf } from '../../../src/core/state.ts';
import { machines, type MachineID } from '../../../src/machines/machines.ts';
import { dayOf, daySpan, hourMs, nextDay, timeOnDay } from '../../../src/programme/calendar.ts';
import { createRandom, type Random } from '../../../src/vtn/random.ts';
import type { AgentState } from '../../../src/core/state.ts';
import { MemoryDisk, openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { AgentWorld } from '../../support/agentWorld.ts';
import { CANARY } from '../../support/canary.ts';
import { Meter, wavyRegister } from '../../support/meter.ts';
import { timeZone } from '../../scenarios/support/day.ts';
import { Samples } from './folding.ts';
import type { Adversity } from './adversity/adversity.ts';
import { storage, type Meddling } from './adversity/dispatch.ts';
import { instructionArrival, releaseArrival } from '../../../src/shell/instructions.ts';
import { instructionsAt } from '../../../src/store/projections/instructions.ts';
import { act } from './adversity/act.ts';
import { copyOf } from './adversity/backups.ts';
import { OurSide } from './adversity/ourSide.ts';
import { SimulatedDirectory } from './adversity/directory.ts';
import { endSecondVen, watchForSecond, type SecondVen } from './adversity/secondVen.ts';
import { PriceOracle } from './adversity/priceOracle.ts';
import { StormWatch } from './adversity/storm.ts';
import { SignedRun } from './adversity/signedRun.ts';
import { listenIn, type WireRecord } from './adversity/wire.ts';
import type { Happening, Plan } from './plan.ts';

/** One seed's world, and what was seen of it on the way. */
export interface Run {
  readonly plan: Plan;
  readonly world: AgentWorld;
  /** The first of the meters. */
  readonly meter: Meter;
  readonly meters: readonly Meter[];
  readonly disk: MemoryDisk;
  /** Where the log lies, when it can be taken from under the agent. */
  readonly directory: SimulatedDirectory | null;
  /** Second machines with the same venID, one after the other. */
  readonly seconds: SecondVen[];
  /** Disks that gave way to others: what is recorded on them happened all the same. */
  readonly undone: MemoryDisk[];
  readonly wire: WireRecord;
  /** What became of signatures; null where nothing is signed. */
  readonly signed: SignedRun | null;
  readonly watch: StormWatch;
  readonly oracle: PriceOracle;
  readonly ourSide: OurSide;
  /** DR events that an adversary has added. */
  readonly extraDrEvents: string[];
  readonly samples: Samples;
  readonly acknowledged: readonly { readonly position: number; readonly hash: string }[];
  /** How many entries were acknowledged in all, those of logs that gave way to others included. */
  readonly entriesLived: number;
  /** Faults that struck, happenings that took place, states that were reached. */
  readonly seen: Set<string>;
  readonly startedAt: number;
  healedAt: number;
  /** Kills the agent, and starts it again after a while. */
  readonly kill: (downMs: number) => void;
  /** What somebody has who copies the log now. */
  readonly backUp: () => MemoryDisk;
  /** Puts another disk in the place of the present one, which nobody has open any more. */
  readonly bringBack: (disk: MemoryDisk) => void;
  /** Notes that only so many entries are left on the disk. */
  readonly restored: (entries: number) => void;
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

/** Notes the states that streams are in; of shelves and snapshots that were looked at before there is nothing to note. */
const stateNoter = (seen: Set<string>): ((state: AgentState) => void) => {
  const noted = new WeakSet<object>();
  return ({ streams }) => {
    for (const shelf of streams.shelves.values()) {
      if (noted.has(shelf)) continue;
      noted.add(shelf);
      for (const [stream, snapshot] of shelf) {
        if (noted.has(snapshot)) continue;
        noted.add(snapshot);
        for (const state of flattened(snapshot.value, stream.split('/')[0] ?? '')) seen.add(state);
      }
    }
  };
};

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

/** The device at a place in the list: the first is the one that everything else knows. */
const deviceID = (index: number): string => `example-device-${String(index + 1).padStart(3, '0')}`;

const defaultDevice = { resourceID: '', maxChargeWatts: 5_000, maxDischargeWatts: 5_000 };

/** Makes the world of a plan. */
export const prepare = async (plan: Plan, sampleEvery: number): Promise<Run> => {
  const { devices: count, day, dispatching, hour, seed, settings, vtn, probabilities } = plan;
  const { isInShadow, isOptimised, site } = dispatching;
  const epochAt = daySpan(day, timeZone).startAt;
  const ids = Array.from({ length: count }, (_, index) => deviceID(index));
  const meters: Meter[] = [];
  let ownDisk = new MemoryDisk();
  const directory = plan.themes.includes('directories') ? new SimulatedDirectory('bellawatt.example.ven.123') : null;
  const signed = plan.themes.includes('signed') ? await SignedRun.begin() : null;
  const ours: { side?: OurSide; settings?: VenSettings } = {};
  const asked = new Map<string, number>();
  const world = new AgentWorld({
    startAt: epochAt + hour * hourMs,
    seed,
    settings: {
      ...settings,
      ...(count === 1 && !isOptimised
        ? {}
        : { devices: ids.map((resourceID) => ({ ...defaultDevice, ...(isOptimised ? storage : {}), resourceID })) }),
      ...(site === null ? {} : { site }),
      ...(isInShadow ? { shadow: true } : {}),
      ...(signed === null ? {} : { signatures: 'both' }),
    },
    vtn: {
      pollFreq: 'PT1M',
      status: 'never',
      remembers: 100, // nobody here asks what went over the wire long ago, and weeks of long lists are much
      ...vtn,
      ...(signed === null ? {} : { signing: signed.signing }),
      faults: { seed, probabilities, longestDelayMs: 60_000 },
    },
    storage: directory ?? { open: () => openMemoryEventLog({ disk: ownDisk }), crash: () => ownDisk.crash() },
    token: CANARY,
    devices: (time) => {
      const side = (ours.side = new OurSide({
        clock: time,
        sleep: (ms) => time.sleep(ms),
        isOptimised,
        isInShadow,
        onDisk: (resourceID) => asked.get(resourceID) ?? null,
        validityMs: () => ours.settings?.setpointValidityMs ?? Infinity,
      }));
      return ids.map((resourceID, index) => {
        // A device with a clock of its own goes on as ever when ours is set by days.
        const clock = plan.themes.includes('clock') ? { now: () => time.trueNow() } : time;
        const meter = new Meter(
          resourceID,
          clock,
          wavyRegister(4_000 + index, 3, epochAt),
          wavyRegister(5_000 + index, 7, epochAt),
        );
        meters.push(meter);
        return side.device(meter);
      });
    },
    ...(plan.isPushed ? { pushEveryMs: 20_000 } : {}),
    ...(signed === null ? {} : { signatures: signed.signatures }),
    planner: { plan: (request) => (ours.side as OurSide).planner.plan(request) },
  });
  ours.settings = world.settings;
  world.resumes = plan.resumes;
  directory?.liveBy(world.time);
  const seen = new Set<string>();
  const watch = new StormWatch(world);
  const noteStates = stateNoter(seen);
  world.onAppend = ({ position }, state) => {
    noteStates(state);
    watch.noteAppend(position);
  };
  let acknowledged: { position: number; hash: string }[] = [];
  let entriesLived = 0;
  world.onAcknowledged = (entries) => {
    entriesLived += entries.length;
    acknowledged.push(...entries.map(({ position, hash }) => ({ position, hash })));
    directory?.note(world.log, entries);
    for (const entry of entries as readonly KnownEntry[])
      if (entry.type === 'SetpointRequested') asked.set(entry.data.resourceID, entry.data.demandWatts);
  };
  const samples = new Samples(world, sampleEvery);
  if (plan.themes.includes('secondVens')) watchForSecond(world);
  const oracle = new PriceOracle(world);
  if (signed === null) world.onPushed = ({ message }) => oracle.hear(message);
  const forgetBeyond = (position: number): void => samples.forgetBeyond(position);
  const restored = (count: number): void => {
    acknowledged = acknowledged.filter(({ position }) => position < count);
    forgetBeyond(count - 1);
  };
  if (directory !== null) directory.onRestored = restored;
  return {
    plan,
    world,
    meter: meters[0] as Meter,
    meters,
    get disk() {
      return directory?.disk ?? ownDisk;
    },
    directory,
    seconds: [],
    undone: [],
    watch,
    signed,
    wire: listenIn(
      world,
      signed,
      (message) => oracle.hear(message),
      (body) => {
        watch.noteSent();
        directory?.noteSent(body);
      },
    ),
    oracle,
    ourSide: ours.side as OurSide,
    extraDrEvents: [],
    samples,
    get acknowledged() {
      return acknowledged;
    },
    get entriesLived() {
      return entriesLived;
    },
    seen,
    startedAt: world.time.now(),
    healedAt: 0,
    wasRegisteredInTime: false,
    kill: (downMs) => {
      world.crashFor(downMs);
      forgetBeyond(acknowledged.at(-1)?.position ?? -1);
    },
    backUp: () => directory?.copy() ?? copyOf(ownDisk),
    bringBack: (disk) => {
      if (directory === null) ownDisk = disk;
      else directory.disk = disk;
    },
    restored,
  };
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
  if (agent === null) return false;
  const [first, ...rest] = drEventsOf(agent.state);
  if (first === undefined) return false;
  const [eventID] = random.pick([first, ...rest]);
  agent.take({ stream: `drEvent/${eventID}`, input: { type: 'OperatorOpted', data: { eventID, optType } } });
  return true;
};

const instruct = (
  { agent, time, settings }: AgentWorld,
  { device, action, lengthMs, as }: Extract<Meddling, { readonly do: 'operatorInstructs' }>,
): boolean => {
  const { resourceID } = settings.devices[device] ?? {};
  // Who asks something of a device in shadow is refused.
  if (agent === null || resourceID === undefined || settings.shadow === true) return false;
  const end = as === 'end' ? { endAt: time.now() + lengthMs } : { forMs: lengthMs };
  agent.take(instructionArrival(agent.state, time.now(), { resourceID, action, by: 'ven', ...end }));
  return true;
};

const releaseAll = ({ agent, time }: AgentWorld): boolean => {
  if (agent === null || instructionsAt(agent.state.views.instructions, time.now()).length === 0) return false;
  agent.take(releaseArrival(agent.state, time.now(), { by: 'ven' }));
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
  time.ringIn(cancelAfterMs, () => {
    if (vtn.events.listed().some((listed) => listed.eventID === eventID)) vtn.events.cancel(eventID);
  });
};

/** Lets something happen; false when there was nothing it could happen to. */
const happen = async (run: Run, happening: Happening | Adversity | Meddling, random: Random): Promise<boolean> => {
  const { world } = run;
  switch (happening.do) {
    case 'killVen':
      if (world.agent === null) return false;
      run.kill(happening.downMs);
      return true;
    case 'killVenAtOperation': {
      const at = world.operations + 1 + happening.skip;
      world.onOperation = (_operation, number) => {
        if (number === at) run.kill(happening.downMs);
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
      world.time.ringIn(happening.downMs, () => {
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
    case 'operatorInstructs':
      return instruct(world, happening);
    case 'operatorReleases':
      return releaseAll(world);
    case 'nothing':
      return false;
    default:
      return act(run, happening, random);
  }
};

/** Two full pauses, three polls, and a little: the time in which a VEN must be itself again. */
const recoveryMs = 2 * 300_000 + 3 * 660_000 + 50_000;

/** What an adversary has added to the prices ends with its other doings. */
const endExtras = ({ world: { vtn }, extraDrEvents }: Run): void => {
  for (const { eventID, cancelledAt } of vtn.events.listed())
    if (extraDrEvents.includes(eventID) && cancelledAt === undefined) vtn.events.cancel(eventID);
};

/** From here on the world is well: the VTN answers, clocks are right, nobody is killed; a person releases what was held. */
const heal = async (run: Run): Promise<void> => {
  const { world } = run;
  for (const { fault } of world.vtn.faults.struck) run.seen.add(`fault ${fault.do}`);
  world.vtn.faults.heal();
  run.ourSide.heal();
  endSecondVen(run);
  endExtras(run);
  world.onOperation = null;
  world.isVtnUp = true;
  if (world.time.jumpedMs !== 0) world.jump(-world.time.jumpedMs);
  for (let hour = 0; world.agent === null && hour < 3; hour += 1) await world.runTo(world.time.now() + hourMs);
  run.healedAt = world.time.now();
  world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: 'releaseHeldUsage' } } });
};

/** What is left of the longest pause that the VTN has asked for. @unit ms */
const askedPauseMs = ({ world: { vtn, time } }: Run): number =>
  Math.max(
    0,
    ...vtn.faults.struck.map(({ at, fault }) =>
      fault.do === 'status' ? at + (fault.retryAfterSeconds ?? 0) * 1000 - time.trueNow() : 0,
    ),
  );

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
  await world.start();
  if (plan.dispatching.isOptimised) await highsSolver(); // before time passes as it likes
  const inOrder = [...plan.happenings.entries()].sort(([, a], [, b]) => a.afterMs - b.afterMs);
  for (const [index, { afterMs, happening }] of inOrder) {
    const random = createRandom('happening', plan.seed, index);
    await world.runTrueTo(run.startedAt + afterMs);
    if (run.watch.storm !== null) return;
    if (await happen(run, happening, random)) run.seen.add(happening.do);
  }
  await world.runTrueTo(run.startedAt + plan.days * 24 * hourMs);
  if (run.watch.storm !== null) return;
  await heal(run);
  await world.runTo(run.healedAt + recoveryMs + askedPauseMs(run));
  run.wasRegisteredInTime = isRegistered(run);
  await world.runTo(run.healedAt + 25.5 * hourMs);
  if (run.watch.storm === null) await world.stop();
};
