/** What of a drawing shines: the states that are active, and the way just taken. */
import type { ChartState, Taken } from '../server/answers.ts';

type Transition = ChartState['transitions'][number];

/** A state and all within it. */
export const statesOf = (state: ChartState): readonly ChartState[] => [state, ...state.states.flatMap(statesOf)];

/** The states that are active and hold no other active one. */
export const activeLeaves = (chart: ChartState, active: ReadonlySet<string>): readonly ChartState[] =>
  statesOf(chart).filter(({ id, states }) => active.has(id) && !states.some((inner) => active.has(inner.id)));

/** The innermost region that a state is in, which asks what the state answers; undefined where none of its machine is parallel. */
export const regionOf = (chart: ChartState, { id }: ChartState): ChartState | undefined =>
  statesOf(chart)
    .filter((each) => each.isRegion && id.startsWith(`${each.id}.`))
    .at(-1);

/** Transitions by their ids. */
export const transitionsByID = (chart: ChartState): ReadonlyMap<string, Transition> =>
  new Map(statesOf(chart).flatMap(({ transitions }) => transitions.map((each) => [each.id, each] as const)));

/** Ids of the groups that show a step: its transitions, their lines, and what was decided at once on the way. */
export const groupsOf = (taken: Taken, chart: ChartState): ReadonlySet<string> => {
  const known = transitionsByID(chart);
  const entered = new Set(taken.entered);
  const decided = [...known.values()].filter(
    ({ trigger, source, targets }) =>
      trigger.kind === 'always' &&
      (entered.has(source) || taken.left.includes(source)) &&
      targets.some((target) => entered.has(target)),
  );
  const steps = [...taken.transitionIDs.flatMap((id) => known.get(id) ?? []), ...decided];
  return new Set(
    steps.flatMap(({ id, source, targets }) => [id, ...targets.map((target) => `${source}--to--${target}`)]),
  );
};

/** Whether a step led nowhere: nothing was taken, or all of it stayed where it was. */
export const ledNowhere = ({ left, entered, transitionIDs }: Taken): boolean =>
  left.length === 0 && entered.length === 0 && transitionIDs.length === 0;

/** Ids of the groups that show the ways a guard kept a step from, where it led nowhere. */
export const refusedGroupsOf = (taken: Taken): ReadonlySet<string> =>
  new Set(
    ledNowhere(taken)
      ? taken.refused.flatMap(({ id, source, targets }) => [id, ...targets.map((target) => `${source}--to--${target}`)])
      : [],
  );

/** `reply.received [pollBroughtNothing] → waiting / contactMade` */
export const transitionText = ({ trigger, guard, targets, actions }: Transition): string => {
  const when =
    trigger.kind === 'event'
      ? (trigger.event ?? '')
      : trigger.kind === 'after'
        ? `after ${trigger.delay ?? ''}`
        : trigger.kind === 'done'
          ? 'when done'
          : '';
  const parts = [
    when,
    guard === null ? '' : `[${guard}]`,
    targets.length === 0 ? '' : `→ ${targets.map((id) => id.slice(id.lastIndexOf('.') + 1)).join(', ')}`,
    actions.length === 0 ? '' : `/ ${actions.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
};

/** A description without the marks of its source: the rule stands in brackets. */
export const descriptionText = (description: string | null): string =>
  (description ?? '')
    .replace(/\s*@rule ([^@]*)/g, (_, rule: string) => ` (rule ${rule.trim()})`)
    .replace(/@\w+\s*/g, '')
    .trim();
