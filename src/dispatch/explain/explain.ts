import { usdText } from '../answer/worth.ts';
import { highsSolver } from '../highsSolver.ts';
import { itemAt } from '../items.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import type { StorageFigures } from '../model/storageFigures.ts';
import { matterOf } from '../optimiser.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import type { DevicePlan, SitePlan } from '../sitePlan.ts';
import { solveSite, type SolvedSite } from '../solve/solveSite.ts';
import type { Solver } from '../solver.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { ExplainedDevice, ExplainedSlot, PlanExplanation, SlotAction } from './explanation.ts';
import { type FoundLimit, limitAt } from './limits.ts';
import { homeMoney, meterMoney, type PricedFlow } from './meterMoney.ts';
import { type DevicePairs, pairsOf } from './pairs.ts';
import { piecesOf, type PlanPiece } from './pieces.ts';
import { Probe } from './probe.ts';
import { type Thresholds, thresholdsAt } from './thresholds.ts';
import { wishCosts } from './wishCosts.ts';

/** What is told beside the pairs; each costs time. All are told if absent. */
export interface Explained {
  /** The prices at which each slot would be otherwise, and what binds in it. */
  readonly slots?: boolean;
  /** What each wish costs. */
  readonly wishes?: boolean;
}

/** A plan beside its problem, in pieces. */
interface PlanInPieces {
  readonly matter: ModelMatter;
  readonly devices: readonly DevicePlan[];
  readonly pieces: readonly PlanPiece[];
  /** By piece and device. */
  readonly flows: readonly (readonly (readonly PricedFlow[])[])[];
}

/** The plans of devices, as they are recorded or reckoned. */
type Planned = Pick<SitePlan, 'devices'>;

