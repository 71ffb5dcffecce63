/** Delays of machines as data: what XState would schedule or call off becomes an entry of a table. */
import type { Stream } from '../facts/entry.ts';
import type { Input } from '../facts/fact.ts';
import { timerName, timerParts } from '../facts/timerName.ts';
import { shelfOf, type Shelf, type Shelves } from './shelves.ts';
import type { AgentState, Timer } from './state.ts';
import { type Row, type Rows, ItemTable } from './itemTable.ts';
import type { MachineAction } from './transition.ts';

type Timers = Shelves<Timer>;

const keyOf = (stream: Stream, timer: string): string => `${stream} ${timer}`;

/** XState calls a delay, and the event that its end brings, `xstate.after.{delay}.{state}`. */
const xstateName = /^xstate\.after\.([^.]+)\.(.+)$/;

const named = (xstate: string): string => {
  const [, delay, stateID] = xstateName.exec(xstate) ?? [];
  return delay === undefined || stateID === undefined ? xstate : timerName({ delay, stateID });
};

/** The event that the end of a delay is to its machine. */
export const eventOfTimer = (timer: string): { readonly type: string } => {
  const parts = timerParts(timer);
  return { type: parts === null ? timer : `xstate.after.${parts.delay}.${parts.stateID}` };
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
      // A state that is left calls off its delays, also the one that led out of it and is no longer pending.
      next = next.without(keyOf(stream, named((action.params as { sendId: string }).sendId)));
    } else if (action.type === 'xstate.raise') {
      const { id, delay } = action.params as { id?: string; delay?: number };
      if (id === undefined || delay === undefined || !Number.isFinite(delay)) continue;
      const timer = named(id);
      next = next.with(keyOf(stream, timer), { stream, timer, dueAt: at + Math.max(0, Math.round(delay)), armedBy });
    }
  }
  return next;
};

/** The state without a stream and its timers. */
export const withoutStream = (state: AgentState, stream: Stream): AgentState =>
  state.streams.get(stream) === undefined
    ? state
    : { ...state, streams: state.streams.without(stream), timers: state.timers.withoutStream(stream) };

/** The state without some streams of a kind of machine, and without their timers. */
export const withoutStreams = (state: AgentState, machine: string, gone: ReadonlySet<Stream>): AgentState =>
  gone.size === 0
    ? state
    : {
        ...state,
        streams: state.streams.filtered(machine, (stream) => !gone.has(stream)),
        timers: state.timers.filtered(machine, (_key, { stream }) => !gone.has(stream)),
      };

/** A timer that fires is no longer pending. */
export const withoutFired = (state: AgentState, input: Input, stream: Stream): AgentState => {
  if (input.type !== 'TimerFired') return state;
  const { timer, dueAt } = input.data;
  const key = keyOf(stream, timer);
  return state.timers.get(key)?.dueAt === dueAt ? { ...state, timers: state.timers.without(key) } : state;
};

/** A timer that is set again, for a stream that could not hear it. */
export const withTimer = (state: AgentState, timer: Timer): AgentState => ({
  ...state,
  timers: state.timers.with(keyOf(timer.stream, timer.timer), timer),
});

/** Machines whose delays measure time that passes rather than wait for an hour of the day. */
const measureTime = ['ven', 'exchange'] as const;

/** When the clock is set, delays go on as if it had not been. */
export const withJump = (state: AgentState, input: Input): AgentState => {
  if (input.type !== 'ClockJumped') return state;
  const { jumpMs } = input.data;
  const moving = measureTime.flatMap((machine) => [...state.timers.shelf(machine)]);
  const timers = moving.reduce(
    (table, [key, timer]) => table.with(key, { ...timer, dueAt: timer.dueAt + jumpMs }),
    state.timers,
  );
  return { ...state, timers };
};

const isBefore = (a: Timer, b: Timer): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.stream < b.stream);

const sooner = (one: Timer | null, other: Timer | null): Timer | null =>
  one === null || (other !== null && isBefore(other, one)) ? other : one;

const firstOf = (timers: Iterable<Timer>): Timer | null => {
  let first: Timer | null = null;
  for (const timer of timers) first = sooner(first, timer);
  return first;
};

/** @limit Timers of a shelf that are looked through sooner than it is remembered which is first. */
const fewTimers = 8;

/** A shelf never changes once its step is over, nor does a part of a table, so what is first on it is found once. */
const firstOfShelf = new WeakMap<object, Timer | null>();

const firstUnder = (rows: Rows<Timer>, height: number): Timer | null => {
  const known = firstOfShelf.get(rows);
  if (known !== undefined) return known;
  const under = rows.flatMap((part): Timer | readonly [] =>
    part === undefined
      ? []
      : ((height === 0 ? (part as Row<Timer>)[1] : firstUnder(part as Rows<Timer>, height - 1)) ?? []),
  );
  const first = firstOf(under);
  firstOfShelf.set(rows, first);
  return first;
};

const firstOn = (shelf: Shelf<Timer>): Timer | null => {
  if (shelf instanceof ItemTable) return firstUnder(shelf.rows as Rows<Timer>, shelf.height);
  if (shelf.size <= fewTimers) return firstOf(shelf.values());
  const known = firstOfShelf.get(shelf);
  if (known !== undefined) return known;
  const first = firstOf(shelf.values());
  firstOfShelf.set(shelf, first);
  return first;
};

/** The first of the timers on some shelves. */
export const firstOfShelves = (shelves: Iterable<Shelf<Timer>>): Timer | null => {
  let first: Timer | null = null;
  for (const shelf of shelves) first = sooner(first, firstOn(shelf));
  return first;
};

/** The timer that is due first; of equal ones that of the first stream by name, and of those the oldest. */
export const nextTimer = ({ timers }: AgentState): Timer | null =>
  sooner(firstOfShelves(timers.awake.values()), timers.firstAsleep);

/** The same of some kinds of machines. */
export const nextTimerOf = ({ timers }: AgentState, isMeant: (machine: string) => boolean): Timer | null => {
  let first = timers.firstAsleep;
  if (first !== null && !isMeant(shelfOf(first.stream))) first = null;
  for (const [machine, shelf] of timers.awake) if (isMeant(machine)) first = sooner(first, firstOn(shelf));
  return first;
};
