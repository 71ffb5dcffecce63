/**
 * One event for one stream: the machine's transition, what it wants done as consequences, and its delays as timers.
 */
import { getMicrosteps, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { Stream } from '../facts/entry.ts';
import type { Output } from '../facts/fact.ts';
import { addressOf, machines } from '../machines/machines.ts';
import type { Moment } from '../machines/moment.ts';
import type { Signal } from '../machines/signals.ts';
import { isOutput, type Consequence, type Told } from './consequence.ts';
import type { AgentState, Timer } from './state.ts';
import { eventOfTimer, withoutStream, withTimers } from './timers.ts';
import { initialOf, transition, type MachineAction } from './transition.ts';

/** A step that did not come to an end, or a machine that threw: the program is wrong, not its input. */
export class StepFault extends Error {
  override readonly name = 'StepFault';
}

/** A transition as it was taken, for whoever watches the machines. */
export interface TransitionTaken {
  readonly stream: Stream;
  readonly machine: AnyStateMachine;
  readonly event: { readonly type: string };
  /** What the machine was before; its initial snapshot when it was founded by this event. */
  readonly before: AnyMachineSnapshot;
  readonly isFounded: boolean;
  readonly after: AnyMachineSnapshot;
}

/** What a machine was on its way through an event, the last of which it came to: decisions that wait for no event are taken there. */
export const snapshotsOnTheWay = ({ machine, before, event }: TransitionTaken): readonly AnyMachineSnapshot[] =>
  getMicrosteps(machine, before, event).map(([snapshot]): AnyMachineSnapshot => snapshot as AnyMachineSnapshot);

/** Told of each transition in the order in which they are taken; it must not throw. */
export type TransitionWatch = (taken: TransitionTaken) => void;

/** The state after an event, and what followed from it. */
export interface Delivered {
  readonly state: AgentState;
  readonly consequences: readonly Consequence[];
}

/** Events that bring a stream into being; anything else sent to a stream that is not there is let go. */
const founding: ReadonlySet<string> = new Set([
  'opt.remembered',
  'agent.started',
  'event.accepted',
  'request.accepted',
  'instruction.given',
  'opt.given',
  'request.came',
  'request.refused',
]);

const nothing: readonly Consequence[] = [];

const emittedOf = (action: MachineAction): Output | Signal | null =>
  action.type === 'xstate.emit' ? (action.params as { event: Output | Signal }).event : null;

const consequencesOf = (actions: readonly MachineAction[], stream: Stream): readonly Consequence[] => {
  const consequences: Consequence[] = [];
  for (const action of actions) {
    const emitted = emittedOf(action);
    if (emitted !== null) consequences.push(isOutput(emitted) ? { fact: emitted, stream } : { signal: emitted });
  }
  return consequences;
};

const heardBy = (
  state: AgentState,
  moment: Moment,
  position: number,
  stream: Stream,
  event: { readonly type: string },
  watch?: TransitionWatch,
): Delivered => {
  const address = addressOf(stream);
  if (address === null) throw new StepFault(`The stream ${stream} belongs to no machine.`);
  const machine: AnyStateMachine = machines[address.machine];
  const present = state.streams.get(stream);
  if (present === undefined && !founding.has(event.type)) return { state, consequences: nothing };
  const before = present ?? initialOf(machine, { ...moment, id: address.id });
  const heard = { ...event, ...moment };
  const [after, actions] = transition(machine, before, heard);
  if (after.status === 'error')
    throw new StepFault(`The machine of ${stream} failed on ${event.type}.`, { cause: after.error });
  watch?.({ stream, machine, event: heard, before, isFounded: present === undefined, after });
  const timers = withTimers(state.timers, stream, actions, moment.at, position);
  if (after === present && timers === state.timers) return { state, consequences: consequencesOf(actions, stream) };
  const next = { ...state, timers, streams: state.streams.with(stream, after) };
  return {
    state: after.status === 'done' ? withoutStream(next, stream) : next,
    consequences: consequencesOf(actions, stream),
  };
};

/**
 * Tells a stream an event. `position`: of the input behind it.
 *
 * @throws StepFault when the machine of the stream fails.
 */
export const deliver = (
  state: AgentState,
  moment: Moment,
  position: number,
  { to, event }: Told,
  watch?: TransitionWatch,
): Delivered => heardBy(state, moment, position, to, event, watch);

/**
 * Tells a stream that a delay of its own has passed.
 *
 * @throws StepFault when the stream belongs to no machine, or its machine fails.
 */
export const deliverTimer = (
  state: AgentState,
  moment: Moment,
  position: number,
  { stream, timer }: Pick<Timer, 'stream' | 'timer'>,
  watch?: TransitionWatch,
): Delivered => heardBy(state, moment, position, stream, eventOfTimer(timer), watch);
