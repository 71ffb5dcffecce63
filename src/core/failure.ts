/**
 * A step that could not be taken: a machine failed on its input, or a message that it led to could not be written.
 *
 * The state stays as it was, and the log says which input it was and why. The input is consumed all the same: what it says
 * is noted (a reading stays readable), and a delay has passed. What can be done without the broken part is done, each by
 * itself; a delay comes again after a pause that doubles. The alarm ends when the same input is taken again without fail.
 */
import type { StepFailed } from '../facts/output.ts';
import type { Output } from '../facts/fact.ts';
import type { Consequence } from './consequence.ts';
import type { Reactions } from './reactions.ts';
import type { AgentState } from './state.ts';
import { StepFault } from './streams.ts';
import { momentOf, stepFrom, subjectOf, withInput, type StepInput, type StepOutput, type StepResult } from './step.ts';
import { withTimer } from './timers.ts';

/** The pause before a delay comes again that failed, and the longest one. @unit ms */
const againFirstMs = 60_000;
const againCapMs = 3_600_000;

/** @limit Subjects whose failures are counted; beyond it the oldest is forgotten. */
const subjectsLimit = 100;

/** @limit What is kept of the reason. @unit characters */
const reasonLimit = 300;

/** The reason in words: that of the machine, where the step only says which it was. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error).slice(0, reasonLimit);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`.slice(0, reasonLimit);
};

const withFailure = (state: AgentState, subject: string): AgentState => {
  const { [subject]: times = 0, ...others } = state.failures;
  const kept = Object.entries(others).slice(1 - subjectsLimit);
  return { ...state, failures: { ...Object.fromEntries(kept), [subject]: times + 1 } };
};

/** What the input says, without anybody having heard of it. */
const noted = (state: AgentState, input: StepInput): AgentState => {
  try {
    return withInput(state, input);
  } catch {
    return state;
  }
};

/** A delay that failed comes again: what it was to do may work when something else has changed. */
const withDelayAgain = (
  state: AgentState,
  { input, stream, recordedAt, position }: StepInput,
  times: number,
): AgentState => {
  if (input.type !== 'TimerFired') return state;
  const pauseMs = Math.min(againCapMs, againFirstMs * 2 ** (times - 1));
  return withTimer(state, { stream, timer: input.data.timer, dueAt: recordedAt + pauseMs, armedBy: position });
};

const saidOf = (given: StepInput, failed: StepFailed): readonly StepOutput[] => {
  const { stream } = given;
  const facts: readonly Output[] = [
    { type: 'StepFailed', data: failed },
    {
      type: 'AlarmRaised',
      data: {
        alarm: 'stepFailed',
        subject: failed.subject,
        text: `This program could not take ${failed.input} of ${stream}: ${failed.why}`,
        advice:
          'Everything else goes on. Please report it with a bundle of the log (`ven bundle`); the alarm ends when it works again.',
      },
    },
  ];
  return facts.map((fact) => ({ stream, fact }));
};

/** The reason why a step failed, and whether what can be done without the broken part is done. */
export interface Failing {
  readonly why: string;
  readonly isRemedied: boolean;
}

/** What a step that failed comes to. */
export const failStepWith =
  (reactions: Reactions) =>
  (state: AgentState, given: StepInput, { why, isRemedied }: Failing): StepResult => {
    const subject = subjectOf(given);
    const counted = withFailure(noted(state, given), subject);
    if (counted.settings === null) throw new StepFault(why);
    const times = counted.failures[subject] ?? 1;
    const failed: StepFailed = { input: given.input.type, subject, why, times, isRemedied };
    const said = saidOf(given, failed);
    const beginning = withDelayAgain(counted, given, times);
    const remedies = isRemedied ? remediesOf(reactions, beginning, given, why) : [];
    const first: readonly Consequence[] = said.map(({ fact, stream }) => ({ fact, stream }));
    return remedies.reduce<StepResult>(
      (result, remedy) => tried(reactions, result, given, [remedy]),
      tried(reactions, { state: beginning, outputs: [] }, given, first),
    );
  };

const remediesOf = (reactions: Reactions, state: AgentState, given: StepInput, why: string): readonly Consequence[] => {
  try {
    const moment = momentOf(state, given);
    return moment === null ? [] : reactions.toFailure(state, moment, given.input, why);
  } catch {
    return [];
  }
};

/** The result with what follows from one more thing, or without it when that fails too. */
const tried = (
  reactions: Reactions,
  result: StepResult,
  given: StepInput,
  first: readonly Consequence[],
): StepResult => {
  try {
    const { state, outputs } = stepFrom(reactions, result.state, given, first, result.outputs.length);
    return { state, outputs: [...result.outputs, ...outputs] };
  } catch {
    return result;
  }
};
