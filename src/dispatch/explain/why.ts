/** What has to be solved for once more, to say why a plan is as it is: asked for by whoever looks, and never beside the agent. */
import type { DecimalText } from '../../protocol/types/scalars.ts';
import { usdText } from '../answer/worth.ts';
import { highsSolver } from '../highsSolver.ts';
import { optimiseWith } from '../optimiser.ts';
import type { DeviceTerms, PlanningProblem, StorageTerms } from '../planningProblem.ts';
import type { DevicePlan, SitePlan } from '../sitePlan.ts';
import type { Solver } from '../solver.ts';
import { explainWith, moneyAlone } from './explain.ts';
import type { ExplainedDevice, ExplainedSlot, PlanExplanation, WishCost } from './explanation.ts';
import { withoutWishes } from './storageWishes.ts';

/** A plan as it was recorded, with the question it answers. */
export interface WhyQuestion {
  readonly problem: PlanningProblem;
  readonly devices: readonly DevicePlan[];
  /** What is planned until then is held against what would be possible: the end of the local day. UTC ms. */
  readonly untilAt: number;
}

/** What binds in a slot, and the prices at which it would be otherwise. */
export type SlotWhy = Pick<
  ExplainedSlot,
  | 'startAt'
  | 'endAt'
  | 'limit'
  | 'eventIDs'
  | 'limitUsdPerKwh'
  | 'buyBelowUsdPerKwh'
  | 'sellAboveUsdPerKwh'
  | 'thresholdsOf'
>;

/** Why a plan is as it is, beyond its pairs. */
export interface PlanWhy {
  readonly devices: readonly { readonly resourceID: string; readonly slots: readonly SlotWhy[] }[];
  /** The dearest first, each as if it alone were lifted. */
  readonly wishes: readonly WishCost[];
  readonly untilAt: number;
  /** What the bill will show of the plan up to then, and what it could show without any wish, override or DR event, as full then. @unit USD */
  readonly plannedUsd: DecimalText;
  readonly possibleUsd: DecimalText;
}

/** Says why, in a place of its own. */
export interface Explainer {
  /** @throws an error that says why it is not known */
  explain(question: WhyQuestion): Promise<PlanWhy>;
  /** Lets go of what it holds; it can be asked again. */
  close?(): Promise<void>;
}

/** @limit Slots of all devices of which each is asked about; beyond, only wishes are told, for it would take minutes. */
const askedSlots = 1_500;

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** The part of a slot before an instant. */
const partBefore = ({ startAt, endAt }: ExplainedSlot, at: number): number =>
  Math.max(0, Math.min(endAt, at) - startAt) / (endAt - startAt);

const cashUntil = (devices: readonly ExplainedDevice[], at: number): number =>
  sum(devices.flatMap(({ slots }) => slots.map((slot) => Number(slot.cashUsd) * partBefore(slot, at))));

const levelAtEnd = ({ slots }: ExplainedDevice, at: number): number | null =>
  slots.findLast(({ endAt }) => endAt <= at)?.stateOfChargeAtEnd ?? null;

/** A storage of which nothing is wished but that it is as full at the end as planned; a load that needs what it is planned to use. */
const freeTerms = (terms: DeviceTerms, planned: ExplainedDevice | undefined, untilAt: number): DeviceTerms => {
  if (planned === undefined) return terms;
  if (terms.kind === 'storage') {
    const level = levelAtEnd(planned, untilAt);
    const free: StorageTerms = { ...withoutWishes(terms), terminalUsdPerKwh: '0' };
    return level === null ? free : { ...free, departures: [{ at: untilAt, stateOfCharge: level }] };
  }
  const { quietTimes: _quietTimes, ...free } = terms;
  const usedWattHours = sum(planned.slots.map((slot) => slot.energyWattHours * partBefore(slot, untilAt)));
  return { ...free, energyWattHours: usedWattHours, deadlineAt: Math.min(terms.deadlineAt, untilAt) };
};

/** What the bill could show until then with nothing in the way, and everything as full at the end as planned. */
const possibleUntil = (
  solver: Solver,
  problem: PlanningProblem,
  { devices }: PlanExplanation,
  untilAt: number,
): number => {
  const { running: _running, ...fresh } = problem;
  const free: PlanningProblem = {
    ...fresh,
    toAt: untilAt,
    devices: problem.devices.map((terms) =>
      freeTerms(
        terms,
        devices.find(({ resourceID }) => resourceID === terms.resourceID),
        untilAt,
      ),
    ),
    overrides: [],
    constraints: [],
  };
  const best = optimiseWith(solver, free);
  const told = explainWith(solver, free, best, moneyAlone);
  return cashUntil(told.devices, untilAt);
};

const whyWith = (solver: Solver, { problem, devices, untilAt: wanted }: WhyQuestion): PlanWhy => {
  const untilAt = Math.min(Math.max(wanted, problem.fromAt), problem.toAt);
  const worth = explainWith(solver, problem, { devices }, moneyAlone);
  const slots = sum(worth.devices.map((device) => device.slots.length)) <= askedSlots;
  const plan: Pick<SitePlan, 'devices' | 'valueUsd'> = { devices, valueUsd: worth.valueUsd };
  const told = explainWith(solver, problem, plan, { slots: () => slots });
  const plannedUsd = cashUntil(told.devices, untilAt);
  const possibleUsd = untilAt > problem.fromAt ? possibleUntil(solver, problem, told, untilAt) : plannedUsd;
  return {
    devices: told.devices.map(({ resourceID, slots: explained }) => ({
      resourceID,
      slots: (slots ? explained : []).map(
        ({ startAt, endAt, limit, eventIDs, limitUsdPerKwh, buyBelowUsdPerKwh, sellAboveUsdPerKwh, thresholdsOf }) => ({
          startAt,
          endAt,
          limit,
          ...(eventIDs === undefined ? {} : { eventIDs }),
          limitUsdPerKwh,
          buyBelowUsdPerKwh,
          sellAboveUsdPerKwh,
          thresholdsOf,
        }),
      ),
    })),
    wishes: told.wishes,
    untilAt,
    plannedUsd: usdText(plannedUsd),
    // Whole watts may take what is planned a little past what is reckoned.
    possibleUsd: usdText(Math.max(plannedUsd, possibleUsd)),
  };
};

/** Why a plan is as it is: what binds slot by slot, what would change it, what wishes cost, and what would be possible. */
export const whyOf = async (question: WhyQuestion): Promise<PlanWhy> => whyWith(await highsSolver(), question);
