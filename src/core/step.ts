/**
 * One step of the agent: an input fact in, the new state and the output facts out. Nothing but arithmetic.
 *
 * The input is routed to the streams it concerns; what a stream emits is followed at once, before its neighbours get
 * their turn, so that a consequence never overtakes its cause. When nobody has anything more to say, what was touched on the
 * way is settled, once: new prices, changed sampling, whose turn it is on the line. Then the step ends.
 */
import type { Stream } from '../facts/entry.ts';
import { factVersions, type Input, type KnownEntry, type Output } from '../facts/fact.ts';
import { alarmKey } from '../facts/alarms.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { Moment } from '../machines/moment.ts';
import { instructionStream } from '../machines/streams.ts';
import type { Consequence, Unsettled } from './consequence.ts';
import type { Reactions } from './reactions.ts';
import { SleepingViews } from './sleeping.ts';
import { viewFolds, viewHears, viewNames, type AgentState, type Views } from './state.ts';
import { deliver, deliverTimer, StepFault, type Delivered, type TransitionWatch } from './streams.ts';
import { takenOver } from './takeover.ts';
import { withJump, withoutFired, withoutStream, withoutStreams } from './timers.ts';

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

/** @limit Deliveries within one step, or so many for each device; more means that two machines talk in circles. */
export const stepLimit = 20_000;

/** @limit Deliveries within one step for each device: a start tells each of them several things. */
const deliveriesPerDevice = 20;

/** The step while it goes on. */
interface Going {
  state: AgentState;
  readonly reactions: Reactions;
  readonly moment: Moment;
  readonly input: StepInput;
  readonly outputs: StepOutput[];
  /** Outputs that the step has from before. */
  readonly said: number;
  unsettled: Set<Unsettled>;
  readonly watch: TransitionWatch | undefined;
}

const isHeard = (view: keyof Views, { type }: KnownEntry): boolean => viewHears[view].has(type);

/** What a fact makes of a view; a view that does not hear of such facts is not looked at. */
const viewed = <View extends keyof Views>(views: Views, view: View, entry: KnownEntry): Partial<Views> => {
  if (!isHeard(view, entry)) return {};
  const before = views[view];
  const after = viewFolds[view].apply(before, entry);
  return after === before ? {} : { [view]: after };
};

/** Folds a fact into the views, as the projections will fold its entry. */
export const withViews = (state: AgentState, entry: KnownEntry): AgentState => {
  const { views } = state;
  let changes: Partial<Views> = {};
  for (const view of viewNames) {
    const change = viewed(views, view, entry);
    if (view in change) changes = { ...changes, ...change };
  }
  if (Object.keys(changes).length === 0) return state;
  return { ...state, views: views instanceof SleepingViews ? views.with(changes) : { ...views, ...changes } };
};

const entryOf = (
  given: StepInput,
  fact: Input | Output,
  stream: Stream,
  direction: 'in' | 'out',
  position: number,
): KnownEntry =>
  ({
    position,
    hash: '',
    recordedAt: given.recordedAt,
    runID: given.runID,
    direction,
    stream,
    type: fact.type,
    version: factVersions[fact.type],
    data: fact.data,
    cause: direction === 'in' ? null : given.position,
  }) as KnownEntry;

/** An alarm is raised once until it is cleared, and cleared only when it stands. */
const alarmIsNews = (state: AgentState, fact: Output): boolean => {
  if (fact.type === 'AlarmRaised') return state.alarms[alarmKey(fact.data)] === undefined;
  return fact.type !== 'AlarmCleared' || state.alarms[alarmKey(fact.data)] !== undefined;
};

/** The alarms after a fact. */
export const withAlarm = (state: AgentState, fact: Output): AgentState => {
  if (fact.type === 'AlarmRaised')
    return { ...state, alarms: { ...state.alarms, [alarmKey(fact.data)]: fact.data.text } };
  if (fact.type !== 'AlarmCleared') return state;
  const { [alarmKey(fact.data)]: _cleared, ...alarms } = state.alarms;
  return { ...state, alarms };
};

const conclude = (going: Going, fact: Output, stream: Stream): readonly Consequence[] => {
  if (!alarmIsNews(going.state, fact)) return [];
  going.outputs.push({ stream, fact });
  const position = going.input.position + going.said + going.outputs.length;
  going.state = withViews(withAlarm(going.state, fact), entryOf(going.input, fact, stream, 'out', position));
  return going.reactions.toFact(going.state, going.moment, fact);
};

/** Takes over what a delivery came to. */
const taken = (going: Going, { state, consequences }: Delivered): readonly Consequence[] => {
  going.state = state;
  return consequences;
};

const follow = (going: Going, consequence: Consequence): readonly Consequence[] => {
  if ('fact' in consequence) return conclude(going, consequence.fact, consequence.stream);
  if ('signal' in consequence) return going.reactions.toSignal(going.state, going.moment, consequence.signal);
  if ('unsettled' in consequence) {
    going.unsettled.add(consequence.unsettled);
    return [];
  }
  return taken(going, deliver(going.state, going.moment, going.input.position, consequence, going.watch));
};

/** What follows from the input at once: a delay is told to the stream whose it was, all else goes where the reactions say. */
const begin = (going: Going): readonly Consequence[] => {
  const { input, stream, position } = going.input;
  return input.type === 'TimerFired'
    ? taken(going, deliverTimer(going.state, going.moment, position, { stream, timer: input.data.timer }, going.watch))
    : going.reactions.toInput(going.state, going.moment, input);
};

/** What is left when another VEN goes on: all that was recorded, and no standing with the VTN. */
const asStranger = (state: AgentState): AgentState => {
  const streams = [...state.streams.shelves.values()].flatMap((shelf) => [...shelf.keys()]);
  return streams.reduce(withoutStream, state);
};

