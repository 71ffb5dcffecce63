/**
 * Making a log shorter: what only drove the machines goes when it is old, what settlement needs stays.
 *
 * A log is compacted in parts of a bounded size. For each, what is to go is recorded first and goes then, so that a crash
 * between the two leaves a log that is merely longer than it had to be.
 */
import type { Entry } from '../facts/entry.ts';
import type { KnownEntry } from '../facts/fact.ts';
import type { LogCompacted } from '../facts/input.ts';
import { keptOfStep } from '../facts/retention.ts';
import { upcast } from '../facts/upcast.ts';
import type { Checkpoint, EventLog } from '../store/eventLog.ts';
import type { Head } from '../store/head.ts';
import { entriesIn, type Gap } from '../store/gaps.ts';
import { headAt } from '../store/logWriter.ts';
import { baseCheckpoint, beginning, projectEntry as project, type Projected } from '../store/projection.ts';
import { unsettledDeliveries } from '../store/projections/deliveryState.ts';
import { exchangesProjection, type ExchangesState } from '../store/projections/exchanges.ts';
import { sealGaps } from '../store/seals.ts';
import { baseCheckpointOf, Fold, isIncomplete } from './fold.ts';
import { viewsKeepMs, type AgentState } from '../core/state.ts';

/** @limit Entries that go at once: they are one batch, and the reading and writing of it holds up nobody for long. */
const entriesAtOnce = 50_000;

/** @limit Parts in which one log is compacted. */
const partsLimit = 10_000;

/** What would go, and what the log would be without it. */
export interface CompactionPlan {
  readonly fact: LogCompacted;
  readonly gaps: readonly Gap[];
  readonly base: Head;
  readonly checkpoints: readonly Checkpoint[];
}

/** What may be decided about a plan while it is being made. */
export interface PlanOptions {
  /** Entries recorded before this instant may go. UTC ms. */
  readonly beforeAt: number;
  /** Told of each entry that would go. */
  readonly onGone?: (entry: Entry) => void;
  readonly limit?: number;
}

/** Gathers the runs of entries that are to go. */
class Runs {
  readonly gaps: Gap[] = [];
  readonly #onGone: (entry: Entry) => void;
  #open: Gap | null = null;
  entries = 0;

  constructor(onGone: (entry: Entry) => void) {
    this.#onGone = onGone;
  }

  go(entry: Entry): void {
    this.#open = { from: this.#open?.from ?? entry.position, to: entry.position, hash: entry.hash };
    this.entries += 1;
    this.#onGone(entry);
  }

  stay(): void {
    if (this.#open !== null) this.gaps.push(this.#open);
    this.#open = null;
  }
}

/** Everything before the horizon, step by step, and what was known there. */
class Survey {
  readonly runs: Runs;
  head: Head;
  readonly #fold: Fold;
  #exchanges: Projected<ExchangesState>;
  #step: KnownEntry[] = [];

  constructor(log: EventLog, fold: Fold, exchanges: Projected<ExchangesState>, onGone: (entry: Entry) => void) {
    this.head = log.base;
    this.#fold = fold;
    this.#exchanges = exchanges;
    this.runs = new Runs(onGone);
  }

  add(entry: Entry): void {
    this.#step.push(upcast(entry));
    this.#fold.take(entry);
    if (entry.position > this.#exchanges.position)
      this.#exchanges = project(exchangesProjection(), this.#exchanges, entry);
  }

  /** Ends a step: only now is it known which of it stays. */
  endStep(): void {
    const kept = new Set(keptOfStep(this.#step));
    for (const entry of this.#step) {
      if (kept.has(entry)) this.runs.stay();
      else this.runs.go(entry);
      this.head = headAt(entry);
    }
    this.#step = [];
  }

  checkpoints(): readonly Checkpoint[] {
    const { name, version } = exchangesProjection();
    const exchanges = { name: baseCheckpoint(name), version, ...this.head, state: this.#exchanges.state };
    return [
      baseCheckpointOf(this.#fold.state, this.head, isIncomplete(this.#fold.foundation)),
      ...(this.#exchanges.faults === null ? [exchanges] : []),
    ];
  }
}

/** What a compaction would do next; null when there is nothing old enough. */
export const planCompaction = async (
  log: EventLog,
  { beforeAt, onGone = () => undefined, limit = entriesAtOnce }: PlanOptions,
): Promise<CompactionPlan | null> => {
  const survey = new Survey(log, await Fold.of(log), await beginning(log, exchangesProjection()), onGone);
  const from = log.base.position + 1;
  for await (const entry of log.read({ from })) {
    if (entry.direction === 'in') {
      survey.endStep();
      if (entry.recordedAt >= beforeAt || survey.runs.entries >= limit) break;
    }
    survey.add(entry);
  }
  survey.runs.stay();
  const { runs, head } = survey;
  if (runs.entries === 0) return null;
  const seal = sealGaps(from, head.position, runs.gaps);
  const fact: LogCompacted = { basePosition: head.position, baseHash: head.hash, beforeAt, seal };
  return { fact, gaps: runs.gaps, base: head, checkpoints: survey.checkpoints() };
};

/** What a compaction came to. */
export interface Compacted {
  readonly entries: number;
  /** In how many stretches they went. */
  readonly gaps: number;
}

/** Compacts a log up to an instant. `record` puts the fact into the log and resolves when it is on disk. */
export const compactLog = async (
  log: EventLog,
  beforeAt: number,
  record: (fact: LogCompacted) => Promise<void>,
): Promise<Compacted> => {
  const gone = { entries: 0, gaps: 0 };
  for (let part = 0; part < partsLimit; part += 1) {
    const plan = await planCompaction(log, { beforeAt });
    if (plan === null) break;
    await record(plan.fact);
    await log.forgetEntries(plan.gaps, plan.base, plan.checkpoints);
    gone.entries += entriesIn(plan.gaps);
    gone.gaps += plan.gaps.length;
  }
  return gone;
};

/** The latest instant before which entries may go: readings are held for reports so long, and hours are owed since then. */
export const latestHorizon = ({ views }: AgentState, now: number): number => {
  const owedSince = unsettledDeliveries(views.deliveries).flatMap(({ dueAt, usage }) => [
    dueAt,
    ...usage.flatMap(({ intervals: [first] }) => first?.startAt ?? []),
  ]);
  return owedSince.reduce((earliest, at) => Math.min(earliest, at), now - viewsKeepMs);
};
