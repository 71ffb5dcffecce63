/**
 * Packs states that sleep into what takes little: a twentieth or less.
 *
 * VENs of one fleet know much the same: their programme, the prices, what devices can do. So each state is written as what it
 * has that another one has not; that other one is kept once for all of them, and is a newer one every now and then.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { plainStreams, plainTimers, revive, type PlainState } from '../core/plainState.ts';
import {
  type Packed,
  clockLivesOf,
  isAsleep,
  Sleeping,
  SleepingPart,
  type SleepingView,
  SleepingViews,
  type WholeStreams,
  wakefulMachines,
} from '../core/sleeping.ts';
import { Shelves } from '../core/shelves.ts';
import type { AgentState, Views } from '../core/state.ts';
import { firstOfShelves } from '../core/timers.ts';

/** A text that takes more than this part of its length was compared with one that is too different. */
const tooDifferent = 1 / 16;

/** How long a text is kept for comparison at the least, so that there are few of them. @unit ms */
const comparedForMs = 60_000;

/** @limit What zlib compares with. @unit bytes */
const windowBytes = 32_768;

/** @limit Orders of shelves that are kept once. */
const ordersKept = 1_000;

/** A text as what it has that another one has not. */
class PackedText<Whole> implements Packed<Whole> {
  /** Bytes as characters: a text of them takes that and nothing else, where bytes by themselves take three hundred more. */
  readonly #packed: string;
  readonly #other: Buffer;
  readonly #read: (text: string) => Whole;

  constructor(packed: Buffer, other: Buffer, read: (text: string) => Whole) {
    this.#packed = packed.toString('latin1');
    this.#other = other;
    this.#read = read;
  }

  unpack(): Whole {
    return this.#read(inflateRawSync(Buffer.from(this.#packed, 'latin1'), { dictionary: this.#other }).toString());
  }
}

/** Packs one part of many states. */
class PartPacking<Whole> {
  readonly #now: () => number;
  readonly #read: (text: string) => Whole;
  /** What texts are compared with. */
  #other = Buffer.from('{}');
  #takenAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number, read: (text: string) => Whole) {
    this.#now = now;
    this.#read = read;
  }

  packed(text: string): Packed<Whole> {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes, { dictionary: this.#other });
    const now = this.#now();
    if (packed.length < bytes.length * tooDifferent || Math.abs(now - this.#takenAt) < comparedForMs)
      return new PackedText(packed, this.#other, this.#read);
    // A copy: a part of the array that small buffers share would keep all of that.
    this.#other = Buffer.from(new Uint8Array(bytes.subarray(-windowBytes)));
    this.#takenAt = now;
    return new PackedText(deflateRawSync(bytes, { dictionary: this.#other }), this.#other, this.#read);
  }
}

const machineOf = (key: string): string => /^[^/ ]*/.exec(key)?.[0] ?? '';

const ofSleepers = <Item>(items: Readonly<Record<string, Item>>): Readonly<Record<string, Item>> =>
  Object.fromEntries(Object.entries(items).filter(([key]) => !wakefulMachines.has(machineOf(key))));

const streamsText = (state: AgentState): string =>
  JSON.stringify({ streams: ofSleepers(plainStreams(state)), timers: ofSleepers(plainTimers(state)) });

const wholeStreams = (text: string): WholeStreams => {
  const { streams, timers } = JSON.parse(text) as Pick<PlainState, 'streams' | 'timers'>;
  const revived = Object.entries(streams).map(([stream, plain]) => [stream, revive(stream, plain)] as const);
  return { streams: Shelves.of(revived).shelves, timers: Shelves.of(Object.entries(timers)).shelves };
};

const streamsOf = ({ streams }: WholeStreams): WholeStreams['streams'] => streams;
const timersOf = ({ timers }: WholeStreams): WholeStreams['timers'] => timers;

/** Packs the states of many agents of a process. */
export class StatePacking {
  readonly #orders = new Map<string, readonly string[]>();
  readonly #streams: PartPacking<WholeStreams>;
  readonly #views: { readonly [View in SleepingView]: PartPacking<Views[View]> };

  /** `now`: UTC ms. */
  constructor(now: () => number) {
    this.#streams = new PartPacking(now, wholeStreams);
    this.#views = {
      usage: new PartPacking(now, (text) => JSON.parse(text) as Views['usage']),
      deliveries: new PartPacking(now, (text) => JSON.parse(text) as Views['deliveries']),
      prices: new PartPacking(now, (text) => JSON.parse(text) as Views['prices']),
    };
  }

  /** The same state, of which most sleeps until somebody looks at it. What has not changed since it slept is not packed again. */
  sleep(state: AgentState): AgentState {
    if (isAsleep(state)) return state;
    const { views } = state;
    const { instructions, trust } = views;
    const at = { usage: this.#viewOf(views, 'usage'), deliveries: this.#viewOf(views, 'deliveries') };
    return {
      ...state,
      ...this.#streamsOf(state),
      views: new SleepingViews(
        { instructions, trust, clockLives: clockLivesOf(state) },
        { ...at, prices: this.#viewOf(views, 'prices') },
      ),
    };
  }

  #streamsOf(state: AgentState): Pick<AgentState, 'streams' | 'timers'> {
    const { streams, timers } = state;
    if (streams.isAsleep && timers.isAsleep) return { streams, timers };
    const sleeping = Sleeping.of(this.#streams.packed(streamsText(state)));
    const others = [...timers.shelves].filter(([name]) => !wakefulMachines.has(name));
    const first = firstOfShelves(others.map(([, shelf]) => shelf));
    return {
      streams: streams.asleep(
        wakefulMachines,
        new SleepingPart(sleeping, streamsOf, this.#namesOf(streams.shelves), null),
      ),
      timers: timers.asleep(
        wakefulMachines,
        new SleepingPart(sleeping, timersOf, this.#namesOf(timers.shelves), first),
      ),
    };
  }

  #viewOf<View extends SleepingView>(views: Views, view: View): Sleeping<Views[View]> {
    const known = views instanceof SleepingViews ? views.partOf(view) : null;
    if (known?.isAwake === false) return known;
    return Sleeping.of(known?.packed ?? this.#views[view].packed(JSON.stringify(views[view])));
  }

  /** The names of shelves in their order, once for all that have the same. */
  #namesOf(shelves: ReadonlyMap<string, unknown>): readonly string[] {
    const names = [...shelves.keys()];
    const key = names.join(' ');
    const known = this.#orders.get(key);
    if (known !== undefined || this.#orders.size >= ordersKept) return known ?? names;
    this.#orders.set(key, names);
    return names;
  }
}
