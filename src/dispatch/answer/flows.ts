import { hourMs } from '../../programme/calendar.ts';
import type { GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import type { Step } from './wholeWatts.ts';

/** What flows through a meter that is billed, in a stretch with one power. @unit kWh */
export interface MeteredFlow {
  readonly slot: number;
  readonly startAt: number;
  readonly hours: number;
  readonly bought: number;
  readonly sold: number;
}

/** A stretch of a slot in which no device changes its power, and what each does in it. */
export interface PowerStretch {
  readonly slot: number;
  readonly startAt: number;
  readonly hours: number;
  readonly watts: readonly number[];
}

/** The steps of all devices, cut where any of them changes. */
export const stretchesOf = (devices: readonly (readonly Step[])[]): readonly PowerStretch[] => {
  const places = devices.map(() => 0);
  const stretches: PowerStretch[] = [];
  const first = devices[0];
  if (first === undefined) return [];
  let at = first[0]?.startAt ?? 0;
  for (;;) {
    const steps = devices.map((each, device) => {
      while ((each[itemAt(places, device)]?.endAt ?? Infinity) <= at) places[device] = itemAt(places, device) + 1;
      return each[itemAt(places, device)];
    });
    const now = steps[0];
    if (now === undefined) return stretches;
    const endAt = steps.reduce((least, step) => Math.min(least, step?.endAt ?? Infinity), Infinity);
    stretches.push({
      slot: now.slot,
      startAt: at,
      hours: (endAt - at) / hourMs,
      watts: steps.map((step) => step?.watts ?? 0),
    });
    at = endAt;
  }
};

/** What the site draws beside the planned devices, its panels held back where the connection's limit says so. @unit kW */
export const siteNet = (
  { loadKilowatts, pvKilowatts }: Pick<GridSlot, 'loadKilowatts' | 'pvKilowatts'>,
  deviceKilowatts: number,
  exportLimit: number,
): number => {
  const net = loadKilowatts - pvKilowatts + deviceKilowatts;
  return net >= 0 - exportLimit ? net : Math.min(0 - exportLimit, net + pvKilowatts);
};

/** What is billed: each device by itself, or the site as a whole. */
export const meteredFlows = (
  { moneyScope }: PlanningProblem,
  slots: readonly GridSlot[],
  stretches: readonly PowerStretch[],
  exportLimit: number,
): readonly MeteredFlow[] =>
  stretches.flatMap(({ slot, startAt, hours, watts }) => {
    const flow = (kilowatts: number): MeteredFlow => ({
      slot,
      startAt,
      hours,
      bought: Math.max(0, kilowatts) * hours,
      sold: Math.max(0, 0 - kilowatts) * hours,
    });
    if (moneyScope === 'device') return watts.map((each) => flow(each / 1_000));
    const all = watts.reduce((sum, each) => sum + each, 0) / 1_000;
    return [flow(siteNet(itemAt(slots, slot), all, exportLimit))];
  });
