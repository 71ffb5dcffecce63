import type { PlanSpan } from '../dispatch/planningProblem.ts';
import type { ForkDivergence, ToldWatts } from './terms.ts';

/** What devices were told, as lines in time, and where two of them part. */

/** What a device is told for a time. */
export interface ToldSpan extends PlanSpan {
  readonly resourceID: string;
  readonly demandWatts: number;
  /** Where it stands in the log; null for what is not in it. */
  readonly position: number | null;
  readonly type: string | null;
}

/** Orders one after the other: each holds until its end, or until the next. */
export class ToldLine {
  readonly #spans = new Map<string, ToldSpan[]>();

  /** Adds an order; what holds of the one before ends with it. */
  add(span: ToldSpan): void {
    this.#end(span.resourceID, span.startAt);
    this.#of(span.resourceID).push(span);
  }

  /** Nothing holds any more from an instant on. */
  release(resourceID: string, at: number): void {
    this.#end(resourceID, at);
  }

  spansOf(resourceID: string): readonly ToldSpan[] {
    return this.#spans.get(resourceID) ?? [];
  }

  at(resourceID: string, at: number): ToldSpan | null {
    return this.spansOf(resourceID).findLast(({ startAt, endAt }) => startAt <= at && at < endAt) ?? null;
  }

  #of(resourceID: string): ToldSpan[] {
    const spans = this.#spans.get(resourceID) ?? [];
    this.#spans.set(resourceID, spans);
    return spans;
  }

  #end(resourceID: string, at: number): void {
    const spans = this.#of(resourceID);
    const last = spans.at(-1);
    if (last !== undefined && last.endAt > at) spans[spans.length - 1] = { ...last, endAt: Math.max(last.startAt, at) };
  }
}

/** An agent tells a device a moment after its plan says so. @unit ms */
const aMomentMs = 60_000;

/** To be left alone and to rest is the same to a battery. */
const wattsOf = (span: ToldSpan | null): number => span?.demandWatts ?? 0;

const toldOf = (span: ToldSpan | null): ToldWatts => span?.demandWatts ?? null;

/** The lines of which the first parting is looked for. */
export interface ToldLines {
  readonly recorded: ToldLine;
  readonly same: ToldLine;
  readonly other: ToldLine;
}

/** Where the other settings first would have had a device told otherwise than the record, and than the same models with the settings that were. */
export const firstDivergence = (
  { recorded, same, other }: ToldLines,
  resourceIDs: readonly string[],
  { startAt, endAt }: PlanSpan,
): ForkDivergence | null => {
  const found = resourceIDs.flatMap((resourceID) => {
    const spans = [...same.spansOf(resourceID), ...other.spansOf(resourceID)];
    const edges = [...new Set([startAt, ...spans.flatMap((span) => [span.startAt, span.endAt])])]
      .filter((at) => at >= startAt && at < endAt)
      .sort((a, b) => a - b);
    for (const [index, at] of edges.entries()) {
      const would = other.at(resourceID, at);
      if (wattsOf(would) === wattsOf(same.at(resourceID, at))) continue;
      const was = recorded.at(resourceID, Math.min(at + aMomentMs, (edges[index + 1] ?? endAt) - 1));
      if (wattsOf(was) === wattsOf(would)) continue;
      const { position = null, type = null } = was ?? {};
      return [{ at, resourceID, position, type, recordedWatts: toldOf(was), wouldBeWatts: toldOf(would) }];
    }
    return [];
  });
  return found.toSorted((a, b) => a.at - b.at)[0] ?? null;
};
