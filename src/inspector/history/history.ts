/**
 * The log as the inspector knows it: where everything is, and what was known at any moment.
 *
 * It is read once, in small pieces that give way to the agent, and followed from then on. Nothing is ever written.
 */
import { checkpointedState, Fold, type Foundation } from '../../shell/fold.ts';
import type { AgentState } from '../../core/state.ts';
import type { Entry } from '../../facts/entry.ts';
import { LogError } from '../../store/errors.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { EntryIndex } from './entryIndex.ts';
import { Keyframes, type Folding, type GiveWay } from './keyframes.ts';
import { viewsFolding, type HistoryViews } from './views.ts';

/** What the agent that runs knows at this instant, beyond its log. */
export interface Live {
  /** Null when only its log can be read: then its state is folded. */
  readonly state: AgentState | null;
  /** The agent's clock. UTC ms. */
  readonly now: number;
  /** When the VTN last answered anything; null when it has not yet. UTC ms. */
  readonly lastContactAt: number | null;
  /** When this run began. UTC ms. */
  readonly startedAt: number;
}

/** What is looked at: a log, and the agent that writes it, when one does. */
export interface Inspected {
  readonly log: EventLog;
  /** Gives null for a log at rest. */
  readonly live: () => Live | null;
  /** Time zone where the log names none yet. */
  readonly timeZone: string;
}

/** All that was known at one moment. */
export interface Moment {
  readonly position: number;
  /** UTC ms. */
  readonly asOf: number;
  readonly isLive: boolean;
  readonly timeZone: string;
  readonly agent: AgentState;
  readonly views: HistoryViews;
  readonly lastContactAt: number | null;
}

/** The agent's own fold; what it was built on says how far the record is followed. */
const agentFolding = (): Folding<AgentState> => {
  let foundation: Foundation = 'beginning';
  return {
    origin: async (log) => {
      const fold = await Fold.of(log);
      ({ foundation } = fold);
      return { position: fold.position, state: fold.state };
    },
    begin: ({ state, position }) => {
      const fold = new Fold({ state, position, foundation });
      return { take: (entry) => fold.take(entry), state: () => fold.finish().state };
    },
  };
};

/** Entries that are folded before whoever waits for a moment gets a turn. */
const foldedAtATime = 2_000;

/** @limit Entries heard last that are kept, at least; at most twice as many. */
const latestEntries = 1_000;

/** So many entries are waited for. */
const soonReadEntries = 20_000;

/** Called with each entry as it is recorded, once the history knows it. */
export type HistoryListener = (entry: Entry) => void;

export class History {
  readonly index: EntryIndex;
  readonly inspected: Inspected;
  readonly #views: Keyframes<HistoryViews>;
  readonly #agent: Keyframes<AgentState>;
  readonly #giveWay: GiveWay;
  readonly #listeners = new Set<HistoryListener>();
  readonly #ready: Promise<void>;
  readonly #checkpointed: Promise<void>;
  #stop: () => void = () => undefined;
  #isClosed = false;
  /** What was heard last, without a hole. */
  #latest: Entry[] = [];
  #lastRunID: string | null = null;
  #problem: unknown = null;

  constructor(inspected: Inspected, giveWay: GiveWay) {
    this.inspected = inspected;
    this.index = new EntryIndex(inspected.log.base.position + 1);
    this.#giveWay = giveWay;
    this.#views = new Keyframes(inspected.log, viewsFolding, giveWay, (range) => this.read(range));
    this.#agent = new Keyframes(inspected.log, agentFolding(), giveWay);
    this.#checkpointed = this.#takeCheckpoint().catch(() => undefined); // it only saves time
    this.#ready = this.#read().catch((error: unknown) => this.#fail(error));
    void this.#ready.then(() => this.#foldPast()).catch(() => undefined);
  }

  /** The last entry that was seen; it can be read. */
  get head(): number {
    return Math.max(this.inspected.log.durableHead.position, this.index.end - 1);
  }

  /** The run that recorded last, or null before the first. */
  get lastRunID(): string | null {
    return this.#lastRunID;
  }

