import type { MeterRead } from '../../../../src/facts/input.ts';
import { optimise } from '../../../../src/dispatch/optimiser.ts';
import { fixedSchedule } from '../../../../src/dispatch/fixedSchedule.ts';
import type { PlanAnswer, Planner } from '../../../../src/dispatch/planner.ts';
import type { PlanningProblem } from '../../../../src/dispatch/planningProblem.ts';
import type { Clock, Device } from '../../../../src/shell/ports.ts';
import type { Failing } from './adversity.ts';
import { Stock } from './stock.ts';

/** What the planner and the devices know of the world. */
export interface OurWorld {
  readonly clock: Clock & { trueNow(): number };
  /** Waits in virtual time. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly isOptimised: boolean;
  /** Nothing may be told to any device. */
  readonly isInShadow: boolean;
  /** What a device was asked last by the entries that are on disk. @unit W */
  readonly onDisk: (resourceID: string) => number | null;
  /** How long a device may go on without hearing from us. @unit ms */
  readonly validityMs: () => number;
}

/** Somebody who fails for a while. */
interface Trouble {
  readonly failing: Failing;
  readonly untilAt: number;
}

/** How late somebody answers who is late: after anybody has given up waiting. @unit ms */
const lateMs = 10 * 60_000;

/** The planner and the devices of a simulated VEN, which fail when they are told to. */
export class OurSide {
  readonly #world: OurWorld;
  readonly #clock: OurWorld['clock'];
  readonly #troubles = new Map<string, Trouble>();
  /** Readings that a device was asked for and did not give in time, as `resourceID boundaryAt`. */
  readonly withheld = new Set<string>();
  readonly #schedule = fixedSchedule();
  readonly #stocks = new Map<string, Stock>();
  /** What devices were told that nobody can prove, or for longer than they may be left alone. */
  readonly unrecorded: string[] = [];

  constructor(world: OurWorld) {
    this.#world = world;
    this.#clock = world.clock;
  }

  /** Lets somebody fail until an instant: `planner`, or `read` or `apply` with a resourceID. */
  fail(whom: string, failing: Failing, untilAt: number): void {
    this.#troubles.set(whom, { failing, untilAt });
  }

  heal(): void {
    this.#troubles.clear();
  }

  readonly planner: Planner = {
    plan: (problem: PlanningProblem) =>
      this.#troubled<PlanAnswer>('planner', () =>
        this.#world.isOptimised ? optimise(problem) : this.#schedule.plan(problem),
      ),
  };

  /** A device that fails when it is told to. */
  device(device: Device): Device {
    const { resourceID } = device;
    const stock = new Stock(this.#clock.trueNow());
    this.#stocks.set(resourceID, stock);
    return {
      resourceID,
      read: (boundaryAt): Promise<MeterRead> =>
        this.#troubled(
          `read ${resourceID}`,
          () => this.#withStock(stock, device.read(boundaryAt)),
          () => this.withheld.add(`${resourceID} ${boundaryAt}`),
        ),
      apply: (setpoint) => {
        this.#judge(resourceID, setpoint);
        return this.#troubled(`apply ${resourceID}`, () => {
          stock.tell(this.#clock.trueNow(), setpoint, setpoint.validUntil - this.#clock.now());
          return device.apply(setpoint);
        });
      },
      release: () => {
        if (this.#world.isInShadow) this.unrecorded.push(`${resourceID} is in shadow and is left to itself`);
        stock.tell(this.#clock.trueNow(), null, 0);
        return device.release();
      },
    };
  }

  /** The devices that are still at what they were told. */
  atWork(): readonly string[] {
    return [...this.#stocks].flatMap(([resourceID, stock]) =>
      stock.isAtWork(this.#clock.trueNow()) ? [resourceID] : [],
    );
  }

  /** What it stores is told only to who plans with it. */
  async #withStock(stock: Stock, reading: Promise<MeterRead>): Promise<MeterRead> {
    const read = await reading;
    if (!this.#world.isOptimised) return read;
    return { ...read, status: { ...read.status, stateOfCharge: stock.stateOfCharge(this.#clock.trueNow()) } };
  }

  #judge(resourceID: string, { demandWatts, validUntil }: { demandWatts: number; validUntil: number }): void {
    const forMs = validUntil - this.#clock.now();
    const recorded = this.#world.onDisk(resourceID);
    if (this.#world.isInShadow) this.unrecorded.push(`${resourceID} is in shadow and is told ${demandWatts} W`);
    if (recorded !== demandWatts)
      this.unrecorded.push(`${resourceID} is told ${demandWatts} W, and ${recorded ?? 'nothing'} is on disk`);
    if (forMs > this.#world.validityMs() + 1_000)
      this.unrecorded.push(`${resourceID} is told ${demandWatts} W for ${forMs} ms`);
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
        return this.#world.sleep(lateMs).then(work);
    }
  }
}
