import type { Input, Output } from '../facts/fact.ts';
import type { Moment } from '../machines/moment.ts';
import type { Signal } from '../machines/signals.ts';
import type { Consequence } from './consequence.ts';
import type { AgentState } from './state.ts';

/**
 * Who hears what: what follows from an input, from a signal, and from a fact that was just concluded. Pure: they look things
 * up in the state and change nothing. The core asks, `src/reactions` answers.
 */
export interface Reactions {
  readonly toInput: (state: AgentState, moment: Moment, input: Input) => readonly Consequence[];
  readonly toSignal: (state: AgentState, moment: Moment, signal: Signal) => readonly Consequence[];
  readonly toFact: (state: AgentState, moment: Moment, fact: Output) => readonly Consequence[];
}
