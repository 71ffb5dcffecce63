import type { MessageOf } from '../../protocol/payload.ts';
import { isAccepted, responseCodes } from '../../protocol/types/responseCode.ts';
import type { RegistrationID, VenID } from '../../protocol/types/identifiers.ts';
import { eiResponseOf } from '../world.ts';
import type { KnownVen, ServiceAnswer, VtnWorld } from '../world.ts';

type Create = MessageOf<'oadrCreatePartyRegistration'>;
type Created = MessageOf<'oadrCreatedPartyRegistration'>;

const offer = (world: VtnWorld): Pick<Created, 'message' | 'vtnID' | 'oadrProfiles' | 'oadrRequestedOadrPollFreq'> => ({
  message: 'oadrCreatedPartyRegistration',
  vtnID: world.moods.vtnID,
  oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
  oadrRequestedOadrPollFreq: world.moods.pollFreq,
});

const refusal = (world: VtnWorld, request: Create, text: string): Created => ({
  ...offer(world),
  eiResponse: eiResponseOf(request.requestID, responseCodes.invalidID, text),
});

const isAdmitted = ({ settings }: VtnWorld, venID: VenID | undefined): boolean =>
  settings.venIDs === 'any' || (venID === undefined ? false : settings.venIDs.includes(venID));

const openVen = (world: VtnWorld, venID: VenID, registrationID: RegistrationID, request: Create): KnownVen => ({
  venID,
  registrationID,
  ...(request.oadrVenName === undefined ? {} : { venName: request.oadrVenName }),
  registeredAt: world.now(),
  dataPoints: [],
  reportRequests: new Map(),
  queue: [],
  dues: [],
});

/** A registration without registrationID is a new one: everything kept about reports is dropped. @rule 2.0b 406 */
const registerAnew = (world: VtnWorld, request: Create): KnownVen => {
  const ven = openVen(world, request.venID ?? world.identifier(), world.identifier(), request);
  world.vens.set(ven.venID, ven);
  if (world.settings.announcesReports)
    ven.queue.push({ message: 'oadrRegisterReport', requestID: world.requestID(), oadrReport: [] });
  return ven;
};

const renewed = (world: VtnWorld, request: Create): KnownVen | undefined => {
  const ven = request.venID === undefined ? undefined : world.vens.get(request.venID);
  if (request.registrationID === undefined || ven?.registrationID !== request.registrationID) return undefined;
  delete ven.lastPoll;
  // Answers that it owed may be gone with the run that ended: it offers its reports and asks for events anew. @rule 2.0b 405
  ven.dues.length = 0;
  return ven;
};

/** Registers a VEN, or renews its registration under the same registrationID. */
export const createPartyRegistration = (world: VtnWorld, request: Create): ServiceAnswer => {
  if (!isAdmitted(world, request.venID))
    return refusal(world, request, `This VTN admits no VEN with the venID "${request.venID ?? ''}".`);
  const known = renewed(world, request);
  if (known === undefined && request.registrationID !== undefined && world.settings.unknownRegistrationID === 'refuses')
    return refusal(world, request, `This VTN knows no registration "${request.registrationID}".`);
  if (known === undefined && request.registrationID !== undefined && world.settings.unknownRegistrationID === 'repeats')
    return {
      ...offer(world),
      eiResponse: eiResponseOf(request.requestID),
      registrationID: request.registrationID,
      venID: request.venID ?? '',
    };
  const ven = known ?? registerAnew(world, request);
  // One model holds for a registration, until the next. @rule 2.0b 500
  if (request.oadrHttpPullModel === false && request.oadrTransportAddress !== undefined)
    ven.pushTo = request.oadrTransportAddress;
  else delete ven.pushTo;
  ven.pollFreq = world.moods.pollFreq;
  return {
    ...offer(world),
    eiResponse: eiResponseOf(request.requestID),
    registrationID: ven.registrationID,
    venID: ven.venID,
  };
};

/** A query names no VEN; who asks can only be told when a single VEN is registered behind this URL. */
export const queryRegistration = (world: VtnWorld, request: MessageOf<'oadrQueryRegistration'>): ServiceAnswer => {
  const [only, ...others] = [...world.vens.values()];
  const registered =
    only === undefined || others.length > 0 ? {} : { registrationID: only.registrationID, venID: only.venID };
  return { ...offer(world), eiResponse: eiResponseOf(request.requestID), ...registered };
};

/** The VEN ends its registration. */
export const cancelPartyRegistration = (
  world: VtnWorld,
  request: MessageOf<'oadrCancelPartyRegistration'>,
): ServiceAnswer => {
  const ven = [...world.vens.values()].find(({ registrationID }) => registrationID === request.registrationID);
  const isKnown = ven !== undefined && (request.venID === undefined || request.venID === ven.venID);
  if (!isKnown)
    return {
      message: 'oadrCanceledPartyRegistration',
      eiResponse: eiResponseOf(
        request.requestID,
        responseCodes.invalidID,
        `This VTN knows no registration "${request.registrationID}".`,
      ),
    };
  world.vens.delete(ven.venID);
  return {
    message: 'oadrCanceledPartyRegistration',
    eiResponse: eiResponseOf(request.requestID),
    registrationID: ven.registrationID,
    venID: ven.venID,
  };
};

/** The VEN confirms that the VTN has ended its registration. */
export const canceledPartyRegistration = (
  world: VtnWorld,
  request: MessageOf<'oadrCanceledPartyRegistration'>,
): ServiceAnswer => {
  const venID = request.venID ?? '';
  if (isAccepted(request.eiResponse.responseCode)) world.vens.delete(venID);
  return { message: 'oadrResponse', eiResponse: eiResponseOf(request.eiResponse.requestID), venID };
};
