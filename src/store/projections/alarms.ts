import type { KnownEntry } from '../../facts/fact.ts';
import { alarmKey, type AlarmCleared, type AlarmRaised } from '../../facts/alarms.ts';
import type { Projection } from '../projection.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** Alarms: what a person should look at, now and lately. */

/** An alarm and how long it lasted. */
export interface AlarmView extends AlarmRaised {
  readonly raisedAt: number;
  readonly position: number;
  /** Null while it is up. */
  readonly clearedAt: number | null;
}

/** The alarms that are up, by name and subject, and the last that were. */
export interface AlarmsState extends Prunable {
  readonly up: Keyed<AlarmView>;
  /** Oldest first. */
  readonly past: readonly AlarmView[];
}

/** @limit The alarms of the past that are shown; older ones are in the log. */
export const pastAlarmsKept = 500;

const raise = (
  state: AlarmsState,
  raised: AlarmRaised,
  { recordedAt: raisedAt, position }: KnownEntry,
): AlarmsState => {
  const before = lookUp(state.up, alarmKey(raised));
  const view = before === undefined ? { ...raised, raisedAt, position, clearedAt: null } : { ...before, ...raised };
  return { ...state, up: withKey(state.up, alarmKey(raised), view) };
};

const clear = (state: AlarmsState, cleared: AlarmCleared, clearedAt: number): AlarmsState => {
  const key = alarmKey(cleared);
  const view = lookUp(state.up, key);
  if (view === undefined) return state;
  return {
    ...state,
    up: withoutKey(state.up, key),
    past: [...state.past, { ...view, clearedAt }].slice(-pastAlarmsKept),
  };
};

const take = (state: AlarmsState, entry: KnownEntry): AlarmsState => {
  if (entry.type === 'AlarmRaised') return raise(state, entry.data, entry);
  if (entry.type === 'AlarmCleared') return clear(state, entry.data, entry.recordedAt);
  return state;
};

const prune = (state: AlarmsState, beforeAt: number): AlarmsState => ({
  ...state,
  past: state.past.filter(({ clearedAt }) => clearedAt === null || clearedAt >= beforeAt),
});

/** All alarms. */
export const alarmsProjection = (keep: Keep = {}): Projection<AlarmsState> =>
  pruned({ name: 'alarms', version: '1', initial: { up: {}, past: [], prunedDay: 0 }, take, prune }, keep);

/** The alarms that are up, the oldest first. */
export const alarmsUp = (state: AlarmsState): AlarmView[] =>
  Object.values(state.up).sort((a, b) => a.position - b.position);
