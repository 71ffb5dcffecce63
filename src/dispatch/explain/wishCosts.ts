import type { DecimalText } from '../../protocol/types/scalars.ts';
import { usdText } from '../answer/worth.ts';
import { optimiseWith } from '../optimiser.ts';
import type { DispatchConstraint, PlanningProblem, PlanSpan } from '../planningProblem.ts';
import type { SitePlan } from '../sitePlan.ts';
import type { Solver } from '../solver.ts';
import type { WishCost } from './explanation.ts';
import { storageWishes, without } from './storageWishes.ts';

/** A wish, and the problem without it. */
interface Lifted extends Omit<WishCost, 'costUsd'> {
  readonly problem: PlanningProblem;
}

/** @limit A wish that costs less costs nothing. @unit USD */
const leastUsd = 0.0005;

/** A DR event is lifted as a whole, in all of its intervals and of all of its devices. */
const liftedEvent = (problem: PlanningProblem, asked: readonly DispatchConstraint[]): Lifted => {
  const { fromAt, toAt } = problem;
  const { eventID, resourceID = null } = asked[0] ?? {};
  return {
    kind: 'constraint',
    resourceID: asked.every((each) => each.resourceID === resourceID) ? resourceID : null,
    ...(eventID === undefined ? {} : { eventID }),
    span: {
      startAt: Math.max(fromAt, Math.min(...asked.map(({ startAt }) => startAt))),
      endAt: Math.min(toAt, Math.max(...asked.map(({ endAt }) => endAt))),
    },
    problem: { ...problem, constraints: problem.constraints.filter((each) => each.eventID !== eventID) },
  };
};

const liftedOf = (problem: PlanningProblem): readonly Lifted[] => {
  const ofStorages = problem.devices.flatMap((device, index) => {
    if (device.kind !== 'storage') return [];
    return storageWishes
      .filter(([, keys]) => keys.some((key) => device[key] !== undefined))
      .map(([kind, keys]): Lifted => {
        const devices = problem.devices.with(index, without(device, keys));
        return { kind, resourceID: device.resourceID, span: null, problem: { ...problem, devices } };
      });
  });
  const isAhead = ({ endAt, startAt }: PlanSpan): boolean => endAt > problem.fromAt && startAt < problem.toAt;
  const ofPeople = problem.overrides.filter(isAhead).map((override): Lifted => {
    const { resourceID, startAt, endAt } = override;
    const overrides = problem.overrides.filter((each) => each !== override);
    return { kind: 'override', resourceID, span: { startAt, endAt }, problem: { ...problem, overrides } };
  });
  const asked = problem.constraints.filter(isAhead);
  const ofEvents = [...new Set(asked.map(({ eventID }) => eventID))].map((eventID) =>
    liftedEvent(
      problem,
      asked.filter((each) => each.eventID === eventID),
    ),
  );
  return [...ofPeople, ...ofEvents, ...ofStorages];
};

/** The worth of a plan that what is planned beside it is compared by: the least gain is no money. */
const valueOf = ({ valueUsd }: SitePlan): number => Number(valueUsd);

/** What each wish, override and DR event costs a plan of a worth: the problem is solved once more without it. The dearest first. */
export const wishCosts = (solver: Solver, problem: PlanningProblem, valueUsd: DecimalText): readonly WishCost[] => {
  const { running: _running, ...fresh } = problem;
  return liftedOf(fresh)
    .map(({ problem: lifted, ...wish }) => ({ wish, usd: valueOf(optimiseWith(solver, lifted)) - Number(valueUsd) }))
    .toSorted((a, b) => b.usd - a.usd)
    .map(({ wish, usd }) => ({ ...wish, costUsd: usdText(usd < leastUsd ? 0 : usd) }));
};
