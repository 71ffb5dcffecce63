import { itemAt } from '../items.ts';
import type { GridSlot } from '../grid.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import { solveSite } from '../solve/solveSite.ts';
import type { Solution, Solver } from '../solver.ts';
import { type FoundLimit, limitAt } from './limits.ts';
import { loadLimitAt } from './loadLimits.ts';
import type { PlanPiece } from './pieces.ts';
import { actionOf, levelsAfter, type PlanInPieces, tripsByPiece } from './planInPieces.ts';
import { Probe } from './probe.ts';
import { heldLoad, heldStorage, type KnownOfAll, type Thresholds, thresholdsAt } from './thresholds.ts';

/** What is found out about the slots of a device by asking the model. */
export interface SlotAnswers {
  readonly limits: readonly FoundLimit[];
  readonly thresholds: readonly Thresholds[];
}

/** Of a slot in which nothing is traded. */
export const noThresholds: Thresholds = { buyBelow: null, sellAbove: null, of: 'device' };

/** Of each slot of the grid, the place of its last piece. */
const lastPieces = (pieces: readonly PlanPiece[], slots: number): readonly number[] => {
  const last = new Array<number>(slots).fill(-1);
  pieces.forEach(({ slot }, place) => (last[slot] = place));
  return last;
};

/** What a device comes to in each slot by the plan, import positive. @unit kWh */
const energiesBySlot = ({ matter, pieces }: PlanInPieces, device: number): readonly number[] => {
  const bySlot = matter.slots.map(() => 0);
  pieces.forEach(({ slot, energies }) => (bySlot[slot] = itemAt(bySlot, slot) + itemAt(energies, device)));
  return bySlot;
};

const plannedSlots = ({ slots, problem }: ModelMatter): readonly GridSlot[] =>
  slots.filter(({ startAt }) => startAt < problem.toAt);

const answersOfStorage = (
  probe: Probe,
  told: PlanInPieces,
  device: number,
  columns: StorageColumns,
  best: Solution,
  known: KnownOfAll,
): SlotAnswers => {
  const { matter, pieces } = told;
  const energies = pieces.map((piece) => itemAt(piece.energies, device));
  const pieceLevels = levelsAfter(columns.figures, energies, tripsByPiece(columns.figures, told));
  const levels = lastPieces(pieces, matter.slots.length).map((place) => (place < 0 ? 0 : itemAt(pieceLevels, place)));
  const bySlot = energiesBySlot(told, device);
  const planned = plannedSlots(matter);
  return {
    limits: planned.map((_slot, slot) => {
      const energy = itemAt(bySlot, slot);
      return limitAt(probe, { matter, columns, slot, does: actionOf(energy), energy, levels, best });
    }),
    thresholds: planned.map((_slot, slot) =>
      itemAt(matter.prices, slot).isKnown
        ? thresholdsAt(probe, heldStorage(probe, columns, slot), slot, best, known)
        : noThresholds,
    ),
  };
};

const answersOfLoad = (
  probe: Probe,
  told: PlanInPieces,
  device: number,
  columns: LoadColumns,
  best: Solution,
  known: KnownOfAll,
): SlotAnswers => {
  const { matter } = told;
  const bySlot = energiesBySlot(told, device);
  const planned = plannedSlots(matter);
  return {
    limits: planned.map((_slot, slot) =>
      loadLimitAt(probe, { matter, columns, slot, energy: itemAt(bySlot, slot), best }),
    ),
    thresholds: planned.map((_slot, slot) =>
      itemAt(matter.prices, slot).isKnown
        ? thresholdsAt(probe, heldLoad(probe, columns, slot), slot, best, known)
        : noThresholds,
    ),
  };
};

const answersOf = (probe: Probe, told: PlanInPieces, resourceID: string, known: KnownOfAll): SlotAnswers | null => {
  const device = told.devices.findIndex((each) => each.resourceID === resourceID);
  const best = probe.solutionWith([]);
  if (device < 0 || best === null) return null;
  const { storages, loads } = probe.model;
  const storage = storages.find(({ figures }) => figures.resourceID === resourceID);
  if (storage !== undefined) return answersOfStorage(probe, told, device, storage, best, known);
  const load = loads.find(({ terms }) => terms.resourceID === resourceID);
  return load === undefined ? null : answersOfLoad(probe, told, device, load, best, known);
};

/** Solves the problem once more, as a model that can be asked, and asks it about each device. */
export const slotAnswers = (
  solver: Solver,
  matter: ModelMatter,
  told: PlanInPieces,
): readonly (SlotAnswers | null)[] => {
  const probe = new Probe(solver, solveSite(solver, matter));
  const known: KnownOfAll = new Map();
  try {
    return told.devices.map(({ resourceID }) => answersOf(probe, told, resourceID, known));
  } finally {
    probe.dispose();
  }
};