function* toldOf(matter: ModelMatter, { devices }: Planned): Generator<undefined, PlanInPieces> {
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

const actionOf = (energy: number): SlotAction => (energy > 0 ? 'buys' : energy < 0 ? 'sells' : 'rests');

const cashOf = (energy: number, flows: readonly PricedFlow[]): number => {
  const usd = flows.reduce((sum, { kilowattHours, usdPerKwh }) => sum + kilowattHours * usdPerKwh, 0);
  return energy > 0 ? 0 - usd : usd;
};

/** Levels at the ends of pieces, by what a plan does. @unit kWh */
const levelsOf = (
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

/** What is found out about slots by asking the model. */
interface SlotAnswers {
  readonly limits: readonly FoundLimit[];
  readonly thresholds: readonly Thresholds[];
}

const noThresholds: Thresholds = { buyBelow: null, sellAbove: null };

const priceOrNull = (usdPerKwh: number | null): DecimalText | null =>
  usdPerKwh === null ? null : usdText(Math.round(usdPerKwh * 1e5) / 1e5);

/** Of each slot of the grid, the place of its last piece. */
const lastPieces = (pieces: readonly PlanPiece[], slots: number): readonly number[] => {
  const last = new Array<number>(slots).fill(-1);
  pieces.forEach(({ slot }, place) => (last[slot] = place));
  return last;
};

const answersOf = (probe: Probe, solved: SolvedSite, told: PlanInPieces, resourceID: string): SlotAnswers | null => {
  const { matter, pieces, devices } = told;
  const columns = solved.model.storages.find(({ figures }) => figures.resourceID === resourceID);
  const device = devices.findIndex((each) => each.resourceID === resourceID);
  const cost = probe.costWith([]);
  if (columns === undefined || device < 0 || cost === null) return null;
  const energies = pieces.map((piece) => itemAt(piece.energies, device));
  const pieceLevels = levelsOf(columns.figures, energies, tripsIn(columns.figures, told));
  const levels = lastPieces(pieces, matter.slots.length).map((place) => (place < 0 ? 0 : itemAt(pieceLevels, place)));
  const bySlot = matter.slots.map(() => 0);
  pieces.forEach(({ slot }, place) => (bySlot[slot] = itemAt(bySlot, slot) + itemAt(energies, place)));
  const planned = matter.slots.filter(({ startAt }) => startAt < matter.problem.toAt);
  return {
    limits: planned.map((_slot, slot) => {
      const energy = itemAt(bySlot, slot);
      return limitAt(probe, { matter, columns, slot, does: actionOf(energy), energy, levels, cost });
    }),
    thresholds: planned.map((_slot, slot) =>
      itemAt(matter.prices, slot).isKnown
        ? thresholdsAt(probe, columns, slot, itemAt(matter.prices, slot))
        : noThresholds,
    ),
  };
};

/** A trip takes what it takes of each piece of its slots. @unit kWh */
const tripsIn =
  (figures: StorageFigures, { matter: { slots }, pieces }: PlanInPieces) =>
  (place: number): number => {
    const { slot, hours } = itemAt(pieces, place);
    return (itemAt(figures.trip, slot) * hours) / itemAt(slots, slot).hours;
  };

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
  const found = answers?.limits[slot] ?? { limit: 'price', usdPerKwh: null };
  const { buyBelow, sellAbove } = answers?.thresholds[slot] ?? noThresholds;
  return {
    startAt,
    endAt,
    does: actionOf(energy),
    demandWatts: Math.round((energy / piece.hours) * 1_000),
    energyWattHours: Math.round(energy * 1e6) / 1e3,
    stateOfChargeAtEnd: levels === null ? null : Math.round((itemAt(levels, place) / capacity) * 1e6) / 1e6,
    importUsdPerKwh: priceOrNull(importUsdPerKwh),
    exportUsdPerKwh: priceOrNull(exportUsdPerKwh),
    cashUsd: usdText(cashOf(energy, itemAt(itemAt(told.flows, place), device))),
    gainUsd: usdText(pairs === null ? 0 : itemAt(pairs.gains, place)),
    pairs: (pairs?.places ?? []).flatMap((places, pair) => (places.has(place) ? [pair] : [])),
    limit: found.limit,
    limitUsdPerKwh: priceOrNull(found.usdPerKwh),
    buyBelowUsdPerKwh: priceOrNull(buyBelow),
    sellAboveUsdPerKwh: priceOrNull(sellAbove),
  };
};

/** A device of the plan; `unrounded` is what it gains, before it is written down. */
interface ToldDevice {
  readonly explained: ExplainedDevice;
  readonly gain: number;
  readonly cash: number;
  readonly wear: number;
  readonly stock: number;
}

const deviceOf = (told: PlanInPieces, device: number, answers: SlotAnswers | null): ToldDevice => {
  const { resourceID } = itemAt(told.devices, device);
  const figures = told.matter.figures.find((each) => each.resourceID === resourceID) ?? null;
  const energies = told.pieces.map((piece) => itemAt(piece.energies, device));
  const flows = told.flows.map((each) => itemAt(each, device));
  const cash = energies.reduce((sum, energy, place) => sum + cashOf(energy, itemAt(flows, place)), 0);
  const tripIn = figures === null ? () => 0 : tripsIn(figures, told);
  const pairs = figures === null ? null : pairsOf(figures, told.pieces, energies, flows, tripIn);
  const levels = figures === null ? null : levelsOf(figures, energies, tripIn);
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

const nothingTold = ({ fromAt, toAt, timeZone }: PlanningProblem): PlanExplanation => ({
  startAt: fromAt,
  endAt: toAt,
  timeZone,
  devices: [],
  wishes: [],
  homeUsd: '0',
  valueUsd: '0',
  cashUsd: '0',
  wearUsd: '0',
  stockUsd: '0',
});

/** Solves the problem once more, as a model that can be asked; null where it has whole columns, which take too long. */
const probed = <Result>(
  solver: Solver,
  matter: ModelMatter,
  use: (probe: Probe, solved: SolvedSite) => Result,
): Result | null => {
  const solved = solveSite(solver, matter);
  if (solved.model.switches.length > 0) return null;
  const probe = new Probe(solver, solved);
  try {
    return use(probe, solved);
  } finally {
    probe.dispose();
  }
};

/** An explanation in steps, `asked` being what the model answered about slots, and `wishes` what they cost. */
function* explaining(
  matter: ModelMatter,
  plan: Planned,
  asked: (told: PlanInPieces) => readonly (SlotAnswers | null)[] | null,
  wishes: () => PlanExplanation['wishes'],
): Generator<undefined, PlanExplanation> {
  const { problem } = matter;
  const told = yield* toldOf(matter, plan);
  const answers = asked(told);
  const devices: ToldDevice[] = [];
  for (const index of told.devices.keys()) {
    devices.push(deviceOf(told, index, answers?.[index] ?? null));
    yield;
  }
  const isSite = problem.moneyScope === 'site';
  const home = isSite ? homeMoney(matter.slots, told.pieces, siteLimits(problem.site).sold) : 0;
  const all = (of: (device: ToldDevice) => number): number => devices.reduce((sum, each) => sum + of(each), 0);
  return {
    startAt: problem.fromAt,
    endAt: problem.toAt,
    timeZone: problem.timeZone,
    devices: devices.map(({ explained }) => explained),
    wishes: wishes(),
    homeUsd: usdText(home),
    valueUsd: usdText(all(({ gain }) => gain) + home),
    cashUsd: usdText(all(({ cash }) => cash) + home),
    wearUsd: usdText(all(({ wear }) => wear)),
    stockUsd: usdText(all(({ stock }) => stock)),
  };
}

/** Why a plan is as it is, by a solver that is there already. */
export const explainWith = (
  solver: Solver,
  problem: PlanningProblem,
  plan: Pick<SitePlan, 'devices'> & Partial<Pick<SitePlan, 'valueUsd'>>,
  { slots: withSlots = true, wishes: withWishes = true }: Explained = {},
): PlanExplanation => {
  const matter = matterOf(problem);
  if (matter === null) return nothingTold(problem);
  const steps = explaining(
    matter,
    plan,
    (told) =>
      withSlots
        ? probed(solver, matter, (probe, solved) =>
            told.devices.map(({ resourceID }) => answersOf(probe, solved, told, resourceID)),
          )
        : null,
    () => (withWishes ? wishCosts(solver, problem, { valueUsd: plan.valueUsd ?? '0' }) : []),
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};

/** What is told without solving anything: pairs and money. It lets others have a turn after each piece of the plan and each device. */
export const explainPairs = async (
  problem: PlanningProblem,
  plan: Planned,
  giveWay: () => Promise<void>,
): Promise<PlanExplanation> => {
  const matter = matterOf(problem);
  if (matter === null) return nothingTold(problem);
  await giveWay();
  const steps = explaining(
    matter,
    plan,
    () => null,
    () => [],
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await giveWay();
  }
};

/** Why a plan is as it is: pairs of what is bought and sold, limits, prices that would change it, and what wishes cost. */
export const explainPlan = async (
  problem: PlanningProblem,
  plan: SitePlan,
  wanted: Explained = {},
): Promise<PlanExplanation> => explainWith(await highsSolver(), problem, plan, wanted);
