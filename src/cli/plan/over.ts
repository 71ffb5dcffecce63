/** The hours of today that are over: what devices were set to. */
import type { Entry } from '../../facts/entry.ts';
import type { SetpointRequested } from '../../facts/planning.ts';
import { upcast } from '../../facts/upcast.ts';
import { dayOf, hourMs, hoursOf } from '../../programme/calendar.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { priceAt } from '../../store/projections/priceSlots.ts';
import type { OpenReading } from '../reading.ts';
import { positionSince } from '../../store/positionSince.ts';
import { viewsOf } from '../views.ts';

/** A stretch in which a device was told one thing. */
interface SetStretch {
  readonly resourceID: string;
  readonly startAt: number;
  endAt: number;
  /** @unit W */
  readonly demandWatts: number;
}

/** An hour that is over. */
export interface HourSet {
  readonly startAt: number;
  /** The price at its start; null where none was known. @unit USD/kWh */
  readonly usdPerKwh: string | null;
  /** By what it was set to; null where it was left to itself all the time. @unit Wh, import positive */
  readonly energyWattHours: number | null;
}

/** @limit An order is told anew more often than that. @unit ms */
const longestOrderMs = 24 * hourMs;

const kinds: ReadonlySet<string> = new Set(['SetpointRequested', 'SetpointApplied', 'DeviceReleased']);

/** A setpoint holds from when the device took it until it takes another, is released, or it is over. */
class SetStretches {
  readonly all: SetStretch[] = [];
  readonly #asked = new Map<string, SetpointRequested>();
  readonly #running = new Map<string, SetStretch>();

  #lastAt = 0;

  take(recorded: Entry): void {
    if (recorded.type === 'AgentStarted') this.finish();
    this.#lastAt = recorded.recordedAt;
    if (!kinds.has(recorded.type)) return;
    const entry = upcast(recorded);
    if (entry.type === 'SetpointRequested') this.#asked.set(entry.data.resourceID, entry.data);
    else if (entry.type === 'DeviceReleased') this.#end(entry.data.resourceID, entry.recordedAt);
    else if (entry.type === 'SetpointApplied') {
      const { resourceID, demandWatts } = entry.data;
      this.#end(resourceID, entry.recordedAt);
      const endAt = this.#asked.get(resourceID)?.validUntil ?? entry.recordedAt;
      const stretch = { resourceID, startAt: entry.recordedAt, endAt, demandWatts };
      this.#running.set(resourceID, stretch);
      this.all.push(stretch);
    }
  }

  /** The agent is not heard any more: what a device is not told again it goes on with for a while, and no longer. */
  finish(): void {
    for (const resourceID of [...this.#running.keys()])
      this.#end(resourceID, this.#lastAt + (this.#asked.get(resourceID)?.renewedForMs ?? Infinity));
  }

  #end(resourceID: string, at: number): void {
    const running = this.#running.get(resourceID);
    if (running !== undefined) running.endAt = Math.min(running.endAt, at);
    this.#running.delete(resourceID);
  }
}

const energyOf = (stretches: readonly SetStretch[], from: number, to: number): number | null => {
  const parts = stretches.flatMap(({ startAt, endAt, demandWatts }) => {
    const lengthMs = Math.min(endAt, to) - Math.max(startAt, from);
    return lengthMs > 0 ? [(demandWatts * lengthMs) / hourMs] : [];
  });
  return parts.length === 0 ? null : parts.reduce((sum, each) => sum + each, 0);
};

/** Of each device, its hours of today that are over, from the first on in which it was told something. */
export const hoursOver = async (
  { log, here: { now } }: OpenReading,
  timeZone: string,
): Promise<(resourceID: string) => readonly HourSet[]> => {
  const stretches = new SetStretches();
  const today = dayOf(now, timeZone);
  const from = await positionSince(log, today.startAt - longestOrderMs);
  for await (const entry of log.read({ from })) stretches.take(entry);
  stretches.finish();
  const { prices } = await viewsOf(log, { prices: pricesProjection() });
  const over = hoursOf(today).filter((startAt) => startAt + hourMs <= now);
  return (resourceID) => {
    const own = stretches.all.filter((each) => each.resourceID === resourceID);
    const hours = over.map((startAt): HourSet => ({
      startAt,
      usdPerKwh: priceAt(prices, startAt)?.usdPerKwh ?? null,
      energyWattHours: energyOf(own, startAt, startAt + hourMs),
    }));
    const first = hours.findIndex(({ energyWattHours }) => energyWattHours !== null);
    return first < 0 ? [] : hours.slice(first);
  };
};
