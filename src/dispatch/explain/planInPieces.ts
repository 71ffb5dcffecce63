import { itemAt } from '../items.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import type { StorageFigures } from '../model/storageFigures.ts';
import type { DevicePlan, SitePlan } from '../sitePlan.ts';
import type { SlotAction } from './explanation.ts';
import { meterMoney, type PricedFlow } from './meterMoney.ts';
import { piecesOf, type PlanPiece } from './pieces.ts';

/** The plans of devices, as they are recorded or reckoned. */
export type PlannedDevices = Pick<SitePlan, 'devices'>;

/** A plan beside its problem, in pieces. */
export interface PlanInPieces {
  readonly matter: ModelMatter;
  readonly devices: readonly DevicePlan[];
  readonly pieces: readonly PlanPiece[];
  /** By piece and device. */
  readonly flows: readonly (readonly (readonly PricedFlow[])[])[];
}

/** Cuts a plan into pieces, and lets others have a turn after each. */
export function* inPieces(matter: ModelMatter, { devices }: PlannedDevices): Generator<undefined, PlanInPieces> {
  const { problem, slots } = matter;
  const pieces = piecesOf(devices, slots, problem.toAt);
  const exportLimit = siteLimits(problem.site).sold;
  const flows: (readonly (readonly PricedFlow[])[])[] = [];
  for (const piece of pieces) {
    flows.push(meterMoney(problem, itemAt(slots, piece.slot), piece, exportLimit));
    yield;
  }
  return { matter, devices, pieces, flows };
}

/** What is done with an energy, import positive. */
export const actionOf = (energy: number): SlotAction => (energy > 0 ? 'buys' : energy < 0 ? 'sells' : 'rests');

/** What the bill will show of an energy. @unit USD */
export const cashOfFlows = (energy: number, flows: readonly PricedFlow[]): number => {
  const usd = flows.reduce((sum, { kilowattHours, usdPerKwh }) => sum + kilowattHours * usdPerKwh, 0);
  return energy > 0 ? 0 - usd : usd;
};

/** Levels at the ends of pieces, by what a plan does. @unit kWh */
export const levelsAfter = (
  figures: StorageFigures,
  energies: readonly number[],
  tripIn: (piece: number) => number,
): readonly number[] => {
  let level = figures.stored;
  return energies.map((energy, piece) => {
    const moved = energy > 0 ? energy * figures.chargeEfficiency : energy / figures.dischargeEfficiency;
    level = Math.max(0, level + moved - tripIn(piece));
    return level;
  });
};

/** A trip takes what it takes of each piece of its slots. @unit kWh */
export const tripsByPiece =
  (figures: StorageFigures, { matter: { slots }, pieces }: PlanInPieces) =>
  (place: number): number => {
    const { slot, hours } = itemAt(pieces, place);
    return (itemAt(figures.trip, slot) * hours) / itemAt(slots, slot).hours;
  };
