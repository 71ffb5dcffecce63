import type { SiScaleCode } from '../types/enumerations.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { OpaqueXml } from './opaqueXml.ts';

/** The kind of current a power is measured at; required with every power unit that is sent. */
export interface PowerAttributes {
  readonly hertz: DecimalText;
  readonly voltage: DecimalText;
  readonly ac: boolean;
}

/** The names of the power units. */
export const powerUnits = ['powerReal', 'powerApparent', 'powerReactive'] as const;

/** The names of the units that have a description, a unit text and a scale, and nothing more. */
export const scaledUnits = [
  'energyReal',
  'energyApparent',
  'energyReactive',
  'voltage',
  'current',
  'frequency',
  'Therm',
  'temperature',
  'currency',
  'currencyPerKWh',
  'currencyPerKW',
  'currencyPerThm',
  'customUnit',
] as const;

/** A power: `itemUnits` is `W` (or `J/s`), `VA` or `VAR`; kilowatts are `W` with scale `k`. */
export interface PowerItem {
  readonly element: (typeof powerUnits)[number];
  readonly itemDescription: string;
  readonly itemUnits: string;
  readonly siScaleCode: SiScaleCode;
  /** Absent only when a sender left it out against the schema; nothing without it can be encoded. */
  readonly powerAttributes?: PowerAttributes;
}

/** A unit with a scale: `itemUnits` is `Wh` for energyReal, an ISO 4217 code for the currencies. */
export interface ScaledItem {
  readonly element: (typeof scaledUnits)[number];
  readonly itemDescription: string;
  readonly itemUnits: string;
  readonly siScaleCode: SiScaleCode;
}

/** Pulses of a meter. */
export interface PulseCount {
  readonly element: 'pulseCount';
  readonly itemDescription: string;
  readonly itemUnits: string;
  /** @unit kWh per count */
  readonly pulseFactor: DecimalText;
}

/** Green Button's description of its data. */
export interface OadrGBDataDescription {
  readonly element: 'oadrGBDataDescription';
  readonly feed: OpaqueXml;
}

/** A unit of measurement: one of the elements that may stand for `emix:itemBase`, named in `element`. */
export type ItemBase = PowerItem | ScaledItem | PulseCount | OadrGBDataDescription;
