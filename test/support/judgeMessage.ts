import { faultsInRequest } from '../../src/conformance/judgeText.ts';
import { remembering } from '../../src/vtn/remembering.ts';
import { validateAgainstXsd, xsdIsPresent } from './xsd.ts';

const againstXsd = remembering((xml) => (xsdIsPresent ? validateAgainstXsd(xml) : []));

/** What is wrong with a text that a VEN sends to a service: schema, always-on checks, service. @rule checklist, section 13 */
export const faultsOf = (service: string, xml: string): readonly string[] => {
  const { message = 'text', faults } = faultsInRequest(service, xml);
  return [...faults, ...againstXsd(xml)].map((fault) => `${message}: ${fault}`);
};
