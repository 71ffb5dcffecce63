import { itemAt } from '../items.ts';
import { levelBounds, type PowerBounds } from '../levelBounds.ts';
import type { DispatchConstraint, SiteTerms } from '../planningProblem.ts';
import type { LoadColumns } from './loadColumns.ts';
import { type Coefficient, type ModelBuilder, noColumn } from './modelBuilder.ts';
import { type ModelContext, shortfall, type Spare, spareIn } from './modelContext.ts';
import type { StorageColumns } from './storageColumns.ts';

/** What the site draws and delivers in a slot, as columns. @unit kWh */
export interface SiteColumns {
  readonly bought: readonly number[];
  readonly sold: readonly number[];
  /** What of the panels' energy the connection does not take. */
  readonly lost: readonly number[];
}

/** The devices of a model. */
export interface DeviceColumns {
  readonly storages: readonly StorageColumns[];
  readonly loads: readonly LoadColumns[];
}

const positive = (watts: number | undefined): number =>
  watts === undefined || Number.isNaN(watts) ? Infinity : Math.max(0, watts) / 1_000;

/** What the connection allows each way. @unit kW */
export const siteLimits = (site: SiteTerms): { readonly bought: number; readonly sold: number } => ({
  bought: positive(site.importLimitWatts),
  sold: site.isExportForbidden === true ? 0 : positive(site.exportLimitWatts),
});

/** The net of devices in a slot, import positive. */
const netOf = ({ storages, loads }: DeviceColumns, slot: number, sign = 1): Coefficient[] => [
  ...storages.flatMap(({ charge, discharge }): Coefficient[] => [
    [itemAt(charge, slot), sign],
    [itemAt(discharge, slot), -sign],
  ]),
  ...loads.map(({ drawn }): Coefficient => [itemAt(drawn, slot), sign]),
];

/** A row a slot that says what all devices come to together, and bounds nothing: it can be held. Gives the rows' places; -1 is none. */
export const addNets = ({ builder, slots }: ModelContext, devices: DeviceColumns): readonly number[] =>
  slots.map((_slot, slot) => {
    const before = builder.rows;
    builder.row(-Infinity, Infinity, netOf(devices, slot));
    return builder.rows > before ? before : -1;
  });

/** The limit, less what whole watts may go beyond what was reckoned; a small one stays as it is. @unit kW */
const withMargin = (limit: number, devices: DeviceColumns): number => {
  const margin = (devices.storages.length + devices.loads.length) / 1_000;
  return limit > 10 * margin ? limit - margin : limit;
};

/** What more than what is drawn and delivered the connection must have room for each way in a slot. @unit kWh */
export type Unsure = Spare;

const nothingUnsure: Unsure = { bought: 0, sold: 0 };

/**
 * What a person ordered may be over before its level says so, or within the slot: the others keep to the limits with the whole of the
 * ordered power.
 */
export const unsureIn = ({ forced, slots }: Pick<ModelContext, 'forced' | 'slots'>): readonly Unsure[] =>
  slots.map(({ hours }, slot) =>
    [...forced.values()].reduce((sum, energies) => {
      const { charge, discharge, kilowatts } = energies[slot] ?? { charge: 0, discharge: 0, kilowatts: 0 };
      return {
        bought: sum.bought + Math.max(0, kilowatts) * hours - charge,
        sold: sum.sold + Math.max(0, 0 - kilowatts) * hours - discharge,
      };
    }, nothingUnsure),
  );

/** What devices draw, or deliver, in a slot, all together. */
const allOneWay = ({ storages, loads }: DeviceColumns, way: keyof Spare, slot: number): Coefficient[] =>
  way === 'sold'
    ? storages.map(({ discharge }): Coefficient => [itemAt(discharge, slot), 1])
    : [...storages.map(({ charge }) => charge), ...loads.map(({ drawn }) => drawn)].map((columns): Coefficient => [
        itemAt(columns, slot),
        1,
      ]);

/** @limit Less than this is the arithmetic of floats. @unit kWh */
const dustKwh = 1e-6;

/**
 * Nobody relies on another device: it may be empty or full, or not do as it was told. So nothing is drawn in the room that another
 * is to give by delivering, nor the other way round; what home and panels come to alone is not theirs to mend.
 */
