import { type WireReading, type Codec, writeElement } from '../xml/codec.ts';
import { type XmlElement, attributeOf } from '../xml/element.ts';
import { type Field, optional } from '../xml/field.ts';
import { type Name, power, xsi, emix } from '../xml/names.ts';
import type { ItemBase } from './itemBase.ts';
import { unitCodecs } from './units.ts';

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
const decodeUnit = (element: XmlElement, reading: WireReading): ItemBase | undefined => {
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
