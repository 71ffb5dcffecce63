/**
 * The log as the inspector knows it: where everything is, and what was known at any moment.
 *
 * It is read once, in small pieces that give way to the agent, and followed from then on. Nothing is ever written.
 */
import { checkpointedState, Fold, type Foundation } from '../../shell/fold.ts';
import type { AgentState } from '../../core/state.ts';
import type { Entry } from '../../facts/entry.ts';
import { UnreadableFact } from '../../facts/upcast.ts';
import type { PushCounts } from '../../shell/ports.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { EntryIndex } from './entryIndex.ts';
import { LiveProjections } from '../../store/live/liveProjections.ts';
import type { Pace } from '../../store/live/pace.ts';
import type { Observable } from '../../store/live/rxjs.ts';
import { Keyframes, type Folding, type FoldUnderWay, type Frame } from './keyframes.ts';
import { liveViews, viewsFolding, type HistoryViews } from './views.ts';

/** What the agent that runs knows at this instant, beyond its log. */
export interface LiveAgent {
  /** Null when only its log can be read: then its state is folded. */
  readonly state: AgentState | null;
  /** The agent's clock. UTC ms. */
  readonly now: number;
  /** When the VTN last answered anything; null when it has not yet. UTC ms. */
  readonly lastContactAt: number | null;
  /** When the VTN last pushed something that was heard; absent where nobody can push. */
  readonly lastPushAt?: number | null;
  /** What came to the door at which the VTN pushes; absent where there is none. */
  readonly pushCounts?: PushCounts | null;
  /** When this run began. UTC ms. */
  readonly startedAt: number;
}

/** What is looked at: a log, and the agent that writes it, when one does. */
export interface Inspected {
  readonly log: EventLog;
  /** What the log comes to, shared with all who look on in this process; made here when there is nobody else. */
  readonly projections?: LiveProjections;
  /** Gives null for a log at rest. */
  readonly live: () => LiveAgent | null;
  /** Time zone where the log names none yet. */
  readonly timeZone: string;
}

/** All that was known at one moment. */
export interface ShownMoment {
  readonly position: number;
  /** UTC ms. */
  readonly asOf: number;
  readonly isLive: boolean;
  /** The end of a log on which no agent runs. */
  readonly isAtRest: boolean;
  readonly timeZone: string;
  readonly agent: AgentState;
  readonly views: HistoryViews;
  readonly lastContactAt: number | null;
}

/** The agent's own fold; what it was built on says how far the record is followed. */
class AgentFolding implements Folding<AgentState> {
  #foundation: Foundation = 'beginning';

  async origin(log: EventLog): Promise<Frame<AgentState>> {
    const fold = await Fold.of(log);
    this.#foundation = fold.foundation;
    return { position: fold.position, state: fold.state };
  }

  begin(frame: Frame<AgentState>): FoldUnderWay<AgentState> {
    const fold = this.foldFrom(frame);
    return { take: (entry) => fold.take(entry), state: () => fold.finish().state };
  }

