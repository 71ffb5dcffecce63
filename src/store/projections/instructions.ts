import type { KnownEntry } from '../../facts/fact.ts';
import type {
  Instruction,
  InstructionEnded,
  InstructionKind,
  OneWish,
  OperatorInstructed,
  OverrideInstruction,
} from '../../facts/instructions.ts';
import type { Projection } from '../projection.ts';
import { type Keyed, lookUp, withKey, withoutKey } from './keyed.ts';
import { type Keep, type Prunable, pruned } from './pruned.ts';

/** What persons told the devices: what holds, and what held. */

/** What a device was told, and for how long it holds or held. */
export interface InstructionView {
  readonly resourceID: string;
  readonly instruction: Instruction;
  /** UTC ms, inclusive and exclusive. */
  readonly startAt: number;
  readonly endAt: number;
  readonly isForLength: boolean;
  readonly by: string;
  /** The entry that says so. */
  readonly position: number;
}

/** One that is over. */
export interface PastInstruction extends InstructionView {
  readonly because: InstructionEnded['because'] | 'replaced';
}

/** All that devices were told. */
export interface InstructionsState extends Prunable {
  /** By kind and device. */
  readonly standing: Keyed<InstructionView>;
  /** Oldest first. */
  readonly past: readonly PastInstruction[];
}

/** @limit Instructions of the past that are remembered; older ones are in the log. */
export const pastInstructionsKept = 2_000;

const keyOf = (kind: InstructionKind, resourceID: string): string => `${kind} ${resourceID}`;

const over = (
  state: InstructionsState,
  key: string,
  at: number,
  because: PastInstruction['because'],
): InstructionsState => {
  const view = lookUp(state.standing, key);
  if (view === undefined) return state;
  const ended = { ...view, endAt: Math.max(view.startAt, Math.min(view.endAt, at)), because };
  return {
    ...state,
    standing: withoutKey(state.standing, key),
    past: [...state.past, ended].slice(-pastInstructionsKept),
  };
};

const instructed = (
  state: InstructionsState,
  { resourceID, instruction, endAt, isForLength, by }: OperatorInstructed,
  { recordedAt: startAt, position }: KnownEntry,
): InstructionsState => {
  const key = keyOf(instruction.kind, resourceID);
  const before = over(state, key, startAt, 'replaced');
  const view = { resourceID, instruction, startAt, endAt, isForLength, by, position };
  return { ...before, standing: withKey(before.standing, key, view) };
};

/** What holds began in the past by every clock; what was given for a length of time ends as if the clock had not been set. */
const retimed = (state: InstructionsState, at: number, jumpMs: number): InstructionsState => {
  const standing = Object.entries(state.standing);
  if (standing.length === 0) return state;
  const moved = standing.map(([key, view]): readonly [string, InstructionView] => {
    const endAt = view.isForLength ? view.endAt + jumpMs : view.endAt;
    const startAt = Math.min(view.isForLength ? view.startAt + jumpMs : view.startAt, at);
    return [key, { ...view, startAt, endAt }];
  });
  return { ...state, standing: Object.fromEntries(moved) };
};

/** The facts of which it makes something. */
export const instructionsHears: ReadonlySet<string> = new Set<KnownEntry['type']>([
  'OperatorInstructed',
  'InstructionEnded',
  'ClockJumped',
  'AgentStarted',
]);

const take = (state: InstructionsState, entry: KnownEntry): InstructionsState => {
  switch (entry.type) {
    case 'OperatorInstructed':
      return instructed(state, entry.data, entry);
    case 'InstructionEnded':
      return over(state, keyOf(entry.data.kind, entry.data.resourceID), entry.recordedAt, entry.data.because);
    case 'ClockJumped':
      return retimed(state, entry.recordedAt, entry.data.jumpMs);
    case 'AgentStarted':
      return retimed(state, entry.recordedAt, 0);
    default:
      return state;
  }
};

const prune = (state: InstructionsState, beforeAt: number): InstructionsState => ({
  ...state,
  past: state.past.filter(({ endAt }) => endAt >= beforeAt),
});

/** All that devices were told. */
export const instructionsProjection = (keep: Keep = {}): Projection<InstructionsState> =>
  pruned({ name: 'instructions', version: '1', initial: { standing: {}, past: [], prunedDay: 0 }, take, prune }, keep);

/** An override that holds or held, and a wish. */
export type OverrideView = InstructionView & { readonly instruction: OverrideInstruction };
export type OneWishView = InstructionView & { readonly instruction: OneWish };

/** All that holds at an instant, the oldest first. */
const standingAt = ({ standing }: InstructionsState, at: number): readonly InstructionView[] =>
  Object.values(standing)
    .filter(({ endAt }) => at < endAt)
    .sort((a, b) => a.position - b.position);

/** What is overridden at an instant, the oldest first. */
export const instructionsAt = (state: InstructionsState, at: number): readonly OverrideView[] =>
  standingAt(state, at).filter((view): view is OverrideView => view.instruction.kind === 'override');

/** What is wished once at an instant, the oldest first. */
export const wishesAt = (state: InstructionsState, at: number): readonly OneWishView[] =>
  standingAt(state, at).filter((view): view is OneWishView => view.instruction.kind !== 'override');

/** Whether a device was overridden at an instant. */
export const isOverriddenAt = ({ standing, past }: InstructionsState, resourceID: string, at: number): boolean =>
  [...Object.values(standing), ...past].some(
    (view) =>
      view.resourceID === resourceID && view.instruction.kind === 'override' && view.startAt <= at && at < view.endAt,
  );
