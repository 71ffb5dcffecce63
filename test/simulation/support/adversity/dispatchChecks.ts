import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { setpointTimeoutMs } from '../../../../src/machines/device.ts';
import type { Check } from '../check.ts';

/** What must hold of what devices are told, whoever decides it. */

interface OrderInForce {
  readonly demandWatts: number;
  readonly validUntil: number;
}

/** The orders after an entry: what is asked of each device, by the record. */
const ordersAfter = (
  orders: ReadonlyMap<string, OrderInForce>,
  entry: KnownEntry,
): ReadonlyMap<string, OrderInForce> => {
  if (entry.type === 'AgentStarted') return new Map();
  if (entry.type === 'SetpointRequested') return new Map([...orders, [entry.data.resourceID, entry.data]]);
  if (entry.type !== 'DeviceReleaseRequested') return orders;
  return new Map([...orders].filter(([resourceID]) => resourceID !== entry.data.resourceID));
};

/** The first entry after a place that is not of what devices said. */
const firstOtherAfter = (entries: readonly KnownEntry[], index: number): KnownEntry | undefined => {
  for (let next = index + 1; next < entries.length; next += 1) {
    const type = entries[next]?.type;
    if (type !== 'SetpointApplied' && type !== 'DeviceReleased') return entries[next];
  }
  return undefined;
};

/** 16: no device is ever told more than it can, or than the site may, all together that draw and all that deliver: any may not follow. */
export const withinLimits: Check = ({ run: { world }, entries }) => {
  const { devices, site } = world.settings;
  const limits = new Map(devices.map((device) => [device.resourceID, device]));
  const importWatts = site?.importLimitWatts ?? Infinity;
  const exportWatts = site?.exportLimitWatts ?? Infinity;
  let orders: ReadonlyMap<string, OrderInForce> = new Map();
  return entries.flatMap((entry, index) => {
    orders = ordersAfter(orders, entry);
    if (entry.type !== 'SetpointRequested') return [];
    const { resourceID, demandWatts } = entry.data;
    const device = limits.get(resourceID);
    const own =
      device === undefined || demandWatts > device.maxChargeWatts || -demandWatts > device.maxDischargeWatts
        ? [`16: ${resourceID} is told ${demandWatts} W at ${entry.position}`]
        : [];
    // Where a slot ends, devices are told one after the other within the same moment.
    const next = firstOtherAfter(entries, index);
    if (next === undefined || next.recordedAt - entry.recordedAt < setpointTimeoutMs) return own;
    const inForce = [...orders.values()].filter(({ validUntil }) => validUntil > entry.recordedAt);
    const [drawn, delivered] = [1, -1].map((sign) =>
      inForce.reduce((watts, order) => watts + Math.max(0, sign * order.demandWatts), 0),
    ) as [number, number];
    return drawn > importWatts + 1 || delivered > exportWatts + 1
      ? [...own, `16: the site is told to draw ${drawn} W and to deliver ${delivered} W at ${entry.position}`]
      : own;
  });
};

/** 17: no device is told what is not on disk, for longer than it may be left alone, or at all once the agent has stopped. */
const recordedFirst: Check = ({ run: { ourSide } }) => [
  ...ourSide.unrecorded.slice(0, 5).map((what) => `17: ${what}`),
  ...ourSide.atWork().map((resourceID) => `17: ${resourceID} is at work although nobody runs`),
];

/** The checks. */
export const dispatchChecks: readonly Check[] = [withinLimits, recordedFirst];
