/** Our clock and the VTN's: what follows when they differ, when ours is set, and when it turns out which of ours were wrong. */
import { tell, type Consequence } from '../core/consequence.ts';
import { clockLivesOf } from '../core/sleeping.ts';
import { drEventsOf, snapshotOf, type AgentState } from '../core/state.ts';
import type { Moment } from '../machines/moment.ts';
import { exchangeStream, streamOf, watchStream } from '../machines/streams.ts';
import {
  clockMayBeRight,
  clocksAgreeMs,
  comparisonIsNews,
  datedWrongly,
  doubtIsOver,
} from '../store/projections/clockLives.ts';
import { devicesByTheRecord } from './devices.ts';

/** @limit Our messages carry the time, and are to be within a minute of the VTN's. @rule certification @unit ms */
const clockToleranceMs = 60_000;

/** Whether our clock and the VTN's agree: messages, prices and hours are told by both. */
export const clockConcerns = (state: AgentState, clockOffsetMs: number | undefined): readonly Consequence[] => {
  if (clockOffsetMs === undefined || !Number.isFinite(clockOffsetMs)) return [];
  const isOff = Math.abs(clockOffsetMs) > clockToleranceMs;
  const isTold = state.alarms['vtnClockOff'] !== undefined;
  if (isOff === isTold) return [];
  if (!isOff) return [{ stream: exchangeStream, fact: { type: 'AlarmCleared', data: { alarm: 'vtnClockOff' } } }];
  const text = `The VTN’s clock is ${Math.round(Math.abs(clockOffsetMs) / 1_000)} s ${clockOffsetMs > 0 ? 'ahead of' : 'behind'} ours.`;
  const advice =
    'One of the two is wrong: hours would be metered, priced and reported at the wrong time. Check this machine’s clock first (NTP). Nothing old is let go of meanwhile; where they differ by much usage waits, for a day at most.';
  return [{ stream: exchangeStream, fact: { type: 'AlarmRaised', data: { alarm: 'vtnClockOff', text, advice } } }];
};

/**
 * A clock is believed once the VTN's agrees with it, or when the VTN tells no time. One that differs by much is in doubt: what
 * it says has passed may lie ahead, or be long over. Asked with each poll; what is known already is not said again.
 */
export const clockHeard = (state: AgentState, clockOffsetMs: number | undefined): readonly Consequence[] => {
  const watch = snapshotOf(state, 'watch', 'watch');
  if (watch === undefined) return [];
  const isSteady = watch.matches({ clock: 'steady' });
  if (!(Math.abs(clockOffsetMs ?? 0) > clocksAgreeMs))
    return isSteady ? [] : [tell(watchStream, { type: 'clock.agreed' })];
  return isSteady ? [tell(watchStream, { type: 'clock.doubted' })] : [];
};

/** What the VTN's Date says of our clock is a fact when it is the first of a clock's life, or says something else than before. */
export const clockComparison = (state: AgentState, clockOffsetMs: number | undefined): readonly Consequence[] =>
  clockOffsetMs === undefined ||
  !Number.isFinite(clockOffsetMs) ||
  !comparisonIsNews(clockLivesOf(state), clockOffsetMs)
    ? []
    : [{ stream: exchangeStream, fact: { type: 'ClocksCompared', data: { clockOffsetMs } } }];

/** Once the clock is right, what was read by a wrong one is disowned: it was read at other hours than it names. */
export const wrongReadings = (state: AgentState): readonly Consequence[] => {
  const data = datedWrongly(clockLivesOf(state));
  return data === null ? [] : [{ stream: watchStream, fact: { type: 'ReadingsDisowned', data } }];
};

/** Whether the clock of now is earlier than the one before it had come to: it was set back, or the last poll lies ahead of a start. */
const wasSetBack = (state: AgentState, at: number): boolean => {
  const { setMs = null } = clockLivesOf(state).at(-1) ?? {};
  return setMs === null ? (snapshotOf(state, 'ven', 'ven')?.context.polledAt ?? at) > at : setMs < 0;
};

/**
 * When a clock that was ahead is right again, each DR event stands where the hour of now puts it. While the clock is known to be wrong
 * they are left where they are: one that is days behind would have those begin that are long over.
 */
export const drEventsSetBack = (state: AgentState, at: number): readonly Consequence[] =>
  wasSetBack(state, at) && clockMayBeRight(clockLivesOf(state))
    ? [
        ...drEventsOf(state).map(([id]) => tell(streamOf('drEvent', id), { type: 'clock.setBack' })),
        { unsettled: 'plan' },
      ]
    : [];

/** The clocks were compared: what is disowned, or what devices were not asked for while it was in doubt what the clock is. */
export const clocksCompared = (state: AgentState, moment: Moment): readonly Consequence[] => {
  const disowning = wrongReadings(state);
  const asked = disowning.length === 0 && doubtIsOver(clockLivesOf(state));
  return [...drEventsSetBack(state, moment.at), ...disowning, ...(asked ? devicesByTheRecord(state, moment.at) : [])];
};
