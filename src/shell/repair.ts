/**
 * The first thing that is recorded in a log that was saved from a damaged one.
 *
 * Where entries were lost, what the machines would make of the rest rests on what is gone. So they begin anew: the log
 * gets its base at the last entry that was saved, with the settings, views and alarms that all saved entries give together and
 * without any stream. The next start founds them, registers, and asks for all DR events.
 */
import type { LogRepaired } from '../facts/input.ts';
import type { EventLog } from '../store/eventLog.ts';
import { baseCheckpointOf, foldLog, notedState } from './fold.ts';
import { draftsOf } from './recorder.ts';
import type { StepInput, StepOutput } from '../core/step.ts';
import { step } from './step.ts';

/** When, by what run and with which chance it is recorded. */
export type RepairMoment = Pick<StepInput, 'recordedAt' | 'runID' | 'chance'>;

/** Records the repair and what follows from it; returns the latter. */
export const recordRepair = async (
  log: EventLog,
  fact: LogRepaired,
  moment: RepairMoment,
): Promise<readonly StepOutput[]> => {
  const isWhole = fact.lost.length === 0;
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
  return outputs;
};
