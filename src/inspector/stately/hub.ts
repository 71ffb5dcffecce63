/**
 * Tells whoever watches what the machines do, in the words of `@statelyai/inspect`.
 *
 * Nothing is converted, and nothing folded, while nobody watches. Who joins late is told every stream with its definition
 * and its present snapshot first, so that there is always something to draw.
 */
import { Fold } from '../../shell/fold.ts';
import type { TransitionTaken } from '../../core/streams.ts';
import type { History } from '../history/history.ts';
import { actorMessage, eventMessage, snapshotMessage, type Discretion, type StatelyMessage } from './messages.ts';

/** Somebody who watches. */
export interface StatelyWatcher {
  readonly discretion: Discretion;
  tell(message: StatelyMessage): void;
}

/** Calls a function a little later, once for many calls. */
export type Soon = (work: () => void) => void;

/** Tells the machines' lives to all who watch. */
export class StatelyHub {
  readonly #history: History;
  readonly #soon: Soon;
  readonly #watchers = new Set<StatelyWatcher>();
  #fold: Fold | null = null;
  /** When the entry that is folded was recorded. UTC ms. */
  #at = 0;
  #unfollow: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(history: History, soon: Soon) {
    this.#history = history;
    this.#soon = soon;
  }

  /** How many watch. */
  get watchers(): number {
    return this.#watchers.size;
  }

  /** Lets somebody watch from now on; resolves when all that is there has been told. */
  join(watcher: StatelyWatcher): Promise<void> {
    return this.#next(async () => {
      const fold = await this.#begun();
      this.#watchers.add(watcher);
      const at = this.#history.inspected.live()?.now ?? this.#history.index.recordedAt(fold.position) ?? 0;
      for (const [stream, snapshot] of fold.state.streams)
        watcher.tell(actorMessage(stream, snapshot, at, watcher.discretion));
    });
  }

  /** Lets somebody go; after the last one nothing is kept. */
  leave(watcher: StatelyWatcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    this.#unfollow();
    this.#fold = null;
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.catch(() => undefined).then(work);
    return this.#working;
  }

  async #begun(): Promise<Fold> {
    if (this.#fold !== null) return this.#fold;
    await this.#history.ready;
    const position = this.#history.index.endOfStep(this.#history.head);
    const state = await this.#history.agentAt(position);
    this.#fold = new Fold({ state, position, watch: (taken) => this.#tell(taken) });
    const { projections } = this.#history;
    this.#unfollow = projections.attend(projections.head$, {
      name: 'What the machines do',
      next: () => this.#soon(() => void this.#next(() => this.#catchUp()).catch(() => undefined)),
    });
    return this.#fold;
  }

  async #catchUp(): Promise<void> {
    const fold = this.#fold;
    if (fold === null) return;
    for await (const entry of this.#history.projections.read({ from: fold.position + 1 })) {
      if (this.#fold !== fold) return;
      this.#at = entry.recordedAt;
      fold.take(entry);
    }
  }

  #tell({ stream, event, isFounded, before, after }: TransitionTaken): void {
    for (const watcher of this.#watchers) {
      const { discretion } = watcher;
      if (isFounded) watcher.tell(actorMessage(stream, before, this.#at, discretion));
      watcher.tell(eventMessage(stream, event, this.#at, discretion));
      watcher.tell(snapshotMessage(stream, event, after, this.#at, discretion));
    }
  }
}
