import { decodePayload, type MessageName } from '../protocol/payload.ts';
import { checkOutgoing } from '../protocol/rules.ts';
import { serviceOf } from '../protocol/services.ts';
import { remembering } from '../vtn/remembering.ts';

/** What is wrong with a text by itself. */
export interface TextFaults {
  /** Absent when the text is no message. */
  readonly message?: MessageName;
  readonly faults: readonly string[];
}

/** The time of a signature is told to the millisecond, and is no part of the message. */
const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/;

/** What is wrong with a text, whoever sends it: it is to be read strictly, and to say in which version it speaks. @rule checklist, section 13 */
export const faultsInText = remembering((xml): TextFaults => {
  const result = decodePayload(xml, { strict: true });
  const ofText = [
    ...(xml.includes('schemaLocation') ? ['1.8 (45): the text speaks of schemaLocation'] : []),
    ...(/ ei:schemaVersion="2\.0b"/.test(xml) ? [] : ['1.7 (509): the message has no ei:schemaVersion 2.0b']),
    ...(/\d\.\d+Z|[+-]\d\d:\d\d</.test(xml.replace(signature, ''))
      ? ['1.15 (1): a date-time is not in whole seconds of UTC']
      : []),
  ];
  if (!result.ok)
    return { faults: [`XSD: cannot be read strictly: ${result.refusal.text} (${result.refusal.path})`, ...ofText] };
  const { message } = result.message;
  return { message, faults: [...result.deviations.map(({ rule, text }) => `${rule}: ${text}`), ...ofText] };
});

/** What is wrong with a text that a VEN sends. @rule checklist, section 13 */
const faultsOfVen = remembering((xml): TextFaults => {
  const { message, faults } = faultsInText(xml);
  const result = decodePayload(xml, { strict: true });
  return message === undefined || !result.ok
    ? { faults }
    : { message, faults: [...faults, ...checkOutgoing(result.message)] };
});

/** What is wrong with a text that a VEN sends to a service, the service included. @rule 2.0b 511 */
export const faultsInRequest = (service: string, xml: string): TextFaults => {
  const { message, faults } = faultsOfVen(xml);
  if (message === undefined || message === 'oadrResponse' || serviceOf[message] === service)
    return message === undefined ? { faults } : { message, faults };
  return { message, faults: [...faults, `2.1 (511): ${message} went to ${service}`] };
};
