import type { Codec, WireReading } from '../xml/codec.ts';
import { type XmlElement, attributeOf } from '../xml/element.ts';
import { ei } from '../xml/names.ts';
import { quoted } from '../xml/refuse.ts';
import type { MessageName } from './names.ts';

/** What all messages have: their name. */
export interface NamedMessage {
  readonly message: MessageName;
}

/** A message declared: its name and both directions of its content. */
export interface MessageCodec extends NamedMessage {
  readonly codec: Codec<NamedMessage>;
}

/** The attribute every message carries. @rule 2.0b 509 */
export const schemaVersion = ei('schemaVersion');

const checkSchemaVersion = (element: XmlElement, reading: WireReading): void => {
  const version = attributeOf(element, schemaVersion)?.trim();
  if (version === '2.0b') return;
  if (version === undefined)
    reading.note('509', element, `${element.name.local} does not say schemaVersion 2.0b; it is read as such.`);
  else if (version === '2.0a' || /^x-\S/.test(version))
    reading.note('509', element, `${element.name.local} says schemaVersion ${quoted(version)}; it is read as 2.0b.`);
  else
    reading.tolerate(
      '509',
      element,
      `${element.name.local} says schemaVersion ${quoted(version)}, which the schema does not know; it is read as 2.0b.`,
    );
};

/** Adds the schemaVersion to what a message holds: always written as 2.0b, hardly insisted on. */
export const versioned = <Value>(content: Codec<Value>): Codec<Value> => ({
  decode: (element, reading) => {
    checkSchemaVersion(element, reading);
    return content.decode(element, reading);
  },
  encode: (value, writer) => {
    writer.attribute(schemaVersion, '2.0b');
    content.encode(value, writer);
  },
});

/** The same of a message inside of another: that one has said its version, so silence here says nothing. */
export const versionedInside = <Value>(content: Codec<Value>): Codec<Value> => ({
  decode: (element, reading) =>
    attributeOf(element, schemaVersion) === undefined
      ? content.decode(element, reading)
      : versioned(content).decode(element, reading),
  encode: (value, writer) => versioned(content).encode(value, writer),
});

/** Declares a message by what it holds. */
export const message = <Message extends NamedMessage>(
  name: Message['message'],
  content: Codec<Omit<Message, 'message'>>,
): MessageCodec => ({
  message: name,
  codec: {
    decode: (element, reading) => ({ message: name, ...content.decode(element, reading) }),
    encode: (value, writer) => content.encode(value as Message, writer),
  },
});
