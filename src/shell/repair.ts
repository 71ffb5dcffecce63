/**
 * The first thing that is recorded in a log that was saved from a damaged one.
 *
 * Where entries were lost, what the machines would make of the rest rests on what is gone. So they begin anew: the log
 * gets its base at the last entry that was saved, with the settings, views and alarms that all saved entries give together and
 * without any stream. The next start founds them, registers, and asks for all DR events.
 *
 * What persons opted is theirs, and no conclusion: what holds of it by the saved entries goes on. One that was taken back in what is lost
 * holds again, which people are told. Who was out of a DR event until it was over, or took back that they opted in, stays out, too.
 */
import type { AgentState } from '../core/state.ts';
import type { KnownEntry } from '../facts/fact.ts';
import type { LogRepaired } from '../facts/input.ts';
import type { OptGiven } from '../facts/opts.ts';
import type { OptType } from '../protocol/types/enumerations.ts';
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

const isOfAWholeEvent = (opt: OptGiven): opt is OptGiven & { readonly eventID: string } =>
  opt.eventID !== undefined && opt.resourceIDs === undefined;

/** Hears the entries that are left, and knows what persons opted that holds by them, in the order in which it was given. */
class OptsLeft {
  readonly #opts = new Map<string, OptGiven>();
  readonly #optedOut = new Set<string>();

  hear({ type, data }: KnownEntry): void {
    if (type === 'OptGiven') {
      this.#opts.set(data.optID, data);
      if (data.optType === 'optIn' && isOfAWholeEvent(data)) this.#optedOut.delete(data.eventID);
    }
    if (type === 'OptConcluded') {
      const { resourceID: _overridden, ...given } = data;
      this.#opts.set(data.optID, given);
    }
    if (type === 'OptEnded' && data.because === 'over') this.#stayOut(data.optID, 'optOut');
    if (type === 'OptTakenBack') this.#stayOut(data.optID, 'optIn');
    if (type === 'OptTakenBack' || type === 'OptEnded') this.#opts.delete(data.optID);
    if (type === 'OperatorOpted' && data.optType === 'optOut') this.#optedOut.add(data.eventID);
    if ((type === 'OperatorOpted' && data.optType === 'optIn') || type === 'DrEventForgotten')
      this.#optedOut.delete(data.eventID);
  }

  /** Who opted out of a whole event until it was over, or took back that they opted in, is out of it as long as it is known. */
  #stayOut(optID: string, after: OptType): void {
    const opt = this.#opts.get(optID);
    if (opt?.optType === after && isOfAWholeEvent(opt)) this.#optedOut.add(opt.eventID);
  }

  get left(): Pick<LogRepaired, 'opts' | 'optedOut'> {
    return {
      ...(this.#opts.size === 0 ? {} : { opts: [...this.#opts.values()] }),
      ...(this.#optedOut.size === 0 ? {} : { optedOut: [...this.#optedOut] }),
    };
  }
}

/** The fact of a repair in which entries were lost, and the state that is left: all entries are read once. */
const whatIsLeft = async (
  log: EventLog,
  found: LogRepaired,
): Promise<{ readonly fact: LogRepaired; readonly state: AgentState }> => {
  const opts = new OptsLeft();
  const state = await notedState(log, found.headAfter.position, (entry) => opts.hear(entry));
  return { fact: { ...found, ...opts.left }, state };
};

/** Records the repair and what follows from it. */
export const recordRepair = async (
  log: EventLog,
  found: LogRepaired,
  moment: RepairMoment,
): Promise<RecordedRepair> => {
  const isWhole = found.lost.length === 0;
  const { fact, state } = isWhole ? { fact: found, state: (await foldLog(log)).state } : await whatIsLeft(log, found);
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
