import { decodePayload, type MessageName } from '../../src/protocol/payload.ts';
import { checkOutgoing } from '../../src/protocol/rules.ts';
import { serviceOf } from '../../src/protocol/services.ts';
import { remembering } from '../../src/vtn/remembering.ts';
import { validateAgainstXsd, xsdIsPresent } from './xsd.ts';

/** What is wrong with a text, whoever gets it. */
const faultsOfText = (xml: string): { readonly message?: MessageName; readonly faults: readonly string[] } => {
  const result = decodePayload(xml, { strict: true });
  if (!result.ok) return { faults: [`cannot be read strictly: ${result.refusal.text} (${result.refusal.path})`] };
  const { message } = result;
  const faults = [
    ...result.deviations.map(({ rule, text }) => `${rule}: ${text}`),
    ...checkOutgoing(message),
    ...(xsdIsPresent ? validateAgainstXsd(xml) : []),
    ...(xml.includes('schemaLocation') ? ['1.8 (45): the text speaks of schemaLocation'] : []),
    ...(/ ei:schemaVersion="2\.0b"/.test(xml) ? [] : ['1.7 (509): the message has no ei:schemaVersion 2.0b']),
    ...(/\d\.\d+Z|[+-]\d\d:\d\d</.test(xml) ? ['1.15 (1): a date-time is not in whole seconds of UTC'] : []),
  ];
  return { message: message.message, faults: faults.map((fault) => `${message.message}: ${fault}`) };
};

const judged = remembering(faultsOfText);

/** What is wrong with a text that a VEN sends to a service: schema, always-on checks, service. @rule checklist, section 13 */
export const faultsOf = (service: string, xml: string): readonly string[] => {
  const { message, faults } = judged(xml);
  return message === undefined || message === 'oadrResponse' || serviceOf[message] === service
    ? faults
    : [...faults, `${message}: 2.1 (511): ${message} went to ${service}`];
};
