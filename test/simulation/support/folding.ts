import { isDeepStrictEqual } from 'node:util';
import { Fold, type ReplayDivergence } from '../../../src/shell/fold.ts';
import { toPlain } from '../../../src/core/plainState.ts';
import type { AgentState } from '../../../src/core/state.ts';
import type { Entry } from '../../../src/facts/entry.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { SameData } from './sameData.ts';

const asData = (state: AgentState): unknown => JSON.parse(JSON.stringify(toPlain(state))) as unknown;

/** Live states by the position after which they held, kept for comparison with a fold of the log. */
export class Samples {
  /** A state never changes, and shares with the next what that leaves as it was: keeping many costs little. */
  readonly #states = new Map<number, AgentState>();
  readonly #every: number;
  #appends = 0;

  /** Keeps the state after every nth append, and what each new life knows. */
  constructor(world: AgentWorld, every: number) {
    this.#every = every;
    const { onAppend } = world;
    world.onAppend = (head, state) => {
      onAppend?.(head, state);
      const { position } = head;
      this.#appends += 1;
      if (this.#appends % this.#every === 0) this.#states.set(position, state);
    };
    world.onRestored = ({ state }) => {
      if (world.log.head.position >= 0) this.#states.set(world.log.head.position, state);
    };
  }

  get count(): number {
    return this.#states.size;
  }

  /** What is left of the samples after a kill took away what was not on disk. */
  forgetBeyond(position: number): void {
    for (const sampled of this.#states.keys()) if (sampled > position) this.#states.delete(sampled);
  }

  /**
   * Folds the log once, and says at which positions live and folded state differ, and where outputs diverge. `entries`: those of the
   * log, where they were read already.
   */
  async compare(
    log: EventLog,
    entries?: readonly Entry[],
  ): Promise<{ divergences: readonly ReplayDivergence[]; differences: readonly string[]; state: AgentState }> {
    const fold = await Fold.of(log, { verify: true });
    const same = new SameData();
    const differences: string[] = [];
    for await (const entry of entries ?? log.read({ from: fold.position + 1 })) {
      if (entry.position <= fold.position) continue;
      fold.take(entry);
      const live = this.#states.get(entry.position);
      if (live === undefined || same.holds(toPlain(live), toPlain(fold.state))) continue;
      const [lived, folded] = [asData(live), asData(fold.state)];
      if (!isDeepStrictEqual(lived, folded))
        differences.push(`after ${entry.position} (${entry.type}): ${firstDifference(lived, folded)}`);
    }
    const { divergences, state } = fold.finish();
    return { divergences, differences, state };
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The path of the first difference between two data, and both sides of it. */
export const firstDifference = (a: unknown, b: unknown, path = ''): string => {
  if (!isObject(a) || !isObject(b))
    return `${path}: ${JSON.stringify(a)?.slice(0, 200)} ≠ ${JSON.stringify(b)?.slice(0, 200)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!isDeepStrictEqual(a[key], b[key])) return firstDifference(a[key], b[key], `${path}/${key}`);
  }
  return `${path}: the same`;
};
