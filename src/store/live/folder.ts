import type { Entry } from '../../facts/entry.ts';
import type { EventLog } from '../eventLog.ts';
import { resume, projectEntry, unprojected, type Projected, type Projection } from '../projection.ts';
import { CheckpointSaver } from './checkpointSaver.ts';
import { isClosed, type Feed } from './feed.ts';
import type { Pace } from './pace.ts';
import { from, Observable, ReplaySubject, share, type Subscriber, type Subscription } from './rxjs.ts';

/** One projection that somebody hears. */
class LiveFold<State> {
  readonly #projection: Projection<State>;
  readonly #subscriber: Subscriber<Projected<State>>;
  readonly #saver: CheckpointSaver | null;
  #projected: Projected<State>;
  #told: Projected<State> | null = null;

  constructor(projection: Projection<State>, subscriber: Subscriber<Projected<State>>, saver: CheckpointSaver | null) {
    this.#projection = projection;
    this.#subscriber = subscriber;
    this.#saver = saver;
    this.#projected = unprojected(projection);
  }

  get isOver(): boolean {
    return this.#subscriber.closed;
  }

  get position(): number {
    return this.#projected.position;
  }

  async begin(log: EventLog): Promise<void> {
    this.#projected = await resume(log, this.#projection);
    this.#saver?.begin(this.#projected);
  }

  /** Takes an entry that is news to it; one that it cannot do without understanding ends it, and it alone. */
  take(entry: Entry): void {
    if (this.isOver || entry.position <= this.position) return;
    try {
      this.#projected = projectEntry(this.#projection, this.#projected, entry);
    } catch (error) {
      this.#subscriber.error(error);
    }
  }

  tell(): void {
    if (this.isOver || this.#told === this.#projected) return;
    this.#told = this.#projected;
    this.#saver?.take(this.#projected);
    this.#subscriber.next(this.#projected);
  }

  end(error: unknown): void {
    if (isClosed(error)) this.#subscriber.complete();
    else this.#subscriber.error(error);
  }

  async finish(): Promise<void> {
    this.tell();
    await this.#saver?.finish();
    this.#subscriber.complete();
  }
}

/** How a folder works. */
export interface FolderOptions {
  readonly log: EventLog;
  readonly feed: Feed;
  readonly pace: Pace;
  /** Entries between two checkpoints; null keeps none. */
  readonly checkpointEveryEntries: number | null;
}

/** A fold, whatever its state is. */
type AnyFold = Pick<LiveFold<unknown>, 'isOver' | 'position' | 'begin' | 'take' | 'tell' | 'end' | 'finish'>;

const earliest = (folds: readonly AnyFold[]): number => Math.min(...folds.map(({ position }) => position));

/**
 * Folds the log for all projections that somebody hears, each entry read once for all of them.
 *
 * Whoever comes begins at its checkpoint and reads up to the head beside the others, who wait for nobody; from then on all go
 * together. States are told when the head is reached: of what was recorded in one go only the last one.
 */
export class Folder {
  readonly #options: FolderOptions;
  readonly #newcomers: AnyFold[] = [];
  readonly #present = new Set<AnyFold>();
  #heard = 0;
  #news: Subscription | null = null;
  #isWelcoming = false;
  #isFolding = false;
  #isClosing = false;

  constructor(options: FolderOptions) {
    this.#options = options;
    options.feed.beforeClosing(() => this.#finish());
  }

  /** The projection as it lives, folded once for all who hear it, and not at all for nobody. */
  live<State>(projection: Projection<State>): Observable<Projected<State>> {
    const { log, pace, checkpointEveryEntries: everyEntries } = this.#options;
    return new Observable<Projected<State>>((subscriber) => {
      const saver = everyEntries === null ? null : new CheckpointSaver(log, projection, everyEntries);
      return this.#join(new LiveFold(projection, subscriber, saver));
    }).pipe(
      share({
        connector: () => new ReplaySubject(1),
        resetOnComplete: false,
        resetOnRefCountZero: () => from(pace.linger()),
      }),
    );
  }

  #join(fold: AnyFold): () => void {
    this.#newcomers.push(fold);
    this.#heard += 1;
    this.#news ??= this.#options.feed.head$.subscribe(() => void this.#fold());
    void this.#welcome();
    return () => {
      this.#present.delete(fold);
      this.#heard -= 1;
      if (this.#heard > 0) return;
      this.#news?.unsubscribe();
      this.#news = null;
    };
  }

  /** Those who come while the first one's checkpoint is looked up go with it. */
  async #welcome(): Promise<void> {
    if (this.#isWelcoming) return;
    this.#isWelcoming = true;
    const group: AnyFold[] = [];
    for (let fold = this.#newcomers.shift(); fold !== undefined; fold = this.#newcomers.shift()) {
      await fold.begin(this.#options.log).catch((error: unknown) => fold?.end(error));
      group.push(fold);
    }
    this.#isWelcoming = false;
    if (!(await this.#bringToHead(group))) return;
    if (this.#isClosing) return void (await Promise.all(group.map((fold) => fold.finish())));
    for (const fold of group.filter(({ isOver }) => !isOver)) this.#present.add(fold);
    this.#tell(group);
  }

  async #fold(): Promise<void> {
    if (this.#isFolding || this.#present.size === 0) return;
    this.#isFolding = true;
    await this.#options.pace.soon();
    const { feed } = this.#options;
    const isBehind = (): boolean => [...this.#present].some(({ position }) => position < feed.head);
    while (isBehind() && (await this.#bringToHead([...this.#present]))) this.#tell([...this.#present]);
    this.#isFolding = false;
  }

  /** Folds on to what is the head when that is reached. Gives false when that cannot be done. */
  async #bringToHead(folds: readonly AnyFold[], { giveWay } = this.#options.pace): Promise<boolean> {
    const { feed } = this.#options;
    const going = (): readonly AnyFold[] => folds.filter(({ isOver }) => !isOver);
    try {
      for (let all = going(); all.length > 0 && earliest(all) < feed.head; all = going()) {
        for await (const entry of feed.read({ from: earliest(all) + 1 })) {
          for (const fold of all) fold.take(entry);
          await giveWay();
          if (going().length === 0) return false;
        }
      }
      return true;
    } catch (error) {
      for (const fold of going()) fold.end(error);
      return false;
    }
  }

  #tell(folds: readonly AnyFold[]): void {
    for (const fold of folds) fold.tell();
  }

  /** What was recorded last is told before the log closes; who still reads the past is let go where it is. */
  async #finish(): Promise<void> {
    this.#isClosing = true;
    const present = [...this.#present];
    await this.#bringToHead(present, { ...this.#options.pace, giveWay: () => Promise.resolve() });
    await Promise.all(present.map((fold) => fold.finish()));
  }
}
