/** A plan as the log has it, explained by the question it answers. */
import type { PlanExplanation } from '../../dispatch/explain/explanation.ts';
import type { PlanMade, PlanRequested } from '../../facts/planning.ts';
import { upcast } from '../../facts/upcast.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { positionSince } from '../../store/positionSince.ts';
import { foldBefore } from '../../shell/fold.ts';
import { recordedAnswer, type RecordedAnswer } from '../../shell/recordedPlan.ts';
import type { OpenReading } from '../reading.ts';

/** A plan: what was asked, at which position, what was answered, and when. */
export interface RecordedPlan {
  readonly position: number;
  readonly asked: PlanRequested;
  readonly made: PlanMade;
  readonly madeAt: number;
}

/** How many entries are looked at first; each further look reaches twice as far. */
const firstLookEntries = 500;

/** The last plan among the entries from a position on whose question is among them as well. */
const lastPlanSince = async (
  log: EventLog,
  { from, to }: { readonly from: number; readonly to: number },
  byAt: number,
): Promise<RecordedPlan | null> => {
  const asked = new Map<string, { position: number; data: PlanRequested }>();
  let last: RecordedPlan | null = null;
  for await (const recorded of log.read({ from, to })) {
    if (recorded.recordedAt > byAt) continue;
    if (recorded.type !== 'PlanRequested' && recorded.type !== 'PlanMade') continue;
    const { type, data, position, recordedAt } = upcast(recorded);
    if (type === 'PlanRequested') asked.set(data.planID ?? '', { position, data });
    else if (type === 'PlanMade') {
      const request = asked.get(data.planID ?? '');
      if (request !== undefined)
        last = { position: request.position, asked: request.data, made: data, madeAt: recordedAt };
    }
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

/** The plan with its question, as it was put: the log up to it, folded. */
const answerOf = async (
  { log }: Pick<OpenReading, 'log'>,
  { position, asked, made }: RecordedPlan,
  wanted?: string,
): Promise<RecordedAnswer> => {
  const fold = await foldBefore(log, position);
  for await (const entry of log.read({ from: fold.position + 1, to: position })) fold.take(entry);
  return recordedAnswer(fold.finish().state, asked, made, wanted);
};

/** Why a plan is as it was recorded, and whether its devices are in shadow. `wanted`: a device that is asked about. */
export const explainedAsRecorded = async (
  opened: Pick<OpenReading, 'log'>,
  recorded: RecordedPlan,
  wanted?: string,
): Promise<PlanExplanation & Pick<RecordedAnswer, 'isShadow' | 'worth'>> => {
  const { problem, devices, worth, isShadow } = await answerOf(opened, recorded, wanted);
  const { explainPlan } = await import('../../dispatch/explain/explain.ts');
  const explainable = { ...(worth === undefined ? {} : { valueUsd: worth.valueUsd }), devices };
  return { ...(await explainPlan(problem, explainable)), isShadow, worth };
};
