/**
 * Energy that only ever grows, from what a device counts.
 *
 * A register that comes round at its end goes on; one that falls back for another reason, or leaps further than the device
 * can have worked, begins anew, and what lies between is not measured; it goes on where it comes back to where it stood. A device without registers has its power added up, as long as it
 * is heard often enough.
 */
import type { MeterRead } from '../../facts/input.ts';
import type { Journal } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import type { DeviceSample } from './driver.ts';

const hourMs = 3_600_000;

/** What a device may exceed its greatest power by before its register is disbelieved, and what rounding adds. */
const overload = 1.1;
/** @unit Wh */
const slackWattHours = 50;

/**
 * @limit A register without an end that leaps further than this many times what the device can do is not believed. The limits of a
 * configuration may be low, and what stands behind a meter may draw besides; a leap by a mistaken reading is larger by far.
 */
export const leapTimes = 20;
/** @unit Wh */
const leapSlackWattHours = 2_000;

/** @limit Registers that come back to where they stood before a mistaken reading are gone on with for so long. @unit ms */
const mistakenMs = 24 * hourMs;

/** The registers of a device. */
export interface RegistersOptions {
  readonly resourceID: string;
  /** @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
  /** Where a register comes round to 0; absent: it does not. @unit Wh */
  readonly rolloverWattHours?: number;
  /** Power is not added up over more time than this without a word. @unit ms */
  readonly longestGapMs: number;
  readonly resumeFrom: MeterRead | null;
  readonly journal: Pick<Journal, 'warn'>;
}

/** Both registers, and since when they count without a break. */
export interface CountedEnergy {
  /** @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  readonly registersSince?: number;
  readonly isIntegrated?: boolean;
}

interface Count extends CountedEnergy {
  readonly at: number;
  readonly powerWatts: number;
}

/** The registers of one device. */
export class Registers {
  readonly #options: RegistersOptions;
  #count: Count | null;
  /** As it stood before registers began anew: they may only have been read wrong. */
  #before: Count | null = null;

  constructor(options: RegistersOptions) {
    this.#options = options;
    const { resumeFrom } = options;
    this.#count =
      resumeFrom === null
        ? null
        : {
            at: resumeFrom.readAt,
            powerWatts: resumeFrom.status.powerWatts ?? 0,
            importWattHours: resumeFrom.importWattHours,
            exportWattHours: resumeFrom.exportWattHours,
            ...(resumeFrom.registersSince === undefined ? {} : { registersSince: resumeFrom.registersSince }),
            ...(resumeFrom.isIntegrated === true ? { isIntegrated: true } : {}),
          };
    // Nobody heard its power while nobody ran.
    if (this.#count?.isIntegrated === true) this.#count = null;
  }

  /** Takes a sample in the order of time, and says how the registers stand. @throws DeviceError when it tells neither energy nor power */
  take(sample: DeviceSample): CountedEnergy {
    const before = this.#count;
    if (before !== null && sample.at < before.at) return before;
    this.#count =
      sample.importWattHours === undefined && sample.exportWattHours === undefined
        ? this.#added(before, sample)
        : this.#counted(before, sample);
    return this.#count;
  }

  #added(before: Count | null, { at, powerWatts }: DeviceSample): Count {
    const { resourceID, longestGapMs } = this.#options;
    if (powerWatts === undefined)
      throw new DeviceError('Sensor Failure', `${resourceID} tells neither its registers nor its power.`);
    if (before === null || before.isIntegrated !== true || at - before.at > longestGapMs)
      return { at, powerWatts, importWattHours: 0, exportWattHours: 0, registersSince: at, isIntegrated: true };
    const wattHours = (((before.powerWatts + powerWatts) / 2) * (at - before.at)) / hourMs;
    return {
      ...before,
      at,
      powerWatts,
      importWattHours: before.importWattHours + Math.max(0, wattHours),
      exportWattHours: before.exportWattHours + Math.max(0, -wattHours),
    };
  }

  #counted(before: Count | null, sample: DeviceSample): Count {
    const { at, powerWatts = 0, importWattHours = 0, exportWattHours = 0 } = sample;
    const stated = { at, powerWatts, importWattHours, exportWattHours };
    if (before === null) return stated;
    if (before.isIntegrated === true) return { ...stated, registersSince: at };
    const goneOn = this.#gone(before, stated);
    if (goneOn !== null) return goneOn;
    const resumed = this.#resumed(stated);
    if (resumed !== null) return resumed;
    this.#tellBreak(before, stated);
    this.#before ??= before;
    return { ...stated, registersSince: at };
  }

  /** The count after registers that went on; null when they did not. */
  #gone(before: Count, stated: Count): Count | null {
    const { maxChargeWatts, maxDischargeWatts } = this.#options;
    const elapsedMs = stated.at - before.at;
    const drawn = this.#onward(before.importWattHours, stated.importWattHours, maxChargeWatts, elapsedMs);
    const delivered = this.#onward(before.exportWattHours, stated.exportWattHours, maxDischargeWatts, elapsedMs);
    if (drawn === null || delivered === null) return null;
    const { registersSince } = before;
    return {
      ...stated,
      importWattHours: drawn,
      exportWattHours: delivered,
      ...(registersSince === undefined ? {} : { registersSince }),
    };
  }

  /** The registers go on from where they stood before they began anew: that was a mistaken reading, and nothing is lost. */
  #resumed(stated: Count): Count | null {
    const before = this.#before;
    if (before === null || stated.at - before.at > mistakenMs) {
      this.#before = null;
      return null;
    }
    const goneOn = this.#gone(before, stated);
    if (goneOn === null) return null;
    this.#before = null;
    this.#options.journal.warn(
      `The registers of ${this.#options.resourceID} go on from where they stood: what was read between was mistaken, and the energy of that time is counted.`,
    );
    return goneOn;
  }

  /** A register that went on, round its end where it has one; null when it cannot have. */
  #onward(before: number, stated: number, watts: number, elapsedMs: number): number | null {
    const { rolloverWattHours } = this.#options;
    if (rolloverWattHours === undefined) {
      const most = Math.max(this.#options.maxChargeWatts, this.#options.maxDischargeWatts);
      const leap = (most * leapTimes * elapsedMs) / hourMs + leapSlackWattHours;
      return stated >= before && stated - before <= leap ? stated : null;
    }
    const change = (((stated - before) % rolloverWattHours) + rolloverWattHours) % rolloverWattHours;
    return change <= (watts * overload * elapsedMs) / hourMs + slackWattHours ? before + change : null;
  }

  #tellBreak(before: CountedEnergy, stated: CountedEnergy): void {
    const shown = ({ importWattHours, exportWattHours }: CountedEnergy): string =>
      `${Math.floor(importWattHours)} and ${Math.floor(exportWattHours)} Wh`;
    this.#options.journal.warn(
      `The registers of ${this.#options.resourceID} do not go on from where they stood (${shown(before)}, now ${shown(stated)}): they were reset, or the meter was changed. The time between counts as not measured.`,
    );
  }
}
