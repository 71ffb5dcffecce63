import { itemAt } from '../items.ts';
import type { GridSlot } from '../grid.ts';
import type { LoadColumns } from '../model/loadColumns.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import type { StorageColumns } from '../model/storageColumns.ts';
import type { PlanSpan } from '../planningProblem.ts';
import { solveSite } from '../solve/solveSite.ts';
import type { Solution, Solver } from '../solver.ts';
import { type FoundLimit, limitAt } from './limits.ts';
import { loadLimitAt } from './loadLimits.ts';
import type { PlanPiece } from './pieces.ts';
import { actionOf, levelsAfter, type PlanInPieces, tripsByPiece } from './planInPieces.ts';
import { Probe } from './probe.ts';
import { heldLoad, heldStorage, type KnownOfAll, type Thresholds, thresholdsAt } from './thresholds.ts';

/** What of the slots of a plan the model is asked; all if absent. */
export interface AskedOfSlots {
  /** In which it is asked what binds. */
  readonly slots?: (slot: PlanSpan) => boolean;
  /** Whether it is asked at which prices each of them would be otherwise. */
  readonly thresholds?: boolean;
}

/** What is found out about the slots of a device by asking the model; null of what it was not asked. */
export interface SlotAnswers {
  readonly limits: readonly (FoundLimit | null)[];
  readonly thresholds: readonly (Thresholds | null)[];
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

/** The answers about each planned slot; `thresholdsIn` is asked where a price is known. */
const answersAbout = (
  matter: ModelMatter,
  { slots: isAsked = () => true, thresholds = true }: AskedOfSlots,
  limitIn: (slot: number) => FoundLimit,
  thresholdsIn: (slot: number) => Thresholds,
): SlotAnswers => {
  const planned = plannedSlots(matter);
  const pricesIn = (slot: number): Thresholds =>
    itemAt(matter.prices, slot).isKnown ? thresholdsIn(slot) : noThresholds;
  return {
    limits: planned.map((span, slot) => (isAsked(span) ? limitIn(slot) : null)),
    thresholds: planned.map((span, slot) => (thresholds && isAsked(span) ? pricesIn(slot) : null)),
  };
};

const answersOfStorage = (
  probe: Probe,
  told: PlanInPieces,
  device: number,
  columns: StorageColumns,
  best: Solution,
  known: KnownOfAll,
  wanted: AskedOfSlots,
): SlotAnswers => {
  const { matter, pieces } = told;
  const energies = pieces.map((piece) => itemAt(piece.energies, device));
  const pieceLevels = levelsAfter(columns.figures, energies, tripsByPiece(columns.figures, told));
  const levels = lastPieces(pieces, matter.slots.length).map((place) => (place < 0 ? 0 : itemAt(pieceLevels, place)));
  const bySlot = energiesBySlot(told, device);
  return answersAbout(
    matter,
    wanted,
    (slot) => {
      const energy = itemAt(bySlot, slot);
      return limitAt(probe, { matter, columns, slot, does: actionOf(energy), energy, levels, best });
    },
    (slot) => thresholdsAt(probe, heldStorage(probe, columns, slot), slot, best, known),
  );
};

const answersOfLoad = (
  probe: Probe,
  told: PlanInPieces,
  device: number,
  columns: LoadColumns,
  best: Solution,
  known: KnownOfAll,
  wanted: AskedOfSlots,
): SlotAnswers => {
  const { matter } = told;
  const bySlot = energiesBySlot(told, device);
  return answersAbout(
    matter,
    wanted,
    (slot) => loadLimitAt(probe, { matter, columns, slot, energy: itemAt(bySlot, slot), best }),
    (slot) => thresholdsAt(probe, heldLoad(probe, columns, slot), slot, best, known),
  );
};

const answersOf = (
  probe: Probe,
  told: PlanInPieces,
  resourceID: string,
  known: KnownOfAll,
  wanted: AskedOfSlots,
): SlotAnswers | null => {
  const device = told.devices.findIndex((each) => each.resourceID === resourceID);
  const best = probe.solutionWith([]);
  if (device < 0 || best === null) return null;
  const { storages, loads } = probe.model;
  const storage = storages.find(({ figures }) => figures.resourceID === resourceID);
  if (storage !== undefined) return answersOfStorage(probe, told, device, storage, best, known, wanted);
  const load = loads.find(({ terms }) => terms.resourceID === resourceID);
  return load === undefined ? null : answersOfLoad(probe, told, device, load, best, known, wanted);
};

/** Solves the problem once more, as a model that can be asked, and asks it about each device; null where nothing is asked. */
export const slotAnswers = (
  solver: Solver,
  matter: ModelMatter,
  told: PlanInPieces,
  wanted: AskedOfSlots = {},
): readonly (SlotAnswers | null)[] | null => {
  const { slots: isAsked = () => true } = wanted;
  if (!plannedSlots(matter).some(isAsked)) return null;
  const probe = new Probe(solver, solveSite(solver, matter));
  const known: KnownOfAll = new Map();
  try {
    return told.devices.map(({ resourceID }) => answersOf(probe, told, resourceID, known, wanted));
  } finally {
    probe.dispose();
  }
};
