/** What the machines did up to a moment, from a fold that is watched. */
import type { AnyTransitionDefinition } from 'xstate';
import { Fold } from '../../shell/fold.ts';
import type { TransitionTaken } from '../../core/streams.ts';
import type { Entry } from '../../facts/entry.ts';
import type { ApiAnswer } from '../api/paths.ts';
import { transitionID } from '../drawing/readMachine.ts';
import type { History } from '../history/history.ts';
import { refusalsOf } from './refusals.ts';
import { activeStateIDs } from './streams.ts';

type Transitions = ApiAnswer<'transitions'>;
type Transition = Transitions['transitions'][number];

/** @limit How far back transitions are looked for. */
const lookedBackEntries = 6_000;
const firstLookEntries = 200;

const idOf = (definition: AnyTransitionDefinition): string | null => {
  const { source } = definition;
  const among = definition.eventType === '' ? source.always : source.transitions.get(definition.eventType);
  const place = among?.findIndex((each: unknown) => each === definition) ?? -1;
  return place === -1 ? null : transitionID(source, definition.eventType, place);
};

/** Which transitions a machine takes first when it hears an event. */
const transitionIDs = ({ machine, before, event }: TransitionTaken): string[] =>
  machine
    .getTransitionData(before, event)
    .flatMap((definition: unknown) => idOf(definition as AnyTransitionDefinition) ?? []);

const changeOf = (taken: TransitionTaken): Pick<Transition, 'left' | 'entered'> => {
  const [was, is] = [taken.isFounded ? [] : activeStateIDs(taken.before), activeStateIDs(taken.after)];
  return { left: was.filter((id) => !is.includes(id)), entered: is.filter((id) => !was.includes(id)) };
};

/** A transition for people; null for one that changed no state, and had no way that a guard kept it from. */
const shown = (taken: TransitionTaken, { position, recordedAt: at }: Entry): Transition | null => {
  const ids = transitionIDs(taken);
  const change = changeOf(taken);
  const refused = refusalsOf(taken);
  const isStill = change.left.length === 0 && change.entered.length === 0 && ids.length === 0;
  if (isStill && refused.length === 0) return null;
  return { position, at, stream: taken.stream, event: taken.event.type, transitionIDs: ids, refused, ...change };
};

/** Every transition of the inputs from one position to another, oldest first. */
export const transitionsWithin = async (
  history: History,
  from: number,
  to: number,
  stream: string | undefined,
): Promise<Transition[]> => {
  const found: Transition[] = [];
  let entry: Entry | null = null;
  const watch = (taken: TransitionTaken): void => {
    if (entry === null || (stream !== undefined && taken.stream !== stream)) return;
    const transition = shown(taken, entry);
    if (transition !== null) found.push(transition);
  };
  const begun = history.index.endOfStep(from - 1);
  const fold = new Fold({ state: await history.agentAt(begun), position: begun, watch });
  for await (const next of history.inspected.log.read({ from: begun + 1, to })) {
    if (next.direction === 'in') entry = next;
    fold.take(next);
  }
  return found;
};

/** The last transitions up to a position, the latest first; it looks further back only as long as it has too few. */
export const lastTransitions = async (
  history: History,
  at: number,
  stream: string | undefined,
  limit: number,
): Promise<Transitions> => {
  const to = Math.min(at, history.head);
  for (let look = firstLookEntries; ; look *= 4) {
    const from = Math.max(history.index.start, to - look);
    const found = to < from ? [] : await transitionsWithin(history, from, to, stream);
    if (found.length >= limit || from === history.index.start || look >= lookedBackEntries) {
      return { head: history.head, searchedFrom: from, transitions: found.reverse().slice(0, limit) };
    }
  }
};
