import type { PlanSpan, PricedSpan, StorageTerms } from '../dispatch/planningProblem.ts';
import { scheduledPlan, usualSchedule } from '../dispatch/fixedSchedule.ts';
import { type DaySpan, hourMs } from '../programme/calendar.ts';
import type { Orders } from './lives.ts';
import type { LivedSlot } from './terms.ts';

/** The scripts that people write for a battery, told day by day. */
export type Script = (day: DaySpan, prices: readonly PricedSpan[], storage: StorageTerms, timeZone: string) => Orders;

/** @unit ms */
const fourHours = 4 * hourMs;

interface Ranked extends PlanSpan {
  readonly usdPerKwh: number;
}

/** The first of a ranking, as many as fill the time; the last of them may be a part of its slot. */
const filling = (ranking: readonly Ranked[]): readonly Ranked[] => {
  let leftMs = fourHours;
  return ranking.flatMap((slot) => {
    const takenMs = Math.min(leftMs, slot.endAt - slot.startAt);
    leftMs -= takenMs;
    return takenMs > 0 ? [{ ...slot, endAt: slot.startAt + takenMs }] : [];
  });
};

const meanOf = (slots: readonly Ranked[]): number => {
  const wholeMs = slots.reduce((sum, { startAt, endAt }) => sum + endAt - startAt, 0);
  return slots.reduce((sum, { startAt, endAt, usdPerKwh }) => sum + usdPerKwh * (endAt - startAt), 0) / wholeMs;
};

/** Whether a kWh that is drawn at the one price and delivered at the other brings more than losses and wear. */
const pays = (cheap: readonly Ranked[], dear: readonly Ranked[], storage: StorageTerms): boolean =>
  storage.chargeEfficiency * storage.dischargeEfficiency * (meanOf(dear) - Number(storage.wearUsdPerKwh)) >
  meanOf(cheap);

const rankedOf = (
  prices: readonly PricedSpan[],
  day: DaySpan,
  each: 'importUsdPerKwh' | 'exportUsdPerKwh',
): readonly Ranked[] =>
  prices
    .filter(({ startAt }) => startAt >= day.startAt && startAt < day.endAt)
    .flatMap(({ startAt, endAt, [each]: price }) =>
      price === null ? [] : [{ startAt, endAt, usdPerKwh: Number(price) }],
    );

const fourEach =
  (isChecked: boolean): Script =>
  (day, prices, storage) => {
    const dear = filling(rankedOf(prices, day, 'exportUsdPerKwh').toSorted((a, b) => b.usdPerKwh - a.usdPerKwh));
    const others = rankedOf(prices, day, 'importUsdPerKwh').filter((slot) =>
      dear.every(({ startAt }) => startAt !== slot.startAt),
    );
    const cheap = filling(others.toSorted((a, b) => a.usdPerKwh - b.usdPerKwh));
    if (cheap.length === 0 || (isChecked && !pays(cheap, dear, storage))) return [];
    const orders = [
      ...cheap.map(({ startAt, endAt }): LivedSlot => ({
        startAt,
        endAt,
        demandWatts: Math.floor(storage.maxChargeWatts),
      })),
      ...dear.map(({ startAt, endAt }): LivedSlot => ({
        startAt,
        endAt,
        demandWatts: -Math.floor(storage.maxDischargeWatts),
      })),
    ];
    return orders.sort((a, b) => a.startAt - b.startAt);
  };

const fixedHours: Script = (day, _prices, { resourceID, maxChargeWatts, maxDischargeWatts }, timeZone) =>
  scheduledPlan(
    usualSchedule,
    { fromAt: day.startAt, toAt: day.endAt, timeZone },
    { resourceID, maxChargeWatts: Math.floor(maxChargeWatts), maxDischargeWatts: Math.floor(maxDischargeWatts) },
  ).slots;

/** Scripts by name. */
export const scripts = {
  /** Draws in the four cheapest hours of each local day, and delivers in the four dearest. */
  fourHours: fourEach(false),
  /** The same, on days whose spread pays for losses and wear. */
  fourHoursIfItPays: fourEach(true),
  /** Draws from 01:00 to 05:00 and delivers from 17:00 to 21:00, whatever the prices. */
  fixedHours,
} as const satisfies Readonly<Record<string, Script>>;

/** The name of a script. */
export type ScriptName = keyof typeof scripts;
