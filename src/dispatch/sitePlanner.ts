import type { PlanningProblem } from './planningProblem.ts';
import type { SitePlan } from './sitePlan.ts';

/** Plans a site: the seam behind which an optimiser works, in this process or in another. */
export interface SitePlanner {
  /** Equal problems give equal plans. @throws an error that says why there is no plan: late, crashed, out of memory; never because of the problem. */
  plan(problem: PlanningProblem): Promise<SitePlan>;
  /** Lets go of what it holds; it can be asked again. */
  close(): Promise<void>;
}