const addSureLimits = (
  context: ModelContext,
  devices: DeviceColumns,
  slot: number,
  limits: Spare,
  spare: Spare,
): void => {
  const { hours, loadKilowatts, pvKilowatts } = itemAt(context.slots, slot);
  const home = (loadKilowatts - pvKilowatts) * hours;
  const unsure = itemAt(context.unsure, slot);
  const isAlone = devices.storages.length === 0 || devices.storages.length + devices.loads.length < 2;
  for (const [way, sign] of [
    ['bought', 1],
    ['sold', -1],
  ] as const) {
    if (limits[way] === Infinity || (isAlone && unsure[way] <= dustKwh)) continue;
    const room = Math.max(0, limits[way] * hours - sign * home);
    context.builder.row(-Infinity, room - unsure[way], [
      ...allOneWay(devices, way, slot),
      [shortfall(context, 'siteLimit'), -1],
      [spare[way], -1],
    ]);
  }
};

/** The connection's limits where nobody bills what flows through it: one row a slot. */
const addConnection = (context: ModelContext, devices: DeviceColumns, limits: Spare): void => {
  const { builder, slots } = context;
  slots.forEach(({ hours, loadKilowatts, pvKilowatts }, slot) => {
    const spare = spareIn(context, limits);
    const home = (loadKilowatts - pvKilowatts) * hours;
    const lost = pvKilowatts > 0 ? builder.column(1e-3, 0, pvKilowatts * hours) : noColumn;
    const [over, under] = [limits.bought, limits.sold].map((limit) =>
      limit < Infinity ? shortfall(context, 'siteLimit') : noColumn,
    );
    builder.lateRow(0 - limits.sold * hours - home, limits.bought * hours - home, [
      ...netOf(devices, slot),
      [lost, 1],
      [over ?? noColumn, -1],
      [under ?? noColumn, 1],
      [spare.bought, -1],
      [spare.sold, 1],
    ]);
    addSureLimits(context, devices, slot, limits, spare);
  });
};

/** What devices can move in a slot at most, all of them. @unit kWh */
const mostMoved = ({ storages, loads }: DeviceColumns, builder: ModelBuilder, slot: number): number =>
  [...storages.flatMap(({ charge, discharge }) => [charge, discharge]), ...loads.map(({ drawn }) => drawn)].reduce(
    (sum, columns) => sum + builder.upperOf(itemAt(columns, slot)),
    0,
  );

/**
 * The meter of the site: what it draws and delivers is what home, panels and devices leave, within the connection's limits.
 * None where nobody bills what flows through it.
 */
export const addSite = (context: ModelContext, devices: DeviceColumns): SiteColumns | null => {
  const { builder, problem, slots, prices } = context;
  const { moneyScope } = problem;
  const given = siteLimits(problem.site);
  if (moneyScope === 'device' && given.bought === Infinity && given.sold === Infinity) return null;
  const limits = { bought: withMargin(given.bought, devices), sold: withMargin(given.sold, devices) };
  if (moneyScope === 'device') {
    addConnection(context, devices, limits);
    return null;
  }
  const [bought, sold, lostIn]: [number[], number[], number[]] = [[], [], []];
  slots.forEach(({ hours, loadKilowatts, pvKilowatts }, slot) => {
    const price = itemAt(prices, slot);
    // Without a bound there would be no end of buying and selling at once where what is sold is dearer.
    const most = (loadKilowatts + pvKilowatts) * hours + mostMoved(devices, builder, slot);
    const drawn = builder.column(price.bought, 0, most);
    const delivered = builder.column(0 - price.sold, 0, most);
    // Panels are held back by the connection's limit alone, never for a price: nobody here could tell them to.
    const lost = builder.column(Math.max(0, 0 - price.sold) + 1e-3, 0, pvKilowatts * hours);
    const home = (loadKilowatts - pvKilowatts) * hours;
    builder.row(home, home, [[drawn, 1], [delivered, -1], [lost, -1], ...netOf(devices, slot, -1)]);
    const spare = spareIn(context, limits);
    for (const [limit, column, more] of [
      [limits.bought, drawn, spare.bought],
      [limits.sold, delivered, spare.sold],
    ] as const)
      if (limit < Infinity)
        builder.row(-Infinity, limit * hours, [
          [column, 1],
          [shortfall(context, 'siteLimit'), -1],
          [more, -1],
        ]);
    addSureLimits(context, devices, slot, limits, spare);
    bought.push(drawn);
    sold.push(delivered);
    lostIn.push(lost);
  });
  return { bought, sold, lost: lostIn };
};

