/** What a person told a device, or wishes of it once, that holds in a stretch of time: it goes before the plan, or is met by it. */
import type { PlanSpan } from '../../dispatch/planningProblem.ts';
import { localText } from '../../programme/calendar.ts';
import type { InstructionsState, InstructionView } from '../../store/projections/instructions.ts';
import { instructionText, wishText } from '../../telling/words.ts';
import { distanceText } from '../status/streams.ts';
import type { Here } from '../when.ts';

const reaches = ({ startAt, endAt }: InstructionView, span: PlanSpan): boolean =>
  startAt < span.endAt && span.startAt < endAt;

const untilText = ({ endAt, instruction }: InstructionView, { now, timeZone }: Here): string =>
  `${instruction.kind === 'leave' ? 'at' : 'until'} ${localText(endAt, timeZone)}${endAt > now ? ` (${distanceText(endAt, now)})` : ''}`;

const sentence = (view: InstructionView, isOver: boolean, here: Here): string => {
  const { instruction } = view;
  if (instruction.kind === 'override')
    return `A person ${isOver ? 'had overridden' : 'overrides'} it: ${instructionText(instruction)}, ${untilText(view, here)}.`;
  return `A person ${isOver ? 'had wished' : 'wishes'} it to ${wishText(instruction)}, ${untilText(view, here)}.`;
};

/** The sentences, the oldest first; with how long each holds still. */
export const besideSentences = (
  { standing, past }: InstructionsState,
  resourceID: string,
  span: PlanSpan,
  here: Here,
): readonly string[] => {
  const isMeant = (view: InstructionView): boolean => view.resourceID === resourceID && reaches(view, span);
  return [
    ...past.filter(isMeant).map((view) => sentence(view, true, here)),
    ...Object.values(standing)
      .flatMap((view) => (view !== undefined && isMeant(view) ? [view] : []))
      .toSorted((a, b) => a.position - b.position)
      .map((view) => sentence(view, view.endAt <= here.now, here)),
  ];
};
