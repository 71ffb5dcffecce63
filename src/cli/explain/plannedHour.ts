/** What the plan says of an hour, or had said of one that is over. */
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import { localText } from '../../programme/calendar.ts';
import { type ExplainedAsRecorded, explainedAsRecorded, planInForce, reasonOf } from '../plan/recorded.ts';
import { slotSentences, untoldSentence } from '../plan/sentences.ts';
import type { OpenReading } from '../reading.ts';

/** What a plan says of an hour, by device. */
export interface HourPlanned {
  /** In the order of the plan. */
  readonly resourceIDs: readonly string[];
  /** Empty where the plan does not reach to the hour. */
  readonly sentencesOf: (resourceID: string) => readonly string[];
}

const told = (
  { devices, timeZone, untold }: ExplainedAsRecorded,
  { startAt, endAt }: { readonly startAt: number; readonly endAt: number },
  opening: string,
  basis: string,
): HourPlanned => {
  const slotsOf = (resourceID: string) => {
    const device = devices.find((each) => each.resourceID === resourceID);
    const slots = device?.slots.filter((slot) => slot.startAt < endAt && slot.endAt > startAt) ?? [];
    if (device === undefined) return [];
    // Reasons are the optimiser's: whatever else made a plan has its own.
    return slots.flatMap((slot) =>
      basis === 'prices'
        ? slotSentences(device, slot, timeZone, untold)
        : [...slotSentences(device, slot, timeZone).slice(0, 1), `It rests on: ${basis}.`],
    );
  };
  return {
    resourceIDs: devices.map(({ resourceID }) => resourceID).filter((resourceID) => slotsOf(resourceID).length > 0),
    sentencesOf: (resourceID) => {
      const sentences = slotsOf(resourceID);
      return sentences.length === 0 ? [] : [`${opening} ${sentences.join(' ')}`];
    },
  };
};

/** What devices do that are told, and what those in shadow would do. */
const together = (acting: HourPlanned, would: HourPlanned, shadowed: readonly string[]): HourPlanned => {
  const isShadowed = (resourceID: string): boolean => shadowed.includes(resourceID);
  return {
    resourceIDs: [...new Set([...acting.resourceIDs, ...would.resourceIDs.filter(isShadowed)])],
    sentencesOf: (resourceID) => (isShadowed(resourceID) ? would : acting).sentencesOf(resourceID),
  };
};

const none: HourPlanned = { resourceIDs: [], sentencesOf: () => [] };

/** What the plan in force says of an hour to come or under way; of one that is over, what the plan had said that was in force when it began. */
export const hourPlanned = async (
  opened: OpenReading,
  hour: { readonly startAt: number; readonly endAt: number },
  timeZone: string,
): Promise<HourPlanned> => {
  const isOver = hour.endAt <= opened.here.now;
  const plan = await planInForce(opened, isOver ? hour.startAt : undefined);
  if (plan === null) return none;
  const madeAt = localText(plan.madeAt, timeZone);
  const opening = isOver
    ? `The plan that was in force when it began, made ${madeAt}, had said:`
    : `The plan in force, made ${madeAt}, says:`;
  const { basis, shadow } = plan.made;
  // Nothing is told of other hours, nor of wishes.
  const asked = {
    slots: ({ startAt, endAt }: PlanSpan): boolean => startAt < hour.endAt && endAt > hour.startAt,
    wishes: false,
  };
  try {
    const acting = told(await explainedAsRecorded(opened, plan, asked), hour, opening, basis);
    if (shadow === undefined || shadow.resourceIDs.length === 0 || shadow.failed !== undefined) return acting;
    const [first = ''] = shadow.resourceIDs;
    const would = isOver ? 'was' : 'is';
    const apart = `In shadow it ${would} told nothing. ${opening}`;
    return together(
      acting,
      told(await explainedAsRecorded(opened, plan, { ...asked, device: first }), hour, apart, basis),
      shadow.resourceIDs,
    );
  } catch (error) {
    const sentence = untoldSentence('What the plan says of it', reasonOf(error));
    return { resourceIDs: plan.made.devices.map(({ resourceID }) => resourceID), sentencesOf: () => [sentence] };
  }
};
