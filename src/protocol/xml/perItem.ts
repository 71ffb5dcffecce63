import type { UnreadableItem, UnreadableTold } from '../errors.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { Codec, WireReading } from './codec.ts';
import { type XmlElement, pathOf } from './element.ts';
import { type Field, oneOrMore, zeroOrMore } from './field.ts';
import type { Name } from './names.ts';
import { RefusalSignal } from './refuse.ts';

/** What a list of items that are read one by one adds to its message. */
type Items<Key extends string, Value> = { readonly [K in Key]: readonly Value[] } & {
  readonly unreadable?: readonly UnreadableItem[];
};

/** Says of an item that cannot be read what can be told of it all the same. */
export type Identify = (element: XmlElement) => UnreadableTold;

/** Our own failure costs the item as well, and no more than that. */
const unreadable = (error: unknown, element: XmlElement, place: number, identify: Identify): UnreadableItem => {
  const base = { element: element.name.local, place, ...identify(element) };
  if (error instanceof RefusalSignal)
    return { ...base, path: error.path, text: error.message, responseCode: error.responseCode };
  const text = `The decoder itself failed on this ${element.name.local} (${String(error)}); please report it with the message.`;
  return { ...base, path: pathOf(element), text, responseCode: responseCodes.complianceError };
};

/** What an element said that was read before, by which codec, and how strictly. */
interface Said {
  readonly codec: object;
  readonly strict: boolean;
  readonly value: unknown;
}

/** Elements of items that came again are the same objects, and say the same; what is told of a reading is told anew. */
const saidBefore = new WeakMap<XmlElement, Said>();

const readItem = <Value>(element: XmlElement, codec: Codec<Value>, reading: WireReading): Value => {
  const before = saidBefore.get(element);
  if (before?.codec === codec && before.strict === reading.strict) return before.value as Value;
  const { noted } = reading;
  const value = codec.decode(element, reading);
  if (reading.noted === noted) saidBefore.set(element, { codec, strict: reading.strict, value });
  return value;
};

const readEach = <Value>(
  found: readonly XmlElement[],
  codec: Codec<Value>,
  identify: Identify,
  reading: WireReading,
): { readonly values: readonly Value[]; readonly failed: readonly UnreadableItem[] } => {
  const values: Value[] = [];
  const failed: UnreadableItem[] = [];
  found.forEach((element, index) => {
    try {
      values.push(readItem(element, codec, reading));
    } catch (error) {
      failed.push(unreadable(error, element, index + 1, identify));
    }
  });
  return { values, failed };
};

const perItem = <Key extends string, Value>(
  whole: Field<{ readonly [K in Key]: readonly Value[] }>,
  codec: Codec<Value>,
  identify: Identify,
): Field<Items<Key, Value>> => ({
  names: whole.names,
  repeats: true,
  read: (found, into, parent, reading) => {
    if (found === undefined || !reading.itemByItem) {
      whole.read(found, into, parent, reading);
      return;
    }
    const { values, failed } = readEach(found, codec, identify, reading);
    for (const { local } of whole.names) into[local] = values;
    if (failed.length > 0) into['unreadable'] = failed;
  },
  write: whole.write,
});

/** Any number of items, each read by itself: one that cannot be read costs the others nothing. @rule 2.0b 19 */
export const zeroOrMoreItems = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
  identify: Identify,
): Field<Items<Key, Value>> => perItem(zeroOrMore(name, codec), codec, identify);

/** One item or more, each read by itself; it is enough that one is there, readable or not. @rule 2.0b 19 */
export const oneOrMoreItems = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
  identify: Identify,
): Field<Items<Key, Value>> => perItem(oneOrMore(name, codec), codec, identify);

/** The value of the only child of a name, when there is one and it can be read. */
export const valueWithin = <Value>(
  element: XmlElement | undefined,
  name: Name,
  codec: Codec<Value>,
  reading: WireReading,
): Value | undefined => {
  const [child, ...others] = onlyChildren(element, name);
  if (child === undefined || others.length > 0) return undefined;
  try {
    return codec.decode(child, reading);
  } catch {
    return undefined;
  }
};

/** The children of a name. */
export const onlyChildren = (element: XmlElement | undefined, name: Name): readonly XmlElement[] =>
  element?.content.filter((item): item is XmlElement => typeof item !== 'string' && item.name === name) ?? [];
