import type { MeterRead } from '../facts/input.ts';
import type { StorageTerms } from '../dispatch/planningProblem.ts';

/** How full a storage turned out to be: what it said, with what it took back later. */

/** A reading as far as levels go. */
export type LevelReading = Pick<MeterRead, 'boundaryAt' | 'importWattHours' | 'exportWattHours' | 'status'>;

/** @limit A level that changes by more than this beyond what was metered was told wrongly before. A part of the capacity. */
const takenBack = 0.05;

/** @limit How far apart two readings may be for a level in between to be told. @unit ms */
const farthestMs = 3 * 3_600_000;

interface Level {
  readonly at: number;
  readonly level: number;
}

const clamped = (level: number): number => Math.min(1, Math.max(0, level));

/** By how much the level changed beyond what was metered in between; energy used on trips is metered nowhere. */
const jumpBetween = (terms: StorageTerms, before: LevelReading, after: LevelReading): number => {
  const [from, to] = [before.status.stateOfCharge, after.status.stateOfCharge];
  if (from === undefined || to === undefined || terms.trips !== undefined || terms.capacityWattHours <= 0) return 0;
  const drawn = after.importWattHours - before.importWattHours;
  const delivered = after.exportWattHours - before.exportWattHours;
  if (drawn < 0 || delivered < 0) return 0;
  const moved = drawn * terms.chargeEfficiency - delivered / terms.dischargeEfficiency;
  const jump = to - from - moved / terms.capacityWattHours;
  return Math.abs(jump) > takenBack ? jump : 0;
};

/** The levels at readings: what is said later is believed, so that what was told before a jump is moved by it. */
const levelsOf = (terms: StorageTerms, readings: readonly LevelReading[]): readonly Level[] => {
  const told = readings
    .filter(({ status }) => status.online && status.stateOfCharge !== undefined)
    .toSorted((a, b) => a.boundaryAt - b.boundaryAt);
  const levels: Level[] = [];
  let moved = 0;
  for (let index = told.length - 1; index >= 0; index -= 1) {
    const reading = told[index] as LevelReading;
    const next = told[index + 1];
    if (next !== undefined) moved += jumpBetween(terms, reading, next);
    levels.unshift({ at: reading.boundaryAt, level: clamped((reading.status.stateOfCharge ?? 0) + moved) });
  }
  return levels;
};

/** Tells how full a storage was at an instant; null where no reading is near. */
export const levelsFound = (
  terms: StorageTerms,
  readings: readonly LevelReading[],
): ((at: number) => number | null) => {
  const levels = levelsOf(terms, readings);
  return (at) => {
    const next = levels.findIndex((each) => each.at >= at);
    const [before, after] = [levels[next < 0 ? levels.length - 1 : next - 1], levels[next]];
    if (after !== undefined && after.at === at) return after.level;
    if (before === undefined || after === undefined || after.at - before.at > farthestMs) return null;
    return before.level + ((after.level - before.level) * (at - before.at)) / (after.at - before.at);
  };
};
