/**
 * Goes through a log and tells where a predicate holds.
 *
 * A predicate that speaks of entries is asked of each of them; one that speaks of the state alone is told where it begins to
 * hold, and until when. Entries are asked with the state after the step that they belong to. Nothing is kept of what was read
 * but the step under way and the state: a log of any length takes the same memory.
 */
import type { AgentState } from '../core/state.ts';
import type { Entry } from '../facts/entry.ts';
import type { AgentStarted, SettingsChanged } from '../facts/input.ts';
import type { Fold } from '../shell/fold.ts';
import { asksEntry, holds, readingsOf, type WhereReading } from './holds.ts';
import type { Predicate, WhereMoment } from './terms.ts';

/** A place where a predicate holds. */
export interface WhereHit {
  readonly entry: Entry;
  /** What its words are there. */
  readonly readings: readonly WhereReading[];
  /** Of a predicate of the state: whether it began here; it may have held before the search began. */
  readonly isBegun: boolean;
  /** The entry with which it ended; null where it holds on at the end of what was searched, or speaks of entries. */
  readonly ended: Entry | null;
}

/** How far a search has come. */
export interface WhereProgress {
  /** The last entry that was looked at; whole steps. */
  readonly searchedTo: number;
  readonly entries: number;
}

/** What a search goes through. */
export interface WhereSearchGiven {
  readonly predicate: Predicate;
  /** Entries in order; those before `from` are only folded. */
  readonly entries: AsyncIterable<Entry>;
  readonly from: number;
  /** The last entry that is asked; those of its step that follow are only folded. */
  readonly to?: number;
  /** Stands where `entries` begin; null where the predicate speaks of entries alone. */
  readonly fold: Fold | null;
  /** Where the log names no zone. */
  readonly timeZone: string;
  /** Only what was recorded in this time counts. UTC ms, inclusive and exclusive. */
  readonly fromAt?: number;
  readonly toAt?: number;
}

/** A time for which a predicate of the state holds. */
interface HoldsOn {
  readonly first: Entry;
  readonly readings: readonly WhereReading[];
  readonly isBegun: boolean;
}

/** The zone that a fact says the log goes on in. */
const zoneIn = ({ type, data }: Entry): string | undefined =>
  type === 'AgentStarted' || type === 'SettingsChanged'
    ? (data as Partial<AgentStarted | SettingsChanged>).settings?.timeZone
    : undefined;

/** A search under way. */
export class WhereSearch {
  readonly #given: WhereSearchGiven;
  readonly #isOfEntries: boolean;
  #zone: string;
  #step: Entry[] = [];
  #standing: HoldsOn | null = null;
  /** Whether it is known what was so before. */
  #wasAsked: boolean;
  #searchedTo: number;
  #entries = 0;
  /** Whether a word of the fact's data was ever found to have a value. */
  readonly #seen = new Set<string>();

  constructor(given: WhereSearchGiven) {
    this.#given = given;
    this.#zone = given.fold?.state.settings?.timeZone ?? given.timeZone;
    this.#isOfEntries = asksEntry(given.predicate);
    this.#searchedTo = given.from - 1;
    this.#wasAsked = given.fold !== null && given.fold.position < 0;
  }

  get progress(): WhereProgress {
    return { searchedTo: this.#searchedTo, entries: this.#entries };
  }

  /** Words of the predicate that had a value somewhere. */
  get seen(): ReadonlySet<string> {
    return this.#seen;
  }

  /** The hits, each as soon as it is whole; what still holds at the end is told last. `stop` is asked between steps. */
  async *hits(stop: () => boolean = () => false): AsyncGenerator<WhereHit> {
    for await (const entry of this.#given.entries) {
      if (entry.direction === 'in' && this.#step.length > 0) {
        yield* this.#concluded();
        if (stop()) break;
      }
      this.#step.push(entry);
      this.#given.fold?.take(entry);
    }
    yield* this.#concluded();
    if (this.#standing !== null) yield hitOf(this.#standing, null);
  }

  /** Ends the step under way. */
  *#concluded(): Generator<WhereHit> {
    const step = this.#step;
    this.#step = [];
    const last = step.at(-1);
    if (last === undefined) return;
    for (const entry of step) this.#zone = zoneIn(entry) ?? this.#zone;
    const state = this.#given.fold?.finish().state ?? null;
    if (last.position < this.#given.from) return;
    yield* this.#isOfEntries ? this.#found(step, state) : this.#changed(step[0] as Entry, state);
    this.#searchedTo = last.position;
    this.#entries += step.length;
  }

  *#found(step: readonly Entry[], state: AgentState | null): Generator<WhereHit> {
    for (const entry of step) {
      const moment = { entry, state, timeZone: this.#zone };
      const readings = readingsOf(this.#given.predicate, moment);
      for (const { word, values } of readings) if (values.length > 0) this.#seen.add(word);
      if (this.#isWithin(entry) && this.#isMeant(entry) && holds(this.#given.predicate, moment))
        yield { entry, readings, isBegun: true, ended: null };
    }
  }

  *#changed(entry: Entry, state: AgentState | null): Generator<WhereHit> {
    if (!this.#isMeant(entry)) return;
    const { predicate } = this.#given;
    const moment: WhereMoment = { entry, state, timeZone: this.#zone };
    const isTrue = holds(predicate, moment);
    const standing = this.#standing;
    if (isTrue && standing === null)
      this.#standing = { first: entry, readings: readingsOf(predicate, moment), isBegun: this.#wasAsked };
    this.#wasAsked = true;
    if (isTrue || standing === null) return;
    this.#standing = null;
    yield hitOf(standing, entry);
  }

  #isWithin({ position }: Entry): boolean {
    const { from, to = Number.POSITIVE_INFINITY } = this.#given;
    return position >= from && position <= to;
  }

  #isMeant({ recordedAt }: Entry): boolean {
    const { fromAt = Number.NEGATIVE_INFINITY, toAt = Number.POSITIVE_INFINITY } = this.#given;
    return recordedAt >= fromAt && recordedAt < toAt;
  }
}

const hitOf = ({ first, readings, isBegun }: HoldsOn, ended: Entry | null): WhereHit => ({
  entry: first,
  readings,
  isBegun,
  ended,
});
