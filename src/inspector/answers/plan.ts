/** The plan in force, explained. */
import type { PlanExplanation } from '../../dispatch/explain/explanation.ts';
import type { Explainer, PlanWhy } from '../../dispatch/explain/why.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { PlanMade, PlanRequested } from '../../facts/planning.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { upcast } from '../../facts/upcast.ts';
import { dayOf } from '../../programme/calendar.ts';
import { differenceOf, sumOf } from '../../programme/money.ts';
import { recordedAnswer, type RecordedAnswer } from '../../shell/recordedPlan.ts';
import { lastPlanPosition } from '../../store/projections/setpoints.ts';
import { entryAt } from '../../telling/causes.ts';
import type { EntryOf } from '../../telling/words.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { GiveWay } from '../history/keyframes.ts';
import type { History, ShownMoment } from '../history/history.ts';
import { dayMoneyOf, type DayMoney } from './amounts.ts';
import { questionOf } from './questions.ts';
import { shownOf } from './state.ts';
import { askingOf, wishedOf } from './wished.ts';

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
  const position = lastPlanPosition(views.setpoints);
  const entry = position === null ? null : await knownAt(history, position);
  return entry?.type === 'PlanMade' ? { position: entry.position, madeAt: entry.recordedAt, made: entry.data } : null;
};

/** What a plan was asked with. */
type PlanAsked = EntryOf<'PlanRequested'>;

const askedOf = async (history: History, { position, made }: PlanRecorded): Promise<PlanAsked | null> => {
  const { index } = history;
  const isRequest = index.matcher({ types: ['PlanRequested'] });
  let before: number | null = position;
  for (let count = 0; count < searchedRequests; count += 1) {
    before = index.lastBefore(before, isRequest);
    if (before === null) return null;
    const entry = await knownAt(history, before);
    if (entry?.type === 'PlanRequested' && entry.data.planID === made.planID) return entry;
  }
  return null;
};

/** A plan with its question, and why it is as it is. */
export interface PlanExplained extends PlanRecorded {
  readonly requestedAt: number;
  readonly asked: PlanRequested;
  readonly explanation: PlanExplanation;
  /** What DR events asked when it was planned. */
  readonly constraints: RecordedAnswer['problem']['constraints'];
}

const answerOf = async (history: History, asked: PlanAsked, made: PlanMade): Promise<RecordedAnswer> =>
  recordedAnswer(await questionOf(history, asked), made);

