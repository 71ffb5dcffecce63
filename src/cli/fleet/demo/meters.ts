/** Meters outside of the workers: what a worker that dies was told of them is gone, and what they metered is not. */
import { openDevice } from '../../../devices/registry.ts';
import { DeviceError } from '../../../devices/deviceError.ts';
import type { Device, GivenPower } from '../../../shell/ports.ts';
import { settingsSchema } from '../../../shell/settings/settings.ts';
import type { MeterRead } from '../../../facts/input.ts';
import { switchedOn } from '../../run/devices.ts';
import { batteryOf, demoTimeZone, resourceOf } from './demoVens.ts';
import type { MeterWish, WorkerOrder, WorkerWord } from './messages.ts';

/** A meter that goes on for so long is not told again to do the same. @unit ms */
const meterKnowsForMs = 10 * 60_000;

type MeterWord = Extract<WorkerWord, { kind: 'meter' }>;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** The meters of all VENs. */
export class Meters {
  readonly #startAt: number;
  readonly #meters = new Map<string, Promise<Device>>();
  /** The latest that anybody told them. UTC ms. */
  #now: number;

  constructor(startAt: number) {
    this.#startAt = startAt;
    this.#now = startAt;
  }

  /** Does what a worker wants of one. */
  async answer({ number, resourceID, now, wish }: MeterWord): Promise<WorkerOrder> {
    this.#now = Math.max(this.#now, now);
    try {
      return { kind: 'metered', number, reading: await done(await this.#of(resourceID), wish) };
    } catch (error) {
      const quality = error instanceof DeviceError ? error.quality : 'Non Specific';
      return { kind: 'unmetered', number, quality, because: error instanceof Error ? error.message : String(error) };
    }
  }

  #of(resourceID: string): Promise<Device> {
    const known = this.#meters.get(resourceID);
    if (known !== undefined) return known;
    const made = this.#made(resourceID);
    this.#meters.set(resourceID, made);
    return made;
  }

  async #made(resourceID: string): Promise<Device> {
    const venID = resourceID.slice(0, -resourceOf('').length);
    const [device] = settingsSchema.parse({ dataDirectory: '.', devices: [batteryOf(venID)] }).devices;
    if (device === undefined) throw new Error(`There is no meter ${resourceID}.`);
    return openDevice({
      device,
      timeZone: demoTimeZone,
      now: () => this.#now,
      resumeFrom: switchedOn(device, this.#startAt),
      resumeSetpoints: [],
      journal: silent,
    });
  }
}

const done = async (device: Device, wish: MeterWish): Promise<MeterRead | null> => {
  if ('read' in wish) return device.read(wish.read);
  if ('apply' in wish) await device.apply(wish.apply);
  else await device.release();
  return null;
};

/** Asks a meter that is outside of this process. */
export type AskMeter = (resourceID: string, wish: MeterWish) => Promise<MeterRead | null>;

/** Whether a meter that was told `told` would learn nothing from being told `again`: it does the same already, and does so for long enough. */
const isKnown = (told: GivenPower | null, again: GivenPower, now: number): boolean =>
  told !== null &&
  told.demandWatts === again.demandWatts &&
  (told.validUntil === again.validUntil || told.validUntil - now >= meterKnowsForMs);

/**
 * A meter outside of this process, as a device of the agent: asked each time it is read, and told what it was not told before.
 *
 * Its agent tells it the same each few minutes; the meter is told again when what it was told will soon be over.
 */
export const meterOutside = (resourceID: string, now: () => number, ask: AskMeter): Device => {
  let told: GivenPower | null = null;
  return {
    resourceID,
    read: async (boundaryAt) => {
      const reading = await ask(resourceID, { read: boundaryAt });
      if (reading === null) throw new DeviceError('Non Specific', `${resourceID} told nothing.`);
      return reading;
    },
    apply: async ({ demandWatts, validUntil }: GivenPower) => {
      const power = { demandWatts, validUntil };
      if (isKnown(told, power, now())) return;
      await ask(resourceID, { apply: power });
      told = power;
    },
    release: async () => {
      told = null;
      await ask(resourceID, { release: true });
    },
  };
};
