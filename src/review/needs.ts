/** Loads that need energy by a time, in a day looked back upon: what they store is what they have drawn already. */
import { commonHours, type LoadNeed } from '../backtest/needs.ts';
import type { FlexibleLoadTerms, PlanningProblem, PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import { hourMs } from '../programme/calendar.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';
import type { AskedPlan, ReviewMatter } from './terms.ts';

/** What a load needs in a part of the day. */
export interface DayNeed extends LoadNeed {
  /** What a kWh that it has drawn is worth: the price of the last that whoever knew all prices would have drawn. @unit USD/kWh */
  readonly usdPerKwh: DecimalText;
}

/** A reviewed load, with its needs one after the other. */
export interface ReviewedLoad {
  readonly resourceID: string;
  readonly needs: readonly DayNeed[];
}

/** @limit A need that has grown by more is another one; readings are rounded. @unit Wh */
const grownWattHours = 1;

/** The loads of a problem. */
export const loadsOf = ({ devices }: Pick<PlanningProblem, 'devices'>): readonly FlexibleLoadTerms[] =>
  devices.filter((device) => device.kind === 'flexibleLoad');

const loadIn = ({ problem }: AskedPlan, resourceID: string): FlexibleLoadTerms | undefined =>
  loadsOf(problem).find((each) => each.resourceID === resourceID);

/** Energy in a stretch with one price. */
interface Draw extends PlanSpan {
  readonly wattHours: number;
  readonly usdPerKwh: DecimalText;
}

/**
 * The cheapest way to draw an energy until a deadline, whatever else there is. Where nothing is to be drawn, or no price is known,
 * it is empty.
 */
export const cheapestDraws = (
  { maxWatts, available, quietTimes = [], deadlineAt }: FlexibleLoadTerms,
  energyWattHours: number,
  fromAt: number,
  prices: readonly PricedSpan[],
): readonly Draw[] => {
  const isIn = (spans: readonly PlanSpan[], span: PlanSpan): boolean =>
    spans.some((each) => each.startAt <= span.startAt && span.startAt < each.endAt);
  const open = prices
    .filter(({ startAt, endAt }) => startAt < deadlineAt && endAt > fromAt)
    .flatMap((price) => {
      const span = { startAt: Math.max(fromAt, price.startAt), endAt: Math.min(deadlineAt, price.endAt) };
      const isOpen = price.importUsdPerKwh !== null && (available === undefined || isIn(available, span));
      return isOpen ? [{ ...span, usdPerKwh: price.importUsdPerKwh }] : [];
    });
  // A wish that cannot be met besides is given up last.
  const ranking = open.toSorted(
    (a, b) =>
      Number(isIn(quietTimes, a)) - Number(isIn(quietTimes, b)) ||
      Number(a.usdPerKwh) - Number(b.usdPerKwh) ||
      a.startAt - b.startAt,
  );
  let left = energyWattHours;
  return ranking.flatMap((span): Draw[] => {
    const wattHours = Math.min(left, (maxWatts * (span.endAt - span.startAt)) / hourMs);
    left -= wattHours;
    return wattHours > 0 ? [{ ...span, wattHours }] : [];
  });
};

/** What a plan has a load draw in a stretch. @unit Wh */
const plannedIn = ({ devices }: AskedPlan, resourceID: string, span: PlanSpan): number =>
  (devices.find((each) => each.resourceID === resourceID)?.slots ?? []).reduce(
    (sum, slot) => sum + Math.max(0, slot.demandWatts) * commonHours(slot, span),
    0,
  );

/** The needs of a load in the day: one begins where the deadline is another, or more is needed than before. */
const needsOf = (
  { plans, startAt, endAt, prices }: Pick<ReviewMatter, 'plans' | 'startAt' | 'endAt' | 'prices'>,
  resourceID: string,
): readonly DayNeed[] => {
  const begun: { fromAt: number; terms: FlexibleLoadTerms; energyWattHours: number }[] = [];
  let before: FlexibleLoadTerms | undefined;
  plans.forEach((plan, index) => {
    const terms = loadIn(plan, resourceID);
    if (terms === undefined) return;
    const isOther =
      terms.deadlineAt !== before?.deadlineAt || terms.energyWattHours > before.energyWattHours + grownWattHours;
    before = terms;
    if (!isOther) return;
    const fromAt = index === 0 ? startAt : Math.max(startAt, plan.at);
    const drawn = plannedIn(plan, resourceID, { startAt: plan.at, endAt: fromAt });
    begun.push({ fromAt, terms, energyWattHours: Math.max(0, terms.energyWattHours - drawn) });
  });
  return begun.map(({ fromAt, terms, energyWattHours }, index) => {
    const { quietTimes: _quietTimes, ...free } = terms;
    const draws = cheapestDraws(free, Math.max(energyWattHours, grownWattHours), fromAt, prices);
    const dearest = draws.at(-1)?.usdPerKwh ?? '0';
    return {
      startAt: fromAt,
      endAt: begun[index + 1]?.fromAt ?? endAt,
      terms,
      energyWattHours,
      usdPerKwh: dearest,
    };
  });
};

/** The loads that are reviewed: those that were planned for, and were metered at all. */
export const reviewedLoads = (matter: ReviewMatter): readonly ReviewedLoad[] => {
  const planned = new Set(matter.plans.flatMap(({ problem }) => loadsOf(problem).map(({ resourceID }) => resourceID)));
  return [...planned]
    .filter((resourceID) => matter.loads.has(resourceID))
    .map((resourceID) => ({ resourceID, needs: needsOf(matter, resourceID) }));
};
