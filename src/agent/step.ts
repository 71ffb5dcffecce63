/**
 * One step of the agent: an input fact in, the new state and the output facts out. Nothing but arithmetic.
 *
 * The input is routed to the streams it concerns; what a stream emits is followed at once, before its neighbours get
 * their turn, so that a consequence never overtakes its cause. The step ends when nobody has anything more to say.
 */
import { initialTransition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { Stream } from '../facts/entry.ts';
import { factVersions, type Input, type KnownEntry, type Output } from '../facts/fact.ts';
import { alarmKey } from '../facts/output.ts';
import { addressOf, machines } from '../machines/machines.ts';
import type { Moment } from '../machines/moment.ts';
import type { Signal } from '../machines/signals.ts';
import { isOutput, routeFact, routeInput, routeSignal, type Consequence } from './routes.ts';
import { viewFolds, type AgentState } from './state.ts';
import { withJump, withoutFired, withoutTimersOf, withTimers } from './timers.ts';
import { transition, type MachineAction } from './transition.ts';

/** An input and the moment it is recorded at. */
export interface StepInput {
  readonly input: Input;
  /** The stream the input is about: whose timer fired, which device was read. */
  readonly stream: Stream;
  /** Its position in the log. */
  readonly position: number;
  readonly recordedAt: number;
  readonly runID: string;
  readonly chance: number;
}

/** An output and the stream that concluded it. */
export interface StepOutput {
  readonly stream: Stream;
  readonly fact: Output;
}

/** What followed from an input. */
export interface StepResult {
  readonly state: AgentState;
  readonly outputs: readonly StepOutput[];
}

/** @limit Deliveries within one step; more means that two machines talk in circles. */
export const stepLimit = 20_000;

/** A step that did not come to an end, or a machine that threw: the program is wrong, not its input. */
export class StepFault extends Error {
  override readonly name = 'StepFault';
}

/** The step while it goes on. */
interface Going {
  state: AgentState;
  readonly moment: Moment;
  readonly input: StepInput;
  readonly outputs: StepOutput[];
}

const emittedOf = (action: MachineAction): Output | Signal | null =>
  action.type === 'xstate.emit' ? (action.params as { event: Output | Signal }).event : null;

const withoutStream = (state: AgentState, stream: Stream): AgentState => {
  const { [stream]: _gone, ...streams } = state.streams;
  return { ...state, streams, timers: withoutTimersOf(state.timers, stream) };
};

/** Events that bring a stream into being; anything else sent to a stream that is not there is let go. */
const founding: ReadonlySet<string> = new Set(['agent.started', 'event.accepted', 'request.accepted']);

const transitionOf = (going: Going, stream: Stream, event: { readonly type: string }): Consequence[] => {
  const address = addressOf(stream);
  if (address === null) throw new StepFault(`The stream ${stream} belongs to no machine.`);
  const machine = machines[address.machine] as unknown as AnyStateMachine;
  const present = going.state.streams[stream];
  if (present === undefined && !founding.has(event.type)) return [];
  const full = { ...event, ...going.moment };
  const before = present ?? (initialTransition(machine, { ...going.moment, id: address.id } as never)[0] as AnyMachineSnapshot);
  const [after, actions] = transition(machine, before, full);
  if (after.status === 'error') throw new StepFault(`The machine of ${stream} failed on ${event.type}.`, { cause: after.error });
  const timers = withTimers(going.state.timers, stream, actions, going.moment.at, going.input.position);
  going.state = { ...going.state, timers, streams: { ...going.state.streams, [stream]: after } };
  if (after.status === 'done') going.state = withoutStream(going.state, stream);
  const consequences: Consequence[] = [];
  for (const action of actions) {
    const emitted = emittedOf(action);
    if (emitted !== null) consequences.push(isOutput(emitted) ? { fact: emitted, stream } : { signal: emitted });
  }
  return consequences;
};

/** Folds a fact into the views, as the projections will fold its entry. */
const withViews = (state: AgentState, entry: KnownEntry): AgentState => {
  const usage = viewFolds.usage.apply(state.views.usage, entry);
  const deliveries = viewFolds.deliveries.apply(state.views.deliveries, entry);
  const prices = viewFolds.prices.apply(state.views.prices, entry);
  const same = usage === state.views.usage && deliveries === state.views.deliveries && prices === state.views.prices;
  return same ? state : { ...state, views: { usage, deliveries, prices } };
};

const asEntry = (going: Going, fact: Input | Output, stream: Stream, direction: 'in' | 'out', position: number): KnownEntry =>
  ({
    position,
    hash: '',
    recordedAt: going.moment.at,
    runID: going.moment.runID,
    direction,
    stream,
    type: fact.type,
    version: factVersions[fact.type],
    data: fact.data,
    cause: direction === 'in' ? null : going.input.position,
  }) as KnownEntry;

/** An alarm is raised once until it is cleared, and cleared only when it stands. */
const alarmIsNews = (state: AgentState, fact: Output): boolean => {
  if (fact.type === 'AlarmRaised') return state.alarms[alarmKey(fact.data)] === undefined;
  return fact.type !== 'AlarmCleared' || state.alarms[alarmKey(fact.data)] !== undefined;
};

const withAlarm = (state: AgentState, fact: Output): AgentState => {
  if (fact.type === 'AlarmRaised') return { ...state, alarms: { ...state.alarms, [alarmKey(fact.data)]: fact.data.text } };
  if (fact.type !== 'AlarmCleared') return state;
  const { [alarmKey(fact.data)]: _cleared, ...alarms } = state.alarms;
  return { ...state, alarms };
};

const conclude = (going: Going, fact: Output, stream: Stream): readonly Consequence[] => {
  if (!alarmIsNews(going.state, fact)) return [];
  going.outputs.push({ stream, fact });
  const position = going.input.position + going.outputs.length;
  going.state = withViews(withAlarm(going.state, fact), asEntry(going, fact, stream, 'out', position));
  return routeFact(going.state, going.moment, fact);
};

const follow = (going: Going, consequence: Consequence): readonly Consequence[] => {
  if ('fact' in consequence) return conclude(going, consequence.fact, consequence.stream);
  if ('signal' in consequence) return routeSignal(going.state, going.moment, consequence.signal);
  return transitionOf(going, consequence.to, consequence.event);
};

/** Settings and run change with a start; devices that are no longer configured are let go. */
const withStart = (state: AgentState, { input, runID }: StepInput): AgentState => {
  if (input.type !== 'AgentStarted') return state;
  const { settings, versions } = input.data;
  const kept = new Set(settings.devices.map(({ resourceID }) => `device/${resourceID}`));
  const gone = Object.keys(state.streams).filter((stream) => stream.startsWith('device/') && !kept.has(stream));
  return gone.reduce(withoutStream, { ...state, runID, settings, machineVersion: versions.machines });
};

/**
 * Takes one input.
 *
 * @throws StepFault when a machine is broken; the state given is untouched then.
 */
export const step = (state: AgentState, input: StepInput): StepResult => {
  const started = withStart(withJump(withoutFired(state, input.input, input.stream), input.input), input);
  if (started.settings === null) throw new StepFault(`${input.input.type} came before the agent was started.`);
  const moment: Moment = { at: input.recordedAt, chance: input.chance, runID: input.runID, settings: started.settings };
  const going: Going = { state: started, moment, input, outputs: [] };
  going.state = withViews(started, asEntry(going, input.input, input.stream, 'in', input.position));
  const stack: Consequence[] = [...routeInput(going.state, moment, input.input, input.stream)].reverse();
  for (let count = 0; stack.length > 0; count += 1) {
    if (count > stepLimit) throw new StepFault(`More than ${stepLimit} deliveries followed from one ${input.input.type}.`);
    const next = stack.pop() as Consequence;
    const consequences = follow(going, next);
    for (let index = consequences.length - 1; index >= 0; index -= 1) stack.push(consequences[index] as Consequence);
  }
  return { state: going.state, outputs: going.outputs };
};
