import { itemAt } from '../items.ts';
import type { SiteModel } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import type { Solution } from '../solver.ts';

/** @limit What is nearer to a limit is at it: solvers leave dust. @unit kWh */
const near = 1e-5;

const flowIn = (columns: readonly number[], slot: number, values: Float64Array): number =>
  itemAt(values, itemAt(columns, slot));

/** What all devices come to in a slot of a solution, import positive. @unit kWh */
const netIn = ({ storages, loads }: SiteModel, slot: number, values: Float64Array): number =>
  storages.reduce(
    (sum, { charge, discharge }) => sum + flowIn(charge, slot, values) - flowIn(discharge, slot, values),
    loads.reduce((sum, { drawn }) => sum + flowIn(drawn, slot, values), 0),
  );

/** Devices that may do something in a slot, or something else. */
const freeIn = ({ matter, storages, loads }: SiteModel, slot: number): number =>
  storages.filter(({ figures }) => figures.told[slot] === null && figures.isAvailable[slot] === true).length +
  loads.filter(({ terms, told }) => told[slot] === null && itemAt(matter.slots, slot).startAt < terms.deadlineAt)
    .length;

/**
 * Whether what one device does in a slot decides what another may do: the connection is at its limit, the meter stands still between
 * two prices, or all that the panels leave is taken. Then a price changes what all of them do together, and not what one does.
 */
export const isCoupled = (model: SiteModel, slot: number, { values }: Solution): boolean => {
  const { matter, storages, site } = model;
  if (freeIn(model, slot) < 2) return false;
  const { hours, loadKilowatts, pvKilowatts } = itemAt(matter.slots, slot);
  const devices = storages.length + model.loads.length;
  const home = (loadKilowatts - pvKilowatts) * hours;
  const net = home + netIn(model, slot, values);
  const limits = siteLimits(matter.problem.site);
  // The model stays within limits by a watt for each device.
  const margin = (devices / 1_000) * hours + near;
  if (net >= limits.bought * hours - margin || net <= margin - limits.sold * hours) return true;
  const charged = storages.reduce((sum, { charge }) => sum + flowIn(charge, slot, values), 0);
  if (matter.problem.site.isChargingFromGridForbidden === true && charged >= Math.max(0, -home) - near) return true;
  if (site === null) return false;
  const { bought, sold } = itemAt(matter.prices, slot);
  const isStill = flowIn(site.bought, slot, values) <= near && flowIn(site.sold, slot, values) <= near;
  return isStill && bought !== sold;
};

/** The price at which a little more is drawn, or a little more delivered; null where none changes that. @unit USD/kWh */
export const marginalPrice = (
  { matter, site }: SiteModel,
  slot: number,
  { values }: Solution,
  sign: 1 | -1,
): number | null => {
  const { bought, sold } = itemAt(matter.prices, slot);
  if (site === null) return sign > 0 ? bought : sold;
  if (flowIn(site.lost, slot, values) > near) return null;
  if (flowIn(site.bought, slot, values) > near) return bought;
  if (flowIn(site.sold, slot, values) > near) return sold;
  return sign > 0 ? bought : sold;
};
