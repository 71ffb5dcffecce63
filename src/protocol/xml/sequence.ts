import { checkAttributes } from './attributes.ts';
import type { Codec, WireReading } from './codec.ts';
import type { XmlElement } from './element.ts';
import type { AnyField, Field, Fields } from './field.ts';
import type { Name } from './names.ts';
import { quoted, refuseElement } from './refuse.ts';
import { trimXml } from './whitespace.ts';

type PartOf<F> = F extends Field<infer Part> ? Part : never;
type Parts<F extends readonly unknown[]> = F extends readonly [infer First, ...infer Rest]
  ? PartOf<First> & Parts<Rest>
  : object;
type Flat<Type> = Type extends unknown ? { [Key in keyof Type]: Type[Key] } : never;

/** The value a list of fields declares. */
export type SequenceValue<F extends readonly AnyField[]> = Flat<Parts<F>>;

type Found = (XmlElement[] | undefined)[];

/** Text beside elements has no place in any sequence of the schema. */
const checkText = (text: string, parent: XmlElement, reading: WireReading): void => {
  const bare = trimXml(text);
  if (bare !== '')
    reading.tolerate(
      'XSD',
      parent,
      `${parent.name.local} holds the text ${quoted(bare)} beside its elements; it is ignored.`,
    );
};

const unknownChild = (child: XmlElement, parent: XmlElement, reading: WireReading): void =>
  reading.tolerate(
    '19.19',
    child,
    `${parent.name.local} has no element ${child.name.local} in namespace ${quoted(child.name.namespace)}; it is ignored.`,
  );

const addTo = (found: Found, place: number, child: XmlElement, repeats: boolean): void => {
  const already = found[place];
  if (already === undefined) found[place] = [child];
  else if (repeats) already.push(child);
  else refuseElement(child, `${child.name.local} stands twice where the schema allows it once.`);
};

/** Sorts the children of an element to the fields they belong to. */
const sortChildren = (
  element: XmlElement,
  fields: readonly AnyField[],
  places: ReadonlyMap<Name, number>,
  reading: WireReading,
): Found => {
  const found: Found = [];
  let last = 0;
  for (const child of element.content) {
    if (typeof child === 'string') {
      checkText(child, element, reading);
      continue;
    }
    const place = places.get(child.name);
    if (place === undefined) {
      unknownChild(child, element, reading);
      continue;
    }
    if (place < last)
      reading.tolerate('XSD', child, `${child.name.local} stands behind an element the schema puts after it.`);
    last = Math.max(last, place);
    addTo(found, place, child, fields[place]?.repeats ?? false);
  }
  return found;
};

const placesOf = (fields: readonly AnyField[]): ReadonlyMap<Name, number> =>
  new Map(fields.flatMap((field, place) => field.names.map((name) => [name, place] as const)));

/**
 * An element that holds other elements, in the order of the fields, which is the order of the schema.
 *
 * On receipt any order is tolerated; what is sent is always in order.
 */
export const sequence = <const F extends readonly AnyField[]>(
  fields: F,
  attributes: readonly Name[] = [],
): Codec<SequenceValue<F>> => {
  const places = placesOf(fields);
  return {
    decode: (element, reading) => {
      checkAttributes(element, reading, attributes);
      const found = sortChildren(element, fields, places, reading);
      const value: Fields = {};
      fields.forEach((field, place) => field.read(found[place], value, element, reading));
      return value as SequenceValue<F>;
    },
    encode: (value, writer) => {
      for (const field of fields) field.write(value as Fields, writer);
    },
  };
};
