import type { WireReading } from './xml/codec.ts';
import type { MessageCodec } from './messages/message.ts';
import { isMessageName, messagesByElement } from './messages/table.ts';
import { responseCodes } from './types/responseCode.ts';
import { checkAttributes } from './xml/attributes.ts';
import { type XmlElement, attributeOf, childOf, childrenOf, pathOf, textOf } from './xml/element.ts';
import { ds, oadr } from './xml/names.ts';
import { RefusalSignal, quoted, refuseElement } from './xml/refuse.ts';
import { isXmlID, trimXml } from './xml/whitespace.ts';

/** The element that envelops every message. */
export const oadrPayload = oadr('oadrPayload');
/** The element a signature would sign, around the message. */
export const oadrSignedObject = oadr('oadrSignedObject');
const signature = ds('Signature');
/** The Id by which a signature names it. */
export const oadrId = oadr('Id');

/** The element of a message and its declaration. */
export interface Enveloped {
  readonly element: XmlElement;
  readonly declared: MessageCodec;
}

/** The namespace of the profile before. @rule 2.0b §7.1 */
const namespace20a = /^http:\/\/openadr\.org\/oadr-2\.0a\//;

const refuse = (kind: 'notOpenADR' | 'unknownMessage', element: XmlElement): never => {
  const { local, namespace } = element.name;
  if (namespace20a.test(namespace))
    throw new RefusalSignal(
      kind,
      pathOf(element),
      `${local} is a message of OpenADR 2.0a, and this VEN speaks 2.0b: ask the VTN’s operator for its 2.0b service; its URL has 2.0b as its last part.`,
      responseCodes.complianceError,
    );
  const where = namespace === '' ? 'without a namespace' : `in namespace ${quoted(namespace)}`;
  const text = `${local} ${where} is none of the 23 messages of OpenADR 2.0b.`;
  throw new RefusalSignal(kind, pathOf(element), text, responseCodes.complianceError);
};

const isOpenADR = ({ name }: XmlElement): boolean =>
  name.namespace.includes('openadr.org') || isMessageName(name.local);

const enveloped = (element: XmlElement): Enveloped => {
  const declared = messagesByElement.get(element.name);
  if (declared !== undefined) return { element, declared };
  return refuse(isOpenADR(element) ? 'unknownMessage' : 'notOpenADR', element);
};

const checkText = (element: XmlElement, reading: WireReading): void => {
  const text = trimXml(textOf(element));
  if (text !== '')
    reading.tolerate(
      'XSD',
      element,
      `${element.name.local} holds the text ${quoted(text)} beside its elements; it is ignored.`,
    );
};

const stray = (element: XmlElement, reading: WireReading): void =>
  reading.tolerate('19.19', element, `${element.name.local} has no place here; it is ignored.`);

/** An Id does not mean that there is a signature. */
const checkId = (signedObject: XmlElement, reading: WireReading): void => {
  const value = attributeOf(signedObject, oadrId);
  if (value === undefined || isXmlID(trimXml(value))) return;
  reading.tolerate('19.22', signedObject, `oadrSignedObject has the Id ${quoted(value)}, which is none to XML.`);
};

/** Exactly one message; strangers beside it are tolerated. */
const insideSignedObject = (signedObject: XmlElement, reading: WireReading): Enveloped => {
  checkAttributes(signedObject, reading, [oadrId]);
  checkId(signedObject, reading);
  checkText(signedObject, reading);
  const children = childrenOf(signedObject);
  const messages = children.filter((child) => messagesByElement.has(child.name));
  if (messages.length > 1)
    refuseElement(signedObject, `oadrSignedObject holds ${messages.length} messages; it may hold one.`);
  const [message = children[0]] = messages;
  if (message === undefined) return refuseElement(signedObject, 'oadrSignedObject is empty; it holds one message.');
  const found = enveloped(message);
  for (const child of children) if (child !== message) stray(child, reading);
  return found;
};

/** A signature stands in front and is left to whoever verifies it. */
const insidePayload = (payload: XmlElement, reading: WireReading): Enveloped => {
  checkAttributes(payload, reading);
  checkText(payload, reading);
  const children = childrenOf(payload);
  const [signedObject, ...others] = children.filter((child) => child.name === oadrSignedObject);
  if (others.length > 0)
    refuseElement(payload, `oadrPayload holds ${others.length + 1} oadrSignedObjects; it may hold one.`);
  const [only] = children;
  if (signedObject === undefined && only !== undefined && messagesByElement.has(only.name))
    return withoutSignedObject(only, reading);
  if (signedObject === undefined)
    return refuseElement(payload, 'oadrPayload lacks oadrSignedObject, which holds the message.');
  checkOrder(children, signedObject, reading);
  return insideSignedObject(signedObject, reading);
};

const checkOrder = (children: readonly XmlElement[], signedObject: XmlElement, reading: WireReading): void => {
  const [first, ...rest] = children;
  if (first?.name === signature && rest[0] === signedObject && rest.length === 1) return;
  for (const child of children) if (child !== signedObject) stray(child, reading);
};

const withoutSignedObject = (message: XmlElement, reading: WireReading): Enveloped => {
  reading.tolerate('19.1', message, `${message.name.local} stands in oadrPayload without oadrSignedObject.`);
  return enveloped(message);
};

/** Finds the message of a document: in its envelope, or bare. `isSigned`: only what is signed is looked at, whatever stands around it. */
export const openEnvelope = (root: XmlElement, reading: WireReading, isSigned = false): Enveloped => {
  const signed = isSigned ? childOf(root, oadrSignedObject) : undefined;
  if (signed !== undefined) return insideSignedObject(signed, reading);
  if (root.name === oadrPayload) return insidePayload(root, reading);
  if (root.name === oadrSignedObject) return insideSignedObject(root, reading);
  const bare = enveloped(root);
  reading.note('19.1', root, `${root.name.local} comes without oadrPayload and oadrSignedObject.`);
  return bare;
};
