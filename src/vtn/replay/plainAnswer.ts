import type { OadrMessage } from '../../protocol/payload.ts';
import type { KnownVtn } from './knownVtn.ts';
import { eiResponseOf } from '../world.ts';

/** What a VTN that only repeats says to a request that nobody recorded: the least that lets the VEN go on. */
export const plainAnswer = (
  request: OadrMessage,
  { vtnID, registrationID, pollFreq }: KnownVtn,
): OadrMessage | undefined => {
  const requestID = 'requestID' in request && typeof request.requestID === 'string' ? request.requestID : '';
  const venID = 'venID' in request && typeof request.venID === 'string' ? request.venID : undefined;
  const eiResponse = eiResponseOf(requestID);
  const named = venID === undefined ? {} : { venID };
  switch (request.message) {
    case 'oadrCreatePartyRegistration':
    case 'oadrQueryRegistration':
      return {
        message: 'oadrCreatedPartyRegistration',
        eiResponse,
        vtnID,
        ...named,
        ...(request.message === 'oadrCreatePartyRegistration'
          ? { registrationID: request.registrationID ?? registrationID }
          : {}),
        oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
        oadrRequestedOadrPollFreq: pollFreq,
      };
    case 'oadrCancelPartyRegistration':
      return { message: 'oadrCanceledPartyRegistration', eiResponse, registrationID: request.registrationID, ...named };
    case 'oadrRegisterReport':
      return { message: 'oadrRegisteredReport', eiResponse, oadrReportRequest: [], ...named };
    case 'oadrUpdateReport':
      return { message: 'oadrUpdatedReport', eiResponse, ...named };
    case 'oadrRequestEvent':
      return { message: 'oadrDistributeEvent', eiResponse, vtnID, requestID, oadrEvent: [] };
    case 'oadrResponse':
      return undefined;
    default:
      return { message: 'oadrResponse', eiResponse, ...named };
  }
};
