import type { SiScaleCode } from '../types/enumerations.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { Codec, Reading } from '../xml/codec.ts';
import { writeElement } from '../xml/codec.ts';
import { attributeOf, type XmlElement } from '../xml/element.ts';
import type { Field } from '../xml/field.ts';
import { optional } from '../xml/field.ts';
import { emix, type Name, power, xsi } from '../xml/names.ts';
import type { OpaqueXml } from './opaqueXml.ts';
import { unitCodecs } from './units.ts';

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

/** Abstract elements that may stand for a unit when `xsi:type` says which. */
const abstractItems: readonly Name[] = [power('powerItem'), power('energyItem')];

/** `power:PowerRealType` is the type of `power:powerReal`. */
const nameOfType = (element: XmlElement): Name | undefined => {
  const type = element.resolve(attributeOf(element, xsi('type'))?.trim() ?? '');
  const local = type?.local.replace(/Type$/, '').replace(/^[PE]/, (initial) => initial.toLowerCase());
  return [...unitCodecs.keys()].find((name) => name.namespace === type?.namespace && name.local === local);
};

const nameOfUnit = (element: XmlElement): Name | undefined =>
  abstractItems.includes(element.name) ? nameOfType(element) : element.name;

const unitNamed = (unit: string): Name | undefined => [...unitCodecs.keys()].find((name) => name.local === unit);

const decodeUnit = (element: XmlElement, reading: Reading): ItemBase | undefined => {
  const codec = unitCodecs.get(nameOfUnit(element) ?? element.name);
  if (codec !== undefined) return codec.decode(element, reading);
  reading.tolerate('XSD', element, `${element.name.local} is abstract and names no unit; it is taken as absent.`);
  return undefined;
};

/** One of the units, under the name of its own. */
const anyUnit: Codec<ItemBase | undefined> = {
  decode: decodeUnit,
  encode: (value, writer) => {
    const name = unitNamed(value?.element ?? '');
    const codec = name && unitCodecs.get(name);
    if (value !== undefined && name !== undefined && codec !== undefined) writeElement(name, codec, value, writer);
  },
};

/** At most one unit. */
export const itemBase: Field<{ readonly itemBase?: ItemBase }> = {
  names: [...unitCodecs.keys(), ...abstractItems],
  repeats: false,
  read: optional(emix('itemBase'), anyUnit).read,
  write: (from, writer) => anyUnit.encode(from['itemBase'] as ItemBase | undefined, writer),
};
