import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Chart, ChartState, ChartTransition, StateKind, Trigger } from './chart.ts';

/** The name of an action, a guard or a delay in a definition; functions written in place have none to show. */
const nameOf = (part: unknown): string => {
  if (typeof part === 'string') return part;
  if (typeof part === 'number') return `${part} ms`;
  if (typeof part === 'object' && part !== null && 'type' in part) return String(part.type);
  return 'unnamed';
};

/** What a person wrote; XState adds actions of its own for delays, as functions. */
const namesOf = (actions: readonly unknown[]): readonly string[] =>
  actions.filter((action) => typeof action !== 'function').map(nameOf);

type Definition = AnyStateNode['always'] extends readonly (infer T)[] | undefined ? T : never;

/** What XState calls the end of a delay: `xstate.after.{delay}.{state}`. */
const delayOf = (eventType: string, state: AnyStateNode): string | null =>
  eventType.startsWith('xstate.after.') ? eventType.slice('xstate.after.'.length, -(state.id.length + 1)) : null;

const triggerOf = (eventType: string, state: AnyStateNode): Trigger => {
  const delay = delayOf(eventType, state);
  if (delay !== null) return { kind: 'after', delay: /^\d+$/.test(delay) ? `${delay} ms` : delay };
  if (eventType.startsWith('xstate.done.')) return { kind: 'done' };
  return eventType === '' ? { kind: 'always' } : { kind: 'event', event: eventType };
};

const idPart = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'event':
      return trigger.event;
    case 'after':
      return `after.${trigger.delay.replace(/ /g, '')}`;
    default:
      return trigger.kind;
  }
};

/** The id of the transition at a place among those of a state for an event, as in the chart and its picture. */
export const transitionID = (state: AnyStateNode, eventType: string, place: number): string =>
  `${state.id}--${idPart(triggerOf(eventType, state))}--${place}`;

const transitionOf = (
  definition: Definition,
  eventType: string,
  state: AnyStateNode,
  place: number,
): ChartTransition => {
  const trigger = triggerOf(eventType, state);
  const guard: unknown = definition.guard;
  return {
    id: transitionID(state, eventType, place),
    source: state.id,
    targets: (definition.target ?? []).map(({ id }: { readonly id: string }) => id),
    trigger,
    guard: guard === undefined || guard === null ? null : nameOf(guard),
    actions: namesOf(definition.actions),
    reenter: definition.reenter,
    description: definition.description ?? null,
  };
};

/** In the order in which they are tried and read: what is decided at once, then events, then delays. */
const transitionsOf = (state: AnyStateNode): readonly ChartTransition[] => {
  const groups: readonly (readonly [string, readonly Definition[]])[] = [
    ['', state.always ?? []],
    ...state.transitions,
  ];
  const all = groups.flatMap(([eventType, definitions]) =>
    definitions.map((definition, place) => transitionOf(definition, eventType, state, place)),
  );
  const isDelay = ({ trigger }: ChartTransition): boolean => trigger.kind === 'after';
  return [...all.filter((each) => !isDelay(each)), ...all.filter(isDelay)];
};

const stateOf = (state: AnyStateNode): ChartState => ({
  id: state.id,
  name: state.key,
  kind: state.type as StateKind,
  isRegion: state.parent?.type === 'parallel',
  description: state.description ?? null,
  entry: namesOf(state.entry),
  exit: namesOf(state.exit),
  initial: state.type === 'compound' ? (state.initial.target[0]?.id ?? null) : null,
  states: Object.values(state.states).map(stateOf),
  transitions: transitionsOf(state),
});

/** Reads the definition of a machine. */
export const readMachine = (machine: AnyStateMachine): Chart => stateOf(machine.root);
