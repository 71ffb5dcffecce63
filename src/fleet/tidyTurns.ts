/**
 * When the log of a VEN is made tidy: once a day, each VEN at its own time of the day, so that a fleet never does it for all at once.
 *
 * What is old is said by our clock alone, so nothing goes before the VTN has been heard in this run, nor while its Date contradicts that clock.
 */
import { reasonOf } from '../core/failure.ts';
import type { VtnClockHeard } from '../shell/vtnContact.ts';
import type { HostSurroundings } from './hostSurroundings.ts';
import type { FleetMember, TidiedRun } from './member.ts';
import { nextTurnOf } from './phase.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The next turn; one that was missed by less than an hour, because the host was down, comes an hour late instead of a day. */
const turnAfter = (venID: string, now: number): number => {
  const next = nextTurnOf(venID, now, dayMs);
  return next - now > dayMs - hourMs ? next - dayMs + hourMs : next;
};

/** The turns of one run. */
export class TidyTurns {
  readonly #member: FleetMember;
  readonly #around: HostSurroundings;
  readonly #run: TidiedRun;
  readonly #vtnClock: () => VtnClockHeard;
  #callOff: () => void = () => undefined;
  #isOver = false;

  constructor(member: FleetMember, around: HostSurroundings, run: TidiedRun, vtnClock: () => VtnClockHeard) {
    this.#member = member;
    this.#around = around;
    this.#run = run;
    this.#vtnClock = vtnClock;
    this.#at(turnAfter(member.venID, around.clock.now()));
  }

  /** The run is over: nothing more is begun, and what is under way fails with its log, which is told to nobody. */
  end(): void {
    this.#isOver = true;
    this.#callOff();
  }

  #at(at: number): void {
    this.#callOff = this.#around.alarms.ringAt(at, () => void this.#turn());
  }

  async #turn(): Promise<void> {
    const { clock, tidying, journalOf } = this.#around;
    const { venID } = this.#member;
    const heard = this.#vtnClock();
    if (heard === 'unheard') return this.#at(clock.now() + minuteMs);
    if (heard === 'contradicts') {
      journalOf(venID).warn('What is old is kept: the VTN’s clock contradicts this one, and one of the two is wrong.');
      return this.#at(clock.now() + hourMs);
    }
    try {
      await tidying.do(() => (this.#isOver ? Promise.resolve() : this.#member.tidy(this.#run)));
    } catch (error) {
      if (!this.#isOver) journalOf(venID).warn(`What is old could not be let go of: ${reasonOf(error)}`);
    }
    if (!this.#isOver) this.#at(nextTurnOf(venID, clock.now() + hourMs, dayMs));
  }
}
