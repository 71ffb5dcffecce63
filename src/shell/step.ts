import { failStepWith } from '../core/failure.ts';
import { stepWith } from '../core/step.ts';
import { reactions } from '../reactions/reactions.ts';

/** One step of the agent, with all its reactions. @throws StepFault when a machine is broken; the state given is untouched then. */
export const step = stepWith(reactions);

/** What a step that could not be taken comes to, with all its reactions. */
export const failStep = failStepWith(reactions);
