import { responseCodes } from '../types/responseCode.ts';
import type { Codec } from './codec.ts';
import { type XmlElement, childrenOf, textOf } from './element.ts';
import { type AnyField, required } from './field.ts';
import { leaf } from './leaf.ts';
import { duration } from './leaves.ts';
import { type Name, xcal } from './names.ts';
import { quoted } from './refuse.ts';
import { sequence } from './sequence.ts';
import { trimXml } from './whitespace.ts';

/** A codec whose value is seen otherwise from outside. */
export const mapped = <Inner, Outer>(
  inner: Codec<Inner>,
  read: (value: Inner) => Outer,
  write: (value: Outer) => Inner,
): Codec<Outer> => ({
  decode: (element, reading) => read(inner.decode(element, reading)),
  encode: (value, writer) => inner.encode(write(value), writer),
});

const isBareText = (element: XmlElement): boolean =>
  childrenOf(element).length === 0 && trimXml(textOf(element)) !== '';

/** A wrapper: an element that holds one other, whose value it takes; its bare text in place of the other is tolerated. */
export const only = <Value>(name: Name, codec: Codec<Value>): Codec<Value> => {
  const wrapper = sequence([required(name, codec)]) as Codec<Readonly<Record<string, Value>>>;
  return {
    decode: (element, reading) => {
      if (!isBareText(element)) return wrapper.decode(element, reading)[name.local] as Value;
      reading.tolerate(
        '19.14',
        element,
        `${element.name.local} holds its value as bare text instead of an element ${name.local}.`,
      );
      return codec.decode(element, reading);
    },
    encode: (value, writer) => wrapper.encode({ [name.local]: value }, writer),
  };
};

/** A wrapper around a list. */
export const listOf = <Value>(field: AnyField, key: string): Codec<readonly Value[]> =>
  mapped(
    sequence([field]) as Codec<Readonly<Record<string, readonly Value[]>>>,
    (value) => value[key] ?? [],
    (value) => ({ [key]: value }),
  );

/** An element that holds a duration in an element of its own. */
export const durationProperty = only(xcal('duration'), duration);

/** An element of any content, which means nothing; it may be nil. */
export const anything: Codec<undefined> = { decode: () => undefined, encode: () => undefined };

/** An element whose text the schema fixes; empty means the fixed text, another is tolerated and kept. */
export const fixed = (expected: string): Codec<string> =>
  leaf<string>({
    read: (raw, element, reading) => {
      if (raw === expected || raw === '') return expected;
      const bare = trimXml(raw);
      reading.tolerate(
        'XSD',
        element,
        `${element.name.local} is ${quoted(bare)}; the schema fixes it as ${quoted(expected)}.`,
        responseCodes.invalidData,
      );
      return bare === '' ? expected : bare;
    },
    write: (value) => (value === expected ? value : undefined),
    expected: quoted(expected),
  });
