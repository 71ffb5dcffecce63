/** One planner for all agents of the real world that a process of tests has: a planner's process costs more than its plans. */
import { PlannerProcess } from '../../src/adapters/planning/plannerProcess.ts';
import { sharedPlanner } from '../../src/cli/run/plannerOf.ts';

export const oneForAll = sharedPlanner(new PlannerProcess());
