/** A worker of the fleet's demo: the VENs that are its own, with a host, a clock that goes with the others', and meters that are elsewhere. */
import { CrowdTime } from '../../../adapters/time/crowdTime.ts';
import { usualConnectionsPerSecond } from '../../../adapters/config/fleetFile.ts';
import { readDatabaseUrl } from '../../../adapters/config/databaseUrl.ts';
import { DeviceError } from '../../../devices/deviceError.ts';
import type { Draft } from '../../../facts/entry.ts';
import type { MeterRead } from '../../../facts/input.ts';
import { type Host, usualLimits } from '../../../fleet/host.ts';
import type { FleetMember } from '../../../fleet/member.ts';
import type { FleetVen } from '../../../fleet/fleetVen.ts';
import { Pacer } from '../../../fleet/pacer.ts';
import type { Journal } from '../../../shell/ports.ts';
import { openLevelLogStore } from '../../../store/level/levelLogStore.ts';
import type { LogStore } from '../../../store/logStore.ts';
import { accessTo } from '../../control/storedLog.ts';
import { heldLog } from '../../run/heldLog.ts';
import { hostOf } from '../hostOf.ts';
import { membersOf } from '../members.ts';
import { Ways } from '../ways.ts';
import type { FleetWorker } from '../worker.ts';
import {
  demoSlackMs,
  demoSpreadMs,
  demoTimes,
  demoVens,
  meterSlackMs,
  resourceOf,
  type DemoTimes,
} from './demoVens.ts';
import type { MeterWish, WorkerOrder, WorkerTask, WorkerWord } from './messages.ts';
import { meterOutside, type AskMeter } from './meters.ts';
import { isDelivered, venDayIn, type VenDay } from './venDay.ts';

/** Says something to the demo. */
type Say = (word: WorkerWord) => void;

/** How often a worker says how it stands. @unit ms */
const standingEveryMs = 250;

/** @limit Days in one message. */
const daysAtOnce = 50;

/** @limit Connections to the VTN. */
const connections = 32;

/** A machine that others keep busy makes a step long; that is no fault of a VEN. @unit ms */
const stepMs = 120_000;

const quiet = (): undefined => undefined;

/** What a worker says to people; of its VENs only what ends one of them. */
const journalTo = (say: Say, isOfWorker: boolean): Journal => {
  const tell = (sentence: string): void => say({ kind: 'said', sentence });
  return { info: quiet, debug: quiet, warn: isOfWorker ? tell : quiet, error: tell };
};

const silent: Journal = { info: quiet, warn: quiet, error: quiet, debug: quiet };

/** Questions to meters that wait for their answers. */
class AskedMeters {
  readonly #waiting = new Map<
    number,
    { readonly resolve: (reading: MeterRead | null) => void; readonly reject: (error: Error) => void }
  >();
  readonly #say: Say;
  #number = 0;

  constructor(say: Say) {
    this.#say = say;
  }

  ask(resourceID: string, now: number, wish: MeterWish): Promise<MeterRead | null> {
    const number = (this.#number += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#say({ kind: 'meter', number, resourceID, now, wish });
    });
  }

  hear(order: Extract<WorkerOrder, { kind: 'metered' | 'unmetered' }>): void {
    const waiting = this.#waiting.get(order.number);
    this.#waiting.delete(order.number);
    if (order.kind === 'metered') waiting?.resolve(order.reading);
    else waiting?.reject(new DeviceError(order.quality, order.because));
  }
}

/** @limit How long a start may hold the clock, whatever becomes of it. @unit ms */
const longestStartMs = 60_000;

/** VENs that are being begun, for which time waits: from the opening of the log until the devices are wanted. */
class Beginnings {
  readonly #time: CrowdTime;
  readonly #ends = new Map<string, () => void>();

  constructor(time: CrowdTime) {
    this.#time = time;
  }

  begin(venID: string): void {
    this.end(venID);
    const begun = new Promise<void>((resolve) => {
      const impatience = setTimeout(resolve, longestStartMs);
      this.#ends.set(venID, () => {
        clearTimeout(impatience);
        resolve();
      });
    });
    void this.#time.hold(begun);
  }

  end(venID: string): void {
    this.#ends.get(venID)?.();
    this.#ends.delete(venID);
  }
}

/** A meter is silent when it has not answered soon after it was to be read, which begins with the entry that says so. @unit ms */
const slackOf = (drafts: readonly Draft[]): number =>
  drafts.some(({ type }) => type === 'MeterReadRequested') ? meterSlackMs : demoSlackMs;

/** A store whose logs are told to the clock. */
const heldStore = (store: LogStore, time: CrowdTime, beginnings: Beginnings): LogStore => ({
  venIDs: () => store.venIDs(),
  open: async (venID, options) => {
    beginnings.begin(venID);
    try {
      return heldLog(await store.open(venID, options), (happening, drafts) => time.hold(happening, slackOf(drafts)));
    } catch (error) {
      beginnings.end(venID);
      throw error;
    }
  },
  close: () => store.close(),
});

/** What a worker is made of, once it was told what to do. */
interface Parts {
  readonly task: WorkerTask;
  readonly times: DemoTimes;
  readonly time: CrowdTime;
  readonly ways: Ways;
  readonly host: Host;
  readonly worker: FleetWorker | null;
}

