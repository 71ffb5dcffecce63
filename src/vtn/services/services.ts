import type { OadrMessage } from '../../protocol/payload.ts';
import { serviceOf } from '../../protocol/services.ts';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import { isAccepted, responseCodes } from '../../protocol/types/responseCode.ts';
import { settleDues } from '../dues.ts';
import { eiResponseOf } from '../world.ts';
import type { KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';
import { createdEvent, distribution, requestEvent } from './distribution.ts';
import { cancelOpt, createOpt } from './opting.ts';
import { poll } from './polling.ts';
import {
  cancelPartyRegistration,
  canceledPartyRegistration,
  createPartyRegistration,
  queryRegistration,
} from './registration.ts';
import { createdReport, registerReport } from './reporting.ts';
import { loseReport, updateReport } from './metering.ts';

/** Whether a message may be sent to a service; an oadrResponse goes wherever the message came from. */
export const belongsTo = (service: OadrServiceName, message: OadrMessage): boolean =>
  message.message === 'oadrResponse' || serviceOf[message.message] === service;

const requestIDOf = (message: OadrMessage): string =>
  'requestID' in message ? message.requestID : 'eiResponse' in message ? (message.eiResponse?.requestID ?? '') : '';

/** To a VEN that it does not know without a word everything is well, and there is never anything. */
const nothingFor = (world: VtnWorld, request: OadrMessage, venID: string): ServiceAnswer => {
  const eiResponse = eiResponseOf(requestIDOf(request));
  switch (request.message) {
    case 'oadrRequestEvent':
      return distribution(world, [], request.requestID);
    case 'oadrRegisterReport':
      return { message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [], venID };
    case 'oadrUpdateReport':
      return loseReport(world, request);
    default:
      return { message: 'oadrResponse', eiResponse, venID };
  }
};

/** What a VEN is told that the VTN does not know. */
const stranger = (world: VtnWorld, request: OadrMessage, venID: string): ServiceAnswer => {
  const { unknownVen } = world.settings;
  if (unknownVen === 'silence' || world.moods.isSilent) return nothingFor(world, request, venID);
  if (unknownVen === 'oadrRequestReregistration') return { message: 'oadrRequestReregistration', venID };
  return {
    message: 'oadrResponse',
    eiResponse: eiResponseOf(requestIDOf(request), unknownVen, `The VEN "${venID}" is not registered.`),
    venID,
  };
};

const acknowledged = (ven: KnownVen, request: OadrMessage): ServiceAnswer => ({
  message: 'oadrResponse',
  eiResponse: eiResponseOf(requestIDOf(request)),
  venID: ven.venID,
});

const refused = (world: VtnWorld, ven: KnownVen, request: OadrMessage): ServiceAnswer => {
  world.complain('48', `The VEN sent an ${request.message}, which is not a VEN's to send.`, ven.venID);
  return {
    message: 'oadrResponse',
    eiResponse: eiResponseOf(
      requestIDOf(request),
      responseCodes.complianceError,
      `A VEN does not send ${request.message}.`,
    ),
    venID: ven.venID,
  };
};

/** The cancel is over when the VEN has confirmed it. */
const confirmedCancel = (
  ven: KnownVen,
  request: OadrMessage & { readonly message: 'oadrCanceledReport' },
): ServiceAnswer => {
  if (!isAccepted(request.eiResponse.responseCode)) return acknowledged(ven, request);
  for (const known of [...ven.reportRequests.values()])
    if (known.cancelled !== undefined && !request.oadrPendingReports.includes(known.reportRequestID))
      ven.reportRequests.delete(known.reportRequestID);
  return acknowledged(ven, request);
};

const served = (world: VtnWorld, ven: KnownVen, request: OadrMessage): ServiceAnswer => {
  switch (request.message) {
    case 'oadrPoll':
      return poll(world, ven, request);
    case 'oadrRequestEvent':
      return requestEvent(world, ven, request);
    case 'oadrCreatedEvent':
      return createdEvent(world, ven, request);
    case 'oadrRegisterReport':
      return registerReport(world, ven, request);
    case 'oadrCreatedReport':
      return createdReport(world, ven, request);
    case 'oadrUpdateReport':
      return updateReport(world, ven, request);
    case 'oadrCanceledReport':
      return confirmedCancel(ven, request);
    case 'oadrCreateOpt':
      return createOpt(world, ven, request);
    case 'oadrCancelOpt':
      return cancelOpt(world, request);
    case 'oadrRegisteredReport':
    case 'oadrUpdatedReport':
      return acknowledged(ven, request);
    case 'oadrResponse':
      return undefined;
    default:
      return refused(world, ven, request);
  }
};

/** The venID a message says it is from. */
export const venIDOf = (message: OadrMessage): string | undefined => ('venID' in message ? message.venID : undefined);

/** Who a message without venID comes from can only be told when a single VEN is registered. */
const senderOf = (world: VtnWorld, request: OadrMessage): KnownVen | undefined => {
  const venID = venIDOf(request);
  if (venID !== undefined) return world.vens.get(venID);
  return world.vens.size === 1 ? [...world.vens.values()][0] : undefined;
};

/** Answers a message: the VTN without transport and without faults. */
export const serve = (world: VtnWorld, request: OadrMessage): ServiceAnswer => {
  if (request.message === 'oadrQueryRegistration') return queryRegistration(world, request);
  if (request.message === 'oadrCreatePartyRegistration') return createPartyRegistration(world, request);
  if (request.message === 'oadrCancelPartyRegistration') return cancelPartyRegistration(world, request);
  const ven = senderOf(world, request);
  if (ven === undefined)
    return request.message === 'oadrResponse' ? undefined : stranger(world, request, venIDOf(request) ?? '');
  settleDues(ven, request);
  if (request.message === 'oadrCanceledPartyRegistration') return canceledPartyRegistration(world, request);
  return served(world, ven, request);
};
