import { usdText } from '../answer/worth.ts';
import { highsSolver } from '../highsSolver.ts';
import type { ModelMatter } from '../model/siteModel.ts';
import { siteLimits } from '../model/siteRows.ts';
import { matterOf } from '../optimiser.ts';
import type { PlanningProblem } from '../planningProblem.ts';
import type { SitePlan } from '../sitePlan.ts';
import type { Solver } from '../solver.ts';
import type { PlanExplanation } from './explanation.ts';
import { homeMoney } from './meterMoney.ts';
import { inPieces, type PlanInPieces, type PlannedDevices } from './planInPieces.ts';
import { type AskedOfSlots, slotAnswers, type SlotAnswers } from './slotAnswers.ts';
import { toldDevice, type ToldDevice } from './toldDevice.ts';
import { wishCosts } from './wishCosts.ts';

/** What is told beside the pairs; each costs time. All are told if absent. */
export interface Explained extends AskedOfSlots {
  /** What each wish costs. */
  readonly wishes?: boolean;
}

/** Pairs and money, for which nothing is solved. */
export const moneyAlone: Explained = { slots: () => false, wishes: false };

/** A plan that is to be explained: what its devices do, and what it is worth where that was reckoned. */
export type ExplainablePlan = PlannedDevices & Partial<Pick<SitePlan, 'valueUsd'>>;

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

/** An explanation in steps, `asked` being what the model answered about slots, and `wishes` what they cost a plan of a worth. */
function* explaining(
  matter: ModelMatter,
  plan: PlannedDevices,
  asked: (told: PlanInPieces) => readonly (SlotAnswers | null)[] | null,
  wishes: (valueUsd: PlanExplanation['valueUsd']) => PlanExplanation['wishes'],
): Generator<undefined, PlanExplanation> {
  const { problem } = matter;
  const told = yield* inPieces(matter, plan);
  const answers = asked(told);
  const devices: ToldDevice[] = [];
  for (const index of told.devices.keys()) {
    devices.push(toldDevice(told, index, answers?.[index] ?? null));
    yield;
  }
  const isSite = problem.moneyScope === 'site';
  const home = isSite ? homeMoney(matter.slots, told.pieces, siteLimits(problem.site).sold) : 0;
  const all = (of: (device: ToldDevice) => number): number => devices.reduce((sum, each) => sum + of(each), 0);
  const valueUsd = usdText(all(({ gain }) => gain) + home);
  return {
    startAt: problem.fromAt,
    endAt: problem.toAt,
    timeZone: problem.timeZone,
    devices: devices.map(({ explained }) => explained),
    wishes: wishes(valueUsd),
    homeUsd: usdText(home),
    valueUsd,
    cashUsd: usdText(all(({ cash }) => cash) + home),
    wearUsd: usdText(all(({ wear }) => wear)),
    stockUsd: usdText(all(({ stock }) => stock)),
  };
}

/** Why a plan is as it is, by a solver that is there already. */
export const explainWith = (
  solver: Solver,
  problem: PlanningProblem,
  plan: ExplainablePlan,
  { wishes: withWishes = true, ...ofSlots }: Explained = {},
): PlanExplanation => {
  const matter = matterOf(problem);
  if (matter === null) return nothingTold(problem);
  const steps = explaining(
    matter,
    plan,
    (told) => slotAnswers(solver, matter, told, ofSlots),
    (valueUsd) => (withWishes ? wishCosts(solver, problem, plan.valueUsd ?? valueUsd) : []),
  );
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};

/** What is told without solving anything: pairs and money. It lets others have a turn after each piece of the plan and each device. */
export const explainPairs = async (
  problem: PlanningProblem,
  plan: PlannedDevices,
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
  plan: ExplainablePlan,
  wanted: Explained = {},
): Promise<PlanExplanation> => explainWith(await highsSolver(), problem, plan, wanted);