const explained = async (history: History, plan: PlanRecorded, giveWay: GiveWay): Promise<PlanExplained | null> => {
  const asked = await askedOf(history, plan);
  if (asked === null) return null;
  const { problem, devices } = await answerOf(history, asked, plan.made);
  const { explainPairs } = await import('../../dispatch/explain/explain.ts');
  const explanation = await explainPairs(problem, { devices }, giveWay);
  return { ...plan, requestedAt: asked.recordedAt, asked: asked.data, explanation, constraints: problem.constraints };
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

/** Why a plan is as it is, of each log that is looked at: found out once for each plan. */
const lastWhy = new WeakMap<History, { readonly key: string; readonly told: Promise<PlanWhy | null> }>();

const askedWhy = async (
  history: History,
  plan: PlanRecorded,
  untilAt: number,
  explainer: Explainer,
): Promise<PlanWhy | null> => {
  const asked = await askedOf(history, plan);
  if (asked === null) return null;
  const { problem, devices } = await answerOf(history, asked, plan.made);
  return explainer.explain({ problem, devices, untilAt });
};

/** Why a plan is as it is; null where the log has let go of its question. @throws an error that says why it is not known */
export const whyOfPlan = async (
  history: History,
  plan: PlanRecorded,
  { asOf, timeZone }: ShownMoment,
  explainer: Explainer,
): Promise<PlanWhy | null> => {
  const untilAt = dayOf(asOf, timeZone).endAt;
  const key = `${plan.position} ${untilAt}`;
  const known = lastWhy.get(history);
  if (known?.key === key) return known.told;
  const told = askedWhy(history, plan, untilAt, explainer);
  lastWhy.set(history, { key, told });
  told.catch(() => lastWhy.get(history)?.told === told && lastWhy.delete(history));
  return told;
};

/** A number of the plan as text; beyond a millionth of a dollar it is not known. */
const usdOrNull = (usd: number | null): string | null => (usd === null ? null : decimalOfNumber(usd));
const decimalOfNumber = (usd: number): string => sumOf([(Math.round(usd * 1e6) / 1e6).toFixed(6)]);

const moneyOf = ({ soFarUsd, plannedUsd }: DayMoney): { soFarUsd: string; plannedUsd: string | null } => ({
  soFarUsd,
  plannedUsd: usdOrNull(plannedUsd),
});

const deviceAt = ({ agent }: ShownMoment, resourceID: string): DeviceSettings | undefined =>
  agent.settings?.devices.find((each) => each.resourceID === resourceID);

const devicesToday = ({ agent }: ShownMoment): readonly string[] =>
  (agent.settings?.devices ?? []).map(({ resourceID }) => resourceID);

/** The answer why. What would be possible today is what is planned and what is had more of the plan without wishes. */
export const whyAnswerOf = (
  moment: ShownMoment,
  { position, made }: PlanRecorded,
  { devices, wishes, untilAt, plannedUsd: fromNow, possibleUsd }: PlanWhy,
): ApiAnswer<'why'> => {
  const { plannedUsd } = moneyOf(dayMoneyOf(moment, dayOf(moment.asOf, moment.timeZone), devicesToday(moment)));
  return {
    ...shownOf(moment),
    planID: made.planID ?? null,
    planPosition: position,
    untilAt,
    plannedUsd,
    possibleUsd: plannedUsd === null ? null : sumOf([plannedUsd, differenceOf(possibleUsd, fromNow)]),
    wishes: wishes.map((wish) => ({ ...wish, eventID: wish.eventID ?? null })),
    devices: devices.map(({ resourceID, slots }) => ({
      resourceID,
      slots: slots.map((slot) => ({ ...slot, eventIDs: [...(slot.eventIDs ?? [])] })),
    })),
  };
};

/** The answer, of all devices or of one. */
export const planAnswerOf = (
  moment: ShownMoment,
  { position, madeAt, made, requestedAt, asked, explanation, constraints }: PlanExplained,
  device: string | undefined,
): ApiAnswer<'plan'> => {
  const { startAt, endAt, homeUsd, valueUsd, cashUsd, wearUsd, stockUsd, devices } = explanation;
  const today = dayOf(moment.asOf, moment.timeZone);
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
    gapUsd: made.worth?.gapUsd ?? '0',
    today: { ...today, ...moneyOf(dayMoneyOf(moment, today, devicesToday(moment))) },
    shadow:
      made.shadow === undefined || made.shadow.resourceIDs.length === 0
        ? null
        : {
            resourceIDs: [...made.shadow.resourceIDs],
            valueUsd: made.shadow.worth?.valueUsd ?? null,
            failed: made.shadow.failed ?? null,
          },
    devices: devices
      .filter(({ resourceID }) => device === undefined || resourceID === device)
      .map(({ resourceID, gainUsd, slots, pairs }) => ({
        resourceID,
        capacityWattHours: deviceAt(moment, resourceID)?.capacityWattHours ?? null,
        today: moneyOf(dayMoneyOf(moment, today, [resourceID])),
        wished: wishedOf(moment, resourceID, { fromAt: today.startAt, toAt: endAt, timeZone: moment.timeZone }),
        drEvents: askingOf(constraints, resourceID, endAt),
        gainUsd,
        slots: slots.map(
          ({
            limit: _limit,
            eventIDs: _eventIDs,
            limitUsdPerKwh: _limitUsdPerKwh,
            buyBelowUsdPerKwh: _buyBelow,
            sellAboveUsdPerKwh: _sellAbove,
            thresholdsOf: _thresholdsOf,
            ...slot
          }) => ({ ...slot, pairs: [...slot.pairs] }),
        ),
        pairs: [...pairs],
      })),
  };
};
