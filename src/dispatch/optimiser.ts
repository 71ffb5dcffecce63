import { stretchesOf, meteredFlows } from './answer/flows.ts';
import { unknownWishes, unmetWishes } from './answer/unmet.ts';
import { loadSteps, storageSteps, type Step } from './answer/wholeWatts.ts';
import { cashOf, usdText, worthOf } from './answer/worth.ts';
import { gridOf } from './grid.ts';
import { highsSolver } from './highsSolver.ts';
import { itemAt } from './items.ts';
import { countedPrices } from './model/countedPrices.ts';
import type { ModelMatter } from './model/siteModel.ts';
import { siteLimits } from './model/siteRows.ts';
import { storageFigures } from './model/storageFigures.ts';
import { usualDaysOf } from './model/usualTerminal.ts';
import type { PlanningProblem } from './planningProblem.ts';
import type { DevicePlan, SitePlan } from './sitePlan.ts';
import { solveSite, type SolvedSite } from './solve/solveSite.ts';
import type { Solver } from './solver.ts';
import { unhurried } from './unhurried.ts';

/** A problem in the optimiser's numbers; null when there is no time to be planned, or nothing to plan. */
export const matterOf = (problem: PlanningProblem): ModelMatter | null => {
  const slots = gridOf(problem);
  const devices = [...new Map(problem.devices.map((device) => [device.resourceID, device])).values()];
  const days = usualDaysOf(problem);
  const figures = devices
    .flatMap((each) => (each.kind === 'storage' ? [storageFigures(problem, each, slots, days)] : []))
    .filter(({ isPlanned }) => isPlanned);
  const loads = devices.flatMap((each) => (each.kind === 'flexibleLoad' ? [each] : []));
  if (slots.length === 0 || figures.length + loads.length === 0) return null;
  return { problem, slots, figures, loads, prices: countedPrices(problem, slots, figures) };
};

const rest = (problem: PlanningProblem): SitePlan => ({
  startAt: problem.fromAt,
  endAt: problem.toAt,
  devices: [],
  unmet: unknownWishes(problem),
  ...worthOf(0, 0, 0),
  throughputWattHours: 0,
  gapUsd: '0',
  solvedBy: 'rest',
  isKept: false,
});

const devicePlan = (resourceID: string, steps: readonly Step[], toAt: number, capacity: number | null): DevicePlan => ({
  resourceID,
  slots: steps
    .filter(({ startAt }) => startAt < toAt)
    .map(({ startAt, endAt, watts, level }) => ({
      startAt,
      endAt,
      demandWatts: watts,
      stateOfChargeAtEnd: level === null || capacity === null ? null : level / capacity,
    })),
});

/** A solution as a plan in whole watts, valued by what the devices will really do. */
const planOf = ({ model, orders, values, solvedBy, costUsd, boundUsd, isKept }: SolvedSite): SitePlan => {
  const { matter, storages, loads } = model;
  const { problem, slots } = matter;
  const { fromAt, toAt, site } = problem;
  const steps = {
    storages: storages.map((each, index) => storageSteps(each, itemAt(orders, index), slots, values)),
    loads: loads.map((each) => loadSteps(each, slots, values)),
  };
  const stretches = stretchesOf([...steps.storages, ...steps.loads]);
  const within = stretches.filter(({ startAt }) => startAt < toAt);
  const flows = meteredFlows(problem, slots, within, siteLimits(site).sold);
  let [wear, stock, throughput] = [0, 0, 0];
  storages.forEach(({ figures }, index) => {
    const own = itemAt(steps.storages, index).filter(({ startAt }) => startAt < toAt);
    const delivered = own.reduce(
      (sum, { watts, startAt, endAt }) => sum + (Math.max(0, 0 - watts) * (endAt - startAt)) / 3.6e9,
      0,
    );
    throughput += delivered;
    wear += delivered * figures.wear;
    stock += figures.terminal * ((own.at(-1)?.level ?? figures.stored) - figures.stored);
  });
  return {
    startAt: fromAt,
    endAt: toAt,
    devices: [
      ...storages.map(({ figures }, index) =>
        devicePlan(figures.resourceID, itemAt(steps.storages, index), toAt, figures.capacity),
      ),
      ...loads.map(({ terms }, index) => devicePlan(terms.resourceID, itemAt(steps.loads, index), toAt, null)),
    ],
    unmet: [...unmetWishes(model, steps, stretches), ...unknownWishes(problem)],
    ...worthOf(cashOf(flows, slots), wear, stock),
    throughputWattHours: Math.round(throughput * 1_000),
    gapUsd: usdText(Math.max(0, costUsd - boundUsd)),
    solvedBy,
    isKept,
  };
};

/** The plan of a problem, by a solver that is there already. Equal problems give equal plans. */
export const optimiseWith = (solver: Solver, problem: PlanningProblem): SitePlan => {
  const matter = matterOf(problem);
  return matter === null ? rest(problem) : planOf(solveSite(solver, matter));
};

/**
 * The plan of a problem, in this process. Equal problems give equal plans, and there is one of every problem.
 *
 * @throws Error only when the solver takes too long, or has no memory left; never because of what the problem says.
 */
export const optimise = async (problem: PlanningProblem): Promise<SitePlan> =>
  optimiseWith(await highsSolver(), problem);

/** The same, for a time that is over: it is looked for as long as it takes. */
export const optimiseUnhurried = async (problem: PlanningProblem): Promise<SitePlan> =>
  optimiseWith(unhurried(await highsSolver()), problem);
