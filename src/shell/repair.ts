/**
 * The first thing that is recorded in a log that was saved from a damaged one.
 *
 * Where entries were lost, what the machines would make of the rest rests on what is gone. So they begin anew: the log
 * gets its base at the last entry that was saved, with the settings, views and alarms that all saved entries give together and
 * without any stream. The next start founds them, registers, and asks for all DR events.
 *
 * What persons opted is theirs, and no conclusion: what holds of it by the saved entries goes on. One that was taken back in what is lost
 * holds again, which people are told.
 */
import type { LogRepaired } from '../facts/input.ts';
import type { OptGiven } from '../facts/opts.ts';
import { upcast } from '../facts/upcast.ts';
import type { EventLog } from '../store/eventLog.ts';
import { baseCheckpointOf, foldLog, notedState } from './fold.ts';
import { draftsOf } from './recorder.ts';
import type { StepInput, StepOutput } from '../core/step.ts';
import { step } from './step.ts';

/** When, by what run and with which chance it is recorded. */
export type RepairMoment = Pick<StepInput, 'recordedAt' | 'runID' | 'chance'>;

/** What was recorded of a repair. */
export interface RecordedRepair {
  /** With what goes on of the wishes of persons. */
  readonly fact: LogRepaired;
  /** What follows from it. */
  readonly outputs: readonly StepOutput[];
}

/** What persons opted and holds by the entries up to a position, in the order in which it was given. */
const optsLeft = async (
  log: Pick<EventLog, 'read'>,
  position: number,
): Promise<Pick<LogRepaired, 'opts' | 'optedOut'>> => {
  const opts = new Map<string, OptGiven>();
  const optedOut = new Set<string>();
  for await (const entry of log.read({ to: position })) {
    const { type, data } = upcast(entry);
    if (type === 'OptGiven') opts.set(data.optID, data);
    if (type === 'OptConcluded') {
      const { resourceID: _overridden, ...given } = data;
      opts.set(data.optID, given);
    }
    if (type === 'OptTakenBack' || type === 'OptEnded') opts.delete(data.optID);
    if (type === 'OperatorOpted' && data.optType === 'optOut') optedOut.add(data.eventID);
    if ((type === 'OperatorOpted' && data.optType === 'optIn') || type === 'DrEventForgotten')
      optedOut.delete(data.eventID);
  }
  return {
    ...(opts.size === 0 ? {} : { opts: [...opts.values()] }),
    ...(optedOut.size === 0 ? {} : { optedOut: [...optedOut] }),
  };
};

/** Records the repair and what follows from it. */
export const recordRepair = async (
  log: EventLog,
  found: LogRepaired,
  moment: RepairMoment,
): Promise<RecordedRepair> => {
  const isWhole = found.lost.length === 0;
  const fact = isWhole ? found : { ...found, ...(await optsLeft(log, found.headAfter.position)) };
  const state = isWhole ? (await foldLog(log)).state : await notedState(log, fact.headAfter.position);
  const input: StepInput = {
    ...moment,
    input: { type: 'LogRepaired', data: fact },
    stream: 'agent',
    position: log.head.position + 1,
  };
  const { outputs } = step(state, input);
  await log.append(draftsOf({ input, cause: null, outputs, wires: [] }));
  if (!isWhole) await log.forgetEntries([], fact.headAfter, [baseCheckpointOf(state, fact.headAfter)]);
  return { fact, outputs };
};
