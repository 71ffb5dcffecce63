import type { PlannedDevice } from '../facts/planning.ts';
import type { PlanningProblem, PlanSpan, PricedSpan } from '../dispatch/planningProblem.ts';
import type { LocalDay } from '../programme/calendar.ts';
import type { DecimalText } from '../protocol/types/scalars.ts';

/** A day looked back upon: what it earned, what its plan expected, and what was possible. Money: + comes to you. */

/** A question the planner was asked and answered, as it was put. */
export interface AskedPlan {
  readonly planID: string;
  /** From when on it was planned. UTC ms. */
  readonly at: number;
  readonly problem: PlanningProblem;
  readonly devices: readonly PlannedDevice[];
}

/** How full a storage turned out to be; 0 to 1. */
export interface LevelsFound {
  readonly startLevel: number;
  readonly endLevel: number;
  /** At an instant; null where nothing tells. */
  readonly levelAt: (at: number) => number | null;
}

/** Why the money of an hour is not known. */
export type HourOpen = 'notMetered' | 'notPriced';

/** An hour of a device, as metered. */
export interface MeteredHour extends PlanSpan {
  readonly resourceID: string;
  /** Both positive; null when it was not metered. @unit Wh */
  readonly importWattHours: number | null;
  readonly exportWattHours: number | null;
  /** What it comes to; null where that is not known. + comes to you. @unit USD */
  readonly cashUsd: DecimalText | null;
  readonly open: HourOpen | null;
}

/** What a bill says of the hours. */
export interface BilledHours {
  /** What it states for all metered hours together. + comes to you. @unit USD */
  readonly cashUsd: DecimalText;
  /** Hours the bill does not state. */
  readonly missing: readonly PlanSpan[];
}

/** All that a review of a day rests on. */
export interface ReviewMatter extends PlanSpan {
  readonly day: LocalDay;
  readonly timeZone: string;
  /** In force when the time began, and then each that was answered, in order. */
  readonly plans: readonly AskedPlan[];
  /** The prices that hold now, as far as they are known, to the end of the day after; null where none settles. */
  readonly prices: readonly PricedSpan[];
  /** What is delivered earns by terms of the site's own, which the ledger does not know. */
  readonly hasOwnExportPrice: boolean;
  /** By resourceID: the storages that are reviewed. */
  readonly levels: ReadonlyMap<string, LevelsFound>;
  /** By resourceID: the loads that are reviewed. */
  readonly loads: ReadonlySet<string>;
  /** Devices that had a plan and are not reviewed: nobody knows how full they were, or they were not metered. */
  readonly left: readonly string[];
  readonly metered: readonly MeteredHour[];
  /** Null where no bill was given. */
  readonly billed: BilledHours | null;
}

/** Why a day has no review. */
export type ReviewLack = 'ahead' | 'noPlan' | 'letGo' | 'noLevel' | 'notMetered';

/** What something is worth. + comes to you. @unit USD */
export interface ReviewWorth {
  /** What the bill shows. */
  readonly cashUsd: DecimalText;
  readonly wearUsd: DecimalText;
  /** The change of what is stored. */
  readonly stockUsd: DecimalText;
  /** Cash less wear, and the change of what is stored. */
  readonly valueUsd: DecimalText;
}

/** The steps from what was possible to what was billed, in the order in which they are always taken. */
export const reviewSteps = ['possible', 'wishes', 'prices', 'stateOfCharge', 'overrides', 'metered', 'billed'] as const;

/** One of the steps. */
export type ReviewStepName = (typeof reviewSteps)[number];

/** What the day is worth with the causes up to this one in the way. */
export interface ReviewStep extends ReviewWorth {
  readonly step: ReviewStepName;
  /** By how much that is more than the step before; 0 of the first. @unit USD */
  readonly differenceUsd: DecimalText;
}

/** What an override cost: what the day would have been worth more without it alone. */
export interface OverrideCost extends PlanSpan {
  readonly resourceID: string;
  readonly action: 'charge' | 'discharge' | 'hold';
  /** @unit USD */
  readonly costUsd: DecimalText;
}

/** What a DR event cost, the same way; in the time in which it was planned for. */
export interface DrEventCost extends PlanSpan {
  readonly eventID: string;
  /** @unit USD */
  readonly costUsd: DecimalText;
}

/** An hour whose money is not known, and what the step before the meter says of it. */
export interface OpenHour extends PlanSpan {
  readonly resourceID: string;
  readonly open: HourOpen;
}

/** A day, looked back upon. */
export interface DayReview extends PlanSpan {
  readonly day: LocalDay;
  readonly timeZone: string;
  /** `billed` is absent where no bill was given. */
  readonly steps: readonly ReviewStep[];
  /** By the plan in force when the time began, at the prices it was made with. */
  readonly planned: ReviewWorth;
  readonly overrides: readonly OverrideCost[];
  readonly drEvents: readonly DrEventCost[];
  readonly openHours: readonly OpenHour[];
  /** Hours that the bill does not state; none where no bill was given. */
  readonly unbilled: readonly PlanSpan[];
  readonly left: readonly string[];
  /** By resourceID: what a stored kWh is worth at both ends. @unit USD/kWh */
  readonly stockUsdPerKwh: Readonly<Record<string, DecimalText>>;
}

/** A day without a review, and why. */
export interface DayWithout {
  readonly day: LocalDay;
  readonly because: ReviewLack;
}
