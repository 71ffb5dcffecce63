/** A plan as the log has it, explained by the question it answers. */
import { expectFewSolutions } from '../../adapters/process/fewSolutions.ts';
import type { Explained } from '../../dispatch/explain/explain.ts';
import type { PlanExplanation } from '../../dispatch/explain/explanation.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { PlanMade } from '../../facts/planning.ts';
import { upcast } from '../../facts/upcast.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { positionSince } from '../../store/positionSince.ts';
import { recordedAnswer, type RecordedAnswer } from '../../shell/recordedPlan.ts';
import type { OpenReading } from '../reading.ts';
import { type PlanAskedEntry, Questions } from './questions.ts';

/** A plan: what it was asked with, what was answered, and when. */
export interface RecordedPlan {
  readonly asked: PlanAskedEntry;
  readonly made: PlanMade;
  readonly madeAt: number;
  /** Why there is no newer one that was wanted, and since when; null where none failed. */
  readonly failure: { readonly at: number; readonly detail: string } | null;
}

const planFacts: ReadonlySet<string> = new Set(['PlanRequested', 'PlanMade', 'PlanFailed']);

/** How many entries are looked at first; each further look reaches twice as far. */
const firstLookEntries = 500;

/** A plan after which another was wanted, and was not made. */
const withFailure = (plan: RecordedPlan | null, entry: KnownEntry): RecordedPlan | null =>
  plan === null || entry.type !== 'PlanFailed'
    ? plan
    : { ...plan, failure: plan.failure ?? { at: entry.recordedAt, detail: entry.data.detail } };

/** The last plan among the entries from a position on whose question is among them as well. */
const lastPlanSince = async (
  log: EventLog,
  { from, to }: { readonly from: number; readonly to: number },
  byAt: number,
): Promise<RecordedPlan | null> => {
  const asked = new Map<string, PlanAskedEntry>();
  let last: RecordedPlan | null = null;
  for await (const recorded of log.read({ from, to })) {
    if (recorded.recordedAt > byAt) continue;
    if (!planFacts.has(recorded.type)) continue;
    const entry = upcast(recorded);
    if (entry.type === 'PlanRequested') asked.set(entry.data.planID ?? '', entry);
    else if (entry.type === 'PlanMade') {
      const request = asked.get(entry.data.planID ?? '');
      if (request !== undefined) last = { asked: request, made: entry.data, madeAt: entry.recordedAt, failure: null };
    } else last = withFailure(last, entry);
  }
  return last;
};

/** The plan that was made last, by an instant; null where none was, or the log has let go of its question. */
export const planInForce = async (
  { log }: Pick<OpenReading, 'log'>,
  byAt = Number.POSITIVE_INFINITY,
): Promise<RecordedPlan | null> => {
  const first = log.base.position + 1;
  const to = Number.isFinite(byAt) ? await positionSince(log, byAt + 1) : log.durableHead.position;
  for (let entries = firstLookEntries; ; entries *= 2) {
    const from = Math.max(first, to - entries);
    const plan = await lastPlanSince(log, { from, to }, byAt);
    if (plan !== null || from === first) return plan;
  }
};

/** What is asked about a plan as it was recorded. */
interface AskedOfPlan extends Explained {
  /** A device that is asked about. */
  readonly device?: string | undefined;
}

/** Why something failed, as a person reads it. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A recorded plan, explained as far as it can be. */
export interface ExplainedAsRecorded extends PlanExplanation, Pick<RecordedAnswer, 'isShadow' | 'worth'> {
  /** Why the solver said nothing: then neither limits nor the other price nor what wishes cost are known. Null where it did. */
  readonly untold: string | null;
}

/** Has the solver be read and compiled while the log is: it is wanted for a plan that is likely to be there. */
export const expectToExplain = (): void => {
  expectFewSolutions();
  const ready = import('../../dispatch/highsSolver.ts').then(({ highsSolver }) => highsSolver());
  ready.catch(() => undefined); // who asks it will hear of it
};

/** Why a plan is as it was recorded, and whether its devices are in shadow; where the solver fails, what is told without it. */
export const explainedAsRecorded = async (
  { log }: Pick<OpenReading, 'log'>,
  { asked, made }: RecordedPlan,
  { device, ...wanted }: AskedOfPlan = {},
): Promise<ExplainedAsRecorded> => {
  const question = await new Questions(log).of(asked);
  const { problem, devices, worth, isShadow } = recordedAnswer(question, made, device);
  expectFewSolutions();
  const { explainPairs, explainPlan } = await import('../../dispatch/explain/explain.ts');
  const explainable = { ...(worth === undefined ? {} : { valueUsd: worth.valueUsd }), devices };
  try {
    return { ...(await explainPlan(problem, explainable, wanted)), isShadow, worth, untold: null };
  } catch (error) {
    const untold = reasonOf(error);
    return { ...(await explainPairs(problem, explainable, () => Promise.resolve())), isShadow, worth, untold };
  }
};
