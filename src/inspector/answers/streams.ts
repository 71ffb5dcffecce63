/** The machines at a moment: where each stands, what it remembers, and what it waits for. */
import type { AnyMachineSnapshot } from 'xstate';
import { pendingTimers, type AgentState } from '../../core/state.ts';
import { timerParts } from '../../facts/timerName.ts';
import { addressOf, type MachineID } from '../../machines/machines.ts';
import type { ApiAnswer } from '../api/paths.ts';
import { chartOf } from '../charts/charts.ts';
import { transitionsOf } from '../drawing/chart.ts';
import { plain } from './plain.ts';

type Stream = ApiAnswer<'state'>['streams'][number];
type Timer = ApiAnswer<'state'>['timers'][number];

/** The ids of all active states, outside in. */
export const activeStateIDs = (snapshot: AnyMachineSnapshot | undefined): string[] =>
  (snapshot?._nodes ?? []).map(({ id }) => id);

const streamPart = (stream: string, snapshot: AnyMachineSnapshot): Stream => {
  const address = addressOf(stream);
  return {
    stream,
    machine: address?.machine ?? stream,
    id: address?.id ?? '',
    value: plain(snapshot.value),
    activeStateIDs: activeStateIDs(snapshot),
    context: plain(snapshot.context),
  };
};

const isSingle = ({ id }: Stream): boolean => id === '';

/** Every stream; the single machines come first. */
export const streamsPart = ({ streams }: AgentState): Stream[] => {
  const all = [...streams].map(([stream, snapshot]) => streamPart(stream, snapshot));
  return [...all.filter(isSingle), ...all.filter((each) => !isSingle(each))];
};

/** The transition that the end of each delay sets off first, by the delay and its state. */
const delaysOf = (machine: MachineID): ReadonlyMap<string, string> => {
  const first = new Map<string, string>();
  for (const { id, source, trigger } of transitionsOf(chartOf(machine))) {
    if (trigger.kind === 'after' && !first.has(`${trigger.delay} ${source}`))
      first.set(`${trigger.delay} ${source}`, id);
  }
  return first;
};

const delays = new Map<MachineID, ReadonlyMap<string, string>>();

/** The first transition that the end of a delay can set off. */
const transitionOfDelay = (stream: string, delay: string, stateID: string | null): string | null => {
  const machine = addressOf(stream)?.machine;
  if (machine === undefined || stateID === null) return null;
  const known = delays.get(machine) ?? delaysOf(machine);
  delays.set(machine, known);
  return known.get(`${delay} ${stateID}`) ?? null;
};

/** Every delay that is running, the next one first. */
export const timersPart = (state: AgentState, recordedAt: (position: number) => number | null): Timer[] =>
  pendingTimers(state).map(({ stream, timer, dueAt, armedBy }) => {
    const { delay, stateID } = timerParts(timer) ?? { delay: timer, stateID: null };
    return {
      stream,
      timer,
      delay,
      stateID,
      dueAt,
      armedBy,
      armedAt: recordedAt(armedBy),
      transitionID: transitionOfDelay(stream, delay, stateID),
    };
  });
