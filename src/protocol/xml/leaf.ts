import type { KnownResponseCode } from '../types/responseCode.ts';
import { responseCodes } from '../types/responseCode.ts';
import { checkAttributes } from './attributes.ts';
import { type Codec, EncodeError, type WireReading, type XmlWriter } from './codec.ts';
import { type XmlElement, childrenOf, textOf } from './element.ts';
import { defaultXmlLimits } from '../types/xmlLimits.ts';
import { quoted, refuseElement } from './refuse.ts';
import { trimXml } from './whitespace.ts';

/** How a text becomes a value and a value a text. */
export interface LeafForm<Value> {
  /** The value of a text (as it came, untrimmed), or nothing when it has none. */
  readonly read: (text: string, element: XmlElement, reading: WireReading) => Value | undefined;
  /** The text of a value, or nothing when it may not be sent. */
  readonly write: (value: Value) => string | undefined;
  /** What is expected, to end an error with: `a whole number from 0 to 100`. */
  readonly expected: string;
  /** What an unreadable text is answered with. */
  readonly responseCode?: KnownResponseCode;
}

const refuseChildren = (element: XmlElement): void => {
  const [child] = childrenOf(element);
  if (child !== undefined)
    refuseElement(element, `${element.name.local} holds the element ${child.name.local} where a text is expected.`);
};

const refuseLength = (element: XmlElement, length: number): never =>
  refuseElement(
    element,
    `${element.name.local} is a text of ${length} characters; the limit is ${defaultXmlLimits.maxTextLength}.`,
    responseCodes.invalidData,
  );

const encodeText = (text: string | undefined, value: unknown, expected: string, writer: XmlWriter): void => {
  if (text === undefined)
    throw new EncodeError(`${writer.path} cannot be sent as ${quoted(String(value))}; expected is ${expected}.`);
  writer.text(text);
};

/** An element that holds a text. */
export const leaf = <Value>({
  read,
  write,
  expected,
  responseCode = responseCodes.invalidData,
}: LeafForm<Value>): Codec<Value> => ({
  decode: (element, reading) => {
    if (element.attributes !== undefined) checkAttributes(element, reading);
    if (element.content.length > 1 || typeof element.content[0] === 'object') refuseChildren(element);
    const text = textOf(element);
    if (text.length > defaultXmlLimits.maxTextLength) refuseLength(element, text.length);
    const value = read(text, element, reading);
    if (value !== undefined) return value;
    return refuseElement(
      element,
      `${element.name.local} is ${quoted(trimXml(text))}; expected is ${expected}.`,
      responseCode,
    );
  },
  encode: (value, writer) => encodeText(write(value), value, expected, writer),
});

/** Trims a text the schema allows to be padded. @rule 19.3 of the tolerance list */
export const trimmed = (text: string, element: XmlElement, reading: WireReading): string => {
  const bare = trimXml(text);
  if (bare.length !== text.length)
    reading.note('19.3', element, `${element.name.local} has white space around its text, which is ignored.`);
  return bare;
};

/** Trims a text the schema does not allow to be padded. @rule 19.3 of the tolerance list */
export const strictlyTrimmed = (text: string, element: XmlElement, reading: WireReading): string => {
  const bare = trimXml(text);
  if (bare.length !== text.length)
    reading.tolerate(
      '19.3',
      element,
      `${element.name.local} has white space around its text, which the schema forbids.`,
    );
  return bare;
};
