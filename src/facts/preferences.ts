/** What a person wants of the site and of its devices; a plan meets it as far as it can be met. */
/** A day of the week. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** A part of local days, `HH:MM`; one that ends at or before its start ends on the day after. */
export interface PreferredTime {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** A level that is kept in a part of local days. */
export interface PreferredReserve extends PreferredTime {
  /** 0 to 1. */
  readonly stateOfCharge: number;
}

/** A level that is wished at a local time. */
export interface PreferredDeparture {
  readonly days: readonly Weekday[];
  readonly at: string;
  /** 0 to 1. */
  readonly stateOfCharge: number;
}

/** What is wanted of a device. What is absent is not wished. */
export interface DevicePreferences {
  /** Never sold; 0 to 1. */
  readonly reserve?: number;
  readonly reserveTimes?: readonly PreferredReserve[];
  /** Never left on purpose; 0 to 1. */
  readonly stateOfChargeMin?: number;
  readonly stateOfChargeMax?: number;
  readonly departures?: readonly PreferredDeparture[];
  /** When it is to be still. */
  readonly quietTimes?: readonly PreferredTime[];
  readonly cyclesPerDay?: number;
  /** What a kWh delivered wears off. @unit USD/kWh */
  readonly wearUsdPerKwh?: number;
  /** What a kWh delivered has to bring beyond losses and wear. @unit USD/kWh */
  readonly leastGainUsdPerKwh?: number;
  /** Below this price nothing is sold. @unit USD/kWh */
  readonly exportFloorUsdPerKwh?: number;
  /** What a kWh stored is worth when the plan ends. @unit USD/kWh */
  readonly terminalUsdPerKwh?: number;
}

/** What is wanted of all devices, and of single ones instead. */
export interface Preferences extends DevicePreferences {
  /** By resourceID. */
  readonly devices?: Readonly<Record<string, DevicePreferences>>;
}

/** What a kWh earns that is delivered, where the programme does not say it: a price of its own, or a part of what a drawn one costs and something on top. */
export interface ExportPriceTerms {
  /** @unit USD/kWh */
  readonly fixedUsdPerKwh?: number;
  readonly partOfImport?: number;
  /** May be negative. @unit USD/kWh */
  readonly addUsdPerKwh?: number;
}

/** The connection of the site, whose meter is billed, and what is expected behind it. */
export interface SiteSettings {
  readonly moneyScope?: 'device' | 'site';
  /** @unit W */
  readonly importLimitWatts?: number;
  readonly exportLimitWatts?: number;
  readonly exportForbidden?: boolean;
  readonly chargingFromGridForbidden?: boolean;
  readonly exportPrice?: ExportPriceTerms;
  /** What the home draws and what its panels give in each local hour of the day. @unit W */
  readonly hourlyLoadWatts?: readonly number[];
  readonly hourlyPvWatts?: readonly number[];
}
