/** Delays of machines as data: what XState would schedule or call off becomes an entry of a table. */
import type { Stream } from '../facts/entry.ts';
import type { Input } from '../facts/fact.ts';
import type { AgentState, Timer } from './state.ts';
import type { MachineAction } from './transition.ts';

type Timers = AgentState['timers'];

const keyOf = (stream: Stream, timer: string): string => `${stream} ${timer}`;

/** A copy without one member; `delete` would leave an object that is slow from then on. */
const without = (timers: Timers, key: string): Record<string, Timer> => {
  const { [key]: _gone, ...rest } = timers;
  return rest;
};

/** The table after what a stream's machine wants scheduled and called off. `armedBy`: position of the input behind it. */
export const withTimers = (
  timers: Timers,
  stream: Stream,
  actions: readonly MachineAction[],
  at: number,
  armedBy: number,
): Timers => {
  let next = timers;
  for (const action of actions) {
    if (action.type === 'xstate.cancel') {
      const key = keyOf(stream, (action.params as { sendId: string }).sendId);
      // A state that is left calls off its delays, also the one that led out of it and is no longer pending.
      if (next[key] !== undefined) next = without(next, key);
    } else if (action.type === 'xstate.raise') {
      const { event, id, delay } = action.params as { event: { type: string }; id?: string; delay?: number };
      if (id === undefined || delay === undefined || !Number.isFinite(delay)) continue;
      next = {
        ...next,
        [keyOf(stream, id)]: { stream, timer: event.type, dueAt: at + Math.max(0, Math.round(delay)), armedBy },
      };
    }
  }
  return next;
};

/** The table when a stream is gone. */
const withoutTimersOf = (timers: Timers, gone: Stream): Timers =>
  Object.fromEntries(Object.entries(timers).filter(([, { stream }]) => stream !== gone));

/** The state without a stream and its timers. */
export const withoutStream = (state: AgentState, stream: Stream): AgentState => {
  if (state.streams[stream] === undefined) return state;
  const { [stream]: _gone, ...streams } = state.streams;
  return { ...state, streams, timers: withoutTimersOf(state.timers, stream) };
};

/** A timer that fires is no longer pending. */
export const withoutFired = (state: AgentState, input: Input, stream: Stream): AgentState => {
  if (input.type !== 'TimerFired') return state;
  const { timer: name, dueAt } = input.data;
  const isFired = (timer: Timer | undefined): boolean =>
    timer?.stream === stream && timer.timer === name && timer.dueAt === dueAt;
  // XState names a delay as the event it brings, unless a machine names it otherwise.
  const usual = keyOf(stream, name);
  const key = isFired(state.timers[usual])
    ? usual
    : Object.keys(state.timers).find((each) => isFired(state.timers[each]));
  return key === undefined ? state : { ...state, timers: without(state.timers, key) };
};

/** Streams whose delays measure time that passes rather than wait for an hour of the day. */
const measuresTime: ReadonlySet<Stream> = new Set(['ven', 'exchange']);

/** When the clock is set, delays go on as if it had not been. */
export const withJump = (state: AgentState, input: Input): AgentState => {
  if (input.type !== 'ClockJumped') return state;
  const { jumpMs } = input.data;
  const moved = Object.entries(state.timers).map(([key, timer]) =>
    measuresTime.has(timer.stream)
      ? ([key, { ...timer, dueAt: timer.dueAt + jumpMs }] as const)
      : ([key, timer] as const),
  );
  return { ...state, timers: Object.fromEntries(moved) };
};

const isBefore = (a: Timer, b: Timer): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.stream < b.stream);

/** The timer that is due first; of equal ones that of the first stream by name, and of those the oldest. */
export const nextTimer = ({ timers }: AgentState): Timer | null => {
  let first: Timer | null = null;
  for (const key in timers) {
    const timer = timers[key] as Timer;
    if (first === null || isBefore(timer, first)) first = timer;
  }
  return first;
};
