/**
 * When an agent is called because a timer of its state is due.
 *
 * There is one alarm, for the timer that is due first. Where many agents share a process there are two: one for the timers of
 * polls and one for all others, and what is not a poll waits for a while where polls are due as well. At a full hour ten
 * thousand VENs read their meters and make their plans all at once: in the order in which that is due, all polls would stand
 * behind it.
 */
import { wakefulMachines } from '../core/sleeping.ts';
import type { AgentState, Timer } from '../core/state.ts';
import { nextTimer, nextTimerOf } from '../core/timers.ts';
import type { Alarms } from './ports.ts';

/** Which timers: those of polls, all but those, or all. */
export type TimersMeant = 'polls' | 'others' | 'all';

/** The one of them that is due first. */
const firstOf: Readonly<Record<TimersMeant, (state: AgentState) => Timer | null>> = {
  all: nextTimer,
  polls: (state) => nextTimerOf(state, (machine) => wakefulMachines.has(machine)),
  others: (state) => nextTimerOf(state, (machine) => !wakefulMachines.has(machine)),
};

/** The next timer that is to fire when an alarm for these has rung: once others have waited, whatever is due has its turn. */
export const nextToFire = (state: AgentState, rung: TimersMeant): Timer | null =>
  firstOf[rung === 'others' ? 'all' : rung](state);

/** An alarm for the first of some timers; it stays as it is while that is due when it was. */
class Ring {
  readonly #firstOf: (state: AgentState) => Timer | null;
  readonly #set: (at: number) => () => void;
  #at: number | null = null;
  #calledOff: () => void = () => undefined;

  constructor(alarms: Alarms, of: TimersMeant, patienceMs: number | undefined, ring: (rung: TimersMeant) => void) {
    this.#firstOf = firstOf[of];
    this.#set = (at) =>
      alarms.ringAt(
        at,
        () => {
          this.#at = null;
          ring(of);
        },
        patienceMs,
      );
  }

  setFor(state: AgentState): void {
    const at = this.#firstOf(state)?.dueAt ?? null;
    if (at === this.#at) return;
    this.callOff();
    this.#at = at;
    if (at !== null) this.#calledOff = this.#set(at);
  }

  callOff(): void {
    if (this.#at !== null) this.#calledOff();
    this.#at = null;
  }
}

/** The alarms of one agent. */
export class Rings {
  readonly #rings: readonly Ring[];

  /** `othersWaitMs`: how long what is no poll waits where polls are due; absent, there is one alarm for all. */
  constructor(alarms: Alarms, othersWaitMs: number | undefined, ring: (rung: TimersMeant) => void) {
    this.#rings =
      othersWaitMs === undefined
        ? [new Ring(alarms, 'all', undefined, ring)]
        : [new Ring(alarms, 'polls', undefined, ring), new Ring(alarms, 'others', othersWaitMs, ring)];
  }

  setFor(state: AgentState): void {
    for (const ring of this.#rings) ring.setFor(state);
  }

  callOff(): void {
    for (const ring of this.#rings) ring.callOff();
  }
}
