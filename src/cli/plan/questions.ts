/** What plans were asked, in the order of the log: as it was kept when they were, or else by the steps that led to it. */
import type { Fold } from '../../shell/fold.ts';
import { KeptQuestions } from '../../shell/keptQuestions.ts';
import type { QuestionPut } from '../../shell/siteProblem.ts';
import type { EventLog } from '../../store/eventLog.ts';
import type { EntryOf } from '../../telling/words.ts';

/** The fact that a plan is asked for with. */
export type PlanAskedEntry = EntryOf<'PlanRequested'>;

export class Questions {
  readonly #log: EventLog;
  readonly #kept: KeptQuestions;
  #fold: Fold | null = null;

  constructor(log: EventLog) {
    this.#log = log;
    this.#kept = new KeptQuestions(log);
  }

  /** What was asked with an entry. To be asked for in the order of the log. */
  async of(asked: PlanAskedEntry): Promise<QuestionPut> {
    return (await this.#kept.of(asked)) ?? this.#foundAgain(asked);
  }

  /** The machines are needed for it, which is why they are imported here. */
  async #foundAgain({ position, data }: PlanAskedEntry): Promise<QuestionPut> {
    const { foldBefore } = await import('../../shell/fold.ts');
    const { planQuestion } = await import('../../shell/planQuestion.ts');
    const fold = (this.#fold ??= await foldBefore(this.#log, position));
    for await (const entry of this.#log.read({ from: fold.position + 1, to: position })) fold.take(entry);
    return planQuestion(fold.known, data);
  }
}