  foldFrom({ state, position }: Frame<AgentState>): Fold {
    return new Fold({ state, position, foundation: this.#foundation });
  }
}

/** Entries that are folded before whoever waits for a moment gets a turn. */
const foldedAtATime = 2_000;

/** So many entries are waited for. */
const soonReadEntries = 20_000;

/** Null for a fact that this release cannot read. @throws whatever else it is */
const unreadable = (error: unknown): null => {
  if (error instanceof UnreadableFact) return null;
  throw error;
};

export class History {
  readonly index: EntryIndex;
  readonly inspected: Inspected;
  /** Entries and projections as they live. */
  readonly projections: LiveProjections;
  readonly #liveViews: Observable<Frame<HistoryViews>>;
  readonly #views: Keyframes<HistoryViews>;
  readonly #agentFolding = new AgentFolding();
  readonly #agent: Keyframes<AgentState>;
  readonly #ready: Promise<void>;
  readonly #checkpointed: Promise<void>;
  #stop: () => void = () => undefined;
  /** Stops hearing the present; null while nobody has asked for it. */
  #stopPresent: (() => void) | null = null;
  #isClosed = false;
  /** Whether this release can read all of the log; else the present is folded without what it cannot read. */
  #isPresentReadable = true;
  /** Whether the present has been told once. */
  #isPresentKnown = false;
  #lastRunID: string | null = null;
  #problem: unknown = null;

  constructor(inspected: Inspected, pace: Pace) {
    this.inspected = inspected;
    this.index = new EntryIndex(inspected.log.base.position + 1);
    this.projections =
      inspected.projections ??
      // Whoever only looks writes nothing, not even a checkpoint.
      new LiveProjections(inspected.log, {
        pace,
        checkpointEveryEntries: null,
        onFault: ({ error }) => (this.#problem ??= error),
      });
    this.#liveViews = liveViews(this.projections);
    this.#views = new Keyframes(inspected.log, viewsFolding, pace.giveWay, (range) => this.projections.read(range));
    this.#agent = new Keyframes(inspected.log, this.#agentFolding, pace.giveWay);
    this.#checkpointed = this.#takeCheckpoint().catch(() => undefined); // it only saves time
    this.#ready = this.#read();
    void this.#ready.then(() => this.#foldPast()).catch(() => undefined);
  }

  /** The last entry that was seen; it can be read. */
  get head(): number {
    return this.projections.head;
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

  /** What is known now: of the agent that runs, or at the end of a log at rest. */
  async present(): Promise<ShownMoment> {
    const live = this.inspected.live();
    if (live === null) return this.past(this.head);
    const { state, now, lastContactAt } = live;
    const { position, state: views } = await this.#present();
    const agent = state ?? (await this.agentAt(position));
    return {
      position,
      asOf: now,
      isLive: true,
      isAtRest: false,
      timeZone: agent.settings?.timeZone ?? this.inspected.timeZone,
      agent,
      views,
      lastContactAt,
    };
  }

  /** What was known when an entry, with all that belongs to its step, had been recorded. */
  async past(given: number): Promise<ShownMoment> {
    await this.#ready;
    const position = this.index.endOfStep(given);
    const [agent, views] = await Promise.all([this.agentAt(position), this.#views.at(position)]);
    const asOf = this.index.recordedAt(position) ?? 0;
    const { lastContactAt } = views.exchanges;
    return {
      position,
      asOf,
      isLive: false,
      isAtRest: this.inspected.live() === null && position >= this.index.endOfStep(this.head),
      timeZone: agent.settings?.timeZone ?? this.inspected.timeZone,
      agent,
      views,
      lastContactAt,
    };
  }

  /** What the projections know now; there even when the log is one that the machines of today cannot fold. */
  async viewsNow(): Promise<HistoryViews> {
    return (await this.#present()).state;
  }

  /** The same without waiting for a long log to be read: then of as far as it has been. */
  async viewsAtHand(): Promise<HistoryViews> {
    const last = await this.#views.last();
    return this.#isPresentKnown || this.head - last.position < soonReadEntries ? this.viewsNow() : last.state;
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

  /** The agent's fold as it stands after an entry that ends a step. */
  async foldAfter(position: number): Promise<Fold> {
    const state = await this.agentAt(position);
    return this.#agentFolding.foldFrom({ state, position: Math.max(position, this.inspected.log.base.position) });
  }

  /** Stops following and lets go of everything. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
    this.#stopPresent?.();
  }

  /** Of an agent that runs, the projections as they live; of a log at rest, what its end comes to. */
  async #present(): Promise<Frame<HistoryViews>> {
    const position = this.head;
    const isLive = this.inspected.live() !== null && this.#isPresentReadable;
    // A release that cannot read a fact still shows what the others come to, and how much is left out.
    const live = isLive ? await this.#presentAfter(position).catch((error: unknown) => unreadable(error)) : null;
    const present = live ?? { position, state: await this.#views.at(this.index.endOfStep(position)) };
    this.#isPresentKnown = true;
    return present;
  }

  /** Once asked for, the present is kept as long as anybody looks. */
  async #presentAfter(head: number): Promise<Frame<HistoryViews>> {
    this.#stopPresent ??= this.projections.attend(this.#liveViews, {
      name: 'The present of the inspector',
      next: () => undefined,
      failed: () => (this.#isPresentReadable = false),
    });
    const frame = await this.projections.first(this.#liveViews, ({ position }) => position >= head);
    this.#views.know(frame);
    return frame;
  }

  /** Reads what is there, then goes on with what is recorded; resolves when all that is there has been read. */
  #read(): Promise<void> {
    return new Promise((resolve) => {
      const isRead = (): void => {
        if (this.index.end > this.projections.head) resolve();
      };
      this.#stop = this.projections.attend(this.projections.entries(this.index.start), {
        name: 'The index of the inspector',
        next: (entry) => {
          this.#note(entry);
          isRead();
        },
        ended: resolve,
        failed: (error) => {
          this.#problem = error;
          resolve();
        },
      });
      isRead();
    });
  }

  #note(entry: Entry): void {
    this.index.add(entry);
    this.#lastRunID = entry.runID;
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
}
