import type { Anchor } from '../../../../src/adapters/log/anchors.ts';
import { restoredFactOf } from '../../../../src/cli/log/restored.ts';
import { anchorOf, isTold, mustBeLatest, mustBeNew, type AnchoredLog } from '../../../../src/cli/run/anchorage.ts';
import type { Entry } from '../../../../src/facts/entry.ts';
import { recordRepair } from '../../../../src/shell/repair.ts';
import { decodePayload } from '../../../../src/protocol/payload.ts';
import { LogError } from '../../../../src/store/errors.ts';
import type { EventLog } from '../../../../src/store/eventLog.ts';
import { MemoryDisk, openMemoryEventLog } from '../../../../src/store/memory/memoryEventLog.ts';
import type { Storage } from '../../../support/agentWorld.ts';
import type { VirtualTime } from '../../../support/virtualTime.ts';
import type { Run } from '../run.ts';
import type { Adversity, ReplacedBy } from './adversity.ts';
import { copyOf, sharedEntries } from './backups.ts';

/** A data directory that went from under an agent, and what was seen of it. */
export interface Departure {
  readonly by: ReplacedBy;
  /** By a clock that nobody sets. */
  readonly goneAt: number;
  /** When its agent had ended; null while it goes on. */
  stoppedAt: number | null;
  /** What left after the directory had gone, by root element. */
  readonly sentAfter: string[];
  /** Devices that were at work a moment after the agent's end. */
  atWork: readonly string[];
  /** Whether what came into its place was written to by the agent that had lost its own. */
  isTouched: boolean;
  /** Whether the VTN was told of usage by what is not in the copy. */
  readonly isMoreKnown: boolean;
  /** Why the next start was refused; null where it was not. */
  refusal: string | null;
  /** Whether somebody has started on what lies there. */
  isOver: boolean;
}

/** How often an agent looks whether its directory is still there. @unit ms */
const lookEveryMs = 10_000;

/** How long devices may take to be left to themselves. @unit ms */
const lettingGoMs = 1_000;

const anchorEveryMs = 60_000;

/**
 * A directory that can be taken from under the agent that has a log open in it, and the anchor beside it. Each start is by the
 * agent's own rules of what may be begun upon; where they refuse, a person does what the sentence says.
 */
export class SimulatedDirectory implements Storage {
  disk = new MemoryDisk();
  /** When each log was begun: copies of one share it. */
  readonly #createdAt = new WeakMap<MemoryDisk, number>();
  readonly #owner: { readonly venID: string; readonly vtn: string; readonly directory: string };
  readonly departures: Departure[] = [];
  /** Told of what a person did: how many entries of before are there now. */
  onRestored: (entries: number) => void = () => undefined;
  /** When a log was begun in the place of one that was gone. */
  begunAnewAt: number | null = null;
  #time: VirtualTime | null = null;
  #anchor: Anchor | null = null;
  #anchoredAt = 0;
  /** Whether entries wait for the minute to be over. */
  #isAnchorDue = false;
  /** What was acknowledged since the anchor was last written is not known outside of the directory. */
  #lostUnknown: number | null = null;
  /** What an older copy that lies there shares with what it took the place of: another log may have been begun since it was made. */
  #shared: number | null = null;
  #movedAway: MemoryDisk | null = null;

  constructor(venID: string) {
    this.#owner = { venID, vtn: 'https://vtn.example', directory: '/var/lib/ven' };
  }

  /** The world's time, once there is one. */
  liveBy(time: VirtualTime): void {
    this.#time = time;
  }

