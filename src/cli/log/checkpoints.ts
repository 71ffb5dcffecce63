/** Checkpoints save time, and nobody may be misled by one: what each says is compared with the entries before it. */
import type { KnownEntry } from '../../facts/fact.ts';
import { upcast } from '../../facts/upcast.ts';
import { earlierCheckpoints, Fold, isIncomplete } from '../../shell/fold.ts';
import { type KeptQuestion, questionsCheckpoints, questionsIn } from '../../shell/keptQuestions.ts';
import { planQuestion } from '../../shell/planQuestion.ts';
import { stateCheckpoint } from '../../store/checkpointNames.ts';
import { stateVersion, toPlain, type PlainState } from '../../core/plainState.ts';
import { sameContent } from '../../machines/sameContent.ts';
import { damageAdvice, LogError } from '../../store/errors.ts';
import type { Checkpoint, EventLog } from '../../store/eventLog.ts';
import { rebuild, type Projection } from '../../store/projection.ts';
import { deliveriesProjection } from '../../store/projections/deliveries.ts';
import { pricesProjection } from '../../store/projections/prices.ts';
import { usageProjection } from '../../store/projections/usage.ts';

const projections: readonly Projection<unknown>[] = [pricesProjection(), usageProjection(), deliveriesProjection()];

/** A question, and where it is kept. */
interface Kept extends KeptQuestion {
  readonly name: string;
}

const asData = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** A checkpoint that says otherwise than the entries, in words. */
const lie = ({ name, position }: Pick<Checkpoint, 'name' | 'position'>): string =>
  `The checkpoint ${name} says of position ${position} what the entries before it do not give.`;

/** Where checkpoints are found; those of the log itself, unless others are to be compared with it. */
type Load = (name: string) => Promise<Checkpoint | undefined>;

/** Whether a checkpoint would be taken up: it is of this version, and of this log. */
const isInUse = async (log: EventLog, checkpoint: Checkpoint | undefined, version: string): Promise<boolean> => {
  if (checkpoint?.version !== version || checkpoint.position <= log.base.position) return false;
  for await (const { hash } of log.read({ from: checkpoint.position, to: checkpoint.position }))
    return hash === checkpoint.hash;
  return false;
};

/** What the agent would go on from: its settings, alarms and views; its streams are compared by replaying it. */
const isLie = ({ state }: Checkpoint, fold: Fold): boolean => {
  const { settings, alarms, views } = toPlain(fold.finish().state);
  const said = state as PlainState;
  return !sameContent(asData({ settings, alarms, views }), {
    settings: said.settings,
    alarms: said.alarms,
    views: said.views,
  });
};

/** What plans were asked as it is kept, by the position of the entry that asks. */
const questionsKept = async (load: Load): Promise<ReadonlyMap<number, Kept>> => {
  const kept = new Map<number, Kept>();
  for (const name of questionsCheckpoints) {
    const checkpoint = await load(name);
    for (const question of questionsIn(checkpoint)) kept.set(question.position, { ...question, name });
  }
  return kept;
};

/** Whether a question is another one than the state that was known then leads to. One of another entry is never taken up. */
const isWrong = ({ hash, question }: Kept, entry: KnownEntry, fold: Fold): boolean =>
  hash === entry.hash &&
  entry.type === 'PlanRequested' &&
  !sameContent(asData(planQuestion(fold.known, entry.data)), question);

/**
 * What is kept of the agent that the entries do not give, its states and what the planner was asked: all are compared in one reading of
 * the log.
 */
const liesOfAgent = async (log: EventLog, load: Load): Promise<readonly string[]> => {
  const kept: Checkpoint[] = [];
  for (const name of [stateCheckpoint, ...earlierCheckpoints.map((earlier) => earlier.name)]) {
    const checkpoint = await load(name);
    if (checkpoint !== undefined && (await isInUse(log, checkpoint, stateVersion))) kept.push(checkpoint);
  }
  const questions = await questionsKept(load);
  if (kept.length === 0 && questions.size === 0) return [];
  const lies: string[] = [];
  const fold = await Fold.of(log);
  const to = Math.max(...kept.map(({ position }) => position), ...questions.keys());
  for await (const entry of log.read({ from: log.base.position + 1, to })) {
    fold.take(entry);
    const question = questions.get(entry.position);
    if (question !== undefined && !isIncomplete(fold.foundation) && isWrong(question, upcast(entry), fold))
      lies.push(lie(question));
    for (const checkpoint of kept.filter(({ position }) => position === entry.position))
      if (isLie(checkpoint, fold)) lies.push(lie(checkpoint));
  }
  return lies;
};

const lieOf = async (log: EventLog, load: Load, projection: Projection<unknown>): Promise<readonly string[]> => {
  const checkpoint = await load(projection.name);
  if (checkpoint === undefined || !(await isInUse(log, checkpoint, projection.version))) return [];
  const { state } = await rebuild(log, projection, { until: checkpoint.position });
  return sameContent(asData(state), checkpoint.state) ? [] : [lie(checkpoint)];
};

/** What checkpoints say that the entries of a log do not give, in a sentence each. */
export const liesAbout = async (
  log: EventLog,
  load: Load = (name) => log.loadCheckpoint(name),
): Promise<readonly string[]> => {
  const lies: string[] = [...(await liesOfAgent(log, load))];
  for (const projection of projections) lies.push(...(await lieOf(log, load, projection)));
  return lies;
};

/** Compares every checkpoint that is in use with the entries. @throws LogError `corrupt` for the first that says otherwise */
export const checkCheckpoints = async (log: EventLog): Promise<void> => {
  const [first] = await liesAbout(log);
  if (first !== undefined) throw new LogError('corrupt', `${first} ${damageAdvice}.`);
};
