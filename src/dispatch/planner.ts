import type { PlanMade } from '../facts/input.ts';
import type { DeviceSettings, VenSettings } from '../facts/settings.ts';
import type { PriceSlot } from '../programme/priceSlot.ts';

/** What a device is to do, and what that rests on. */
export type Plan = Omit<PlanMade, 'planID'>;

/** What a plan is made from. */
export interface PlanRequest {
  readonly resourceID: string;
  /** The time to be planned. UTC ms, inclusive and exclusive. */
  readonly fromAt: number;
  readonly toAt: number;
  /** The prices known of that time; what they leave out has none. */
  readonly prices: readonly PriceSlot[];
  /** 0 to 1; null when it is not known. */
  readonly stateOfCharge: number | null;
  readonly device: DeviceSettings;
  readonly settings: VenSettings;
}

/**
 * Decides what a device does: the seam for an optimiser.
 *
 * It answers for the whole of the time asked for, slot after slot, and asks nothing of the device beyond its limits.
 */
export interface Planner {
  /** @throws an error that says why there is no plan; the device follows the last one as far as it goes. */
  plan(request: PlanRequest): Promise<Plan>;
}
