import type { PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';
import { lived, storedAt } from './storage.ts';
import type { DeviceLife, StorageLevels, LivedSlot } from './terms.ts';

/** What a device is told, one after the other; where nothing is said, it rests. */
export type Orders = readonly LivedSlot[];

/** Stretches of time cut at the edges of prices, so that each has one price. */
export const cutAtPrices = <Slot extends PlanSpan>(
  slots: readonly Slot[],
  prices: readonly PricedSpan[],
): readonly Slot[] => {
  const edges = prices.flatMap(({ startAt, endAt }) => [startAt, endAt]);
  let next = 0;
  return slots.flatMap((slot) => {
    const cuts = [slot.startAt];
    while (next < edges.length && (edges[next] as number) <= slot.startAt) next += 1;
    for (let at = next; at < edges.length && (edges[at] as number) < slot.endAt; at += 1)
      if ((edges[at] as number) > (cuts.at(-1) as number)) cuts.push(edges[at] as number);
    return cuts.map((startAt, index) => ({ ...slot, startAt, endAt: cuts[index + 1] ?? slot.endAt }));
  });
};

/** A storage that lives through what it is told, from one order to the next. */
export class StorageLife {
  readonly #slots: LivedSlot[] = [];
  readonly #startWattHours: number;
  #storedWattHours: number;
  #terms: StorageTerms;
  readonly #prices: readonly PricedSpan[];

  constructor(terms: StorageTerms, prices: readonly PricedSpan[]) {
    this.#terms = terms;
    this.#prices = prices;
    this.#startWattHours = this.#storedWattHours = storedAt(terms, terms.stateOfCharge ?? 0);
  }

  get resourceID(): string {
    return this.#terms.resourceID;
  }

  /** 0 to 1. */
  get level(): number {
    return this.#terms.capacityWattHours === 0 ? 0 : this.#storedWattHours / this.#terms.capacityWattHours;
  }

  /** Goes on by other terms of the same device: those of a later time say when it is there then. */
  learn(terms: StorageTerms): void {
    this.#terms = terms;
  }

  /** What it has delivered since an instant. @unit Wh */
  deliveredSince(at: number): number {
    let sum = 0;
    for (let index = this.#slots.length - 1; index >= 0; index -= 1) {
      const slot = this.#slots[index];
      if (slot === undefined || slot.endAt <= at) break;
      const hours = (slot.endAt - Math.max(at, slot.startAt)) / hourMs;
      sum += Math.max(0, 0 - slot.demandWatts) * hours;
    }
    return sum;
  }

  /** Follows the orders that fall into the time. */
  follow(orders: Orders, { startAt, endAt }: PlanSpan): void {
    let at = startAt;
    for (const order of orders) {
      const from = Math.max(order.startAt, at);
      const to = Math.min(order.endAt, endAt);
      if (to <= from) continue;
      this.#do({ startAt: at, endAt: from, demandWatts: 0 });
      this.#do({ startAt: from, endAt: to, demandWatts: order.demandWatts });
      at = to;
    }
    this.#do({ startAt: at, endAt, demandWatts: 0 });
  }

  #do(order: LivedSlot): void {
    if (order.endAt <= order.startAt) return;
    const after = lived(this.#terms, this.#storedWattHours, order.demandWatts, order);
    this.#storedWattHours = after.storedWattHours;
    this.#slots.push({ startAt: order.startAt, endAt: order.endAt, demandWatts: after.demandWatts });
  }

  /** The whole of it, cut where prices change. */
  told(): DeviceLife {
    return {
      resourceID: this.#terms.resourceID,
      slots: cutAtPrices(this.#slots, this.#prices),
      startWattHours: this.#startWattHours,
      endWattHours: this.#storedWattHours,
    };
  }
}

/** How full storages are. */
export const levelsOf = (lives: readonly StorageLife[]): StorageLevels =>
  new Map(lives.map(({ resourceID, level }) => [resourceID, level]));
