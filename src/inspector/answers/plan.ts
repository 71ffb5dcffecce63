/** The plan in force, explained. */
import type { PlanExplanation } from '../../dispatch/explain/explanation.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { PlanMade, PlanRequested } from '../../facts/planning.ts';
import { upcast } from '../../facts/upcast.ts';
import { siteProblem } from '../../shell/siteProblem.ts';
import { entryAt } from '../../telling/causes.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { GiveWay } from '../history/keyframes.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { shownOf } from './state.ts';

/** @limit Requests before a plan that are searched for its own: one that is answered late is let go. */
const searchedRequests = 20;

/** A plan as it is recorded. */
export interface PlanRecorded {
  readonly position: number;
  readonly madeAt: number;
  readonly made: PlanMade;
}

const knownAt = async ({ inspected: { log } }: History, position: number): Promise<KnownEntry | null> => {
  const entry = await entryAt(log, position);
  return entry === undefined ? null : upcast(entry);
};

/** The plan in force at a moment; null where none is, or the log has let go of it. */
export const planInForce = async (
  history: History,
  { views }: Pick<ShownMoment, 'views'>,
): Promise<PlanRecorded | null> => {
  const places = Object.values(views.setpoints.devices).flatMap((orders) => orders?.plan?.position ?? []);
  const entry = places.length === 0 ? null : await knownAt(history, Math.max(...places));
  return entry?.type === 'PlanMade' ? { position: entry.position, madeAt: entry.recordedAt, made: entry.data } : null;
};

/** What a plan was asked with. */
interface PlanAsked {
  readonly position: number;
  readonly requestedAt: number;
  readonly asked: PlanRequested;
}

const askedOf = async (history: History, { position, made }: PlanRecorded): Promise<PlanAsked | null> => {
  const { index } = history;
  const isRequest = index.matcher({ types: ['PlanRequested'] });
  let before: number | null = position;
  for (let count = 0; count < searchedRequests; count += 1) {
    before = index.lastBefore(before, isRequest);
    if (before === null) return null;
    const entry = await knownAt(history, before);
    if (entry?.type === 'PlanRequested' && entry.data.planID === made.planID)
      return { position: entry.position, requestedAt: entry.recordedAt, asked: entry.data };
  }
  return null;
};

/** A plan with its question, and why it is as it is. */
export interface PlanExplained extends PlanRecorded, Omit<PlanAsked, 'position'> {
  readonly explanation: PlanExplanation;
}

const explained = async (history: History, plan: PlanRecorded, giveWay: GiveWay): Promise<PlanExplained | null> => {
  const question = await askedOf(history, plan);
  if (question === null) return null;
  const state = await history.agentAt(history.index.endOfStep(question.position));
  const problem = siteProblem(state, question.asked);
  const { explainPairs } = await import('../../dispatch/explain/explain.ts');
  const devices = plan.made.devices.map(({ resourceID, slots }) => ({
    resourceID,
    slots: slots.map((slot) => ({ ...slot, stateOfChargeAtEnd: slot.stateOfChargeAtEnd ?? null })),
  }));
  const explanation = await explainPairs(problem, { devices }, giveWay);
  return { ...plan, requestedAt: question.requestedAt, asked: question.asked, explanation };
};

/** The plan that was explained last, of each log that is looked at: it is explained once, however often it is asked for. */
const last = new WeakMap<History, { readonly position: number; readonly told: Promise<PlanExplained | null> }>();

/** A plan explained; null where the log has let go of its question. */
export const explainedPlan = async (
  history: History,
  plan: PlanRecorded,
  giveWay: GiveWay,
): Promise<PlanExplained | null> => {
  const known = last.get(history);
  if (known?.position === plan.position) return known.told;
  const told = explained(history, plan, giveWay);
  last.set(history, { position: plan.position, told });
  // What failed is tried again by whoever asks next.
  told.catch(() => last.get(history)?.told === told && last.delete(history));
  return told;
};

/** The answer, of all devices or of one. */
export const planAnswerOf = (
  moment: ShownMoment,
  { position, madeAt, made, requestedAt, asked, explanation }: PlanExplained,
  device: string | undefined,
): ApiAnswer<'plan'> => {
  const { startAt, endAt, homeUsd, valueUsd, cashUsd, wearUsd, stockUsd, devices } = explanation;
  return {
    ...shownOf(moment),
    plan: {
      planID: made.planID ?? null,
      position,
      madeAt,
      requestedAt,
      because: asked.because,
      basis: made.basis,
      startAt,
      endAt,
    },
    homeUsd,
    valueUsd,
    cashUsd,
    wearUsd,
    stockUsd,
    devices: devices
      .filter(({ resourceID }) => device === undefined || resourceID === device)
      .map(({ resourceID, gainUsd, slots, pairs }) => ({
        resourceID,
        gainUsd,
        slots: slots.map(
          ({
            limit: _limit,
            limitUsdPerKwh: _limitUsdPerKwh,
            buyBelowUsdPerKwh: _buyBelow,
            sellAboveUsdPerKwh: _sellAbove,
            ...slot
          }) => ({ ...slot, pairs: [...slot.pairs] }),
        ),
        pairs: [...pairs],
      })),
  };
};
