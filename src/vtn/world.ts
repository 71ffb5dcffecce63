import type { MessageOf, OadrMessage } from '../protocol/payload.ts';
import type { EiResponse } from '../protocol/elements/eiResponse.ts';
import type { ItemBase } from '../protocol/elements/itemBase.ts';
import type { OptType, ReadingType, ReportType } from '../protocol/types/enumerations.ts';
import type {
  EventID,
  RegistrationID,
  ReportRequestID,
  ReportSpecifierID,
  RequestID,
  ResourceID,
  RID,
  VenID,
  VtnID,
} from '../protocol/types/identifiers.ts';
import { responseCodes } from '../protocol/types/responseCode.ts';
import type { ResponseCode } from '../protocol/types/responseCode.ts';
import type { Duration } from '../protocol/types/scalars.ts';
import type { Booking } from './booking.ts';
import type { Complain } from './complaints.ts';
import type { Due } from './due.ts';
import type { EventBoard } from './events/eventBoard.ts';
import type { VtnSettings } from './settings.ts';
import { pushWithin } from './bounded.ts';

/** A data point a VEN has offered. */
export interface OfferedDataPoint {
  readonly reportSpecifierID: ReportSpecifierID;
  readonly reportName: string;
  readonly rID: RID;
  readonly resourceID?: ResourceID;
  readonly reportType: ReportType;
  readonly readingType: ReadingType;
  readonly itemBase?: ItemBase;
}

/** A request for a report that the VTN remembers. */
export interface KnownReportRequest {
  readonly reportRequestID: ReportRequestID;
  readonly reportSpecifierID: ReportSpecifierID;
  readonly rIDs: readonly RID[];
  readonly granularity: Duration;
  readonly reportBackDuration: Duration;
  readonly askedAt: number;
  /** Whether it has been cancelled; a last report may follow. */
  readonly cancelled?: { readonly reportToFollow: boolean };
}

/** A VEN that is registered, and what the VTN keeps about it. */
export interface KnownVen {
  /** The pace that its last registration was answered with; it is judged by no other. */
  pollFreq?: Duration;
  readonly venID: VenID;
  readonly registrationID: RegistrationID;
  readonly venName?: string;
  readonly registeredAt: number;
  dataPoints: readonly OfferedDataPoint[];
  readonly reportRequests: Map<ReportRequestID, KnownReportRequest>;
  /** What polls will hand out, first in, first out. */
  readonly queue: OadrMessage[];
  /** What it owes an answer to. */
  readonly dues: Due[];
  /** Where it wants things pushed to; absent: it polls. @rule 2.0b 402 */
  pushTo?: string;
  /** The last poll, and whether another may follow at once. */
  lastPoll?: { readonly at: number; readonly mayFollowAtOnce: boolean };
}

/** One answer of a VEN to one version of a DR event. */
export interface OptAnswer {
  readonly at: number;
  readonly venID: VenID;
  readonly eventID: EventID;
  readonly modificationNumber: number;
  readonly optType: OptType;
  readonly responseCode: ResponseCode;
  /** By which message: oadrCreatedEvent, or oadrCreateOpt. */
  readonly by: 'oadrCreatedEvent' | 'oadrCreateOpt';
  readonly requestID: RequestID;
  /** The devices that are meant; absent: all that the event is for. @rule 2.0b 206 */
  readonly resourceIDs?: readonly ResourceID[];
}

/** An opt schedule, as a VEN told it. */
export type OptSchedule = MessageOf<'oadrCreateOpt'>;

/** Everything the VTN's services share. */
export interface VtnWorld {
  readonly settings: VtnSettings;
  readonly board: EventBoard;
  readonly booking: Booking;
  readonly vens: Map<VenID, KnownVen>;
  readonly opts: OptAnswer[];
  /** The opt schedules that stand, by venID and optID. */
  readonly optSchedules: Map<string, OptSchedule>;
  readonly complain: Complain;
  readonly now: () => number;
  /** A fresh identifier, repeatable from the seed. */
  readonly identifier: () => string;
  /** Report requests that were lost or cancelled on this side: what is reported under them is lost through no fault of the VEN's. */
  readonly forgotten: Set<ReportRequestID>;
  /** A requestID for a message of the VTN's own. */
  readonly requestID: () => RequestID;
  /** Things a fault or a test has changed for the next report registration. */
  readonly moods: {
    pollFreq: Duration;
    asksForUsage: boolean;
    vtnID: VtnID;
    /** Whether whoever is not known is answered with 200 all the same, and gets nothing. */
    isSilent: boolean;
    /** Until when it pushes nothing. @unit UTC ms */
    mutedUntil?: number;
    /** Whether the next oadrUpdatedReport cancels all requests, and if so whether a last report is to follow. */
    cancelsWithNextReport?: boolean;
  };
}

/** What a service answers; nothing is an empty body. @rule 2.0b Fig. 22 */
export type ServiceAnswer = OadrMessage | undefined;

/** An eiResponse. */
export const eiResponseOf = (
  requestID: RequestID,
  responseCode: ResponseCode = responseCodes.ok,
  responseDescription = 'OK',
): EiResponse => ({
  responseCode,
  responseDescription,
  requestID,
});

/** @limit opt answers remembered; the oldest go first */
const optsLimit = 50_000;

/** Takes down an opt answer. */
export const noteOpt = (world: VtnWorld, answer: OptAnswer): void => pushWithin(optsLimit, world.opts, answer);