const membersFor = (
  { vens, share = { first: 0, of: 1 }, vtnUrl, directory }: WorkerTask,
  time: CrowdTime,
  ways: Ways,
  ask: AskMeter,
  beginnings: Beginnings,
) =>
  membersOf(
    { dataDirectory: directory, vens: demoVens(vens, vtnUrl).filter((_, index) => index % share.of === share.first) },
    {
      clock: time,
      environment: {},
      journalOf: () => silent,
      transportOf: (configuration) => {
        const way = ways.of(configuration);
        return { exchange: (request) => time.hold(way.exchange(request)), close: () => way.close() };
      },
      // A day is over before anything is old.
      tidyOf: () => () => Promise.resolve(),
      optimiser: { plan: () => Promise.reject(new Error('The devices of the demo follow schedules.')) },
    },
  ).map((member): FleetMember => {
    const resourceID = resourceOf(member.venID);
    const devices: FleetMember['devices'] = () => {
      beginnings.end(member.venID);
      return Promise.resolve(new Map([[resourceID, meterOutside(resourceID, () => time.now(), ask)]]));
    };
    return { ...member, devices };
  });

const workerFor = async (
  { storeFile, leaseMs }: WorkerTask,
  members: readonly FleetMember[],
  time: CrowdTime,
  journal: Journal,
): Promise<FleetWorker | null> => {
  if (storeFile === null) return null;
  const { FleetWorker: Worker } = await import('../worker.ts');
  const access = accessTo(readDatabaseUrl(storeFile));
  return Worker.open({ access, members, journal, now: () => time.now(), leaseMs, capacity: 1 });
};

/** One worker; it is told what to do, and says what comes of it. */
export class DemoWorker {
  readonly #say: Say;
  readonly #meters: AskedMeters;
  readonly #delivered = new Set<string>();
  /** Where the log of a VEN ended when its day was looked at last. */
  readonly #lookedAt = new Map<string, number>();
  /** It is told how far it may pass before all else is made. */
  #time: CrowdTime | null = null;
  #parts: Parts | null = null;
  #standing: ReturnType<typeof setInterval> | null = null;

  constructor(say: Say) {
    this.#say = say;
    this.#meters = new AskedMeters(say);
  }

  /** Does as it is told; resolves with true when it has ended. */
  async hear(order: WorkerOrder): Promise<boolean> {
    switch (order.kind) {
      case 'begin':
        await this.#begin(order.task);
        return false;
      case 'limit':
        this.#time?.limitTo(order.at);
        return false;
      case 'pace':
        this.#time?.paceTo(order.lapse);
        return false;
      case 'metered':
      case 'unmetered':
        this.#meters.hear(order);
        return false;
      case 'tellDays':
        await this.#tellDays();
        return false;
      case 'end':
        await this.#end(order.because);
        return true;
    }
  }

  async #begin(task: WorkerTask): Promise<void> {
    const times = demoTimes(task.now);
    const { startAt } = times;
    const time = new CrowdTime({
      startAt,
      lapse: task.lapse,
      slackMs: demoSlackMs,
      limitAt: startAt,
      onFloor: (at) => this.#say({ kind: 'floor', at }),
    });
    this.#time = time;
    const turns = new Pacer(usualConnectionsPerSecond);
    const ways = new Ways({ clock: time, alarms: time, turns }, connections);
    const beginnings = new Beginnings(time);
    const ask: AskMeter = (resourceID, wish) => time.hold(this.#meters.ask(resourceID, time.now(), wish), meterSlackMs);
    const members = membersFor(task, time, ways, ask, beginnings);
    const journal = journalTo(this.#say, true);
    const worker = await workerFor(task, members, time, journal);
    const store = worker?.store ?? (await openLevelLogStore(task.directory, { createdAt: () => time.now() }));
    const quiet = journalTo(this.#say, false);
    const host = hostOf({
      directory: task.directory,
      clock: time,
      alarms: time,
      store: heldStore(store, time, beginnings),
      journalOf: () => quiet,
      limits: { spreadMs: demoSpreadMs, load: { ...usualLimits.load, stepMs } },
    });
    this.#parts = { task, times, time, ways, host, worker };
    if (worker === null) await host.take(members);
    else worker.start(host);
    this.#standing = setInterval(() => this.#tellStanding(), standingEveryMs);
  }

  #tellStanding(): void {
    if (this.#parts === null) return;
    const { host, times, time, worker } = this.#parts;
    const vens = [...host.vens.values()];
    if (time.now() > times.span.endAt)
      for (const ven of vens) if (!this.#delivered.has(ven.member.venID)) this.#look(ven, times);
    this.#say({
      kind: 'standing',
      shards: worker?.shards ?? 0,
      listed: vens.length,
      running: vens.filter(({ phase }) => phase === 'running').length,
      delivered: vens.filter(({ member }) => this.#delivered.has(member.venID)).length,
    });
  }

  /** Once for each entry that is durable: most VENs have done nothing since the last look. */
  #look({ state, log, member: { venID } }: FleetVen, times: DemoTimes): void {
    if (state === null || log === null || log.head.position !== log.durableHead.position) return;
    if (this.#lookedAt.get(venID) === log.head.position) return;
    this.#lookedAt.set(venID, log.head.position);
    if (isDelivered(state.views, venID, times)) this.#delivered.add(venID);
  }

  /** Tells the day of each VEN from its log; of one that does not run it tells nothing, which is noticed. */
  async #tellDays(): Promise<void> {
    if (this.#parts === null) return;
    const { host, times } = this.#parts;
    let days: VenDay[] = [];
    for (const { log, member } of host.vens.values()) {
      if (log === null) continue;
      days.push(await venDayIn(log, member.venID, times));
      if (days.length < daysAtOnce) continue;
      this.#say({ kind: 'days', days });
      days = [];
    }
    this.#say({ kind: 'days', days });
    this.#say({ kind: 'daysTold' });
  }

  async #end(because: string): Promise<void> {
    if (this.#standing !== null) clearInterval(this.#standing);
    if (this.#parts === null) return;
    const { worker, host, ways, time } = this.#parts;
    await worker?.leave();
    await host.stop(because);
    await ways.close();
    time.close();
  }
}
