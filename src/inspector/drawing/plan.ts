import { statesOf, transitionsOf, type Chart, type ChartState, type ChartTransition } from './chart.ts';

/**
 * What of a statechart becomes a line, and what is written into a box.
 *
 * A line for every transition would bury the chart: where an enclosing state has a line to the same target already, the
 * way of an inner state is written into its box instead (`after outcomeTimeoutMs → backoff`).
 */

/** Transitions from one state to another share one line. */
export interface Connection {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly transitions: readonly ChartTransition[];
  /** Whether it points against the order of the definition: then it is drawn from below. */
  readonly isBackward: boolean;
  /** Whether its source encloses its target: it is then drawn from a mark inside, which stands for all states there. */
  readonly isFromWithin: boolean;
}

/** The lines of a chart, and the ids of transitions that are written instead. */
export interface DrawingPlan {
  readonly chart: Chart;
  readonly connections: readonly Connection[];
  readonly written: ReadonlySet<string>;
  /** Whether arrows say what sets them off; without words it is drawn so closely that a pane holds it. */
  readonly saysWays: boolean;
}

const encloses = (outer: string, inner: string): boolean => inner.startsWith(`${outer}.`);

const key = (source: string, target: string): string => `${source}--to--${target}`;

/** Whether some state around the source, below one that holds the target as well, goes to the same target. */
const isSaidOutside = (source: string, target: string, drawn: ReadonlySet<string>): boolean => {
  const outer = source.slice(0, source.lastIndexOf('.'));
  if (outer === '' || outer === source || encloses(outer, target) || outer === target) return false;
  return drawn.has(key(outer, target)) || isSaidOutside(outer, target, drawn);
};

/** Places in the definition, outside in and top to bottom. */
const orderOf = (chart: Chart): ReadonlyMap<string, number> =>
  new Map(statesOf(chart).map(({ id }, place) => [id, place]));

/** Decides what is drawn and what is written. */
export const planOf = (chart: Chart, saysWays = true): DrawingPlan => {
  const order = orderOf(chart);
  const written = new Set<string>();
  const connections = new Map<string, Connection>();
  const ways = transitionsOf(chart).flatMap((transition) =>
    transition.targets.map((target) => [transition, target] as const),
  );
  const drawn = new Set(ways.map(([{ source }, target]) => key(source, target)));
  for (const [transition, target] of ways) {
    const { source } = transition;
    if (isSaidOutside(source, target, drawn)) {
      written.add(transition.id);
      continue;
    }
    const id = key(source, target);
    const isBackward =
      source !== target && !encloses(source, target) && (order.get(target) ?? 0) < (order.get(source) ?? 0);
    const transitions = [...(connections.get(id)?.transitions ?? []), transition];
    connections.set(id, { id, source, target, transitions, isBackward, isFromWithin: encloses(source, target) });
  }
  return { chart, connections: [...connections.values()], written, saysWays };
};

/** Whether a state needs the mark that stands for all states inside it. */
export const hasMark = ({ connections }: DrawingPlan, state: ChartState): boolean =>
  connections.some(({ source, isFromWithin }) => isFromWithin && source === state.id);
