/**
 * A real device: what it says now as readings at boundaries, and what it is told within its limits, no faster than it likes.
 *
 * It remembers nothing: a boundary that has passed is answered by the last thing it said, when that was near enough.
 */
import type { DeviceStatus, Disbelieved, MeterRead } from '../../facts/input.ts';
import type { Device, Journal } from '../../shell/ports.ts';
import { clockAsideText } from '../../text/clockAside.ts';
import { DeviceError } from '../deviceError.ts';
import type { Driver, DriverSetpoint, DeviceSample } from './driver.ts';
import { leapTimes, Registers } from './registers.ts';

/** A real device's making. */
export interface LiveDeviceOptions {
  readonly resourceID: string;
  /** @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
  readonly rolloverWattHours?: number;
  /** What it said longer ago than this is not known any more. @unit ms */
  readonly maxAgeMs: number;
  /** It is told something no more often than this. @unit ms */
  readonly leastPauseMs: number;
  readonly isReadOnly: boolean;
  /** Of a device that says nothing by itself: how often it is asked while its power has to be added up. @unit ms */
  readonly lookEveryMs?: number;
  readonly driver: Driver;
  readonly resumeFrom: MeterRead | null;
  readonly now: () => number;
  readonly timeZone: string;
  readonly journal: Journal;
}

/** A clock that is off by more is told. @unit ms */
const clockToleranceMs = 60_000;

/** What a device says is kept so long, for boundaries that have just passed. @unit ms */
const memoryMs = 180_000;

/** @limit A level that is told so far beyond empty or full is rounding of the device; what is farther off is none. */
const levelSlack = 0.02;

/** What a device without limits of its own may draw besides. @unit W */
const slackWatts = 10_000;

const saidOf = (value: number): number | null => (Number.isFinite(value) ? value : null);

const asIso = (at: number): string => new Date(at).toISOString();

/** A sample with the registers as they stood then. */
interface KnownSample {
  readonly sample: DeviceSample;
  readonly read: Omit<MeterRead, 'boundaryAt'>;
}

export class LiveDevice implements Device {
  readonly resourceID: string;
  readonly #options: LiveDeviceOptions;
  readonly #registers: Registers;
  #known: readonly KnownSample[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #toldAt = Number.NEGATIVE_INFINITY;
  #orders = 0;
  #clockIsOff = false;
  #wasTold = false;
  #lessThanConfigured: string | null = null;
  #isLevelAbsurd = false;
  #isPowerAbsurd = false;
  #looking: ReturnType<typeof setInterval> | null = null;

  constructor(options: LiveDeviceOptions) {
    this.#options = options;
    this.resourceID = options.resourceID;
    this.#registers = new Registers({ ...options, longestGapMs: 2 * options.maxAgeMs });
  }

  /** Takes what the device says of itself; whoever hears it says so at once, so that power is added up as finely as it is told. */
  hear(said: DeviceSample): void {
    const { now } = this.#options;
    const { sample, disbelieved } = this.#believed(said);
    const { maxChargeWatts, maxDischargeWatts } = this.#limitsBy(sample);
    if (sample.at < (this.#known.at(-1)?.sample.at ?? Number.NEGATIVE_INFINITY)) return;
    this.#hasSomethingToCount(sample, disbelieved);
    const counted = this.#registers.take(sample);
    this.#lookOn(counted.isIntegrated === true);
    const status: DeviceStatus = {
      online: true,
      manualOverride: sample.manualOverride ?? false,
      ...(sample.isAvailable === undefined ? {} : { isAvailable: sample.isAvailable }),
      ...(sample.clockAt === undefined ? {} : { clockOffsetMs: sample.clockAt - sample.at }),
      ...(sample.serial === undefined ? {} : { serial: sample.serial }),
      ...(sample.keepsLastOrder === true ? { keepsLastOrder: true } : {}),
      ...(sample.powerWatts === undefined ? {} : { powerWatts: sample.powerWatts }),
      ...(sample.stateOfCharge === undefined ? {} : { stateOfCharge: sample.stateOfCharge }),
      ...(disbelieved.length === 0 ? {} : { disbelieved }),
      maxChargeWatts,
      maxDischargeWatts,
    };
    this.#lookAtClock(status.clockOffsetMs);
    this.#lookAtLimits(sample);
    const read = {
      resourceID: this.resourceID,
      readAt: sample.at,
      importWattHours: Math.floor(counted.importWattHours + 1e-6),
      exportWattHours: Math.floor(counted.exportWattHours + 1e-6),
      ...(counted.registersSince === undefined ? {} : { registersSince: counted.registersSince }),
      ...(counted.isIntegrated === true ? { isIntegrated: true } : {}),
      status,
    };
    this.#known = [...this.#known.filter(({ sample: { at } }) => at > now() - memoryMs), { sample, read }];
  }

  /** @throws DeviceError when it says nothing, or what it said last is too old, or too far from the boundary. */
  async read(boundaryAt: number): Promise<MeterRead> {
    const { driver, maxAgeMs, now } = this.#options;
    if (now() - boundaryAt > memoryMs)
      throw new DeviceError(
        'Not Connected',
        `${this.resourceID} remembers nothing, and was asked for ${asIso(boundaryAt)} at ${asIso(now())}.`,
      );
    this.hear(await driver.sample());
    const nearest = this.#known.reduce<KnownSample | null>((best, known) => {
      const distance = ({ sample }: KnownSample): number => Math.abs(sample.at - boundaryAt);
      return best === null || distance(known) < distance(best) ? known : best;
    }, null);
    if (nearest === null || Math.abs(nearest.sample.at - boundaryAt) > maxAgeMs)
      throw new DeviceError(
        'Comm Failure',
        `${this.resourceID} said nothing within ${maxAgeMs / 1000} s of ${asIso(boundaryAt)}${nearest === null ? '' : `; the nearest is of ${asIso(nearest.sample.at)}`}.`,
      );
    return { ...nearest.read, boundaryAt };
  }

