import type { PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';
import { cutAtPrices, type Orders } from './lives.ts';
import { drawnIn, needAt, type NeedingLoad } from './needs.ts';
import type { DeviceLife, LivedSlot } from './terms.ts';

/** @limit Less than this is the arithmetic of floats. @unit W */
const crumb = 1e-6;

/** A load that lives through what it is told: it draws no more than it can, and ends by itself when it has what it needs. */
export class LoadLife {
  readonly load: NeedingLoad;
  readonly #prices: readonly PricedSpan[];
  readonly #slots: LivedSlot[] = [];

  constructor(load: NeedingLoad, prices: readonly PricedSpan[]) {
    this.load = load;
    this.#prices = prices;
  }

  get resourceID(): string {
    return this.load.resourceID;
  }

  /** What it has drawn in a stretch. @unit Wh */
  drawnWithin(span: PlanSpan): number {
    const before = this.#slots.findLastIndex(({ endAt }) => endAt <= span.startAt);
    return drawnIn(this.#slots.slice(before + 1), span);
  }

  /** What it needs still at an instant. @unit Wh */
  neededAt(at: number): number {
    const need = needAt(this.load, at);
    return need === null
      ? 0
      : Math.max(0, need.energyWattHours - this.drawnWithin({ startAt: need.startAt, endAt: at }));
  }

  /** Follows the orders that fall into the time. */
  follow(orders: Orders, { startAt, endAt }: PlanSpan): void {
    const edges = this.load.needs.map((need) => need.startAt);
    let at = startAt;
    for (const order of orders) {
      const [from, to] = [Math.max(order.startAt, at), Math.min(order.endAt, endAt)];
      if (to <= from) continue;
      this.#do({ startAt: at, endAt: from, demandWatts: 0 });
      const cuts = [from, ...edges.filter((edge) => edge > from && edge < to), to];
      for (const [index, cut] of cuts.slice(0, -1).entries())
        this.#do({ startAt: cut, endAt: cuts[index + 1] ?? to, demandWatts: order.demandWatts });
      at = to;
    }
    this.#do({ startAt: at, endAt, demandWatts: 0 });
  }

  #do({ startAt, endAt, demandWatts }: LivedSlot): void {
    if (endAt <= startAt) return;
    const most = needAt(this.load, startAt)?.terms.maxWatts ?? 0;
    const enough = (this.neededAt(startAt) * hourMs) / (endAt - startAt);
    const watts = Math.floor(Math.max(0, Math.min(demandWatts, most, enough)) + crumb);
    this.#slots.push({ startAt, endAt, demandWatts: watts });
  }

  /** The whole of it, cut where prices change. */
  told(): DeviceLife {
    return {
      resourceID: this.resourceID,
      slots: cutAtPrices(this.#slots, this.#prices),
      startWattHours: 0,
      endWattHours: 0,
    };
  }
}
