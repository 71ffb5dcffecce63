import type { Device } from '../shell/ports.ts';
import type { BadQuality, DeviceStatus, MeterRead } from '../facts/input.ts';
import { advance, type BatteryParameters, type BatteryState, checkBattery, powerAt, shown } from './batteryModel.ts';
import { DeviceError } from './deviceError.ts';

/** A setpoint as a device was given it. */
export interface GivenSetpoint {
  /** UTC ms. */
  readonly appliedAt: number;
  readonly demandWatts: number;
  readonly validUntil: number;
}

/** A time for whose boundaries the meter never answers. */
export interface Silence {
  /** UTC ms, inclusive and exclusive. */
  readonly fromAt: number;
  readonly toAt: number;
  readonly quality: BadQuality;
}

/** A simulated battery's making. */
export interface SimulatedBatteryOptions extends BatteryParameters {
  readonly resourceID: string;
  /** The time, real or virtual. UTC ms. */
  readonly now: () => number;
  /** At the beginning, 0 to 1. Default 0.5. */
  readonly stateOfCharge?: number;
  /** The last reading known of it: its registers go on from there. */
  readonly resumeFrom?: MeterRead;
  /** What it was given before that reading and since, oldest first: it went on while nobody asked. */
  readonly resumeSetpoints?: readonly GivenSetpoint[];
  /** How long it remembers its registers. Default 40 days. @unit ms */
  readonly memoryMs?: number;
  readonly silences?: readonly Silence[];
}

/** A moment at which the battery was given something new to do. */
interface Turn {
  readonly state: BatteryState;
  readonly demandWatts: number;
  readonly validUntil: number;
}

const dayMs = 86_400_000;
const idle = { demandWatts: 0, validUntil: 0 } as const;

/**
 * A battery with a meter, by calculation.
 *
 * It does as it is told within its limits and its charge, and idles once a setpoint's time is over: a silent agent never
 * leaves it at work. It remembers what it did, so that a boundary that has passed can still be read.
 */
export class SimulatedBattery implements Device {
  readonly resourceID: string;
  readonly #options: SimulatedBatteryOptions;
  #turns: readonly Turn[];

  /** @throws RangeError when no battery can be like that. */
  constructor(options: SimulatedBatteryOptions) {
    checkBattery(options);
    this.#options = options;
    this.resourceID = options.resourceID;
    this.#turns = [{ state: beginningOf(options), ...idle }];
    for (const setpoint of options.resumeSetpoints ?? []) this.#turn(setpoint.appliedAt, setpoint);
  }

  /** @throws DeviceError when the boundary is still to come, is before its memory, or falls into a silence. */
  async read(boundaryAt: number): Promise<MeterRead> {
    const silence = this.#options.silences?.find(({ fromAt, toAt }) => boundaryAt >= fromAt && boundaryAt < toAt);
    if (silence !== undefined)
      throw new DeviceError(
        silence.quality,
        `${this.resourceID} does not answer for ${instant(boundaryAt)}; ask again, or look at its line.`,
      );
    const now = this.#options.now();
    if (boundaryAt > now)
      throw new DeviceError(
        'Non Specific',
        `${this.resourceID} was asked at ${instant(now)} for its registers at ${instant(boundaryAt)}; ask when that has come.`,
      );
    if (boundaryAt < this.#first.state.at)
      throw new DeviceError(
        'Not Connected',
        `${this.resourceID} remembers nothing before ${instant(this.#first.state.at)}, and was asked for ${instant(boundaryAt)}.`,
      );
    return this.#readingAt(boundaryAt);
  }

  /** Draws (positive) or delivers (negative) until the instant, within its limits and its charge; then it idles. */
  async apply(setpoint: { readonly demandWatts: number; readonly validUntil: number }): Promise<void> {
    if (!Number.isFinite(setpoint.demandWatts))
      throw new DeviceError(
        'Configuration Error',
        `${this.resourceID} cannot be set to ${setpoint.demandWatts} W; give it a finite number.`,
      );
    this.#turn(this.#options.now(), setpoint);
  }

  /** Idles from now on. */
  async release(): Promise<void> {
    this.#turn(this.#options.now(), idle);
  }

  get #first(): Turn {
    return this.#turns[0] as Turn;
  }

  get #last(): Turn {
    return this.#turns[this.#turns.length - 1] as Turn;
  }

  /** What it was told last before the instant, or at it. */
  #turnAt(at: number): Turn {
    return this.#turns.findLast(({ state }) => state.at <= at) ?? this.#first;
  }

  /** A clock that was set back turns nothing back: what was metered is metered. */
  #turn(
    turnedAt: number,
    { demandWatts, validUntil }: { readonly demandWatts: number; readonly validUntil: number },
  ): void {
    const at = Math.max(turnedAt, this.#last.state.at);
    const before = this.#turns.filter(({ state }) => state.at < at || state === this.#first.state);
    const state = stateAt(this.#turnAt(at), at, this.#options);
    this.#turns = remembered(
      [...before, { state, demandWatts, validUntil }],
      at - (this.#options.memoryMs ?? 40 * dayMs),
    );
  }

  #readingAt(at: number): MeterRead {
    const turn = this.#turnAt(at);
    const state = stateAt(turn, at, this.#options);
    return {
      resourceID: this.resourceID,
      boundaryAt: at,
      readAt: at,
      importWattHours: shown(state.importWattHours),
      exportWattHours: shown(state.exportWattHours),
      status: statusOf(state, at < turn.validUntil ? turn.demandWatts : 0, this.#options),
    };
  }
}

const instant = (at: number): string => new Date(at).toISOString();

const beginningOf = (options: SimulatedBatteryOptions): BatteryState => {
  const { capacityWattHours, stateOfCharge = 0.5, resumeFrom, now } = options;
  const part = resumeFrom?.status.stateOfCharge ?? stateOfCharge;
  if (!(part >= 0 && part <= 1))
    throw new RangeError(
      `A battery cannot have stateOfCharge ${part}: it has to be from 0 to 1; correct the device's settings.`,
    );
  return {
    at: resumeFrom?.readAt ?? now(),
    storedWattHours: part * capacityWattHours,
    importWattHours: resumeFrom?.importWattHours ?? 0,
    exportWattHours: resumeFrom?.exportWattHours ?? 0,
  };
};

/** The battery some time after a turn: it worked while the setpoint held and idled afterwards. */
const stateAt = ({ state, demandWatts, validUntil }: Turn, at: number, battery: BatteryParameters): BatteryState => {
  const workedUntil = Math.min(at, Math.max(validUntil, state.at));
  return advance(advance(state, workedUntil, demandWatts, battery), at, 0, battery);
};

/** The turns since the instant, and the one that held then. */
const remembered = (turns: readonly Turn[], since: number): readonly Turn[] => {
  const held = turns.findLastIndex(({ state }) => state.at <= since);
  return held <= 0 ? turns : turns.slice(held);
};

const statusOf = (state: BatteryState, demandWatts: number, battery: BatteryParameters): DeviceStatus => ({
  online: true,
  manualOverride: false,
  powerWatts: powerAt(state, demandWatts, battery),
  stateOfCharge: state.storedWattHours / battery.capacityWattHours,
  maxChargeWatts: battery.maxChargeWatts,
  maxDischargeWatts: battery.maxDischargeWatts,
});