  /** Tells it what to do, within its limits. @throws DeviceError when it is only read, or does not take it */
  async apply({ demandWatts, ...setpoint }: DriverSetpoint): Promise<void> {
    const { isReadOnly, driver } = this.#options;
    if (isReadOnly)
      throw new DeviceError('Configuration Error', `${this.resourceID} is only read; it is never told anything.`);
    if (!Number.isFinite(demandWatts))
      throw new DeviceError('Configuration Error', `${this.resourceID} cannot be set to ${demandWatts} W.`);
    const { maxChargeWatts, maxDischargeWatts } = this.#limitsBy(this.#known.at(-1)?.sample);
    const within = Math.min(maxChargeWatts, Math.max(-maxDischargeWatts, demandWatts));
    this.#wasTold = true;
    await this.#inTurn(() => driver.write({ ...setpoint, demandWatts: within }));
  }

  /** Leaves it to itself, if it was told anything. */
  async release(): Promise<void> {
    if (!this.#wasTold || this.#options.isReadOnly) return;
    await this.#inTurn(() => this.#options.driver.free());
    this.#wasTold = false;
  }

  async close(): Promise<void> {
    this.#lookOn(false);
    await this.#options.driver.close();
  }

  /** What cannot be is not known. */
  #believed({ stateOfCharge, powerWatts, ...rest }: DeviceSample): {
    readonly sample: DeviceSample;
    readonly disbelieved: readonly Disbelieved[];
  } {
    const isLevel = stateOfCharge === undefined || this.#isLevel(stateOfCharge);
    const isPower = powerWatts === undefined || this.#isPower(powerWatts);
    return {
      sample: {
        ...rest,
        ...(isLevel && stateOfCharge !== undefined ? { stateOfCharge: Math.min(1, Math.max(0, stateOfCharge)) } : {}),
        ...(isPower && powerWatts !== undefined ? { powerWatts } : {}),
      },
      disbelieved: [
        ...(isLevel ? [] : [{ value: 'stateOfCharge', said: saidOf(stateOfCharge) } as const]),
        ...(isPower ? [] : [{ value: 'powerWatts', said: saidOf(powerWatts) } as const]),
      ],
    };
  }

