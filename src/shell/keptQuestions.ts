/**
 * What the planner was asked, kept beside the log.
 *
 * The question of a plan follows from the log: by taking the steps again that led to it, which costs the more the longer ago it is. So what
 * the planner is asked is kept as it is asked: the questions of a UTC day together, each day in the place of the one five weeks before. It
 * only saves time. A question is that of the entry whose hash it has and of no other; where none is kept, or another version kept it, it
 * is found by the steps.
 */
import { viewFolds } from '../core/state.ts';
import type { PricedSpan } from '../dispatch/planningProblem.ts';
import type { Entry } from '../facts/entry.ts';
import { machineVersion } from '../machines/machineVersion.ts';
import { dayMs } from '../programme/calendar.ts';
import type { Checkpoint, EventLog } from '../store/eventLog.ts';
import type { QuestionKeeper } from './ports.ts';
import type { QuestionPut } from './siteProblem.ts';

/** @limit Days whose questions are kept: as far back as the views reach, a month and some days. */
export const daysKept = 35;

/** @limit What is kept of a day, as JSON; of the questions of very many devices the last ones that fit. @unit characters */
const dayLength = 1_000_000;

/** Names all that a question depends on. The first number is raised when the same state is asked about in another way. */
export const questionsVersion = [
  `question 3 of machines ${machineVersion}`,
  ...Object.values(viewFolds).map(({ name, version }) => `${name} ${version}`),
].join(', ');

/** The places of all days. */
export const questionsCheckpoints: readonly string[] = Array.from({ length: daysKept }, (_, place) => nameAt(place));

function nameAt(place: number): string {
  return `questions ${place}`;
}

/** Where the questions of the day are kept in which an entry was recorded. */
const placeOf = (recordedAt: number): { readonly day: number; readonly name: string } => {
  const day = Math.floor(recordedAt / dayMs);
  return { day, name: nameAt(day % daysKept) };
};

/** A question, and whose it is. */
export interface KeptQuestion extends Pick<Entry, 'position' | 'hash'> {
  readonly question: QuestionPut;
}

/** The same with only those prices that the question before it has not: of those it has a stretch. */
interface PackedQuestion extends Pick<Entry, 'position' | 'hash'> {
  readonly question: Omit<QuestionPut, 'prices'>;
  readonly pricesFrom: number;
  readonly pricesTo: number;
  readonly morePrices: readonly PricedSpan[];
}

const packed = (kept: readonly KeptQuestion[]): readonly PackedQuestion[] => {
  let before: readonly string[] = [];
  return kept.map(({ question: { prices, ...question }, ...whose }) => {
    const texts = prices.map((span) => JSON.stringify(span));
    const pricesFrom = Math.max(0, before.indexOf(texts[0] ?? ''));
    let alike = 0;
    while (alike < texts.length && texts[alike] === before[pricesFrom + alike]) alike += 1;
    before = texts;
    return { ...whose, question, pricesFrom, pricesTo: pricesFrom + alike, morePrices: prices.slice(alike) };
  });
};

const unpacked = (kept: readonly PackedQuestion[]): readonly KeptQuestion[] => {
  let before: readonly PricedSpan[] = [];
  return kept.map(({ question, pricesFrom, pricesTo, morePrices, ...whose }) => {
    before = [...before.slice(pricesFrom, pricesTo), ...morePrices];
    return { ...whose, question: { ...question, prices: before } };
  });
};

/** The questions in a checkpoint of such a name; none where another version kept them. */
export const questionsIn = (checkpoint: Checkpoint | undefined): readonly KeptQuestion[] =>
  checkpoint?.version === questionsVersion
    ? unpacked((checkpoint.state as { readonly questions: readonly PackedQuestion[] }).questions)
    : [];

const isOfDay = (checkpoint: Checkpoint | undefined, day: number): boolean =>
  (checkpoint?.state as { readonly day?: number } | undefined)?.day === day;

/** As much of a day as may be kept: the last ones, and never less than none. */
const fitting = (kept: readonly KeptQuestion[]): readonly PackedQuestion[] => {
  for (let first = 0; first < kept.length; first += 1) {
    const some = packed(kept.slice(first));
    if (JSON.stringify(some).length <= dayLength) return some;
  }
  return [];
};

/** Keeps what the planner is asked, and finds what it was asked. */
export class KeptQuestions implements QuestionKeeper {
  readonly #log: EventLog;
  #keeping: Promise<void> = Promise.resolve();
  #read: { readonly name: string; readonly questions: Promise<readonly KeptQuestion[]> } | null = null;

  constructor(log: EventLog) {
    this.#log = log;
  }

  keep(position: number, question: QuestionPut): void {
    // It only saves time: a disk that refuses it is left for the next append to report.
    this.#keeping = this.#keeping.then(() => this.#kept(position, question)).catch(() => undefined);
  }

  /** Resolves when all that was to be kept is. */
  get settled(): Promise<void> {
    return this.#keeping;
  }

  /** What was asked with an entry; null where that was not kept. */
  async of({
    position,
    hash,
    recordedAt,
  }: Pick<Entry, 'position' | 'hash' | 'recordedAt'>): Promise<QuestionPut | null> {
    const { name } = placeOf(recordedAt);
    if (this.#read?.name !== name)
      this.#read = { name, questions: this.#log.loadCheckpoint(name).then((checkpoint) => questionsIn(checkpoint)) };
    const found = (await this.#read.questions).find((each) => each.position === position && each.hash === hash);
    return found?.question ?? null;
  }

  async #kept(position: number, question: QuestionPut): Promise<void> {
    for await (const { hash, recordedAt, type } of this.#log.read({ from: position, to: position })) {
      if (type !== 'PlanRequested') return;
      const { day, name } = placeOf(recordedAt);
      const known = await this.#log.loadCheckpoint(name);
      const earlier = isOfDay(known, day) ? questionsIn(known) : [];
      const before = earlier.filter((each) => each.position < position);
      const questions = fitting([...before, { position, hash, question }]);
      await this.#log.saveCheckpoint({ name, version: questionsVersion, position, hash, state: { day, questions } });
    }
  }
}
