import type { EventLog } from '../eventLog.ts';
import type { Projected, Projection } from '../projection.ts';

/** Whose checkpoints they are. */
type Named = Pick<Projection<unknown>, 'name' | 'version'>;

/** Entries between two checkpoints of a live projection. */
export const checkpointIntervalEntries = 10_000;

/**
 * Saves checkpoints of a live projection, one at a time.
 *
 * A state with faults is not saved: once the projection is corrected, it finds the facts it left out by itself.
 */
export class CheckpointSaver {
  #latest: Projected<unknown> | null = null;
  #savedPosition = -1;
  #saving: Promise<void> | undefined;
  readonly #log: EventLog;
  readonly #projection: Named;
  readonly #everyEntries: number;

  constructor(log: EventLog, projection: Named, everyEntries: number) {
    this.#log = log;
    this.#projection = projection;
    this.#everyEntries = everyEntries;
  }

  /** Begins with what was saved last. */
  begin(start: Projected<unknown>): void {
    this.#latest = start;
    this.#savedPosition = start.position;
  }

  /** Takes note of a state, and saves it when the last one is far behind. */
  take(projected: Projected<unknown>): void {
    this.#latest = projected;
    if (this.#saving === undefined && projected.position - this.#savedPosition >= this.#everyEntries) void this.#save();
  }

  /** Saves the last state. */
  async finish(): Promise<void> {
    await this.#saving;
    if (this.#latest !== null && this.#latest.position > this.#savedPosition) await this.#save();
  }

  #save(): Promise<void> {
    const { state, position, hash, faults } = this.#latest as Projected<unknown>;
    if (faults !== null) return Promise.resolve();
    const { name, version } = this.#projection;
    this.#savedPosition = position;
    // A checkpoint only saves time: a disk that refuses it is left for the next append to report.
    this.#saving = this.#log
      .saveCheckpoint({ name, version, position, hash, state })
      .catch(() => undefined)
      .finally(() => (this.#saving = undefined));
    return this.#saving;
  }
}