  /** Without registers its energy is its power. @throws DeviceError when that cannot be */
  #hasSomethingToCount(
    { importWattHours, exportWattHours, powerWatts }: DeviceSample,
    disbelieved: readonly Disbelieved[],
  ): void {
    if (importWattHours !== undefined || exportWattHours !== undefined || powerWatts !== undefined) return;
    const power = disbelieved.find(({ value }) => value === 'powerWatts');
    if (power !== undefined)
      throw new DeviceError(
        'Sensor Failure',
        `${this.resourceID} has no registers, and says that its power is ${power.said === null ? 'no number' : `${Math.round(power.said)} W`}, which cannot be.`,
      );
  }

  /** Power is added up where there are no registers: one mistaken reading would be energy for days. */
  #isPower(powerWatts: number): boolean {
    const { maxChargeWatts, maxDischargeWatts, journal } = this.#options;
    const isAbsurd = !(Math.abs(powerWatts) <= leapTimes * Math.max(maxChargeWatts, maxDischargeWatts) + slackWatts);
    if (isAbsurd && !this.#isPowerAbsurd)
      journal.warn(
        `${this.resourceID} says that its power is ${Math.round(powerWatts)} W, which cannot be: it is not known until it says one that can.`,
      );
    this.#isPowerAbsurd = isAbsurd;
    return !isAbsurd;
  }

  /** A plan would sell what is not there, or buy what has no room. */
  #isLevel(stateOfCharge: number): boolean {
    const isAbsurd = !(stateOfCharge >= -levelSlack && stateOfCharge <= 1 + levelSlack);
    if (isAbsurd && !this.#isLevelAbsurd)
      this.#options.journal.warn(
        `${this.resourceID} says that it is ${Math.round(stateOfCharge * 1_000) / 10} % full, which cannot be: its level is not known, and it is not planned with, until it says one from 0 to 100 %. Where it says so always, the unit or the factor of its level in the configuration is another.`,
      );
    if (!isAbsurd && this.#isLevelAbsurd) this.#options.journal.info(`The level of ${this.resourceID} is one again.`);
    this.#isLevelAbsurd = isAbsurd;
    return !isAbsurd;
  }

  /** What it can do by its configuration, and by what it says of itself where that is less. */
  #limitsBy(sample: DeviceSample | undefined): Pick<LiveDeviceOptions, 'maxChargeWatts' | 'maxDischargeWatts'> {
    const { maxChargeWatts, maxDischargeWatts } = this.#options;
    const least = (set: number, said: number | undefined): number =>
      said === undefined || Number.isNaN(said) ? set : Math.min(set, Math.max(0, said));
    return {
      maxChargeWatts: least(maxChargeWatts, sample?.chargeLimitWatts),
      maxDischargeWatts: least(maxDischargeWatts, sample?.dischargeLimitWatts),
    };
  }

  #lookAtLimits(sample: DeviceSample): void {
    const { resourceID, maxChargeWatts, maxDischargeWatts, journal } = this.#options;
    const limits = this.#limitsBy(sample);
    const said = `${Math.round(limits.maxChargeWatts)} and ${Math.round(limits.maxDischargeWatts)} W`;
    const isLess = limits.maxChargeWatts < maxChargeWatts || limits.maxDischargeWatts < maxDischargeWatts;
    if (isLess && said !== this.#lessThanConfigured)
      journal.warn(
        `${resourceID} draws and delivers ${said} at most by its own word, and its configuration says ${maxChargeWatts} and ${maxDischargeWatts} W (maxChargeWatts, maxDischargeWatts): it is told, and planned with, no more than it can.`,
      );
    this.#lessThanConfigured = isLess ? said : null;
  }

  /** One thing after the other with a pause between; what was overtaken meanwhile is left out. */
  #inTurn(tell: () => Promise<void>): Promise<void> {
    this.#orders += 1;
    const order = this.#orders;
    const done = this.#turn.then(async () => {
      const pauseMs = this.#toldAt + this.#options.leastPauseMs - performance.now();
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (order !== this.#orders)
        throw new DeviceError('Non Specific', `${this.resourceID} was told something else meanwhile.`);
      this.#toldAt = performance.now();
      await tell();
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Power that is told at boundaries alone says nothing of the time between. */
  #lookOn(isWanted: boolean): void {
    const { lookEveryMs, driver } = this.#options;
    if (lookEveryMs === undefined || isWanted === (this.#looking !== null)) return;
    if (this.#looking !== null) clearInterval(this.#looking);
    this.#looking = isWanted
      ? setInterval(() => {
          // That it does not answer is found at the next boundary, and told then.
          void (async () => this.hear(await driver.sample()))().catch(() => undefined);
        }, lookEveryMs)
      : null;
    this.#looking?.unref();
  }

  #lookAtClock(offsetMs: number | undefined): void {
    const isOff = offsetMs !== undefined && Math.abs(offsetMs) > clockToleranceMs;
    if (isOff !== this.#clockIsOff) {
      const { journal, now, timeZone } = this.#options;
      if (isOff)
        journal.warn(
          `The clock of ${this.resourceID} is ${clockAsideText(offsetMs, now(), timeZone)}: what it times by itself happens at other times than planned; set it.`,
        );
      else journal.info(`The clock of ${this.resourceID} is right again.`);
    }
    this.#clockIsOff = isOff;
  }
}
