import type { AnyMachineSnapshot, SnapshotFrom } from 'xstate';
import type { Entry, Stream } from '../facts/entry.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { DrEventContext } from '../machines/drEvent.ts';
import type { machines, MachineID } from '../machines/machines.ts';
import { heldForMs } from '../machines/report/reportTerms.ts';
import type { OptContext } from '../machines/opt.ts';
import type { ReportRequestContext } from '../machines/reportRequest.ts';
import { deliveriesHears, deliveriesProjection } from '../store/projections/deliveries.ts';
import { Shelves } from './shelves.ts';
import {
  instructionsHears,
  instructionsProjection,
  type InstructionsState,
} from '../store/projections/instructions.ts';
import type { DeliveriesState } from '../store/projections/deliveryState.ts';
import { pricesHears, pricesProjection } from '../store/projections/prices.ts';
import type { PricesState } from '../store/projections/priceState.ts';
import { trustHears, trustProjection, type TrustState } from '../store/projections/trust.ts';
import { usageHears, usageProjection } from '../store/projections/usage.ts';
import type { UsageState } from '../store/projections/usageState.ts';

/** A delay of a machine that is running. */
export interface Timer {
  readonly stream: Stream;
  /** Its name: `dtstart in drEvent.near`. */
  readonly timer: string;
  /** UTC ms. */
  readonly dueAt: number;
  /** Position of the input that set it. */
  readonly armedBy: number;
}

/** What the routes look things up in: the same folds as the projections, kept short. */
export interface Views {
  readonly usage: UsageState;
  readonly deliveries: DeliveriesState;
  readonly prices: PricesState;
  readonly instructions: InstructionsState;
  readonly trust: TrustState;
}

/** All that the agent knows; a fold of the log and of nothing else. */
export interface AgentState {
  readonly runID: string;
  /** Null before the first start. */
  readonly settings: VenSettings | null;
  /** The version of the machines that the run was recorded with; null before the first start. */
  readonly machineVersion: string | null;
  readonly streams: Shelves<AnyMachineSnapshot>;
  /** By stream and name. */
  readonly timers: Shelves<Timer>;
  /** What they say, by name and subject. */
  readonly alarms: Readonly<Record<string, string>>;
  /** How often steps failed that have not succeeded since, by what failed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly views: Views;
}

/** How far back the views reach: a day more than reports do, because days are dropped whole. @unit ms */
export const viewsKeepMs = heldForMs + 2 * 86_400_000;

/** The fold of a view. */
interface ViewFold<View> {
  readonly name: string;
  readonly version: string;
  readonly initial: View;
  apply(state: View, entry: Entry): View;
}

/** The views' folds. */
export const viewFolds: { readonly [View in keyof Views]: ViewFold<Views[View]> } = {
  usage: usageProjection({ keepMs: viewsKeepMs }),
  deliveries: deliveriesProjection({ keepMs: viewsKeepMs }),
  prices: pricesProjection({ keepMs: 8 * 86_400_000 }),
  instructions: instructionsProjection({ keepMs: viewsKeepMs }),
  trust: trustProjection(),
};

/** Of which facts each view makes something: it is not looked at for others. */
export const viewHears: { readonly [View in keyof Views]: ReadonlySet<string> } = {
  usage: usageHears,
  deliveries: deliveriesHears,
  prices: pricesHears,
  instructions: instructionsHears,
  trust: trustHears,
};

/** All views. */
export const viewNames = ['usage', 'deliveries', 'prices', 'instructions', 'trust'] as const satisfies (keyof Views)[];

/** The agent before its first entry. */
export const initialState: AgentState = {
  runID: '',
  settings: null,
  machineVersion: null,
  streams: Shelves.of(),
  timers: Shelves.of(),
  alarms: {},
  failures: {},
  views: {
    usage: viewFolds.usage.initial,
    deliveries: viewFolds.deliveries.initial,
    prices: viewFolds.prices.initial,
    instructions: viewFolds.instructions.initial,
    trust: viewFolds.trust.initial,
  },
};

/** The snapshot of a stream of a known machine, or undefined when there is no such stream. */
export const snapshotOf = <ID extends MachineID>(
  state: AgentState,
  stream: Stream,
  _machine: ID,
): SnapshotFrom<(typeof machines)[ID]> | undefined =>
  state.streams.get(stream) as SnapshotFrom<(typeof machines)[ID]> | undefined;

/** Contexts of all streams of a kind, by the id of their thing, in the order in which they began. */
export const contextsOf = <Context>(
  state: AgentState,
  machine: 'drEvent' | 'reportRequest',
): readonly (readonly [string, Context, string])[] => {
  const prefix = machine.length + 1;
  return [...state.streams.shelf(machine)].map(([stream, snapshot]) => [
    stream.slice(prefix),
    snapshot.context as Context,
    String(snapshot.value),
  ]);
};

/** All DR events that are remembered: id, context, state. */
export const drEventsOf = (state: AgentState): readonly (readonly [string, DrEventContext, string])[] =>
  contextsOf(state, 'drEvent');

/** What is known of a DR event; undefined when none of that eventID is remembered. */
export const drEventOf = (state: AgentState, eventID: string): DrEventContext | undefined =>
  drEventsOf(state).find(([id]) => id === eventID)?.[1];

/** All report requests in force: id, context, state. */
export const reportRequestsOf = (state: AgentState): readonly (readonly [string, ReportRequestContext, string])[] =>
  contextsOf(state, 'reportRequest');

/** An opt, and where it stands with the VTN: `asking`, `standing` or `refused`. */
export type OptThatHolds = OptContext & { readonly standing: string };

/** All opts of ours that hold, in the order in which they were given. */
export const optsThatHold = (state: AgentState): readonly OptThatHolds[] =>
  [...state.streams.shelf('opt').values()].flatMap((snapshot) => {
    const { holding } = (typeof snapshot.value === 'string' ? {} : snapshot.value) as { readonly holding?: string };
    return holding === undefined ? [] : [{ ...(snapshot.context as OptContext), standing: holding }];
  });

/** Timers by when they are due; equal ones in the order of their streams. */
export const pendingTimers = (state: AgentState): readonly Timer[] =>
  [...state.timers.values()].sort(
    (a, b) => a.dueAt - b.dueAt || (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0),
  );