/** The streams that are there for a device. */
const streamsOfDevice = (resourceID: string): readonly Stream[] => [
  `device/${resourceID}`,
  ...(['override', 'leave', 'keep'] as const).map((kind) => instructionStream(kind, resourceID)),
];

/** Devices that are no longer configured are let go. */
const withDevices = (state: AgentState, settings: VenSettings): AgentState => {
  const kept = new Set(settings.devices.flatMap(({ resourceID }) => streamsOfDevice(resourceID)));
  return ['device', 'instruction'].reduce<AgentState>(
    (left, machine) =>
      withoutStreams(
        left,
        machine,
        new Set([...left.streams.shelf(machine).keys()].filter((stream) => !kept.has(stream))),
      ),
    { ...state, settings },
  );
};

/** Settings, run and machines change with a start, and settings alone where they are read again. */
const withStart = (state: AgentState, { input, runID }: StepInput): AgentState => {
  if (input.type === 'SettingsChanged') return withDevices(state, input.data.settings);
  if (input.type !== 'AgentStarted') return state;
  const { settings = state.settings, versions, renamedFrom } = input.data;
  const known = state.machineVersion === versions.machines ? state : takenOver(state);
  const before = renamedFrom === undefined ? known : asStranger(known);
  const begun = { ...before, runID, machineVersion: versions.machines };
  return settings === null ? begun : withDevices(begun, settings);
};

/** The state when an input has come in, and no stream has heard of it. */
export const withInput = (state: AgentState, given: StepInput): AgentState => {
  const { input, stream, position } = given;
  const started = withStart(withJump(withoutFired(state, input, stream), input), given);
  return withViews(started, entryOf(given, input, stream, 'in', position));
};

/** What is to be settled now that all is said. */
const settle = (going: Going): readonly Consequence[] => {
  const { unsettled } = going;
  going.unsettled = new Set();
  return going.reactions.toSilence(going.state, going.moment, unsettled);
};

/** Follows what follows, each to its end before its neighbour has its turn; then what was touched is settled. */
const followAll = (going: Going, first: readonly Consequence[]): void => {
  const stack: Consequence[] = [];
  const limit = Math.max(stepLimit, deliveriesPerDevice * going.moment.settings.devices.length);
  let deliveries = 0;
  let next = first;
  do {
    for (let index = next.length - 1; index >= 0; index -= 1) stack.push(next[index] as Consequence);
    while (stack.length > 0) {
      deliveries += 1;
      if (deliveries > limit)
        throw new StepFault(`More than ${limit} deliveries followed from one ${going.input.input.type}.`);
      const consequences = follow(going, stack.pop() as Consequence);
      for (let index = consequences.length - 1; index >= 0; index -= 1) stack.push(consequences[index] as Consequence);
    }
    next = settle(going);
  } while (next.length > 0);
};

/** The moment of a step; null before the first start, when there are no settings. */
export const momentOf = (state: AgentState, { recordedAt, chance, runID }: StepInput): Moment | null =>
  state.settings === null ? null : { at: recordedAt, chance, runID, settings: state.settings };

/** Begins a step in a state that has noted the input. `said`: outputs that precede those of this one. */
const opened = (reactions: Reactions, state: AgentState, input: StepInput, watch?: TransitionWatch): Going => {
  const moment = momentOf(state, input);
  if (moment === null) throw new StepFault(`${input.input.type} came before the agent was started.`);
  const begun = { ...state, streams: state.streams.opened(), timers: state.timers.opened() };
  return { state: begun, reactions, moment, input, outputs: [], said: 0, unsettled: new Set(), watch };
};

const closed = ({ state, outputs }: Going): StepResult => ({
  state: { ...state, streams: state.streams.closed(), timers: state.timers.closed() },
  outputs,
});

/**
 * What follows from some things at the moment of an input that was noted. `said`: how many outputs the step has already.
 *
 * @throws StepFault when a machine is broken; the state given is untouched then.
 */
export const stepFrom = (
  reactions: Reactions,
  state: AgentState,
  input: StepInput,
  first: readonly Consequence[],
  said: number,
): StepResult => {
  const going = { ...opened(reactions, state, input), said };
  followAll(going, first);
  return closed(going);
};

/** What failed: the stream, and the timer or the kind of input. */
export const subjectOf = ({ input, stream }: Pick<StepInput, 'input' | 'stream'>): string =>
  `${stream} ${input.type === 'TimerFired' ? input.data.timer : input.type}`;

/** What failed before and works now: its alarm ends. */
const mend = (going: Going): void => {
  const subject = subjectOf(going.input);
  if (going.state.failures[subject] === undefined) return;
  const { [subject]: _mended, ...failures } = going.state.failures;
  going.state = { ...going.state, failures };
  followAll(going, [
    { stream: going.input.stream, fact: { type: 'AlarmCleared', data: { alarm: 'stepFailed', subject } } },
  ]);
};

/** Takes one input; `watch` is told of the transitions. */
export type StepFunction = (state: AgentState, input: StepInput, watch?: TransitionWatch) => StepResult;

/**
 * The step with these reactions.
 *
 * @throws StepFault when a machine is broken; the state given is untouched then.
 */
export const stepWith =
  (reactions: Reactions): StepFunction =>
  (state, input, watch) => {
    const begun = withInput(state, input);
    if (begun.settings === null && input.input.type === 'LogRepaired') return { state: begun, outputs: [] }; // no start was saved
    const going = opened(reactions, begun, input, watch);
    followAll(going, begin(going));
    mend(going);
    return closed(going);
  };
