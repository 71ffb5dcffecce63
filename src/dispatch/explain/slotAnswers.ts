import { itemAt } from '../items.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { solveSite } from '../solve/solveSite.ts';
import type { Solver } from '../solver.ts';
import { type FoundLimit, limitAt } from './limits.ts';
import type { PlanPiece } from './pieces.ts';
import { actionOf, levelsAfter, type PlanInPieces, tripsByPiece } from './planInPieces.ts';
import { Probe } from './probe.ts';
import { type KnownOfAll, type Thresholds, thresholdsAt } from './thresholds.ts';

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

const answersOf = (probe: Probe, told: PlanInPieces, resourceID: string, known: KnownOfAll): SlotAnswers | null => {
  const { matter, pieces, devices } = told;
  const columns = probe.model.storages.find(({ figures }) => figures.resourceID === resourceID);
  const device = devices.findIndex((each) => each.resourceID === resourceID);
  const best = probe.solutionWith([]);
  if (columns === undefined || device < 0 || best === null) return null;
  const energies = pieces.map((piece) => itemAt(piece.energies, device));
  const pieceLevels = levelsAfter(columns.figures, energies, tripsByPiece(columns.figures, told));
  const levels = lastPieces(pieces, matter.slots.length).map((place) => (place < 0 ? 0 : itemAt(pieceLevels, place)));
  const bySlot = matter.slots.map(() => 0);
  pieces.forEach(({ slot }, place) => (bySlot[slot] = itemAt(bySlot, slot) + itemAt(energies, place)));
  const planned = matter.slots.filter(({ startAt }) => startAt < matter.problem.toAt);
  return {
    limits: planned.map((_slot, slot) => {
      const energy = itemAt(bySlot, slot);
      return limitAt(probe, { matter, columns, slot, does: actionOf(energy), energy, levels, cost: best.objective });
    }),
    thresholds: planned.map((_slot, slot) =>
      itemAt(matter.prices, slot).isKnown ? thresholdsAt(probe, columns, slot, best, known) : noThresholds,
    ),
  };
};

/** Solves the problem once more, as a model that can be asked, and asks it about each device; null where it has whole columns, which take too long. */
export const slotAnswers = (
  solver: Solver,
  matter: ModelMatter,
  told: PlanInPieces,
): readonly (SlotAnswers | null)[] | null => {
  const solved = solveSite(solver, matter);
  if (solved.model.switches.length > 0) return null;
  const probe = new Probe(solver, solved);
  const known: KnownOfAll = new Map();
  try {
    return told.devices.map(({ resourceID }) => answersOf(probe, told, resourceID, known));
  } finally {
    probe.dispose();
  }
};
