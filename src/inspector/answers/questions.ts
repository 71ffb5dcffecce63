import { KeptQuestions } from '../../shell/keptQuestions.ts';
import { planQuestion } from '../../shell/planQuestion.ts';
import type { QuestionPut } from '../../shell/siteProblem.ts';
import type { EntryOf } from '../../telling/words.ts';
import type { History } from '../history/history.ts';

/** What is kept of each log that is looked at. */
const kept = new WeakMap<History, KeptQuestions>();

const keptIn = (history: History): KeptQuestions => {
  const known = kept.get(history) ?? new KeptQuestions(history.inspected.log);
  kept.set(history, known);
  return known;
};

/** What a plan was asked: as it was kept when it was, or else by the steps that led to it. */
export const questionOf = async (history: History, asked: EntryOf<'PlanRequested'>): Promise<QuestionPut> =>
  (await keptIn(history).of(asked)) ??
  planQuestion(await history.agentAt(history.index.endOfStep(asked.position)), asked.data);
