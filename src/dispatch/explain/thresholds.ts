import { itemAt } from '../items.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import type { SiteModel } from '../model/siteModel.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { Solution } from '../solver.ts';
import { isCoupled, marginalPrice } from './coupling.ts';
import type { Probe, ProbedBounds } from './probe.ts';

/** The prices at which it would be otherwise in a slot; null where there is none that a market could have. @unit USD/kWh */
export interface Thresholds {
  readonly buyBelow: number | null;
  readonly sellAbove: number | null;
  /** Of this device, or of all devices together, where one does what another leaves. */
  readonly of: 'device' | 'site';
}

/** By how much the net of a slot is moved to see what that comes to. @unit kWh */
const nudgeKwh = 0.01;

/** @limit What a market could ask or pay; beyond it people are told that no price would do. @unit USD/kWh */
const lowestUsd = -10;
const highestUsd = 20;

const inMarket = (usdPerKwh: number): number | null =>
  usdPerKwh >= lowestUsd && usdPerKwh <= highestUsd ? usdPerKwh : null;

/** The best plans with a net of nothing in a slot, of a little more and of a little less. */
interface Nudged {
  readonly rest: Solution;
  readonly more: Solution | null;
  readonly less: Solution | null;
}

const thresholdsOf = (
  model: SiteModel,
  slot: number,
  { rest, more, less }: Nudged,
  of: Thresholds['of'],
): Thresholds => {
  const slope = (found: Solution | null): number | null =>
    found === null ? null : (found.objective - rest.objective) / nudgeKwh;
  const [buying, selling] = [slope(more), slope(less)];
  const [bought, sold] = [marginalPrice(model, slot, rest, 1), marginalPrice(model, slot, rest, -1)];
  return {
    buyBelow: buying === null || bought === null ? null : inMarket(bought - buying),
    sellAbove: selling === null || sold === null ? null : inMarket(sold + selling),
    of,
  };
};

/** The same of all devices together. */
const thresholdsOfAll = (probe: Probe, slot: number): Thresholds => {
  const rest = probe.solutionOfAll(slot, 0);
  if (rest === null) return { buyBelow: null, sellAbove: null, of: 'site' };
  const [more, less] = [probe.solutionOfAll(slot, nudgeKwh), probe.solutionOfAll(slot, -nudgeKwh)];
  return thresholdsOf(probe.model, slot, { rest, more, less }, 'site');
};

/** Answers about a slot that are the same for every device. */
export type KnownOfAll = Map<number, Thresholds>;

/** The bounds with which a device comes to an energy in the slot; null where it cannot. */
export type HeldAt = (energy: number) => readonly ProbedBounds[] | null;

/** What a storage can come to, one way or the other. */
export const heldStorage =
  (probe: Probe, { charge, discharge }: Pick<StorageColumns, 'charge' | 'discharge'>, slot: number): HeldAt =>
  (energy) => {
    const [drawn, delivered] = [itemAt(charge, slot), itemAt(discharge, slot)];
    const [most, least] = [probe.upperOf(drawn), probe.upperOf(delivered)];
    if (energy > most || -energy > least) return null;
    return [
      [drawn, Math.max(0, energy), Math.max(0, energy)],
      [delivered, Math.max(0, -energy), Math.max(0, -energy)],
    ];
  };

/** What a load can: it delivers nothing. */
export const heldLoad =
  (probe: Probe, { drawn }: Pick<LoadColumns, 'drawn'>, slot: number): HeldAt =>
  (energy) => {
    const column = itemAt(drawn, slot);
    return energy < 0 || energy > probe.upperOf(column) ? null : [[column, energy, energy]];
  };

/**
 * The price below which a device would buy, and above which it would sell: what a little more or less comes to in all. Where what
 * one device does decides what another may, it is that of all devices together.
 */
export const thresholdsAt = (
  probe: Probe,
  held: HeldAt,
  slot: number,
  planned: Solution,
  known: KnownOfAll,
): Thresholds => {
  const ofAll = (): Thresholds => {
    const found = known.get(slot) ?? thresholdsOfAll(probe, slot);
    known.set(slot, found);
    return found;
  };
  if (isCoupled(probe.model, slot, planned)) return ofAll();
  const at = (energy: number): Solution | null => {
    const changes = held(energy);
    return changes === null ? null : probe.solutionIn(slot, changes);
  };
  const rest = at(0);
  if (rest === null) return { buyBelow: null, sellAbove: null, of: 'device' };
  if (isCoupled(probe.model, slot, rest)) return ofAll();
  return thresholdsOf(probe.model, slot, { rest, more: at(nudgeKwh), less: at(-nudgeKwh) }, 'device');
};
