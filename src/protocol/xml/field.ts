import { type Codec, EncodeError, WireReading, type XmlWriter, writeElement } from './codec.ts';
import { isNil } from './attributes.ts';
import type { XmlElement } from './element.ts';
import type { Name } from './names.ts';
import { RefusalSignal, refuseElement } from './refuse.ts';
import { trimXml } from './whitespace.ts';

/** A value under construction, or to be written; its static type is that of the sequence the field is part of. */
export type Fields = Record<string, unknown>;

/** One place in a sequence, without its static type. */
export interface AnyField {
  /** The elements that may stand here. */
  readonly names: readonly Name[];
  readonly repeats: boolean;
  /** Adds what the elements found here say. */
  readonly read: (
    found: readonly XmlElement[] | undefined,
    into: Fields,
    parent: XmlElement,
    reading: WireReading,
  ) => void;
  readonly write: (from: Fields, writer: XmlWriter) => void;
}

/** One place in a sequence, and the part of the value it stands for. */
export interface Field<Part> extends AnyField {
  /** Never there: carries the type only, in both directions. */
  readonly part?: (part: Part) => Part;
}

type Mandatory<Key extends string, Value> = { readonly [K in Key]: Value };
type Optional<Key extends string, Value> = { readonly [K in Key]?: Value };

/** What to take for a required element that is missing, as a tolerance. */
export interface Missing<Value> {
  readonly rule: string;
  readonly value: Value;
}

const refuseMissing = (parent: XmlElement, name: Name): never =>
  refuseElement(parent, `${parent.name.local} lacks ${name.local}, which is required.`);

const replaceMissing = <Value>(
  parent: XmlElement,
  name: Name,
  missing: Missing<Value> | undefined,
  reading: WireReading,
): Value => {
  if (missing === undefined) return refuseMissing(parent, name);
  reading.tolerate(
    missing.rule,
    parent,
    `${parent.name.local} lacks ${name.local}; ${JSON.stringify(missing.value)} is taken for it.`,
  );
  return missing.value;
};

const isBlank = (item: XmlElement | string): boolean => typeof item === 'string' && trimXml(item) === '';

/** An empty element equals an omitted one. @rule 2.0b 46 */
const saysNothing = (element: XmlElement): boolean => element.content.every(isBlank) || isNil(element);

/** Whether the schema allows an element to be empty; asked only of those that are. */
const mayBeEmpty = <Value>(element: XmlElement, codec: Codec<Value>): boolean => {
  try {
    codec.decode(element, new WireReading(true));
    return true;
  } catch (error) {
    if (error instanceof RefusalSignal) return false;
    throw error;
  }
};

/** Reads an optional element; one that says nothing counts as omitted. */
const readOptional = <Value>(
  element: XmlElement | undefined,
  codec: Codec<Value>,
  reading: WireReading,
): Value | undefined => {
  if (element === undefined) return undefined;
  if (!saysNothing(element)) return codec.decode(element, reading);
  if (!mayBeEmpty(element, codec))
    reading.tolerate('46', element, `${element.name.local} is empty against the schema; it is taken as omitted.`);
  return undefined;
};

const missingValue = (name: Name, writer: XmlWriter): never => {
  throw new EncodeError(`${writer.path} cannot be sent without ${name.local}.`);
};

/** Exactly one element. */
export const required = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
  missing?: Missing<NoInfer<Value>>,
): Field<Mandatory<Key, Value>> => ({
  names: [name],
  repeats: false,
  read: (found, into, parent, reading) => {
    const element = found?.[0];
    into[name.local] =
      element === undefined ? replaceMissing(parent, name, missing, reading) : codec.decode(element, reading);
  },
  write: (from, writer) => writeElement(name, codec, (from[name.local] ?? missingValue(name, writer)) as Value, writer),
});

/** At most one element. */
export const optional = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Optional<Key, Value>> => ({
  names: [name],
  repeats: false,
  read: (found, into, _parent, reading) => {
    const value = readOptional(found?.[0], codec, reading);
    if (value !== undefined) into[name.local] = value;
  },
  write: (from, writer) => {
    const value = from[name.local] as Value | undefined;
    if (value !== undefined) writeElement(name, codec, value, writer);
  },
});

/** Exactly one element; its absence is tolerated on receipt. */
export const requiredWhenSent = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Optional<Key, Value>> => ({
  ...optional(name, codec),
  read: (found, into, parent, reading) => {
    const element = found?.[0];
    if (element !== undefined) into[name.local] = codec.decode(element, reading);
    else reading.tolerate('XSD', parent, `${parent.name.local} lacks ${name.local}, which the schema requires.`);
  },
  write: (from, writer) => {
    const value = from[name.local] as Value | undefined;
    writeElement(name, codec, value ?? missingValue(name, writer), writer);
  },
});

const readAll = <Value>(found: readonly XmlElement[], codec: Codec<Value>, reading: WireReading): Value[] =>
  found.map((element) => codec.decode(element, reading));

const writeAll = <Value>(name: Name, codec: Codec<Value>, values: readonly Value[], writer: XmlWriter): void => {
  if (writer.list !== undefined) writer.list(name, codec, values);
  else for (const value of values) writeElement(name, codec, value, writer);
};

/** Any number of elements; the list is always there, empty when there are none. */
export const zeroOrMore = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Mandatory<Key, readonly Value[]>> => ({
  names: [name],
  repeats: true,
  read: (found, into, _parent, reading) => {
    into[name.local] = readAll(found ?? [], codec, reading);
  },
  write: (from, writer) => writeAll(name, codec, from[name.local] as readonly Value[], writer),
});

