import type { MessageName } from './messages/names.ts';
import type { OadrServiceName } from './types/enumerations.ts';

/** The service each message is sent to, which is the last segment of the URL; a reply goes back on the exchange it answers. */
export const serviceOf: Readonly<Record<MessageName, OadrServiceName>> = {
  oadrPoll: 'OadrPoll',
  oadrQueryRegistration: 'EiRegisterParty',
  oadrCreatePartyRegistration: 'EiRegisterParty',
  oadrCreatedPartyRegistration: 'EiRegisterParty',
  oadrCancelPartyRegistration: 'EiRegisterParty',
  oadrCanceledPartyRegistration: 'EiRegisterParty',
  oadrRequestReregistration: 'EiRegisterParty',
  oadrRequestEvent: 'EiEvent',
  oadrDistributeEvent: 'EiEvent',
  oadrCreatedEvent: 'EiEvent',
  oadrRegisterReport: 'EiReport',
  oadrRegisteredReport: 'EiReport',
  oadrCreateReport: 'EiReport',
  oadrCreatedReport: 'EiReport',
  oadrUpdateReport: 'EiReport',
  oadrUpdatedReport: 'EiReport',
  oadrCancelReport: 'EiReport',
  oadrCanceledReport: 'EiReport',
  oadrCreateOpt: 'EiOpt',
  oadrCreatedOpt: 'EiOpt',
  oadrCancelOpt: 'EiOpt',
  oadrCanceledOpt: 'EiOpt',
  /** Answers what came by a poll; where it goes depends on what it answers. @see serviceFor */
  oadrResponse: 'EiEvent',
};

/** What each message is answered with in the same HTTP exchange, when all is well; nothing for messages that are themselves replies. */
const properReplies: Readonly<Partial<Record<MessageName, readonly MessageName[]>>> = {
  oadrPoll: [
    'oadrResponse',
    'oadrDistributeEvent',
    'oadrCreateReport',
    'oadrRegisterReport',
    'oadrCancelReport',
    'oadrUpdateReport',
    'oadrCancelPartyRegistration',
    'oadrRequestReregistration',
  ],
  oadrQueryRegistration: ['oadrCreatedPartyRegistration'],
  oadrCreatePartyRegistration: ['oadrCreatedPartyRegistration'],
  oadrCancelPartyRegistration: ['oadrCanceledPartyRegistration'],
  oadrRequestReregistration: ['oadrResponse'],
  oadrRequestEvent: ['oadrDistributeEvent'],
  oadrDistributeEvent: ['oadrResponse'],
  oadrCreatedEvent: ['oadrResponse'],
  oadrRegisterReport: ['oadrRegisteredReport'],
  oadrCreateReport: ['oadrCreatedReport'],
  oadrUpdateReport: ['oadrUpdatedReport'],
  oadrCancelReport: ['oadrCanceledReport'],
  oadrCreateOpt: ['oadrCreatedOpt'],
  oadrCancelOpt: ['oadrCanceledOpt'],
  oadrRegisteredReport: ['oadrResponse'],
  oadrCreatedReport: ['oadrResponse'],
  oadrUpdatedReport: ['oadrResponse'],
  oadrCanceledReport: ['oadrResponse'],
  oadrCanceledPartyRegistration: ['oadrResponse'],
};

/** What a VTN may answer anything with: its errors, and its wish to see the VEN register anew. @rule 19.16 and 19.17 of the tolerance list */
const repliesToAnything: readonly MessageName[] = ['oadrResponse', 'oadrRequestReregistration'];

/** The messages that answer a request as the standard has it. */
export const properRepliesTo = (request: MessageName): readonly MessageName[] => properReplies[request] ?? [];

/** Whether a message can be taken for the reply to a request: as the standard has it, or as VTNs do. */
export const mayReplyTo = (request: MessageName, reply: MessageName): boolean =>
  properRepliesTo(request).includes(reply) || repliesToAnything.includes(reply);

/** What a request that came with a poll is answered with, by a request of its own to the service of that request. */
export const answerTo: Readonly<Partial<Record<MessageName, MessageName>>> = {
  oadrDistributeEvent: 'oadrCreatedEvent',
  oadrCreateReport: 'oadrCreatedReport',
  oadrRegisterReport: 'oadrRegisteredReport',
  oadrCancelReport: 'oadrCanceledReport',
  oadrUpdateReport: 'oadrUpdatedReport',
  oadrCancelPartyRegistration: 'oadrCanceledPartyRegistration',
  oadrRequestReregistration: 'oadrResponse',
};

/** Where a message is sent; an oadrResponse goes to the service of the message it answers. */
export const serviceFor = (message: MessageName, answers?: MessageName): OadrServiceName =>
  serviceOf[message === 'oadrResponse' && answers !== undefined ? answers : message];
