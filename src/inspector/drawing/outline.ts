import { triggerText, type Chart, type ChartState, type ChartTransition } from './chart.ts';

/**
 * A statechart for one glance: its states, and what leads from one to another. What is done on the way, and what does
 * not lead elsewhere, is left to the whole picture. Ids are kept, so that both are lit alike.
 */

const sayAlike = (one: ChartTransition, other: ChartTransition): boolean =>
  one.targets.join() === other.targets.join() &&
  triggerText(one.trigger) === triggerText(other.trigger) &&
  one.guard === other.guard;

/** Whether the same leads elsewhere as well: then it is the condition that tells the ways apart. */
const isForked = (transition: ChartTransition, all: readonly ChartTransition[]): boolean =>
  all.some(
    (other) =>
      triggerText(other.trigger) === triggerText(transition.trigger) &&
      other.targets.join() !== transition.targets.join(),
  );

/** A decision is nothing without its condition, nor is an event that leads to several places; else the event is enough. */
const bare = (transition: ChartTransition, _place: number, all: readonly ChartTransition[]): ChartTransition => ({
  ...transition,
  actions: [],
  guard: transition.trigger.kind === 'always' || isForked(transition, all) ? transition.guard : null,
});

/** Whether some enclosing state goes there as well, out of itself: that arrow says it for both. */
const isSaidAround = ({ targets }: ChartTransition, around: ReadonlySet<string>): boolean =>
  targets.every((target) => around.has(target));

const waysOf = ({ id, transitions }: ChartState, around: ReadonlySet<string>): readonly ChartTransition[] =>
  transitions
    .filter(({ targets }) => targets.length > 0 && targets.some((target) => target !== id))
    .filter((transition) => !isSaidAround(transition, around))
    .map(bare)
    .filter((each, place, all) => all.findIndex((other) => sayAlike(each, other)) === place);

const outlined = (state: ChartState, around: ReadonlySet<string>): ChartState => {
  const transitions = waysOf(state, around);
  const leading = transitions.flatMap(({ targets }) => targets).filter((target) => !target.startsWith(`${state.id}.`));
  const further = new Set([...around, ...leading]);
  return { ...state, entry: [], exit: [], transitions, states: state.states.map((inner) => outlined(inner, further)) };
};

/** The outline of a chart. */
export const outlineOf = (chart: Chart): Chart => outlined(chart, new Set());
