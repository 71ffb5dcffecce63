import { refusalOf } from './blame.ts';
import { oadrId, oadrPayload, oadrSignedObject, openEnvelope } from './envelope.ts';
import type { Deviation, Refusal } from './errors.ts';
import type { OadrMessage } from './messages/oadrMessage.ts';
import { messageCodecs } from './messages/table.ts';
import { signedObjectId } from './signature/names.ts';
import { responseCodes } from './types/responseCode.ts';
import { textFromBody } from './xml/bytes.ts';
import { WireReading, writeElement } from './xml/codec.ts';
import type { XmlElement } from './xml/element.ts';
import { defaultXmlLimits, type XmlLimits } from './types/xmlLimits.ts';
import { oadr } from './xml/names.ts';
import { parseXml } from './xml/parse.ts';
import { RefusalSignal } from './xml/refuse.ts';
import { writeXml } from './xml/write.ts';

export type { Deviation, Refusal, RefusalKind, UnreadableItem } from './errors.ts';
export type { MessageName } from './messages/names.ts';
export type { MessageOf, OadrMessage } from './messages/oadrMessage.ts';
export { defaultXmlLimits, xmlLimitsFor } from './types/xmlLimits.ts';
export type { XmlLimits } from './types/xmlLimits.ts';
export { EncodeError } from './xml/codec.ts';

/** How a received text is to be read. */
export interface DecodeOptions {
  /** Refuse what the schema forbids, instead of tolerating it; what is schema-valid is accepted either way. */
  readonly strict?: boolean;
  /** Let an item of a list that cannot be read cost the others nothing: it is told beside them, in `unreadable`. */
  readonly itemByItem?: boolean;
  /** Read what is signed and nothing around it; the signature itself was verified by somebody else. */
  readonly isSigned?: boolean;
  readonly limits?: Partial<XmlLimits>;
}

/** A message, or the reason why there is none. */
export type DecodeResult =
  | { readonly ok: true; readonly message: OadrMessage; readonly deviations: readonly Deviation[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Our own failure is told from the sender's, and stops nobody: the message is refused like any other. */
const signalOf = (error: unknown): RefusalSignal => {
  if (error instanceof RefusalSignal) return error;
  const text = `The decoder itself failed on this message (${String(error)}); please report it with the message.`;
  return new RefusalSignal('invalid', '/', text, responseCodes.complianceError);
};

/**
 * Reads a message as it came over the wire.
 *
 * @limit defaultXmlLimits, unless others are given.
 */
export const decodePayload = (
  input: string | Uint8Array,
  { strict = false, itemByItem = false, isSigned = false, limits = {} }: DecodeOptions = {},
): DecodeResult => {
  const bounds = { ...defaultXmlLimits, ...limits };
  let root: XmlElement | undefined;
  try {
    root = parseXml(textFromBody(input, bounds), bounds);
    const reading = new WireReading(strict, itemByItem);
    const { element, declared } = openEnvelope(root, reading, isSigned);
    // The table declares the 23 messages and no other.
    const message = declared.codec.decode(element, reading) as OadrMessage;
    return { ok: true, message, deviations: reading.deviations };
  } catch (error) {
    return { ok: false, refusal: refusalOf(signalOf(error), root) };
  }
};

/** How a message is written. */
export interface EncodeOptions {
  /** Without oadrPayload and oadrSignedObject: valid against the schema, and what avob's VTN wants of a VEN that does not sign. */
  readonly bare?: boolean;
  /** With an Id on oadrSignedObject, for a signature to name it by. @rule 2.0b §10.6.3 */
  readonly isToBeSigned?: boolean;
}

/**
 * Writes a message in its envelope, valid against the schema, schemaVersion 2.0b, namespaces declared once.
 *
 * @throws EncodeError when the message holds what may not be sent: a defect of the caller.
 */
export const encodePayload = (
  message: OadrMessage,
  { bare = false, isToBeSigned = false }: EncodeOptions = {},
): string =>
  writeXml((writer) => {
    const around = bare ? [] : [oadrPayload, oadrSignedObject];
    for (const name of around) writer.open(name);
    if (isToBeSigned && !bare) writer.attribute(oadrId, signedObjectId);
    writeElement(oadr(message.message), messageCodecs[message.message].codec, message, writer);
    for (const _name of around) writer.close();
  });
