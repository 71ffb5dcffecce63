/**
 * States of a fold along the log: one is kept every so many entries, and any other is folded from the one before it.
 *
 * States are immutable and share what they have in common, so keeping many of them costs little. They are kept between
 * steps: an input and what was concluded from it are one.
 */
import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../../store/eventLog.ts';

/** A state, and the entry after which it holds. */
export interface Frame<State> {
  readonly position: number;
  readonly state: State;
}

/** A fold under way. */
export interface FoldUnderWay<State> {
  take(entry: Entry): void;
  /** The state after the step that was taken last, which must be whole. */
  state(): State;
}

/** A fold whose states are kept. */
export interface Folding<State> {
  /** The state where the log begins. */
  origin(log: EventLog): Promise<Frame<State>>;
  /** Folds on from a state. */
  begin(frame: Frame<State>): FoldUnderWay<State>;
}

/** Gives the entries of a range. */
export type ReadEntries = (range: { readonly from: number; readonly to: number }) => AsyncIterable<Entry>;

/** Gives way to whatever else the process has to do. */
export type GiveWay = () => Promise<void>;

/** @limit States that are kept; when there are more, every other one goes and the distance doubles. */
export const framesLimit = 1_000;

/** Entries between two kept states, at first. */
export const firstDistance = 500;

/** @limit Single moments that are remembered beside them: steps from one to the next are then short. */
const recentLimit = 32;

export class Keyframes<State> {
  readonly #read: ReadEntries;
  readonly #folding: Folding<State>;
  readonly #giveWay: GiveWay;
  readonly #origin: Promise<Frame<State>>;
  #distance = firstDistance;
  #frames: Frame<State>[] = [];
  #recent: Frame<State>[] = [];
  #advancing: Promise<void> = Promise.resolve();

  /** `read`: another way to the log’s entries, when there is a shorter one. */
  constructor(
    log: EventLog,
    folding: Folding<State>,
    giveWay: GiveWay,
    read: ReadEntries = (range) => log.read(range),
  ) {
    this.#read = read;
    this.#folding = folding;
    this.#giveWay = giveWay;
    this.#origin = folding.origin(log).then((origin) => (this.#frames = [origin])[0] as Frame<State>);
    this.#origin.catch(() => undefined); // told to whoever asks for a state
  }

  /** How far the log has been folded, in whole steps. */
  get position(): number {
    return this.#frames.at(-1)?.position ?? -1;
  }

  /** The last state that is kept; at first the one where the log begins. */
  async last(): Promise<Frame<State>> {
    const origin = await this.#origin;
    return this.#frames.at(-1) ?? origin;
  }

  /** Adds a state that is known from elsewhere. */
  know(frame: Frame<State>): void {
    this.#recent = [...this.#recent, frame].slice(-recentLimit);
  }

  /** Folds on up to a position, the end of a step, whoever else asks for it meanwhile. */
  advance(to: number): Promise<void> {
    this.#advancing = this.#advancing.catch(() => undefined).then(() => this.#foldTo(to));
    return this.#advancing;
  }

  /** The state after an entry that ends a step. */
  async at(position: number): Promise<State> {
    const origin = await this.#origin;
    if (position <= origin.position) return origin.state;
    if (position - this.#nearest(position).position > 2 * this.#distance) await this.advance(position);
    const start = this.#nearest(position);
    if (start.position === position) return start.state;
    const going = this.#folding.begin(start);
    for await (const entry of this.#read({ from: start.position + 1, to: position })) {
      going.take(entry);
      await this.#giveWay();
    }
    const state = going.state();
    this.know({ position, state });
    return state;
  }

  #nearest(position: number): Frame<State> {
    const before = this.#frames.findLast((frame) => frame.position <= position) as Frame<State>;
    return this.#recent
      .filter((frame) => frame.position <= position)
      .reduce((best, frame) => (frame.position > best.position ? frame : best), before);
  }

  async #foldTo(to: number): Promise<void> {
    await this.#origin;
    const start = this.#frames.at(-1) as Frame<State>;
    if (to <= start.position) return;
    const going = this.#folding.begin(start);
    let last = start.position;
    for await (const entry of this.#read({ from: start.position + 1, to })) {
      if (entry.direction === 'in' && last - this.position >= this.#distance)
        this.#keep({ position: last, state: going.state() });
      going.take(entry);
      last = entry.position;
      await this.#giveWay();
    }
    if (last === to) this.#keep({ position: last, state: going.state() });
  }

  /** The newest frame takes the place of one that is nearer to its neighbour than need be. */
  #keep(frame: Frame<State>): void {
    const [before, last] = this.#frames.slice(-2);
    if (before !== undefined && last !== undefined && frame.position - before.position < this.#distance)
      this.#frames.pop();
    this.#frames.push(frame);
    if (this.#frames.length <= framesLimit) return;
    this.#distance *= 2;
    this.#frames = this.#frames.filter((_, index) => index % 2 === 0 || index === this.#frames.length - 1);
  }
}
