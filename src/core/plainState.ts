import type { AnyMachineSnapshot } from 'xstate';
import { machineVersion } from '../machines/machineVersion.ts';
import { addressOf } from '../machines/machines.ts';
import { revived, type PlainStream } from './revived.ts';
import { Shelves } from './shelves.ts';
import { initialState, viewFolds, type AgentState, type Timer } from './state.ts';

/** The agent's state as data: what a checkpoint keeps, and what two folds are compared by. */
export interface PlainState extends Omit<AgentState, 'streams' | 'timers'> {
  readonly streams: Readonly<Record<string, PlainStream>>;
  readonly timers: Readonly<Record<string, Timer>>;
}

const partVersions = {
  machines: `state 6 of machines ${machineVersion}`,
  usage: `usage ${viewFolds.usage.version}`,
  deliveries: `deliveries ${viewFolds.deliveries.version}`,
  prices: `prices ${viewFolds.prices.version}`,
  instructions: `instructions ${viewFolds.instructions.version}`,
  trust: `trust ${viewFolds.trust.version}`,
} as const;

const between = ', ';

/** Names everything whose change makes a checkpoint worthless. */
export const stateVersion = Object.values(partVersions).join(between);

/** The version of a state that may lack streams: what it has is as good as any. */
export const incompleteVersion = [stateVersion, 'incomplete'].join(between);

/**
 * What can be taken over of a state that another version kept: its settings and alarms, and the views that it made as this
 * one does; the others are those of `instead`. Its streams cannot: they are founded anew by the next start.
 */
export const partlyFromPlain = (
  version: string,
  { settings, runID, machineVersion: recordedBy, alarms, views }: PlainState,
  instead: AgentState,
): AgentState => {
  const kept = new Set(version.split(between));
  const view = <Name extends keyof AgentState['views']>(name: Name): AgentState['views'][Name] =>
    kept.has(partVersions[name]) ? views[name] : instead.views[name];
  return {
    ...initialState,
    settings,
    runID,
    machineVersion: recordedBy,
    alarms,
    views: {
      usage: view('usage'),
      deliveries: view('deliveries'),
      prices: view('prices'),
      instructions: view('instructions'),
      trust: view('trust'),
    },
  };
};

/** The streams as data. */
export const plainStreams = ({ streams }: AgentState): PlainState['streams'] =>
  Object.fromEntries([...streams].map(([stream, { value, context }]) => [stream, { value, context }]));

/** The timers as data. */
export const plainTimers = ({ timers }: AgentState): PlainState['timers'] => Object.fromEntries(timers);

/** The state as data. */
export const toPlain = (state: AgentState): PlainState => {
  const { streams: _streams, timers: _timers, views, ...rest } = state;
  return { ...rest, views: plainViews(views), streams: plainStreams(state), timers: plainTimers(state) };
};

/** The views as data, of a state that sleeps as well. */
const plainViews = ({ usage, deliveries, prices, instructions, trust }: AgentState['views']): AgentState['views'] => ({
  usage,
  deliveries,
  prices,
  instructions,
  trust,
});

/** The snapshot of a stream of data. @throws Error when it names a stream or a state that is not there. */
export const revive = (stream: string, plain: PlainStream): AnyMachineSnapshot => {
  const address = addressOf(stream);
  if (address === null) throw new Error(`The stream ${stream} belongs to no machine.`);
  return revived(address.machine, plain);
};

/** The state of data. @throws Error when it names a stream or a state that is not there. */
export const fromPlain = ({ streams, timers, ...rest }: PlainState): AgentState => ({
  ...rest,
  streams: Shelves.of(Object.entries(streams).map(([stream, plain]) => [stream, revive(stream, plain)] as const)),
  timers: Shelves.of(Object.entries(timers)),
});
