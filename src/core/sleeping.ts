/**
 * What of a state sleeps while nothing asks for it.
 *
 * A quiet poll touches the lifecycle and the line and nothing else. Of a process with ten thousand VENs the rest of what each
 * knows is kept packed, and unpacked whole as soon as anybody looks at any of it. A state that sleeps is
 * the same state: it says the same, in the same order, to whoever asks.
 */
import type { AnyMachineSnapshot } from 'xstate';
import type { ClockLife } from '../store/projections/clockLives.ts';
import type { SleepingShelves, Shelf } from './shelves.ts';
import type { AgentState, Timer, Views } from './state.ts';

/** Streams and timers of a state, unpacked. */
export interface WholeStreams {
  readonly streams: ReadonlyMap<string, Shelf<AnyMachineSnapshot>>;
  readonly timers: ReadonlyMap<string, Shelf<Timer>>;
}

/** The views that sleep: who is trusted is asked at every renewal of a setpoint, and instructions are few. */
export const sleepingViews = ['usage', 'deliveries', 'prices'] as const;

/** A view that sleeps. */
export type SleepingView = (typeof sleepingViews)[number];

/** The machines that a quiet poll touches or asks: their streams and timers never sleep. Whether the clock is in doubt, `watch` knows. */
export const wakefulMachines: ReadonlySet<string> = new Set(['ven', 'exchange', 'watch']);

/** A part of a state in the form that takes little; `unpack` gives the same whenever it is called. */
export interface Packed<Whole> {
  readonly unpack: () => Whole;
}

/** A part of a state that sleeps: packed until somebody looks. */
export class Sleeping<Whole> {
  /** Null for what has changed since it fell asleep. */
  readonly packed: Packed<Whole> | null;
  #whole: Whole | null;

  private constructor(packed: Packed<Whole> | null, whole: Whole | null) {
    this.packed = packed;
    this.#whole = whole;
  }

  /** What is packed. */
  static of<Whole>(packed: Packed<Whole>): Sleeping<Whole> {
    return new Sleeping(packed, null);
  }

  /** What is not. */
  static awake<Whole>(whole: Whole): Sleeping<Whole> {
    return new Sleeping<Whole>(null, whole);
  }

  /** Whether anybody has looked. */
  get isAwake(): boolean {
    return this.#whole !== null;
  }

  get whole(): Whole {
    return (this.#whole ??= (this.packed as Packed<Whole>).unpack());
  }
}

/** The streams of a state that sleeps, or its timers. */
export class SleepingPart<Item> implements SleepingShelves<Item> {
  readonly names: readonly string[];
  readonly first: Item | null;
  readonly #sleeping: Sleeping<WholeStreams>;
  readonly #part: (unpacked: WholeStreams) => ReadonlyMap<string, Shelf<Item>>;

  constructor(
    sleeping: Sleeping<WholeStreams>,
    part: (unpacked: WholeStreams) => ReadonlyMap<string, Shelf<Item>>,
    names: readonly string[],
    first: Item | null,
  ) {
    this.#sleeping = sleeping;
    this.#part = part;
    this.names = names;
    this.first = first;
  }

  get isFetched(): boolean {
    return this.#sleeping.isAwake;
  }

  fetch(): ReadonlyMap<string, Shelf<Item>> {
    return this.#part(this.#sleeping.whole);
  }
}

/** What of the views does not sleep: who is trusted, instructions, and the clocks, which every poll is held against. */
type WakefulViews = Pick<Views, 'instructions' | 'trust'> & { readonly clockLives: readonly ClockLife[] };

/** The views of a state, of which some sleep. */
export class SleepingViews implements Views {
  readonly instructions: Views['instructions'];
  readonly trust: Views['trust'];
  readonly clockLives: readonly ClockLife[];
  readonly #parts: { readonly [View in SleepingView]: Sleeping<Views[View]> };

  constructor(
    { instructions, trust, clockLives }: WakefulViews,
    parts: { readonly [View in SleepingView]: Sleeping<Views[View]> },
  ) {
    this.instructions = instructions;
    this.trust = trust;
    this.clockLives = clockLives;
    this.#parts = parts;
  }

  get usage(): Views['usage'] {
    return this.#parts.usage.whole;
  }

  get deliveries(): Views['deliveries'] {
    return this.#parts.deliveries.whole;
  }

  get prices(): Views['prices'] {
    return this.#parts.prices.whole;
  }

  /** Whether nobody has looked at any. */
  get isAsleep(): boolean {
    return sleepingViews.every((view) => !this.#parts[view].isAwake);
  }

  /** How a view sleeps, or slept until somebody looked. */
  partOf<View extends SleepingView>(view: View): Sleeping<Views[View]> {
    return this.#parts[view];
  }

  /** The same with other views. */
  with({ usage, deliveries, prices, ...rest }: Partial<Views>): SleepingViews {
    const changed = <Whole>(present: Sleeping<Whole>, whole: Whole | undefined): Sleeping<Whole> =>
      whole === undefined ? present : Sleeping.awake(whole);
    const clockLives = usage === undefined ? this.clockLives : (usage.clockLives ?? []);
    return new SleepingViews(
      { instructions: this.instructions, trust: this.trust, ...rest, clockLives },
      {
        usage: changed(this.#parts.usage, usage),
        deliveries: changed(this.#parts.deliveries, deliveries),
        prices: changed(this.#parts.prices, prices),
      },
    );
  }
}

/** The clocks that the record was dated by, without waking what else is known of usage. */
export const clockLivesOf = ({ views }: Pick<AgentState, 'views'>): readonly ClockLife[] =>
  views instanceof SleepingViews ? views.clockLives : (views.usage.clockLives ?? []);

/** Whether nobody has looked at what sleeps of a state since it was packed. */
export const isAsleep = ({ streams, timers, views }: AgentState): boolean =>
  streams.isAsleep && timers.isAsleep && views instanceof SleepingViews && views.isAsleep;
