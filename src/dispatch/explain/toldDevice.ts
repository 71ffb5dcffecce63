import type { DecimalText } from '../../protocol/types/scalars.ts';
import { usdText } from '../answer/worth.ts';
import { itemAt } from '../items.ts';
import type { ExplainedDevice, ExplainedSlot } from './explanation.ts';
import { type DevicePairs, pairsOf } from './pairs.ts';
import { actionOf, cashOfFlows, levelsAfter, type PlanInPieces, tripsByPiece } from './planInPieces.ts';
import { noThresholds, type SlotAnswers } from './slotAnswers.ts';

/** A device of the plan, explained, and what it comes to before that is rounded. @unit USD */
export interface ToldDevice {
  readonly explained: ExplainedDevice;
  readonly gain: number;
  readonly cash: number;
  readonly wear: number;
  readonly stock: number;
}

const priceOrNull = (usdPerKwh: number | null): DecimalText | null =>
  usdPerKwh === null ? null : usdText(Math.round(usdPerKwh * 1e5) / 1e5);

const slotOf = (
  told: PlanInPieces,
  device: number,
  place: number,
  levels: readonly number[] | null,
  pairs: DevicePairs | null,
  answers: SlotAnswers | null,
  capacity: number,
): ExplainedSlot => {
  const piece = itemAt(told.pieces, place);
  const { startAt, endAt, slot } = piece;
  const { importUsdPerKwh, exportUsdPerKwh } = itemAt(told.matter.slots, slot);
  const energy = itemAt(piece.energies, device);
  const { limit, eventIDs = [], usdPerKwh } = answers?.limits[slot] ?? { limit: 'price', usdPerKwh: null };
  const { buyBelow, sellAbove, of } = answers?.thresholds[slot] ?? noThresholds;
  return {
    startAt,
    endAt,
    does: actionOf(energy),
    demandWatts: Math.round((energy / piece.hours) * 1_000),
    energyWattHours: Math.round(energy * 1e6) / 1e3,
    stateOfChargeAtEnd: levels === null ? null : Math.round((itemAt(levels, place) / capacity) * 1e6) / 1e6,
    importUsdPerKwh: priceOrNull(importUsdPerKwh),
    exportUsdPerKwh: priceOrNull(exportUsdPerKwh),
    cashUsd: usdText(cashOfFlows(energy, itemAt(itemAt(told.flows, place), device))),
    gainUsd: usdText(pairs === null ? 0 : itemAt(pairs.gains, place)),
    pairs: (pairs?.places ?? []).flatMap((places, pair) => (places.has(place) ? [pair] : [])),
    limit,
    ...(eventIDs.length === 0 ? {} : { eventIDs }),
    limitUsdPerKwh: priceOrNull(usdPerKwh),
    buyBelowUsdPerKwh: priceOrNull(buyBelow),
    sellAboveUsdPerKwh: priceOrNull(sellAbove),
    thresholdsOf: of,
  };
};

/** Tells one device of a plan, by its place; `answers`: what the model said of its slots. */
export const toldDevice = (told: PlanInPieces, device: number, answers: SlotAnswers | null): ToldDevice => {
  const { resourceID } = itemAt(told.devices, device);
  const figures = told.matter.figures.find((each) => each.resourceID === resourceID) ?? null;
  const energies = told.pieces.map((piece) => itemAt(piece.energies, device));
  const flows = told.flows.map((each) => itemAt(each, device));
  const cash = energies.reduce((sum, energy, place) => sum + cashOfFlows(energy, itemAt(flows, place)), 0);
  const tripIn = figures === null ? () => 0 : tripsByPiece(figures, told);
  const pairs = figures === null ? null : pairsOf(figures, told.pieces, energies, flows, tripIn);
  const levels = figures === null ? null : levelsAfter(figures, energies, tripIn);
  const delivered = energies.reduce((sum, energy) => sum + Math.max(0, 0 - energy), 0);
  return {
    explained: {
      resourceID,
      slots: told.pieces.map((_piece, place) =>
        slotOf(told, device, place, levels, pairs, answers, figures?.capacity ?? 1),
      ),
      pairs: pairs?.pairs ?? [],
      gainUsd: usdText(pairs === null ? cash : pairs.gain),
    },
    gain: pairs === null ? cash : pairs.gain,
    cash,
    wear: figures === null ? 0 : delivered * figures.wear,
    stock: figures === null ? 0 : figures.terminal * ((levels?.at(-1) ?? figures.stored) - figures.stored),
  };
};
