import type { MessageName } from '../messages/names.ts';
import type { OadrMessage } from '../messages/oadrMessage.ts';
import { type Findings, demand } from './rule.ts';

/** What only a VTN sends carries no venID of the sender's. */
const sentByVtn: readonly MessageName[] = [
  'oadrCreatedPartyRegistration',
  'oadrRequestReregistration',
  'oadrDistributeEvent',
  'oadrCreatedOpt',
  'oadrCanceledOpt',
];

/** A query has no place for it, and a first registration may not know it yet. */
const withoutVenID: readonly MessageName[] = ['oadrQueryRegistration', 'oadrCreatePartyRegistration'];

/**
 * Every message of a VEN carries its venID, also where the schema makes it optional.
 *
 * @rule 2.0b 508
 */
export const checkIdentity = (message: OadrMessage, findings: Findings): void => {
  if (sentByVtn.includes(message.message) || withoutVenID.includes(message.message)) return;
  const venID = 'venID' in message ? message.venID : undefined;
  demand(findings, '1.9 (508)', venID !== undefined && venID !== '', `${message.message} carries no venID.`);
};
