/** What a person told a device for a time: the stream that keeps its time hears of it, and the site plans with it. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { InstructionEnded, OperatorInstructed, OperatorReleased } from '../facts/instructions.ts';
import type { Moment } from '../machines/moment.ts';
import type { Override } from '../machines/site/overrides.ts';
import { instructionStream, siteStream } from '../machines/streams.ts';
import { heldByOpts } from './optHolds.ts';
import { instructionsAt, wishesAt, type InstructionView } from '../store/projections/instructions.ts';

const streamFor = ({ instruction, resourceID }: Pick<InstructionView, 'instruction' | 'resourceID'>) =>
  instructionStream(instruction.kind, resourceID);

/** What persons override at an instant. */
export const overridesAt = ({ views }: AgentState, at: number): readonly Override[] =>
  instructionsAt(views.instructions, at).map(({ resourceID, startAt, endAt, instruction }) => ({
    resourceID,
    startAt,
    endAt,
    action: instruction.action,
    ...(instruction.powerWatts === undefined ? {} : { powerWatts: instruction.powerWatts }),
  }));

/** What stands above the plan: what persons override, and the devices that hold because persons opted out. */
export const aboveThePlan = (
  state: AgentState,
  at: number,
  overrides = overridesAt(state, at),
): readonly Override[] => [...overrides, ...heldByOpts(state, at, overrides)];

/** The site hears what stands above the plan, and plans when that is news. */
export const overridesKnown = (state: AgentState, { at }: Moment, because: string | null): readonly Consequence[] => [
  tell(siteStream, { type: 'overrides.known', overrides: aboveThePlan(state, at), because }),
  { unsettled: 'plan' },
];

/** Something else is wished: it is planned for. */
const wishNews = (because: string): readonly Consequence[] => [
  tell(siteStream, { type: 'news.heard', because }),
  { unsettled: 'plan' },
];

/** A person told a device something, or wishes something of it. */
export const operatorInstructed = (
  state: AgentState,
  moment: Moment,
  { resourceID, instruction: { kind }, endAt, isForLength }: OperatorInstructed,
): readonly Consequence[] => [
  tell(instructionStream(kind, resourceID), { type: 'instruction.given', resourceID, kind, endAt, isForLength }),
  ...(kind === 'override'
    ? [...overridesKnown(state, moment, `a person overrides ${resourceID}`), { unsettled: 'overrides' } as const]
    : wishNews(`a person wishes something of ${resourceID}`)),
];

/** What a device was told, or all of it that was taken, is over before its time. */
const endedEarly = (taken: readonly InstructionView[], because: InstructionEnded['because']): readonly Consequence[] =>
  taken.flatMap((each): readonly Consequence[] => [
    {
      stream: streamFor(each),
      fact: {
        type: 'InstructionEnded',
        data: { resourceID: each.resourceID, kind: each.instruction.kind, because },
      },
    },
    tell(streamFor(each), { type: 'instruction.released' }),
  ]);

/** The overrides of devices are over, and the site plans without them. */
const overridesOver = (
  state: AgentState,
  at: number,
  taken: readonly InstructionView[],
  because: InstructionEnded['because'],
  news: string,
): readonly Consequence[] => {
  if (taken.length === 0) return [];
  const left = overridesAt(state, at).filter((each) => !taken.some((one) => one.resourceID === each.resourceID));
  return [
    ...endedEarly(taken, because),
    tell(siteStream, { type: 'overrides.known', overrides: aboveThePlan(state, at, left), because: news }),
    { unsettled: 'plan' },
  ];
};

const namesOf = (taken: readonly InstructionView[]): string =>
  [...new Set(taken.map(({ resourceID }) => resourceID))].join(', ');

/** A person took back what a device was told, or all of them. */
export const operatorReleased = (
  state: AgentState,
  { at }: Moment,
  { resourceID, kind = 'override' }: OperatorReleased,
): readonly Consequence[] => {
  const isMeant = (each: InstructionView): boolean =>
    each.instruction.kind === kind && (resourceID === undefined || each.resourceID === resourceID);
  if (kind === 'override') {
    const taken = instructionsAt(state.views.instructions, at).filter(isMeant);
    return overridesOver(state, at, taken, 'released', `a person released ${namesOf(taken)}`);
  }
  const taken = wishesAt(state.views.instructions, at).filter(isMeant);
  return taken.length === 0
    ? []
    : [...endedEarly(taken, 'released'), ...wishNews(`a person takes back a wish of ${namesOf(taken)}`)];
};

/** Devices came into shadow: what persons told them is over, for nobody would carry it out. */
export const overridesInShadow = (
  state: AgentState,
  { at }: Moment,
  resourceIDs: readonly string[],
): readonly Consequence[] => {
  const inShadow = new Set(resourceIDs);
  const taken = instructionsAt(state.views.instructions, at).filter((each) => inShadow.has(each.resourceID));
  return overridesOver(state, at, taken, 'inShadow', `${namesOf(taken)} is in shadow`);
};

/** The clock was set: what was given for a length of time ends that much later or earlier. */
export const clockSetForInstructions = (state: AgentState, moment: Moment, jumpMs: number): readonly Consequence[] => {
  const standing = Object.values(state.views.instructions.standing);
  if (standing.length === 0) return [];
  return [
    ...standing.map((each) => tell(streamFor(each), { type: 'clock.set', jumpMs })),
    ...overridesKnown(state, moment, null),
  ];
};
