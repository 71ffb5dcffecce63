import type { DecimalText } from '../protocol/types/scalars.ts';

/**
 * What a plan of the site is made from: plain data, so that it can be recorded, sent to another process, and asked again.
 *
 * Nothing in it has to be in order, complete or sensible: what contradicts itself is settled by rank, what overlaps or is
 * twice there by its place in the list (the later one holds), and what is not known is left alone. There is a plan of
 * every problem.
 */

/** A stretch of time. UTC ms, inclusive and exclusive. */
export interface PlanSpan {
  readonly startAt: number;
  readonly endAt: number;
}

/** What energy costs and earns in a stretch of any length; null where no price is known, or none to be acted upon. */
export interface PricedSpan extends PlanSpan {
  /** @unit USD/kWh */
  readonly importUsdPerKwh: DecimalText | null;
  /** @unit USD/kWh */
  readonly exportUsdPerKwh: DecimalText | null;
}

/** What the site is expected to draw and its panels to give, beside the devices that are planned. */
export interface ForecastSpan extends PlanSpan {
  /** @unit W */
  readonly loadWatts: number;
  /** @unit W */
  readonly pvWatts: number;
}

/** Whose meter is billed. `device`: each device has its own (TER). `site`: one meter for all, home and panels included. */
export type MoneyScope = 'device' | 'site';

/** What the connection of the site allows. Absent: as much as the devices can. */
export interface SiteTerms {
  /** @unit W */
  readonly importLimitWatts?: number;
  /** @unit W */
  readonly exportLimitWatts?: number;
  /** Nothing goes to the grid. */
  readonly isExportForbidden?: boolean;
  /** Devices charge from the panels alone. */
  readonly isChargingFromGridForbidden?: boolean;
  readonly forecast?: readonly ForecastSpan[];
}

/** A level that is wished at an instant: `80 % at 07:00`. */
export interface DepartureTarget {
  /** UTC ms. */
  readonly at: number;
  /** 0 to 1. */
  readonly stateOfCharge: number;
}

/** Energy that a vehicle uses up while it is away. */
export interface Trip extends PlanSpan {
  /** @unit Wh */
  readonly energyWattHours: number;
}

/** A level that is kept for a time; outside of all of them the device's reserve holds. */
export interface ReserveSpan extends PlanSpan {
  /** 0 to 1. */
  readonly stateOfCharge: number;
}

/** A battery, on a wall or on wheels. */
export interface StorageTerms {
  readonly kind: 'storage';
  readonly resourceID: string;
  /** @unit Wh */
  readonly capacityWattHours: number;
  /** Stored of a Wh drawn, and delivered of a Wh stored; above 0, at most 1. */
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  /** Both positive, at the meter. @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
  /** 0 to 1, as the device says, be it within its limits or not; null when nobody knows: then it is left alone. */
  readonly stateOfCharge: number | null;
  /** Never left on purpose; 0 to 1. Default 0 and 1. */
  readonly stateOfChargeMin?: number;
  readonly stateOfChargeMax?: number;
  /** Never sold; 0 to 1. Default none. */
  readonly reserve?: number;
  readonly reserveSpans?: readonly ReserveSpan[];
  /** What a kWh delivered wears off, once and for all. @unit USD/kWh */
  readonly wearUsdPerKwh: DecimalText;
  /** What a kWh stored is worth when the plan ends; absent: what the known prices say. @unit USD/kWh */
  readonly terminalUsdPerKwh?: DecimalText;
  /** When it is there; absent: always. */
  readonly available?: readonly PlanSpan[];
  readonly departures?: readonly DepartureTarget[];
  readonly trips?: readonly Trip[];
  /** What it may deliver in a local day, in parts of what it can hold between its limits. */
  readonly cyclesPerDay?: number;
  /** What it has delivered already in the local day in which the plan begins; absent: nothing. @unit Wh */
  readonly deliveredTodayWattHours?: number;
  /** What a kWh delivered has to bring beyond losses and wear to be worth it. @unit USD/kWh */
  readonly leastGainUsdPerKwh?: DecimalText;
  /** Below this price nothing of it is sold to the grid. @unit USD/kWh */
  readonly exportFloorUsdPerKwh?: DecimalText;
  /** When it is to be still, unless a wish of higher rank needs it. */
  readonly quietTimes?: readonly PlanSpan[];
}

/** A load that needs energy by a time, and does not mind when. */
export interface FlexibleLoadTerms {
  readonly kind: 'flexibleLoad';
  readonly resourceID: string;
  /** Still needed. @unit Wh */
  readonly energyWattHours: number;
  /** UTC ms. */
  readonly deadlineAt: number;
  /** @unit W */
  readonly maxWatts: number;
  /** When it runs, at least with this. Default 0. @unit W */
  readonly minWatts?: number;
  /** When it may run; absent: always. */
  readonly available?: readonly PlanSpan[];
  readonly quietTimes?: readonly PlanSpan[];
}

/** What is planned. */
export type DeviceTerms = StorageTerms | FlexibleLoadTerms;

/** What a person told a device to do for a time; it goes before every wish. */
export interface OverrideSpan extends PlanSpan {
  readonly resourceID: string;
  readonly action: 'charge' | 'discharge' | 'hold';
  /** Absent: as much as it can. @unit W */
  readonly powerWatts?: number;
}

/**
 * What a DR event asks for, of a device or of the whole site: its power within bounds (import positive), or a level of
 * `SIMPLE`, whose meaning for each kind of device is in `levelBounds`.
 */
export type DispatchConstraint = PlanSpan & {
  /** The event that asks. */
  readonly eventID?: string;
  /** Absent: of the site. */
  readonly resourceID?: string;
} & (
    | {
        readonly kind: 'power';
        /** @unit W */
        readonly atLeastWatts?: number;
        /** @unit W */
        readonly atMostWatts?: number;
      }
    | { readonly kind: 'level'; readonly level: 0 | 1 | 2 | 3 }
  );

/** What a device is doing by the plan in force. */
export interface RunningSlot extends PlanSpan {
  /** Positive draws from the grid, negative delivers to it. @unit W */
  readonly demandWatts: number;
}

/** All that a plan depends on. */
export interface PlanningProblem {
  /** The time to be planned. UTC ms, inclusive and exclusive. */
  readonly fromAt: number;
  readonly toAt: number;
  readonly timeZone: string;
  readonly moneyScope: MoneyScope;
  readonly site: SiteTerms;
  readonly prices: readonly PricedSpan[];
  readonly devices: readonly DeviceTerms[];
  readonly overrides: readonly OverrideSpan[];
  readonly constraints: readonly DispatchConstraint[];
  /** By resourceID: the plan that would be replaced, which stays while it costs less than half a cent. */
  readonly running?: Readonly<Record<string, readonly RunningSlot[]>>;
}
