/**
 * Where everything is: of each entry its time, its kind and its stream, in a few bytes.
 *
 * Lanes, filters and "which entry was at that time" are answered from here without touching the log, so that they are
 * quick in a log of a million entries.
 */
import type { EntryDirection, Entry } from '../../facts/entry.ts';
import type { ApiLane, EyeLevel } from '../api/words.ts';
import { isLandmark, laneOf, levelOf, messageOf, weightOf } from './lanes.ts';

/** What entries of a kind have in common. */
export interface Kind {
  readonly type: string;
  readonly direction: EntryDirection;
  readonly message: string | null;
  readonly lane: ApiLane;
  readonly level: EyeLevel;
}

/** Which entries are meant; what is absent does not matter. */
export interface EntryFilter {
  readonly types?: readonly string[] | undefined;
  /** A stream, or the kind of streams that begin with it. */
  readonly streams?: readonly string[] | undefined;
  readonly lanes?: readonly string[] | undefined;
  readonly direction?: EntryDirection | undefined;
}

/** Looks at an entry: its position, its time, the place of its kind in `kinds`, and what it stands for. */
export type Look = (position: number, recordedAt: number, kind: number, weight: number) => void;

/** Whether the entry at a position is meant. */
export type Matches = (position: number) => boolean;

const chunkEntries = 65_536;

/** The columns of so many entries. */
interface Chunk {
  readonly recordedAt: Float64Array;
  /** The latest time up to here: clocks are set back, and what is searched must only grow. */
  readonly latestAt: Float64Array;
  readonly kind: Uint16Array;
  readonly stream: Uint32Array;
  readonly weight: Uint32Array;
}

const emptyChunk = (): Chunk => ({
  recordedAt: new Float64Array(chunkEntries),
  latestAt: new Float64Array(chunkEntries),
  kind: new Uint16Array(chunkEntries),
  stream: new Uint32Array(chunkEntries),
  weight: new Uint32Array(chunkEntries),
});

/** Names as small numbers, and how often each was met. */
class Dictionary<Value> {
  readonly values: Value[] = [];
  readonly counts: number[] = [];
  readonly #codes = new Map<string, number>();

  codeOf(key: string, value: () => Value): number {
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.values.length);
    this.counts.push(0);
    return this.values.push(value()) - 1;
  }
}

export class EntryIndex {
  readonly #chunks: Chunk[] = [];
  readonly #kinds = new Dictionary<Kind>();
  readonly #streams = new Dictionary<string>();
  /** The first position; a log may begin at a base. */
  readonly start: number;
  #end: number;
  #latestAt = Number.NEGATIVE_INFINITY;
  readonly #landmarks: number[] = [];

  constructor(start = 0) {
    this.start = start;
    this.#end = start;
  }

  /** The position of the next entry: it knows those from `start` to before this. */
  get end(): number {
    return this.#end;
  }

  /** Takes the next entry; one that is not the next is left out. */
  add(entry: Entry): void {
    if (entry.position !== this.#end) return;
    const [chunk, at] = this.#placeFor(entry.position);
    this.#latestAt = Math.max(this.#latestAt, entry.recordedAt);
    chunk.recordedAt[at] = entry.recordedAt;
    chunk.latestAt[at] = this.#latestAt;
    chunk.kind[at] = this.#kindCode(entry);
    chunk.stream[at] = this.#streamCode(entry.stream);
    chunk.weight[at] = weightOf(entry);
    if (isLandmark(entry.type)) this.#landmarks.push(entry.position);
    this.#end += 1;
  }

  recordedAt(position: number): number | null {
    return position < this.start || position >= this.#end ? null : this.#value('recordedAt', position);
  }

  kindOf(position: number): Kind {
    return this.#kinds.values[this.#value('kind', position)] as Kind;
  }

  streamOf(position: number): string {
    return this.#streams.values[this.#value('stream', position)] as string;
  }

  weightOf(position: number): number {
    return this.#value('weight', position);
  }

  /** Kinds and streams that were met, each with how many entries it has; in the order in which they were met first. */
  get kinds(): readonly (readonly [Kind, number])[] {
    return this.#kinds.values.map((kind, code) => [kind, this.#kinds.counts[code] ?? 0]);
  }

  get streams(): readonly (readonly [string, number])[] {
    return this.#streams.values.map((stream, code) => [stream, this.#streams.counts[code] ?? 0]);
  }

  /** Positions of entries that deserve a flag on the timeline, in order; few among many. */
  get landmarks(): readonly number[] {
    return this.#landmarks;
  }

  /** Looks at the entries from one position to before another; a million of them in some milliseconds. */
  scan(from: number, to: number, look: Look): void {
    for (let position = Math.max(from, this.start); position < Math.min(to, this.#end);) {
      const at = position - this.start;
      const { recordedAt, kind, weight } = this.#chunks[Math.floor(at / chunkEntries)] as Chunk;
      const first = at % chunkEntries;
      const count = Math.min(chunkEntries - first, Math.min(to, this.#end) - position);
      for (let place = first; place < first + count; place += 1)
        look(position + place - first, recordedAt[place] as number, kind[place] as number, weight[place] as number);
      position += count;
    }
  }

  /** The first position whose time is later than the instant; `end` when there is none. */
  firstAfter(at: number): number {
    let low = this.start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#value('latestAt', middle) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last entry of the step that an entry belongs to: an input and what was concluded from it are one. */
  endOfStep(position: number): number {
    let end = Math.max(position, this.start - 1);
    while (end + 1 < this.#end && this.kindOf(end + 1).direction === 'out') end += 1;
    return end;
  }

  /** The last entry before a position that is meant, or null. */
  lastBefore(position: number, matches: Matches): number | null {
    for (let at = Math.min(position, this.#end) - 1; at >= this.start; at -= 1) if (matches(at)) return at;
    return null;
  }

  /** Makes a filter quick: names become numbers once. */
  matcher({ types, streams, lanes, direction }: EntryFilter): Matches {
    const kinds = this.#kinds.values.map(
      (kind) =>
        (types === undefined || types.includes(kind.type)) &&
        (lanes === undefined || lanes.includes(kind.lane)) &&
        (direction === undefined || direction === kind.direction),
    );
    const wanted =
      streams === undefined
        ? null
        : this.#streams.values.map((stream) =>
            streams.some((each) => stream === each || stream.startsWith(`${each}/`)),
          );
    return (position) =>
      kinds[this.#value('kind', position)] === true &&
      (wanted === null || wanted[this.#value('stream', position)] === true);
  }

  #value(column: keyof Chunk, position: number): number {
    const at = position - this.start;
    return this.#chunks[Math.floor(at / chunkEntries)]?.[column][at % chunkEntries] ?? 0;
  }

  #placeFor(position: number): readonly [Chunk, number] {
    const at = position - this.start;
    const number = Math.floor(at / chunkEntries);
    return [(this.#chunks[number] ??= emptyChunk()), at % chunkEntries];
  }

  #kindCode(entry: Entry): number {
    const { type, direction } = entry;
    const message = messageOf(entry);
    const lane = laneOf(entry);
    const code = this.#kinds.codeOf(`${direction} ${type} ${lane} ${message ?? ''}`, () => ({
      type,
      direction,
      message,
      lane,
      level: levelOf(entry),
    }));
    this.#kinds.counts[code] = (this.#kinds.counts[code] ?? 0) + 1;
    return code;
  }

  #streamCode(stream: string): number {
    const code = this.#streams.codeOf(stream, () => stream);
    this.#streams.counts[code] = (this.#streams.counts[code] ?? 0) + 1;
    return code;
  }
}
