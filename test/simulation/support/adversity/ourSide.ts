import type { MeterRead } from '../../../../src/facts/input.ts';
import { fixedSchedule } from '../../../../src/dispatch/fixedSchedule.ts';
import type { Planner } from '../../../../src/dispatch/planner.ts';
import type { PlanningProblem } from '../../../../src/dispatch/planningProblem.ts';
import type { Clock, Device } from '../../../../src/shell/ports.ts';
import type { Failing } from './adversity.ts';

/** Waits in virtual time. */
type Sleep = (ms: number) => Promise<void>;

/** Somebody who fails for a while. */
interface Trouble {
  readonly failing: Failing;
  readonly untilAt: number;
}

/** How late somebody answers who is late: after anybody has given up waiting. @unit ms */
const lateMs = 10 * 60_000;

/** The planner and the devices of a simulated VEN, which fail when they are told to. */
export class OurSide {
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #troubles = new Map<string, Trouble>();
  /** Readings that a device was asked for and did not give in time, as `resourceID boundaryAt`. */
  readonly withheld = new Set<string>();
  readonly #schedule = fixedSchedule();

  constructor(clock: Clock, sleep: Sleep) {
    this.#clock = clock;
    this.#sleep = sleep;
  }

  /** Lets somebody fail until an instant: `planner`, or `read` or `apply` with a resourceID. */
  fail(whom: string, failing: Failing, untilAt: number): void {
    this.#troubles.set(whom, { failing, untilAt });
  }

  heal(): void {
    this.#troubles.clear();
  }

  readonly planner: Planner = {
    plan: (problem: PlanningProblem) => this.#troubled('planner', () => this.#schedule.plan(problem)),
  };

  /** A device that fails when it is told to. */
  device(device: Device): Device {
    const { resourceID } = device;
    return {
      resourceID,
      read: (boundaryAt): Promise<MeterRead> =>
        this.#troubled(
          `read ${resourceID}`,
          () => device.read(boundaryAt),
          () => this.withheld.add(`${resourceID} ${boundaryAt}`),
        ),
      apply: (setpoint) => this.#troubled(`apply ${resourceID}`, () => device.apply(setpoint)),
      release: () => device.release(),
    };
  }

  #troubled<T>(whom: string, work: () => Promise<T>, note?: () => void): Promise<T> {
    const trouble = this.#troubles.get(whom);
    if (trouble === undefined || this.#clock.now() >= trouble.untilAt) return work();
    note?.();
    switch (trouble.failing) {
      case 'throws':
        throw new Error(`The ${whom} is broken.`);
      case 'rejects':
        return Promise.reject(new Error(`The ${whom} cannot.`));
      case 'isSilent':
        return new Promise<T>(() => undefined);
      case 'isLate':
        return this.#sleep(lateMs).then(work);
    }
  }
}
