import type { Input, Output } from '../facts/fact.ts';
import type { Moment } from '../machines/moment.ts';
import type { Signal } from '../machines/signals.ts';
import type { Consequence, Unsettled } from './consequence.ts';
import type { AgentState } from './state.ts';

/**
 * Who hears what: what follows from an input, from a signal, from a fact that was just concluded, and from silence. Pure: they
 * look things up in the state and change nothing. The core asks, `src/reactions` answers.
 */
export interface Reactions {
  readonly toInput: (state: AgentState, moment: Moment, input: Input) => readonly Consequence[];
  readonly toSignal: (state: AgentState, moment: Moment, signal: Signal) => readonly Consequence[];
  readonly toFact: (state: AgentState, moment: Moment, fact: Output) => readonly Consequence[];
  /** What is tried, each thing by itself, when a step could not be taken. */
  readonly toFailure: (state: AgentState, moment: Moment, input: Input, why: string) => readonly Consequence[];
  /** When all is said: what was touched on the way is settled. Asked again until nothing follows. */
  readonly toSilence: (state: AgentState, moment: Moment, unsettled: ReadonlySet<Unsettled>) => readonly Consequence[];
}