  /** How far moments are at hand. */
  get folded(): number {
    return Math.min(this.#agent.position, this.#views.position);
  }

  /** What keeps the log from being read, or null. */
  get problem(): unknown {
    return this.#problem;
  }

  /** Resolves when the whole log has been read once. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Entries of a range; the latest are at hand, and the log is not read again for them. */
  async *read({ from, to = this.head }: { readonly from: number; readonly to?: number }): AsyncGenerator<Entry> {
    const [first, last] = [this.#latest[0]?.position ?? Number.MAX_SAFE_INTEGER, this.#latest.at(-1)?.position ?? -1];
    if (from >= first && to <= last) yield* this.#latest.slice(from - first, to - first + 1);
    else yield* this.inspected.log.read({ from, to });
  }

  /** Calls the listener with everything that is recorded from now on; returns the way to stop. */
  follow(listener: HistoryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What is known now: of the agent that runs, or at the end of a log at rest. */
  async present(): Promise<Moment> {
    const live = this.inspected.live();
    if (live === null) return this.past(this.head);
    const { state, now, lastContactAt } = live;
    const position = this.head;
    const [agent, views] = await Promise.all([state ?? this.agentAt(position), this.#views.at(position)]);
    return {
      position,
      asOf: now,
      isLive: true,
      timeZone: agent.settings?.timeZone ?? this.inspected.timeZone,
      agent,
      views,
      lastContactAt,
    };
  }

  /** What was known when an entry, with all that belongs to its step, had been recorded. */
  async past(given: number): Promise<Moment> {
    await this.#ready;
    const position = this.index.endOfStep(given);
    const [agent, views] = await Promise.all([this.agentAt(position), this.#views.at(position)]);
    const asOf = this.index.recordedAt(position) ?? 0;
    const { lastContactAt } = views.exchanges;
    return {
      position,
      asOf,
      isLive: false,
      timeZone: agent.settings?.timeZone ?? this.inspected.timeZone,
      agent,
      views,
      lastContactAt,
    };
  }

  /** What the projections know now; there even when the log is one that the machines of today cannot fold. */
  viewsNow(): Promise<HistoryViews> {
    return this.#views.at(this.index.endOfStep(this.head));
  }

  /** The same without waiting for a long log to be read: then of as far as it has been. */
  async viewsAtHand(): Promise<HistoryViews> {
    const last = await this.#views.last();
    return this.head - last.position < soonReadEntries ? this.viewsNow() : last.state;
  }

  /** The time zone that the log was written in. */
  async timeZone(): Promise<string> {
    return (await this.viewsAtHand()).registration.run?.timeZone ?? this.inspected.timeZone;
  }

  /** The agent's state after an entry. */
  async agentAt(position: number): Promise<AgentState> {
    await this.#checkpointed;
    return this.#agent.at(position);
  }

  /** Stops following and lets go of everything. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#listeners.clear();
  }

  /** Reads what is there, then follows: following begins in the turn in which reading has reached the end. */
  async #read(): Promise<void> {
    const { log } = this.inspected;
    while (this.index.end <= log.durableHead.position && !this.#isClosed) {
      for await (const entry of log.read({ from: this.index.end })) {
        if (this.#isClosed) return;
        this.#note(entry);
        await this.#giveWay();
      }
    }
    if (this.#isClosed) return;
    this.#stop = log.follow((entry) => this.#hear(entry));
  }

  #note(entry: Entry): void {
    this.index.add(entry);
    this.#lastRunID = entry.runID;
  }

  #hear(entry: Entry): void {
    this.#note(entry);
    this.#latest.push(entry);
    if (this.#latest.length >= 2 * latestEntries) this.#latest = this.#latest.slice(-latestEntries);
    for (const listener of this.#listeners) listener(entry);
  }

  /** The state that the agent kept last: the end of a log is then told before all of it has been folded. */
  async #takeCheckpoint(): Promise<void> {
    const kept = await checkpointedState(this.inspected.log);
    if (kept !== null && kept.position <= this.head) this.#agent.know(kept);
  }

  /** Makes moments ready before they are asked for. */
  async #foldPast(): Promise<void> {
    const head = this.index.endOfStep(this.head);
    await this.#checkpointed;
    for (let to = this.index.start; to < head && !this.#isClosed; to += foldedAtATime)
      await this.#foldTo(this.index.endOfStep(to));
    if (!this.#isClosed) await this.#foldTo(head);
  }

  async #foldTo(position: number): Promise<void> {
    await this.#views.advance(position);
    await this.#agent.advance(position);
  }

  #fail(error: unknown): void {
    if (error instanceof LogError && error.code === 'closed') return;
    this.#problem = error;
  }
}
