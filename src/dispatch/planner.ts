import type { PlanningProblem } from './planningProblem.ts';
import type { SitePlan } from './sitePlan.ts';

/** What a planner answers: at least what the devices do, and what it reckons of it. */
export type PlanAnswer = Pick<SitePlan, 'devices'> &
  Partial<SitePlan> & {
    /** What it rests on, for people; `prices` if absent. */
    readonly basis?: string;
  };

/** Decides what the devices of a site do, all together: an optimiser, or anything that knows. */
export interface Planner {
  /** @throws an error that says why there is no plan; the last one is followed as far as it goes. */
  plan(problem: PlanningProblem): Promise<PlanAnswer>;
  /** Lets go of what it holds; it can be asked again. */
  close?(): Promise<void>;
}
