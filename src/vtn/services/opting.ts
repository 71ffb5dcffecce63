import type { MessageOf } from '../../protocol/payload.ts';
import { responseCodes } from '../../protocol/types/responseCode.ts';
import { eiResponseOf, noteOpt } from '../world.ts';
import type { KnownVen, OptSchedule, ServiceAnswer, VtnWorld } from '../world.ts';

const scheduleKey = (venID: string, optID: string): string => `${venID} ${optID}`;

/** Whom an opt is for beside the VEN as a whole. */
const devicesOf = ({ eiTarget: { resourceID = [] } }: OptSchedule): readonly string[] => resourceID;

/** A later schedule of the same kind stands for earlier ones: of all devices, or of those that it names. @rule 2.0b 203, 205 */
const isReplacedBy = (earlier: OptSchedule, later: OptSchedule): boolean =>
  earlier.venID === later.venID &&
  earlier.optID !== later.optID &&
  earlier.optType === later.optType &&
  (later.marketContext === undefined || earlier.marketContext === later.marketContext) &&
  (devicesOf(later).length === 0 ||
    (devicesOf(earlier).length > 0 && devicesOf(earlier).every((each) => devicesOf(later).includes(each))));

const noteSchedule = (world: VtnWorld, schedule: OptSchedule): void => {
  for (const [key, earlier] of world.optSchedules) if (isReplacedBy(earlier, schedule)) world.optSchedules.delete(key);
  world.optSchedules.set(scheduleKey(schedule.venID, schedule.optID), schedule);
};

/** Takes down that a VEN opts, of a DR event or by a schedule. */
export const createOpt = (world: VtnWorld, ven: KnownVen, request: MessageOf<'oadrCreateOpt'>): ServiceAnswer => {
  const { qualifiedEventID, optID, optType, requestID, eiTarget } = request;
  const isKnown =
    qualifiedEventID === undefined || world.board.listed().some(({ eventID }) => eventID === qualifiedEventID.eventID);
  if (!isKnown)
    return {
      message: 'oadrCreatedOpt',
      eiResponse: eiResponseOf(requestID, responseCodes.invalidID, 'The eventID is not known.'),
      optID,
    };
  if (qualifiedEventID === undefined) noteSchedule(world, request);
  else
    noteOpt(world, {
      at: world.now(),
      venID: ven.venID,
      ...qualifiedEventID,
      optType,
      responseCode: responseCodes.ok,
      by: 'oadrCreateOpt',
      requestID,
      ...(eiTarget.resourceID === undefined ? {} : { resourceIDs: eiTarget.resourceID }),
    });
  return { message: 'oadrCreatedOpt', eiResponse: eiResponseOf(requestID), optID };
};

/** Acknowledges that an opt schedule has ended; of what qualifies a DR event it does not. @rule 2.0b 204, 211 */
export const cancelOpt = (world: VtnWorld, request: MessageOf<'oadrCancelOpt'>): ServiceAnswer => {
  const { optID, requestID, venID } = request;
  const key = scheduleKey(venID, optID);
  const isKnown = world.optSchedules.delete(key);
  return {
    message: 'oadrCanceledOpt',
    eiResponse: isKnown
      ? eiResponseOf(requestID)
      : eiResponseOf(requestID, responseCodes.invalidID, 'The optID is not known.'),
    optID,
  };
};