/** Charging from the panels alone, and selling no cheaper than at the floor what the home does not take. */
export const addFlowRules = (context: ModelContext, { storages }: DeviceColumns): void => {
  const { builder, problem, slots, prices } = context;
  slots.forEach(({ hours, loadKilowatts, pvKilowatts }, slot) => {
    const free = storages.filter(({ figures }) => figures.told[slot] === null);
    if (problem.site.isChargingFromGridForbidden === true)
      builder.row(
        -Infinity,
        Math.max(0, pvKilowatts - loadKilowatts) * hours,
        free.map(({ charge }): Coefficient => [itemAt(charge, slot), 1]),
      );
    if (problem.moneyScope === 'device') return;
    const { sold } = itemAt(prices, slot);
    const held = free.filter(({ figures: { exportFloor } }) => exportFloor !== null && sold < exportFloor);
    builder.row(
      -Infinity,
      Math.max(0, loadKilowatts - pvKilowatts) * hours,
      held.map(({ discharge }): Coefficient => [itemAt(discharge, slot), 1]),
    );
  });
};

/** Between which powers devices are to be, together. @unit W */
export const boundsOf = (
  constraint: DispatchConstraint,
  devices: readonly Parameters<typeof levelBounds>[1][],
): PowerBounds => {
  if (constraint.kind === 'power')
    return { atLeastWatts: constraint.atLeastWatts ?? -Infinity, atMostWatts: constraint.atMostWatts ?? Infinity };
  const each = devices.map((device) => levelBounds(constraint.level, device));
  return { atLeastWatts: -Infinity, atMostWatts: each.reduce((sum, { atMostWatts }) => sum + atMostWatts, 0) };
};

/**
 * A bound of the net in a slot. What it asks to be delivered, or drawn, beyond nothing counts less than a reserve; that no more
 * is drawn, or delivered, counts more than any wish.
 */
const addBound = (
  context: ModelContext,
  net: readonly Coefficient[],
  hours: number,
  watts: number,
  sign: 1 | -1,
): void => {
  const kilowatts = watts / 1_000;
  if (!Number.isFinite(kilowatts)) return;
  const asked = Math.max(0, -sign * kilowatts) * hours;
  const entries = net.map(([column, value]): Coefficient => [column, sign * value]);
  entries.push([shortfall(context, 'constraint'), -1]);
  if (asked > 0) entries.push([shortfall(context, 'delivery', asked), -1]);
  context.builder.row(-Infinity, sign * kilowatts * hours, entries);
};

/** What DR events ask for, as rows. */
export const addConstraints = (context: ModelContext, devices: DeviceColumns): void => {
  const { slots, problem } = context;
  for (const constraint of problem.constraints) {
    const { resourceID } = constraint;
    const concerned: DeviceColumns = {
      storages: devices.storages.filter(({ figures }) => (resourceID ?? figures.resourceID) === figures.resourceID),
      loads: devices.loads.filter(({ terms }) => (resourceID ?? terms.resourceID) === terms.resourceID),
    };
    if (concerned.storages.length + concerned.loads.length === 0) continue;
    const bounds = boundsOf(constraint, [
      ...concerned.storages.map(({ figures }) => ({
        kind: 'storage' as const,
        maxChargeWatts: figures.maxCharge * 1_000,
        maxDischargeWatts: figures.maxDischarge * 1_000,
      })),
      ...concerned.loads.map(({ terms }) => terms),
    ]);
    const isOfSite = resourceID === undefined && constraint.kind === 'power';
    for (let slot = firstFrom(slots, constraint.startAt); slot < slots.length; slot += 1) {
      const { startAt, hours, loadKilowatts, pvKilowatts } = itemAt(slots, slot);
      if (!(startAt < constraint.endAt)) break;
      const homeWatts = isOfSite ? (loadKilowatts - pvKilowatts) * 1_000 : 0;
      const net = netOf(concerned, slot);
      addBound(context, net, hours, bounds.atMostWatts - homeWatts, 1);
      addBound(context, net, hours, bounds.atLeastWatts - homeWatts, -1);
    }
  }
};

/** The first slot that begins at an instant or after it. */
const firstFrom = (slots: ModelContext['slots'], at: number): number => {
  let [low, high] = [0, slots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(slots, middle).startAt < at) low = middle + 1;
    else high = middle;
  }
  return low;
};
