import { storage } from './dispatch.ts';

/** What a simulated device was told, and until when by our clock. */
export interface Told {
  readonly demandWatts: number;
  readonly validUntil: number;
}

const capacityWattHours = storage.capacityWattHours ?? 0;
const oneWay = Math.sqrt(storage.roundTripEfficiency ?? 1);

/** The energy in a device that does what it is told as long as it is told so, by the time that really passes. */
export class Stock {
  #wattHours = capacityWattHours / 2;
  #at: number;
  #told: (Told & { readonly forMs: number }) | null = null;

  constructor(at: number) {
    this.#at = at;
  }

  /** Told something at an instant of the true time, for so long. */
  tell(at: number, told: Told | null, forMs: number): void {
    this.#passTo(at);
    this.#told = told === null ? null : { ...told, forMs };
  }

  /** Whether it is still at what it was told. */
  isAtWork(at: number): boolean {
    this.#passTo(at);
    return this.#told !== null;
  }

  /** Of one. */
  stateOfCharge(at: number): number {
    this.#passTo(at);
    return this.#wattHours / capacityWattHours;
  }

  #passTo(at: number): void {
    const told = this.#told;
    const passedMs = Math.max(0, at - this.#at);
    this.#at = Math.max(this.#at, at);
    if (told === null) return;
    const atWorkMs = Math.min(passedMs, told.forMs);
    const wattHours = (told.demandWatts * atWorkMs) / 3_600_000;
    const stored = wattHours >= 0 ? wattHours * oneWay : wattHours / oneWay;
    this.#wattHours = Math.min(capacityWattHours, Math.max(0, this.#wattHours + stored));
    this.#told = atWorkMs < told.forMs ? { ...told, forMs: told.forMs - atWorkMs } : null;
  }
}
