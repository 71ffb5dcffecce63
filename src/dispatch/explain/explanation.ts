import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { PlanSpan } from '../planningProblem.ts';
import type { WishKind } from '../sitePlan.ts';

/** Why a plan is as it is: plain data, so that a page, a table and a program can tell it. Money: + comes to you. */

/** Where energy came from: the grid, or panels of one's own whose energy would have been sold, or lost. */
export type BoughtFrom = 'grid' | 'panels' | 'lost' | 'stock';

/** Where energy goes: sold to the grid, into the home, used on a trip, or kept beyond the end of the plan. */
export type SoldTo = 'grid' | 'home' | 'trip' | 'stock';

/** Energy that is drawn in one stretch of time and delivered in another. */
export interface EnergyPair {
  /** Null: it was stored when the plan began. */
  readonly bought: PlanSpan | null;
  readonly from: BoughtFrom;
  /** Null: it is kept beyond the end of the plan. */
  readonly sold: PlanSpan | null;
  readonly to: SoldTo;
  /** At the meter; 0 of what was stored before, or is stored after. @unit Wh */
  readonly boughtWattHours: number;
  readonly soldWattHours: number;
  /** What is stored in between. @unit Wh */
  readonly storedWattHours: number;
  /** What it costs and brings, at the meter; of stock its value. @unit USD */
  readonly costUsd: DecimalText;
  readonly broughtUsd: DecimalText;
  readonly wearUsd: DecimalText;
  /** Brought less cost and wear. @unit USD */
  readonly gainUsd: DecimalText;
}

/** What a device does in a slot. */
export type SlotAction = 'buys' | 'sells' | 'rests';

/** What binds: why no more is done, or nothing. `price`: the price decides, and nothing else. */
export type BindingLimit =
  | 'price'
  | 'power'
  | 'full'
  | 'empty'
  | 'reserve'
  | 'departure'
  | 'override'
  | 'quietTime'
  | 'floor'
  | 'away'
  | 'noPrice'
  | 'constraint'
  | 'siteLimit'
  | 'deadline';

/** One slot of one device, explained. */
export interface ExplainedSlot extends PlanSpan {
  readonly does: SlotAction;
  /** Positive draws from the grid, negative delivers to it. @unit W */
  readonly demandWatts: number;
  /** Import positive. @unit Wh */
  readonly energyWattHours: number;
  /** 0 to 1; null for what stores nothing. */
  readonly stateOfChargeAtEnd: number | null;
  /** Null where none is known. @unit USD/kWh */
  readonly importUsdPerKwh: DecimalText | null;
  readonly exportUsdPerKwh: DecimalText | null;
  /** What the bill will show of it. @unit USD */
  readonly cashUsd: DecimalText;
  /** What the pairs gain that begin or end here, each counted where it is sold. @unit USD */
  readonly gainUsd: DecimalText;
  /** Places in the list of pairs. */
  readonly pairs: readonly number[];
  readonly limit: BindingLimit;
  /** Where a DR event binds: which one, or which ones. */
  readonly eventIDs?: readonly string[];
  /** What one more kWh would bring if the limit were farther off; null where that is not known, or nothing. @unit USD/kWh */
  readonly limitUsdPerKwh: DecimalText | null;
  /** Below this price it would buy here; null: at none. @unit USD/kWh */
  readonly buyBelowUsdPerKwh: DecimalText | null;
  /** Above this price it would sell here; null: at none. @unit USD/kWh */
  readonly sellAboveUsdPerKwh: DecimalText | null;
  /** Of whom these two are: of this device, or of all devices together, where one does what another leaves. */
  readonly thresholdsOf: 'device' | 'site';
}

/** One device of a plan, explained. */
export interface ExplainedDevice {
  readonly resourceID: string;
  readonly slots: readonly ExplainedSlot[];
  /** By the time at which they are sold. */
  readonly pairs: readonly EnergyPair[];
  /** What its pairs gain together; of what stores nothing, what it costs. @unit USD */
  readonly gainUsd: DecimalText;
}

/** What a wish, a person's override, or a DR event costs: what the plan would be worth more if it alone were lifted. */
export interface WishCost {
  readonly kind: WishKind | 'floor' | 'cycles' | 'leastGain';
  /** Null: of the site, or of more devices than one. */
  readonly resourceID: string | null;
  /** Of a DR event, `constraint`: which one. */
  readonly eventID?: string;
  /** Of an override and of a DR event: its time. */
  readonly span: PlanSpan | null;
  /** @unit USD */
  readonly costUsd: DecimalText;
}

/** A plan, explained. */
export interface PlanExplanation extends PlanSpan {
  readonly timeZone: string;
  readonly devices: readonly ExplainedDevice[];
  /** The dearest first; each as if it alone were lifted, so they need not add up. */
  readonly wishes: readonly WishCost[];
  /** What the home comes to beside the devices, where the site has one meter. @unit USD */
  readonly homeUsd: DecimalText;
  /** The gains of all devices and the home: cash less wear, and the change of the stock. @unit USD */
  readonly valueUsd: DecimalText;
  readonly cashUsd: DecimalText;
  readonly wearUsd: DecimalText;
  readonly stockUsd: DecimalText;
}
