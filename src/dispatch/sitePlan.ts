import type { DecimalText } from '../protocol/types/scalars.ts';
import type { PlanSpan } from './planningProblem.ts';

/** What a device is to do in a stretch of time with one power, and how it will stand at the end of it. */
export interface DeviceSlot extends PlanSpan {
  /** Positive draws from the grid, negative delivers to it; whole. @unit W */
  readonly demandWatts: number;
  /** 0 to 1; null for what stores nothing or whose level nobody knows. */
  readonly stateOfChargeAtEnd: number | null;
}

/** What one device is to do. */
export interface DevicePlan {
  readonly resourceID: string;
  /** One after the other over the whole of the time; slots are as fine as prices and wishes are. */
  readonly slots: readonly DeviceSlot[];
}

/** What was wished, in the order of rank, the lowest first; `delivery` and `constraint`: what a DR event asks to be delivered, and all else that it asks. */
export type WishKind =
  'quietTime' | 'delivery' | 'reserve' | 'departure' | 'deadline' | 'constraint' | 'override' | 'siteLimit' | 'trip';

/** A wish that cannot be met, or not wholly, with the figures that say how far. */
export interface UnmetWish {
  readonly kind: WishKind;
  /** Null: the site. */
  readonly resourceID: string | null;
  /** When: the departure, the deadline, the beginning of the time concerned. UTC ms. */
  readonly at: number;
  /** What was wished and what will be, in the unit; null: nobody knows, for nobody knows how full it is. */
  readonly wished: number;
  readonly reached: number | null;
  readonly unit: 'stateOfCharge' | 'wattHours' | 'watts';
}

/**
 * What solved the problem. `lp`: exactly. `milp`: exactly, within the solver's gap. `penalised lp`: what was left of charging and
 * discharging at once was netted. `rest`: there was nothing to decide, or no way to.
 */
export type SolvedBy = 'lp' | 'milp' | 'penalised lp' | 'rest';

/** A plan for all devices together, and what it is worth. + comes to you. */
export interface SitePlan extends PlanSpan {
  readonly devices: readonly DevicePlan[];
  readonly unmet: readonly UnmetWish[];
  /** Cash less wear, and what the stock has gained or lost. @unit USD */
  readonly valueUsd: DecimalText;
  /** What the bill will show. @unit USD */
  readonly cashUsd: DecimalText;
  /** @unit USD */
  readonly wearUsd: DecimalText;
  /** The change of what is stored, each device's at its terminal value. @unit USD */
  readonly stockUsd: DecimalText;
  /** Delivered by storage. @unit Wh */
  readonly throughputWattHours: number;
  /** No plan could be worth more than this one and the gap. @unit USD */
  readonly gapUsd: DecimalText;
  readonly solvedBy: SolvedBy;
  /** Whether the pattern of the plan in force was kept because another would earn less than half a cent more. */
  readonly isKept: boolean;
}
