import type { Device } from '../shell/ports.ts';
import type { BadQuality, DeviceStatus, MeterRead } from '../facts/input.ts';
import { type BatteryState, shown } from './batteryModel.ts';
import { DeviceError } from './deviceError.ts';

/** A device and its registers at an instant, with their fractions; `storedWattHours` is what it holds, or has had of its need. */
export type SimulatedState = BatteryState;

/** How a device by calculation behaves; in closed form, so that the answer does not depend on how often it was asked. */
export interface Model {
  /** It some time later, a demand held until then. */
  advance(state: SimulatedState, toAt: number, demandWatts: number): SimulatedState;
  /** What it says of itself under a demand. */
  statusOf(state: SimulatedState, demandWatts: number): DeviceStatus;
}

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

/** What is wrong with a device at an instant; null when nothing is. */
export type SimulatedFault = 'silent' | 'deaf' | 'stuck' | null;

/** A simulated device's making. */
export interface SimulatedDeviceOptions {
  readonly resourceID: string;
  /** The time, real or virtual. UTC ms. */
  readonly now: () => number;
  /** What it was given before it began to be told and since, oldest first: it went on while nobody asked. */
  readonly resumeSetpoints?: readonly GivenSetpoint[];
  /** How long it remembers its registers. Default 40 days. @unit ms */
  readonly memoryMs?: number;
  readonly silences?: readonly Silence[];
  /** By how much the power that it tells may be off. Default 0. @unit W */
  readonly noiseWatts?: number;
  readonly faultAt?: (at: number) => SimulatedFault;
}

/** A moment at which it was given something new to do. */
interface Turn {
  readonly state: BatteryState;
  readonly demandWatts: number;
  readonly validUntil: number;
}

const dayMs = 86_400_000;
const idle = { demandWatts: 0, validUntil: 0 } as const;

/**
 * A device with a meter, by calculation.
 *
 * It does as it is told within its limits, and idles once a setpoint's time is over: a silent agent never leaves it at work.
 * It remembers what it did, so that a boundary that has passed can still be read.
 */
export class SimulatedDevice implements Device {
  readonly resourceID: string;
  readonly #model: Model;
  readonly #options: SimulatedDeviceOptions;
  #turns: readonly Turn[];

  constructor(model: Model, beginning: SimulatedState, options: SimulatedDeviceOptions) {
    this.#model = model;
    this.#options = options;
    this.resourceID = options.resourceID;
    this.#turns = [{ state: beginning, ...idle }];
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
    if (this.#options.faultAt?.(boundaryAt) === 'silent')
      throw new DeviceError('Comm Failure', `${this.resourceID} does not answer for ${instant(boundaryAt)}.`);
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
    const now = this.#options.now();
    const fault = this.#options.faultAt?.(now) ?? null;
    if (fault === 'deaf' || fault === 'silent')
      throw new DeviceError('Comm Failure', `${this.resourceID} does not take what it is set to; look at its line.`);
    this.#turn(now, fault === 'stuck' ? idle : setpoint);
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
    const state = stateAt(this.#turnAt(at), at, this.#model);
    this.#turns = remembered(
      [...before, { state, demandWatts, validUntil }],
      at - (this.#options.memoryMs ?? 40 * dayMs),
    );
  }

  #noisy(status: DeviceStatus, at: number): DeviceStatus {
    const { noiseWatts = 0 } = this.#options;
    const { powerWatts } = status;
    if (noiseWatts === 0 || powerWatts === undefined) return status;
    return { ...status, powerWatts: powerWatts + noiseWatts * unevenness(at, this.resourceID) };
  }

  /** A day that is over is reckoned once: it goes on from there as if it had been told the same again. */
  #keepUpWith(at: number): void {
    const last = this.#last;
    if (at - last.state.at > dayMs) this.#turn(at, last);
  }

  #readingAt(at: number): MeterRead {
    this.#keepUpWith(at);
    const turn = this.#turnAt(at);
    const state = stateAt(turn, at, this.#model);
    return {
      resourceID: this.resourceID,
      boundaryAt: at,
      readAt: at,
      importWattHours: shown(state.importWattHours),
      exportWattHours: shown(state.exportWattHours),
      status: this.#noisy(this.#model.statusOf(state, at < turn.validUntil ? turn.demandWatts : 0), at),
    };
  }
}

/** From -1 to 1, the same for the same instant and name: a reading asked for twice says the same. */
const unevenness = (at: number, name: string): number => {
  let mixed = at % 0x7fffffff;
  for (const sign of name) mixed = Math.imul(mixed ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 0x7fffffff - 1;
};

const instant = (at: number): string => new Date(at).toISOString();

/** It some time after a turn: it worked while the setpoint held and idled afterwards. */
const stateAt = ({ state, demandWatts, validUntil }: Turn, at: number, model: Model): SimulatedState => {
  const workedUntil = Math.min(at, Math.max(validUntil, state.at));
  return model.advance(model.advance(state, workedUntil, demandWatts), at, 0);
};

/** The turns since the instant, and the one that held then. */
const remembered = (turns: readonly Turn[], since: number): readonly Turn[] => {
  const held = turns.findLastIndex(({ state }) => state.at <= since);
  return held <= 0 ? turns : turns.slice(held);
};
