import type { Clock, Device } from '../../src/shell/ports.ts';
import type { MeterRead } from '../../src/facts/input.ts';

/** Energy that is drawn up to an instant: any function that never decreases. @unit Wh */
export type Register = (at: number) => number;

/** A meter that knows its registers at any time, as a revenue meter with interval memory does. */
export class Meter implements Device {
  readonly resourceID: string;
  readonly #clock: Clock;
  readonly #imported: Register;
  readonly #exported: Register;
  readonly setpoints: number[] = [];

  constructor(resourceID: string, clock: Clock, imported: Register, exported: Register) {
    this.resourceID = resourceID;
    this.#clock = clock;
    this.#imported = imported;
    this.#exported = exported;
  }

  read(boundaryAt: number): Promise<MeterRead> {
    const readAt = Math.min(boundaryAt, this.#clock.now());
    return Promise.resolve({
      resourceID: this.resourceID,
      boundaryAt,
      readAt,
      importWattHours: this.#imported(readAt),
      exportWattHours: this.#exported(readAt),
      status: { online: true, manualOverride: false, powerWatts: 0, maxChargeWatts: 5_000, maxDischargeWatts: 5_000 },
    });
  }

  /** What it measures between two instants: import less export. @unit Wh */
  netBetween(fromAt: number, toAt: number): number {
    return this.#imported(toAt) - this.#imported(fromAt) - (this.#exported(toAt) - this.#exported(fromAt));
  }

  apply({ demandWatts }: { demandWatts: number }): Promise<void> {
    this.setpoints.push(demandWatts);
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * A meter that only tells what its registers are now; when that was, is by the clock of who asks.
 * @param trueClock by which the registers grow
 * @param askedBy the clock of who asks
 */
export const meterWithoutMemory = (meter: Meter, trueClock: Clock, askedBy: Clock): Device => ({
  resourceID: meter.resourceID,
  read: async (boundaryAt) => ({ ...(await meter.read(trueClock.now())), boundaryAt, readAt: askedBy.now() }),
  apply: (setpoint) => meter.apply(setpoint),
  release: () => meter.release(),
});

const hourMs = 3_600_000;

/** A register that grows by a different whole number of watt-hours each hour, and evenly within it. */
export const wavyRegister =
  (amplitudeWattHours: number, phaseHours: number, epochAt: number): Register =>
  (at) => {
    const hours = Math.max(0, (at - epochAt) / hourMs);
    const whole = Math.floor(hours);
    const ofHour = (hour: number): number => ((hour + phaseHours) * 7919) % amplitudeWattHours;
    let total = Math.floor((hours - whole) * ofHour(whole));
    for (let hour = 0; hour < whole; hour += 1) total += ofHour(hour);
    return total;
  };
