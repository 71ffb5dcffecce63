import type { DecimalText } from '../protocol/types/scalars.ts';

/** Facts about plans, and about what devices are told to do: what is wanted, and what came of it. */

/** A plan is wanted for all devices together; PlanMade or PlanFailed says what came of it. */
export interface PlanRequested {
  /** Names the plan that is wanted; absent in entries of the first version. */
  readonly planID?: string;
  /** Whose plan it is; only in entries of the first version, since then a plan is for all devices. */
  readonly resourceID?: string;
  readonly fromAt: number;
  readonly toAt: number;
  readonly because: string;
}

/** One slot of a plan. Positive draws from the grid, negative delivers to it. */
export interface PlanSlot {
  readonly startAt: number;
  readonly endAt: number;
  /** @unit W */
  readonly demandWatts: number;
  /** 0 to 1, how full it will be when the slot ends; absent or null where that is not known. */
  readonly stateOfChargeAtEnd?: number | null;
}

/** What one device is to do under a plan. */
export interface PlannedDevice {
  readonly resourceID: string;
  readonly slots: readonly PlanSlot[];
}

/** A wish that the plan cannot meet, or not wholly. */
export interface WishMissed {
  /** `reserve`, `departure`, `deadline`, `quietTime`, `constraint`, `override` … */
  readonly kind: string;
  /** Null: the site's. */
  readonly resourceID: string | null;
  /** The departure, the deadline, or the beginning of the time concerned. UTC ms. */
  readonly at: number;
  readonly wished: number;
  /** Null: nobody knows, for nobody knows how full the device is. */
  readonly reached: number | null;
  readonly unit: 'stateOfCharge' | 'wattHours' | 'watts';
}

/** What a plan is worth when its prices hold. + comes to you. */
export interface PlanWorth {
  /** Cash less wear, and what the stock gains or loses. @unit USD */
  readonly valueUsd: DecimalText;
  /** What the bill will show. @unit USD */
  readonly cashUsd: DecimalText;
  /** @unit USD */
  readonly wearUsd: DecimalText;
  /** @unit USD */
  readonly stockUsd: DecimalText;
  /** How much more a plan could be worth at most. @unit USD */
  readonly gapUsd: DecimalText;
  /** Delivered by storage. @unit Wh */
  readonly throughputWattHours: number;
}

/** What a plan would have devices do that are told nothing. */
export interface ShadowPlan {
  /** The devices in shadow, by resourceID; their slots are among the others. */
  readonly resourceIDs: readonly string[];
  /** What following it would be worth, beside what the other devices do; absent where the planner does not reckon. */
  readonly worth?: PlanWorth;
  /** Why there is none. */
  readonly failed?: string;
}

/** The planner says what the devices are to do, slot by slot. */
export interface PlanMade {
  /** The plan that was wanted; absent in entries of the first version. */
  readonly planID?: string;
  /** What the plan rests on, for people: `fixed schedule`, `prices`. */
  readonly basis: string;
  /** A device that is not named is left alone. */
  readonly devices: readonly PlannedDevice[];
  /** Absent where there are none. */
  readonly unmet?: readonly WishMissed[];
  /** Absent where the planner does not reckon. */
  readonly worth?: PlanWorth;
  /** Whether the pattern of the plan in force was kept, because another would have earned less than half a cent more. */
  readonly isKept?: boolean;
  /** Absent where no device is in shadow. */
  readonly shadow?: ShadowPlan;
}

/** There is no plan: the planner failed, or did not answer in time. */
export interface PlanFailed {
  readonly planID: string;
  /** Whose plan it was; only in entries of the first version, since then a plan is for all devices. */
  readonly resourceID?: string;
  readonly detail: string;
}

/** The device is to draw (positive) or deliver (negative) this much until the instant. */
export interface SetpointRequested {
  /** Names the setpoint, among those of the device; absent in entries of the first version. */
  readonly setpointID?: string;
  readonly resourceID: string;
  readonly demandWatts: number;
  readonly validUntil: number;
  /**
   * The longest that the device is told to go on without hearing from us: until `validUntil` it is told again and again.
   * Absent in logs of before: then it was told once. @unit ms
   */
  readonly renewedForMs?: number;
}

/** What a device in shadow would be told: it is told nothing. It holds until the instant, or until the next one. */
export interface SetpointShadowed {
  readonly resourceID: string;
  /** Null: it would be left to itself. @unit W */
  readonly demandWatts: number | null;
  readonly validUntil: number;
}

/** The device is not to go on with what it was told last: it is left to itself. */
export interface DeviceReleaseRequested {
  readonly setpointID: string;
  readonly resourceID: string;
  readonly because: string;
}

/** A device took a setpoint. */
export interface SetpointApplied {
  /** Absent in entries of the first version, as in SetpointFailed. */
  readonly setpointID?: string;
  readonly resourceID: string;
  readonly demandWatts: number;
}

/** A device did not take a setpoint. */
export interface SetpointFailed {
  readonly setpointID?: string;
  readonly resourceID: string;
  readonly demandWatts: number;
  readonly detail: string;
  /** Who is there, where another device was found than the one that is trusted. */
  readonly foundSerial?: string;
}

/** A device was left to itself, as it was wanted. */
export interface DeviceReleased {
  readonly setpointID: string;
  readonly resourceID: string;
}

/**
 * Renewals of a setpoint that changed nothing, as one fact: the device was told the same again before what it was told last
 * had passed.
 */
export interface SetpointRenewalsSummarised {
  readonly setpointID: string;
  readonly resourceID: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}
