/** What of a plan is told: an hour, a device, what was bought for what. */
import type { Plan, PlannedDevice, Why } from '../server/answers.ts';
import type { DrawnPair } from './PlanChart.tsx';
import type { WishMark } from './DeviceLane.tsx';

const hourMs = 3_600_000;

/** A slot of the plan, explained as far as it is. */
export type PlannedSlot = PlannedDevice['slots'][number];
/** What is bought for what. */
export type EnergyTold = PlannedDevice['pairs'][number];
/** What binds in a slot. */
export type SlotTold = Why['devices'][number]['slots'][number];

/** The slots that reach into an hour. */
export const slotsOfHour = (device: PlannedDevice | undefined, hour: number): readonly PlannedSlot[] =>
  (device?.slots ?? []).filter(({ startAt, endAt }) => startAt < hour + hourMs && endAt > hour);

/** The slot that tells most of an hour: the one that moves most energy. */
export const mainSlot = (device: PlannedDevice | undefined, hour: number): PlannedSlot | null =>
  slotsOfHour(device, hour).reduce<PlannedSlot | null>(
    (best, each) => (best === null || Math.abs(each.energyWattHours) > Math.abs(best.energyWattHours) ? each : best),
    null,
  );

/** Money that a device's hour brings. @unit USD */
export const cashOfHour = (device: PlannedDevice, hour: number): number =>
  slotsOfHour(device, hour).reduce((sum, { cashUsd }) => sum + Number(cashUsd), 0);

/** Whatever of a plan lies ahead, the hour with the most money; else the one that runs. */
export const tellingHour = ({ devices }: Plan, now: number, hours: readonly number[]): number | null => {
  const ahead = hours.filter((hour) => hour + hourMs > now);
  const money = (hour: number): number => devices.reduce((sum, device) => sum + Math.abs(cashOfHour(device, hour)), 0);
  return ahead.reduce<number | null>(
    (best, hour) => (best === null || money(hour) > money(best) + 0.005 ? hour : best),
    null,
  );
};

/** The device that moves most money in an hour. */
export const tellingDevice = ({ devices }: Plan, hour: number): PlannedDevice | undefined =>
  devices.reduce<PlannedDevice | undefined>(
    (best, each) =>
      best === undefined || Math.abs(cashOfHour(each, hour)) > Math.abs(cashOfHour(best, hour)) + 0.005 ? each : best,
    undefined,
  );

/** What a slot was bought or sold for: the pair that gains most. */
export const mainPair = (device: PlannedDevice | undefined, slot: PlannedSlot | null): EnergyTold | null =>
  (slot?.pairs ?? []).reduce<EnergyTold | null>((best, place) => {
    const pair = device?.pairs[place];
    return pair === undefined || (best !== null && Number(best.gainUsd) >= Number(pair.gainUsd)) ? best : pair;
  }, null);

/** The pair as it is drawn; null where one of its ends lies outside of the plan. */
export const drawnPair = (device: PlannedDevice | undefined, pair: EnergyTold | null): DrawnPair | null =>
  device === undefined || pair === null || pair.bought === null || pair.sold === null
    ? null
    : { rowKey: device.resourceID, boughtAt: pair.bought.startAt, soldAt: pair.sold.startAt, gainUsd: pair.gainUsd };

/** What is known of why a slot is as it is. */
export const whyOfSlot = (why: Why | null, resourceID: string, slot: PlannedSlot | null): SlotTold | null =>
  slot === null
    ? null
    : (why?.devices
        .find((each) => each.resourceID === resourceID)
        ?.slots.find(({ startAt }) => startAt === slot.startAt) ?? null);

/** @limit A wish that costs less is not marked. @unit USD */
const leastUsd = 0.005;

const markNames: Readonly<Record<string, WishMark['name']>> = { override: 'held', constraint: 'event' };

/** Where the wishes of devices hold the plan back. */
export const wishMarks = ({ devices }: Plan, why: Why | null): Readonly<Record<string, readonly WishMark[]>> => {
  const marksOf = ({ resourceID, slots }: PlannedDevice): readonly WishMark[] => {
    const told = why?.devices.find((each) => each.resourceID === resourceID)?.slots ?? [];
    return (why?.wishes ?? [])
      .filter((wish) => wish.resourceID === resourceID && Number(wish.costUsd) >= leastUsd)
      .flatMap(({ kind, costUsd }): readonly WishMark[] => {
        const place = told.findIndex(({ limit }) => limit === kind);
        const share = slots[place]?.stateOfChargeAtEnd ?? null;
        const at = told[place]?.endAt;
        return share === null || at === undefined
          ? []
          : [{ at, share, usd: Number(costUsd), name: markNames[kind] ?? 'wish' }];
      })
      .slice(0, 1);
  };
  return Object.fromEntries(devices.map((device) => [device.resourceID, marksOf(device)]));
};
