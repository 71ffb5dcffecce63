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

/** What home and devices come to at the connection in a slot, import positive. @unit kWh */
const throughIn = (model: SiteModel, slot: number, values: Float64Array): number => {
  const { hours, loadKilowatts, pvKilowatts } = itemAt(model.matter.slots, slot);
  return (loadKilowatts - pvKilowatts) * hours + netIn(model, slot, values);
};

/** What devices draw and deliver in a slot of a solution, all together. @unit kWh */
const bothWaysIn = ({ storages, loads }: SiteModel, slot: number, values: Float64Array) => {
  const all = (columns: readonly (readonly number[])[]): number =>
    columns.reduce((sum, each) => sum + flowIn(each, slot, values), 0);
  return {
    drawn: all([...storages.map(({ charge }) => charge), ...loads.map(({ drawn }) => drawn)]),
    delivered: all(storages.map(({ discharge }) => discharge)),
  };
};

/** Which way the connection is at its limit in a slot, by the net or by what nobody may rely on: 1 draws, -1 delivers, 0 neither. */
export const fullConnection = (model: SiteModel, slot: number, { values }: Solution): 1 | -1 | 0 => {
  const { hours } = itemAt(model.matter.slots, slot);
  const limits = siteLimits(model.matter.problem.site);
  const net = throughIn(model, slot, values);
  const home = net - netIn(model, slot, values);
  const { drawn, delivered } = bothWaysIn(model, slot, values);
  const unsure = itemAt(model.unsure, slot);
  // The model stays within limits by a watt for each device.
  const margin = ((model.storages.length + model.loads.length) / 1_000) * hours + near;
  if (Math.max(net, drawn > near ? drawn + home + unsure.bought : net) >= limits.bought * hours - margin) return 1;
  return Math.max(0 - net, delivered > near ? delivered - home + unsure.sold : 0 - net) >= limits.sold * hours - margin
    ? -1
    : 0;
};

/**
 * Whether what one device does in a slot decides what another may do: the connection is at its limit, the meter stands still between
 * two prices, or all that the panels leave is taken. Then a price changes what all of them do together, and not what one does.
 */
export const isCoupled = (model: SiteModel, slot: number, solution: Solution): boolean => {
  const { matter, storages, site } = model;
  const { values } = solution;
  if (freeIn(model, slot) < 2) return false;
  if (fullConnection(model, slot, solution) !== 0) return true;
  const { hours, loadKilowatts, pvKilowatts } = itemAt(matter.slots, slot);
  const home = (loadKilowatts - pvKilowatts) * hours;
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
