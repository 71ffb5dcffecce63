import type { OadrMessage } from './messages/oadrMessage.ts';
import { checkCreatedEvent } from './rules/createdEvent.ts';
import { checkUpdateReport } from './rules/dataReport.ts';
import { checkIdentity } from './rules/identity.ts';
import { checkRegisterReport } from './rules/metadata.ts';
import { checkCancelOpt, checkCreateOpt } from './rules/opt.ts';
import { checkCreatePartyRegistration } from './rules/registration.ts';
import type { Findings } from './rules/rule.ts';

const checkByName = (message: OadrMessage, findings: Findings): void => {
  switch (message.message) {
    case 'oadrCreatePartyRegistration':
      return checkCreatePartyRegistration(message, findings);
    case 'oadrCreatedEvent':
      return checkCreatedEvent(message, findings);
    case 'oadrRegisterReport':
      return checkRegisterReport(message, findings);
    case 'oadrUpdateReport':
      return checkUpdateReport(message, findings);
    case 'oadrCreateOpt':
      return checkCreateOpt(message, findings);
    case 'oadrCancelOpt':
      return checkCancelOpt(message, findings);
  }
};

/**
 * What certification would hold against a message a VEN is about to send, as far as the message alone shows it.
 *
 * Each finding begins with the row of the conformance checklist and the rule behind it; none means the message is fit to send.
 * What only a VTN sends is not judged.
 */
export const checkOutgoing = (message: OadrMessage): string[] => {
  const findings: Findings = [];
  checkIdentity(message, findings);
  checkByName(message, findings);
  return findings;
};
