/** What a person told a device for a time: the stream that keeps its time hears of it, and the site plans with it. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { OperatorInstructed, OperatorReleased } from '../facts/instructions.ts';
import type { Moment } from '../machines/moment.ts';
import type { Override } from '../machines/overrides.ts';
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

/** A person took back what a device was told, or all of them. */
export const operatorReleased = (
  state: AgentState,
  { at }: Moment,
  { resourceID, kind = 'override' }: OperatorReleased,
): readonly Consequence[] => {
  const standing: readonly InstructionView[] =
    kind === 'override' ? instructionsAt(state.views.instructions, at) : wishesAt(state.views.instructions, at);
  const taken = standing.filter(
    (each) => each.instruction.kind === kind && (resourceID === undefined || each.resourceID === resourceID),
  );
  if (taken.length === 0) return [];
  const left = aboveThePlan(
    state,
    at,
    overridesAt(state, at).filter((each) => !taken.some((one) => one.resourceID === each.resourceID)),
  );
  const names = [...new Set(taken.map((each) => each.resourceID))].join(', ');
  const news =
    kind === 'override'
      ? [tell(siteStream, { type: 'overrides.known', overrides: left, because: `a person released ${names}` })]
      : [tell(siteStream, { type: 'news.heard', because: `a person takes back a wish of ${names}` })];
  return [
    ...taken.flatMap((each): readonly Consequence[] => [
      {
        stream: streamFor(each),
        fact: {
          type: 'InstructionEnded',
          data: { resourceID: each.resourceID, kind: each.instruction.kind, because: 'released' },
        },
      },
      tell(streamFor(each), { type: 'instruction.released' }),
    ]),
    ...news,
    { unsettled: 'plan' },
  ];
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