  readonly open = async (): Promise<EventLog> => {
    const departure = this.departures.at(-1);
    if (departure !== undefined) departure.isOver = true;
    const isFirst = this.#anchor === null;
    const refuse = (sentence: string): void => {
      if (departure !== undefined) departure.refusal ??= sentence;
    };
    this.#excuseWhatNobodyKnows();
    if (!isFirst && this.disk.texts.length === 0) {
      refuse(refusalOf(() => mustBeNew(this.#known, this.#owner)));
      this.#putBackOrBeginAnew();
    }
    if (!this.#createdAt.has(this.disk)) this.#createdAt.set(this.disk, this.#now);
    const log = openMemoryEventLog({ disk: this.disk });
    try {
      if (log.durableHead.position >= 0) await mustBeLatest(this.#anchored(log), this.#known, this.#owner);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      refuse(error.message);
      await this.#restore(log);
    }
    return log;
  };

  readonly crash = (): void => this.disk.crash();

  /** Notes what is acknowledged in the anchor, as an agent does: at once what the VTN was told, and each minute the rest. */
  note(log: EventLog, entries: readonly Entry[]): void {
    if (log.durableHead.position < 0) return;
    const runID = entries[0]?.runID ?? '';
    if (entries.some(({ type }) => isTold(type))) this.#remember(log, runID);
    else this.#rememberLater(log, runID);
  }

  /** What somebody has who copies the directory now. */
  copy(): MemoryDisk {
    const copy = copyOf(this.disk);
    this.#createdAt.set(copy, this.#createdAt.get(this.disk) ?? 0);
    return copy;
  }

  /** Takes the directory from under its log; whoever writes to that is refused from now on, as on a real disk. */
  take(by: ReplacedBy, older: MemoryDisk): Departure {
    const before = this.disk;
    before.fault = () => new LogError('replaced', 'The data directory was deleted, moved or replaced.');
    if (by === 'nothingForAWhile') this.#movedAway = before;
    this.disk = by === 'anOlderCopy' ? older : new MemoryDisk();
    const shared = sharedEntries(older, before);
    const lost = before.texts.slice(shared).map((text) => JSON.parse(text) as Entry);
    if (by === 'anOlderCopy') this.#shared = shared;
    if (by === 'anOlderCopy' && (this.#anchor?.position ?? -1) < shared) this.#lostUnknown = shared;
    const departure: Departure = {
      by,
      goneAt: this.#now,
      stoppedAt: null,
      sentAfter: [],
      atWork: [],
      isTouched: false,
      isMoreKnown: by !== 'anOlderCopy' || lost.some(({ type }) => isTold(type)),
      refusal: null,
      isOver: false,
    };
    this.departures.push(departure);
    return departure;
  }

  /** Notes what leaves although the directory is gone. */
  noteSent(body: string): void {
    const departure = this.departures.at(-1);
    if (departure === undefined || departure.isOver || this.#now <= departure.goneAt) return;
    const read = decodePayload(body);
    departure.sentAfter.push(read.ok ? read.message.message : 'something unreadable');
  }

  get #now(): number {
    return this.#time?.trueNow() ?? 0;
  }

  get #known(): readonly Anchor[] {
    return this.#anchor === null ? [] : [this.#anchor];
  }

  #anchored(log: EventLog): AnchoredLog {
    return {
      createdAt: this.#createdAt.get(this.disk) ?? 0,
      durableHead: log.durableHead,
      read: (range) => log.read(range),
    };
  }

  /** The agent looks each minute, whether or not anything is appended then. */
  #rememberLater(log: EventLog, runID: string): void {
    if (this.#isAnchorDue) return;
    const { disk } = this;
    this.#isAnchorDue = true;
    this.#time?.ringIn(Math.max(0, this.#anchoredAt + anchorEveryMs - this.#now), () => {
      this.#isAnchorDue = false;
      const isNews = log.durableHead.position > (this.#anchor?.position ?? -1);
      if (isNews && disk === this.disk && disk.fault === undefined) this.#remember(log, runID);
    });
  }

  /** An older copy that lacks only the last minute is taken for the log itself: nobody outside knew of that minute yet. */
  #excuseWhatNobodyKnows(): void {
    if (this.#lostUnknown !== null) this.onRestored(this.#lostUnknown);
    this.#lostUnknown = null;
  }

  #remember(log: EventLog, runID: string): void {
    this.#anchoredAt = this.#now;
    const maker = { owner: this.#owner, runID, now: () => this.#now };
    this.#anchor = anchorOf(this.#anchored(log), maker, true);
  }

  /** What a person does who is told that there is no log where one was: `ven run --new-log`, unless it is only elsewhere. */
  #putBackOrBeginAnew(): void {
    const moved = this.#movedAway;
    this.#movedAway = null;
    if (moved === null) {
      this.begunAnewAt = this.#now;
      this.#anchor = null;
      this.onRestored(0);
      return;
    }
    moved.fault = undefined;
    moved.crash();
    this.disk = moved;
  }

  /** What a person does who is told that this is an older copy: `ven log restored`. */
  async #restore(log: EventLog): Promise<void> {
    const anchored = this.#anchored(log);
    const now = this.#time?.now() ?? 0;
    this.onRestored(this.#shared ?? log.durableHead.position + 1);
    this.#shared = null;
    // A log was refused for the anchor that is ahead of it, or for that of another log: which it was, nobody has to read it for.
    const ahead = this.#anchor?.createdAt === anchored.createdAt ? this.#anchor : null;
    const fact = await restoredFactOf(anchored, ahead, now);
    let runID = '';
    for await (const entry of log.read({ from: log.durableHead.position })) runID = `${entry.runID}-restored`;
    await recordRepair(log, fact, { recordedAt: now, runID, chance: log.durableHead.position });
    this.#remember(log, runID);
  }
}

/** @throws Error when there is none: no log may be begun without a word where another one is known */
const refusalOf = (mustHold: () => void): string => {
  try {
    mustHold();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('A log would have been begun in the place of one that is known.');
};

const noteStop = (run: Run, departure: Departure, downMs: number): void => {
  const { world, directory, ourSide } = run;
  if (departure.stoppedAt !== null) return;
  departure.stoppedAt = world.time.trueNow();
  const placed = directory?.disk.texts.length;
  world.time.ringIn(lettingGoMs, () => {
    departure.atWork = ourSide.atWork();
    world.crash();
    world.time.ringIn(downMs, () => {
      if (!departure.isOver) departure.isTouched = directory?.disk.texts.length !== placed;
    });
    world.startIn(downMs);
  });
};

/** Takes the data directory from under the running agent, at once or after a copy of it has grown old. */
export const replaceDirectory = (
  run: Run,
  { by, ageMs, downMs }: Extract<Adversity, { readonly do: 'replaceDirectory' }>,
): boolean => {
  const { world, directory } = run;
  if (directory === null) return false;
  const older = directory.copy();
  const take = (): void => {
    const { agent } = world;
    if (run.healedAt !== 0 || agent === null || directory.departures.at(-1)?.stoppedAt === null) return;
    run.undone.push(directory.disk);
    const departure = directory.take(by, older);
    run.seen.add(`the directory gave way to ${by}`);
    world.expects = (error) => {
      if (!(error instanceof LogError) || error.code !== 'replaced') return false;
      noteStop(run, departure, downMs);
      return true;
    };
    world.time.ringIn(lookEveryMs, () => {
      if (world.agent !== agent || departure.stoppedAt !== null) return;
      void agent.abandon();
      noteStop(run, departure, downMs);
    });
  };
  if (by === 'anOlderCopy') world.time.ringIn(ageMs, take);
  else take();
  return true;
};
