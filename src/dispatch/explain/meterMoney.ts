import type { GridSlot } from '../grid.ts';
import { itemAt } from '../items.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import type { BoughtFrom, SoldTo } from './explanation.ts';
import type { PlanPiece } from './pieces.ts';

/** Energy of a device that goes one way at one price. */
export interface PricedFlow {
  /** At the meter, positive. @unit kWh */
  readonly kilowattHours: number;
  readonly usdPerKwh: number;
  readonly from: BoughtFrom;
  readonly to: SoldTo;
}

/** A stretch of the net of a meter at which a kWh more or less comes to the same. */
interface Band {
  /** Net of the meter, import positive. @unit kWh */
  readonly below: number;
  readonly usdPerKwh: number;
  readonly from: BoughtFrom;
  readonly to: SoldTo;
}

/** Three bands of a meter's net: what is lost beyond the connection's limit, what is sold, and what is bought. */
const bandsOf = (
  { importUsdPerKwh, exportUsdPerKwh }: GridSlot,
  hours: number,
  exportLimit: number,
  isSite: boolean,
): readonly Band[] => [
  { below: isSite ? 0 - exportLimit * hours : -Infinity, usdPerKwh: 0, from: 'lost', to: 'grid' },
  { below: 0, usdPerKwh: exportUsdPerKwh ?? 0, from: 'panels', to: 'grid' },
  { below: Infinity, usdPerKwh: importUsdPerKwh ?? 0, from: 'grid', to: 'home' },
];

/** What moves the net of a meter from one figure to another, band by band. */
const movedBy = (bands: readonly Band[], from: number, to: number): readonly PricedFlow[] => {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  let floor = -Infinity;
  const flows = bands.map((band): PricedFlow => {
    const kilowattHours = Math.max(0, Math.min(high, band.below) - Math.max(low, floor));
    floor = band.below;
    return { kilowattHours, usdPerKwh: band.usdPerKwh, from: band.from, to: band.to };
  });
  const moved = flows.filter(({ kilowattHours }) => kilowattHours > 0);
  return to > from ? moved : moved.toReversed();
};

/**
 * What each device's energy comes to in a piece. Where each has its own meter, at the price of its direction; where the site has
 * one, device after device moves its net, so that all of them together come to what is billed.
 */
export const meterMoney = (
  { moneyScope }: Pick<PlanningProblem, 'moneyScope'>,
  slot: GridSlot,
  { energies, hours }: PlanPiece,
  exportLimit: number,
): readonly (readonly PricedFlow[])[] => {
  const isSite = moneyScope === 'site';
  const bands = bandsOf(slot, hours, exportLimit, isSite);
  const ownMeter = (energy: number): readonly PricedFlow[] =>
    movedBy(bands, 0, energy).map((flow) => ({ ...flow, from: 'grid', to: 'grid' }));
  if (!isSite) return energies.map(ownMeter);
  let net = (slot.loadKilowatts - slot.pvKilowatts) * hours;
  return energies.map((energy) => {
    const flows = movedBy(bands, net, net + energy);
    net += energy;
    return flows;
  });
};

/** What the home comes to by itself. @unit USD */
export const homeMoney = (slots: readonly GridSlot[], pieces: readonly PlanPiece[], exportLimit: number): number =>
  pieces.reduce((sum, { slot, hours }) => {
    const own = itemAt(slots, slot);
    const net = (own.loadKilowatts - own.pvKilowatts) * hours;
    const flows = movedBy(bandsOf(own, hours, exportLimit, true), 0, net);
    const usd = flows.reduce((all, { kilowattHours, usdPerKwh }) => all + kilowattHours * usdPerKwh, 0);
    return sum + (net > 0 ? 0 - usd : usd);
  }, 0);