/** One element or more. */
export const oneOrMore = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Mandatory<Key, readonly Value[]>> => ({
  names: [name],
  repeats: true,
  read: (found, into, parent, reading) => {
    into[name.local] = readAll(found ?? refuseMissing(parent, name), codec, reading);
  },
  write: (from, writer) => {
    const values = from[name.local] as readonly Value[];
    writeAll(name, codec, values.length > 0 ? values : missingValue(name, writer), writer);
  },
});

/** Any number of elements that say something; the list is absent when there are none. */
export const anyNumber = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Optional<Key, readonly Value[]>> => ({
  names: [name],
  repeats: true,
  read: (found, into, _parent, reading) => {
    const values = found
      ?.map((element) => readOptional(element, codec, reading))
      .filter((value) => value !== undefined);
    if (values !== undefined && values.length > 0) into[name.local] = values;
  },
  write: (from, writer) => writeAll(name, codec, (from[name.local] ?? []) as readonly Value[], writer),
});

/** Exactly one element whose parts are parts of the value itself. */
export const inlined = <Part extends object>(name: Name, codec: Codec<Part>): Field<Part> => ({
  names: [name],
  repeats: false,
  read: (found, into, parent, reading) => {
    Object.assign(into, codec.decode(found?.[0] ?? refuseMissing(parent, name), reading));
  },
  write: (from, writer) => writeElement(name, codec, from as Part, writer),
});

/** At most one element whose parts are parts of the value itself; written when the named part is there. */
export const inlinedWith = <Part extends object>(
  key: keyof Part & string,
  name: Name,
  codec: Codec<Part>,
): Field<Partial<Part>> => ({
  names: [name],
  repeats: false,
  read: (found, into, _parent, reading) => {
    Object.assign(into, readOptional(found?.[0], codec, reading));
  },
  write: (from, writer) => {
    if (from[key] !== undefined) writeElement(name, codec, from as Part, writer);
  },
});

/** An element that is required and never says anything; its absence is tolerated. */
export const meaningless = (name: Name, codec: Codec<undefined>, rule: string): Field<object> => ({
  names: [name],
  repeats: false,
  read: (found, _into, parent, reading) => {
    const element = found?.[0];
    if (element === undefined)
      reading.tolerate(rule, parent, `${parent.name.local} lacks ${name.local}, which carries nothing.`);
    else codec.decode(element, reading);
  },
  write: (_from, writer) => writeElement(name, codec, undefined, writer),
});

const readIfReadable = <Value>(
  element: XmlElement | undefined,
  codec: Codec<Value>,
  rule: string,
  reading: WireReading,
): Value | undefined => {
  try {
    return readOptional(element, codec, reading);
  } catch (error) {
    if (!(error instanceof RefusalSignal) || reading.strict || element === undefined) throw error;
    reading.note(rule, element, `${error.message} It is taken as absent.`);
    return undefined;
  }
};

/** At most one element; one that cannot be read is tolerated as absent. */
export const optionalIfReadable = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
  rule: string,
): Field<Optional<Key, Value>> => ({
  ...optional(name, codec),
  read: (found, into, _parent, reading) => {
    const value = readIfReadable(found?.[0], codec, rule, reading);
    if (value !== undefined) into[name.local] = value;
  },
});

/** Any number of elements, each of which says something; the list is absent when there are none. */
export const several = <Key extends string, Value>(
  name: Name<Key>,
  codec: Codec<Value>,
): Field<Optional<Key, readonly Value[]>> => ({
  ...anyNumber(name, codec),
  read: (found, into, _parent, reading) => {
    if (found !== undefined) into[name.local] = readAll(found, codec, reading);
  },
});

type Absent<Part> = { readonly [Key in keyof Part]?: never };

const expectedOf = (fields: readonly AnyField[]): string =>
  fields.flatMap((field) => field.names.map((name) => name.local)).join(' or ');

const foundFor = (field: AnyField, found: readonly XmlElement[]): XmlElement[] | undefined => {
  const own = found.filter((element) => field.names.includes(element.name));
  return own.length > 0 ? own : undefined;
};

/** Exactly one element of two kinds. */
export const either = <One extends object, Other extends object>(
  one: Field<One>,
  other: Field<Other>,
): Field<(One & Absent<Other>) | (Absent<One> & Other)> => ({
  names: [...one.names, ...other.names],
  repeats: false,
  read: (found, into, parent, reading) => {
    const element = found?.[0] ?? refuseElement(parent, `${parent.name.local} lacks ${expectedOf([one, other])}.`);
    (one.names.includes(element.name) ? one : other).read([element], into, parent, reading);
  },
  write: (from, writer) => {
    const isOne = one.names.some((name) => from[name.local] !== undefined);
    (isOne ? one : other).write(from, writer);
  },
});

/** One element or more of three kinds, in any order. */
export const someOf = <A extends object, B extends object, C extends object>(
  ...fields: readonly [Field<A>, Field<B>, Field<C>]
): Field<A & B & C> => ({
  names: fields.flatMap((field) => field.names),
  repeats: true,
  read: (found, into, parent, reading) => {
    const elements = found ?? refuseElement(parent, `${parent.name.local} lacks ${expectedOf(fields)}.`);
    for (const field of fields) field.read(foundFor(field, elements), into, parent, reading);
  },
  write: (from, writer) => {
    const isThere = fields.some((field) => field.names.some((name) => from[name.local] !== undefined));
    if (!isThere) throw new EncodeError(`${writer.path} cannot be sent without ${expectedOf(fields)}.`);
    for (const field of fields) field.write(from, writer);
  },
});
