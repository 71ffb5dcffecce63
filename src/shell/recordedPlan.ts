/** What a recorded plan answers: the devices that are told, or those in shadow. */
import type { PlanningProblem } from '../dispatch/planningProblem.ts';
import type { DevicePlan } from '../dispatch/sitePlan.ts';
import type { PlanMade, PlannedDevice, PlanWorth } from '../facts/planning.ts';
import { drivenOf, shadowedOf } from './planMade.ts';
import { type QuestionPut, shadowProblem, siteProblem } from './siteProblem.ts';

/** A plan of the log with its question, put together again. */
export interface RecordedAnswer {
  readonly problem: PlanningProblem;
  readonly devices: readonly DevicePlan[];
  readonly worth: PlanWorth | undefined;
  /** The devices are in shadow: they would do this, and are told nothing. */
  readonly isShadow: boolean;
}

const asPlanned = (devices: readonly PlannedDevice[]): readonly DevicePlan[] =>
  devices.map(({ resourceID, slots }) => ({
    resourceID,
    slots: slots.map((slot) => ({ ...slot, stateOfChargeAtEnd: slot.stateOfChargeAtEnd ?? null })),
  }));

/** A plan with its question: of the devices that are told, and of those in shadow where one of them is wanted or no other is planned. */
export const recordedAnswer = (question: QuestionPut, made: PlanMade, wanted?: string): RecordedAnswer => {
  const [driven, shadowed] = [drivenOf(made), shadowedOf(made)];
  const isShadow = driven.length === 0 || shadowed.some(({ resourceID }) => resourceID === wanted);
  const would = isShadow ? shadowProblem(question, driven) : null;
  return would === null
    ? { problem: siteProblem(question), devices: asPlanned(driven), worth: made.worth, isShadow: false }
    : { problem: would, devices: asPlanned(shadowed), worth: made.shadow?.worth, isShadow: true };
};
