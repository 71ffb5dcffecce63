/**
 * A statechart as it is drawn and described: what a machine's definition says, without the machinery that runs it.
 *
 * Ids are the machine's own (`ven.registered.polling`), so that whoever has a snapshot can find its states in the picture.
 */

/** What sets a transition off. */
export type Trigger =
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'after'; readonly delay: string }
  | { readonly kind: 'always' }
  | { readonly kind: 'done' };

/** One way to go on, or one thing done without leaving. */
export interface ChartTransition {
  /** Stable while the state keeps its place and the event its transitions: `ven.backoff--after.backoffDelayMs--0`. */
  readonly id: string;
  readonly source: string;
  /** Empty when the state is not left. */
  readonly targets: readonly string[];
  readonly trigger: Trigger;
  readonly guard: string | null;
  readonly actions: readonly string[];
  /** Whether a state that is its own target is left and entered again. */
  readonly reenter: boolean;
  readonly description: string | null;
}

/** How a state is built. */
export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** A state with everything inside it. */
export interface ChartState {
  readonly id: string;
  readonly name: string;
  readonly kind: StateKind;
  /** Whether it is one of several that are active at once. */
  readonly isRegion: boolean;
  readonly description: string | null;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  /** Where it begins; null for states that hold none or begin in all of theirs. */
  readonly initial: string | null;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/** A whole statechart: its outermost state. */
export type Chart = ChartState;

/** The state and all within it, outside in and top to bottom. */
export const statesOf = (state: ChartState): readonly ChartState[] => [state, ...state.states.flatMap(statesOf)];

/** All transitions of a state and of those within it. */
export const transitionsOf = (state: ChartState): readonly ChartTransition[] =>
  statesOf(state).flatMap(({ transitions }) => transitions);

/** What sets a transition off, for people: `reply.received`, `after dtstart`, `always`. */
export const triggerText = (trigger: Trigger): string => {
  switch (trigger.kind) {
    case 'event':
      return trigger.event;
    case 'after':
      return `after ${trigger.delay}`;
    case 'always':
      return 'always';
    case 'done':
      return 'when done';
  }
};
