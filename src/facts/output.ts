import type { AlarmCleared, AlarmRaised } from './alarms.ts';
import type { OadrMessage } from '../protocol/payload.ts';
import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { OadrReportRequest } from '../protocol/elements/oadrReportRequest.ts';
import type { InstructionEnded } from './instructions.ts';
import type { OptConcluded, OptCreated, OptEnded, OptRefused } from './opts.ts';
import type { DeviceReleaseRequested, PlanRequested, SetpointRequested, SetpointShadowed } from './planning.ts';
import type { PriceSource, StatedPrices, StatedSeries } from './prices.ts';
import type { Purpose } from './purpose.ts';
import type { DeviceTrustEnded } from './trust.ts';
import type {
  AskingEnd,
  UsageAsked,
  UsageUnasked,
  UsageLeftOut,
  UsageDue,
  UsageDeliveryStarted,
  UsageDeliveryAcknowledged,
  UsageDeliveryRejected,
  UsageDeliveryDoubted,
  UsageDeliveryReleased,
} from './usage.ts';

export type { Purpose } from './purpose.ts';

/**
 * Output facts: what the machines concluded from an input, recorded before anything acts on it.
 */

/** A message is to be sent. Only when an outcome fact names its exchangeID is it known what became of it. */
export interface SendRequested {
  readonly exchangeID: string;
  readonly purpose: Purpose;
  readonly service: string;
  readonly message: OadrMessage;
  /** 1 for the first sending, counting up with each resend. */
  readonly attempt: number;
}

/**
 * A message that the VTN pushed is to be answered so. Whether the reply gets through nobody knows: who misses it asks again, and
 * gets the same. @rule 2.0b §8.1, Tab. 2
 */
export interface ReplyRequested {
  readonly exchangeID: string;
  /** 200: it was taken, or is refused by a code. 403: its signature does not count. 406: it cannot be read. 500: we failed on it. 503: an unregistered VEN hears nothing. */
  readonly httpStatus: 200 | 403 | 406 | 500 | 503;
  /** Absent: the reply has no body. */
  readonly message?: OadrMessage;
  /** The exchange that the same request was first answered in, when it came again. */
  readonly repeats?: string;
}

/** The VTN confirmed who we are. @rule 2.0b 402, 403 */
export interface Registered {
  readonly registrationID: string;
  readonly venID: string;
  readonly vtnID: string;
  /** Undefined when the VTN named none, or nonsense. @unit ms */
  readonly requestedPollFreqMs?: number;
  /** True when the registrationID is the one we already had. */
  readonly renewed: boolean;
  /** Where the VTN was told to push; absent where we poll. */
  readonly transportAddress?: string;
}

/** The VTN refused the registration. */
export interface RegistrationRefused {
  readonly responseCode: string;
  readonly responseDescription: string;
}

/** The registration is over: `vtn` cancelled it, the `ven` did, or the VTN says it does not know us (`lost`). */
export interface RegistrationEnded {
  readonly by: 'vtn' | 'ven' | 'lost';
}

/** The VTN has our report metadata; requests made before are void. @rule 2.0b 306 */
export interface ReportsRegistered {
  readonly reportSpecifierIDs: readonly string[];
}

/** Nothing is sent for a while after a failure. @rule 2.0b §9.1.7 */
export interface BackoffStarted {
  readonly attempt: number;
  readonly delayMs: number;
  readonly because: string;
}

/** A DR event version was taken over. `startAt` and `endAt` include the random offset. */
export interface DrEventAccepted {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly kind: 'new' | 'modified';
  readonly event: EiEvent;
  readonly test: boolean;
  /** The random part of startafter, rolled once. @unit ms @rule 2.0b 30 */
  readonly offsetMs: number;
  readonly startAt: number;
  /** Absent when the event has no defined end. @rule 2.0b 47 */
  readonly endAt?: number;
  /** What was found odd about it and taken all the same; absent when there was nothing. */
  readonly remarks?: readonly string[];
  readonly marketContext: string;
  readonly vtnComment?: string;
  readonly signals: readonly SignalSummary[];
  /** What it states of prices, lifted from the event; only where it was recorded in version 1, a later one is followed by `PricesReceived`. */
  readonly prices?: StatedPrices;
}

/** What a signal of a DR event is, without its values. */
export interface SignalSummary {
  readonly signalName: string;
  readonly signalType: string;
  /** How many intervals it has. */
  readonly intervals: number;
}

/** A DR event version was not taken over; what was known of the event stays as it was. */
export interface DrEventRefused {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly responseCode: string;
  readonly why: string;
}

/** Where a DR event is in its life, on our own clock. */
export type DrEventStatus = 'far' | 'near' | 'active' | 'completed' | 'cancelled';

/** A DR event went on in its life. */
export interface DrEventStatusChanged {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly status: DrEventStatus;
}

/** A DR event was called off. */
export interface DrEventCancelled {
  readonly eventID: string;
  readonly modificationNumber: number;
  /** `explicit`: eventStatus cancelled. `implicit`: absent from an oadrDistributeEvent. `registration`: the registration ended. */
  readonly by: 'explicit' | 'implicit' | 'registration';
  /** When its execution ends: now, or later at random within startafter. @rule 2.0b 65 */
  readonly endsAt: number;
  /** What becomes of its prices; only where it was recorded in version 1, a later one is followed by `PricesWithdrawn`. */
  readonly prices?: PricesWithdrawn;
}

/** One eventResponse was decided; every sending of it carries this decision. */
export interface DrEventAnswered {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly optType: 'optIn' | 'optOut';
  readonly responseCode: string;
  readonly requestID: string;
}

/** A DR event is over for long enough to be forgotten by the machines; the log keeps it. */
export interface DrEventForgotten {
  readonly eventID: string;
  /** Only where it was recorded in version 1; a later one is followed by `PricesClosed`. */
  readonly prices?: PricesClosed;
}

/** Prices were stated: they take the place of all that their source stated before. */
export interface PricesReceived {
  readonly source: PriceSource;
  /** Counts up with each change of what the source states: the modificationNumber of a DR event. */
  readonly version: number;
  /** 1 goes before 2, and 0, which is none, comes last. @rule 2.0b 3 */
  readonly priority: number;
  /** The one that counts first comes first; none when the source states no prices any more. */
  readonly series: readonly StatedSeries[];
}

/** A source takes its prices back, or does not speak of them any more. */
export interface PricesWithdrawn {
  readonly source: PriceSource;
  /** `unlisted`: it is silent about them, and they hold until others take their place. */
  readonly because: 'cancelled' | 'unlisted' | 'registrationEnded';
  /** From when on they price nothing; null when they hold on. UTC ms. */
  readonly endsAt: number | null;
}

/** Prices were stated and refused: what holds is what was stated before, and that something else was said is kept. */
export interface PricesContested {
  readonly source: PriceSource;
  readonly version: number;
  readonly priority: number;
  readonly series: readonly StatedSeries[];
  readonly because: string;
}

/** Sources that are all in force state different prices for the same time: one is acted upon, and settlement leaves the time open. */
export interface PricesOverlapped {
  /** From the first to the last instant ahead that is priced twice; null when that is not in sight. UTC ms. */
  readonly startAt: number;
  readonly endAt: number | null;
  /** Who states them. @limit The first 20. */
  readonly sources: readonly { readonly source: PriceSource; readonly version: number }[];
  readonly because: string;
}

/** A source will not be spoken of again: what comes under its name later has nothing to do with it. */
export interface PricesClosed {
  readonly source: PriceSource;
}

/** Which report a request is about. */
export type ReportKind = 'usage' | 'status' | 'history' | 'metadata';

/** A report request is in force, on these terms. */
export interface ReportRequestAccepted {
  readonly reportRequestID: string;
  readonly kind: ReportKind;
  readonly request: OadrReportRequest;
  readonly reportSpecifierID: string;
  /** The data points that are asked for. */
  readonly rIDs: readonly string[];
  /** First instant a report may cover. UTC ms. */
  readonly startAt: number;
  /** Absent when it runs until cancelled. */
  readonly endAt?: number;
  /** 0: on change, or one-shot. @unit ms */
  readonly granularityMs: number;
  /** 0: one report at once. @unit ms */
  readonly reportBackMs: number;
  /** `localDay`: one report per local day of the programme. `clock`: boundaries of UTC. `start`: counted from startAt. */
  readonly aligned: 'localDay' | 'clock' | 'start';
  /** What it asks of usage, lifted from the request; only where it was recorded in version 1, a later one is followed by `UsageAsked`. */
  readonly usage?: UsageAsked;
}

/** A report request cannot be met; the VTN is told why. */
export interface ReportRequestRefused {
  readonly reportRequestID: string;
  readonly responseCode: string;
  readonly why: string;
}

/** A report request is over: nothing more is reported under it. */
export interface ReportRequestEnded {
  readonly reportRequestID: string;
  readonly because: AskingEnd;
  /** Only where it was recorded in version 1; a later one is followed by `UsageUnasked`. */
  readonly usage?: UsageUnasked;
}

/** Reports of a stretch of time come later than they might: there is more to tell than can be told at once. Nothing is dropped. */
export interface ReportDelayed {
  readonly reportRequestID: string;
  readonly fromAt: number;
  readonly toAt: number;
  readonly because: string;
}

/** A report that is no delivery may or may not have arrived: it goes again under the same requestID, so its values may be there twice. */
export interface ReportDoubted {
  readonly reportRequestID: string;
  readonly requestID: string;
  readonly because: string;
}

/** The VTN answered a request of ours with a code of failure: nothing comes of it. */
export interface ExchangeRefused {
  readonly purpose: Purpose;
  /** Our message's root element. */
  readonly message: string;
  readonly responseCode: string;
  readonly why: string;
}

/** A reading of the device's registers is wanted for the boundary (from its memory when that is in the past). */
export interface MeterReadRequested {
  readonly resourceID: string;
  readonly boundaryAt: number;
}

/** A device is to say how it stands now: at a start, so that nothing waits for its next boundary. */
export interface DeviceStateRequested {
  readonly resourceID: string;
  /** Once it has answered, or has not, another one is asked: so many at a time. */
  readonly isInTurn: boolean;
}

/** The VTN's Date was held against our clock: the first time since a start or since the clock was set, or with another result. */
export interface ClocksCompared {
  /** The VTN's clock less ours. @unit ms */
  readonly clockOffsetMs: number;
}

/** What was read in a stretch of the record was dated by a clock that was wrong: it says nothing of the hours that it names. */
export interface ReadingsDisowned {
  readonly fromPosition: number;
  /** The first position after it. */
  readonly beforePosition: number;
  /** The true time less that of the wrong clock, at its end. @unit ms */
  readonly clockOffsetMs: number;
}

/**
 * An input could not be taken: a machine failed on it, or a message that it led to could not be written. The state stayed as
 * it was; the input is consumed all the same.
 */
export interface StepFailed {
  /** The input by its name. */
  readonly input: string;
  /** The stream, and the timer or the input: `device/battery MeterRead`. */
  readonly subject: string;
  /** What the program says of it. */
  readonly why: string;
  /** How often in a row. */
  readonly times: number;
  /** Whether what can be done without the broken part was tried; false when that could not be written either. */
  readonly isRemedied: boolean;
}

/** A message that cannot be sent, or whose answer forbids sending it again, was given up. */
export interface MessageDropped {
  readonly purpose: Purpose;
  readonly message: string;
  /** The optID, the eventIDs or the reportRequestIDs that it speaks of; absent: it speaks of none, or the log is of before. */
  readonly subjects?: readonly string[];
  readonly because: string;
}

/** What the VTN sent was not taken, and it was told so: nothing follows from it. @rule 2.0b 21, 400 */
export interface MessageRefused {
  /** The message's root element. */
  readonly message: string;
  readonly responseCode: string;
  readonly why: string;
}

/** Every output fact by its name. */
export interface OutputFacts {
  SendRequested: SendRequested;
  ReplyRequested: ReplyRequested;
  MessageDropped: MessageDropped;
  MessageRefused: MessageRefused;
  Registered: Registered;
  RegistrationRefused: RegistrationRefused;
  RegistrationEnded: RegistrationEnded;
  ReportsRegistered: ReportsRegistered;
  BackoffStarted: BackoffStarted;
  DrEventAccepted: DrEventAccepted;
  DrEventRefused: DrEventRefused;
  DrEventStatusChanged: DrEventStatusChanged;
  DrEventCancelled: DrEventCancelled;
  DrEventAnswered: DrEventAnswered;
  DrEventForgotten: DrEventForgotten;
  PricesReceived: PricesReceived;
  PricesWithdrawn: PricesWithdrawn;
  PricesContested: PricesContested;
  PricesOverlapped: PricesOverlapped;
  PricesClosed: PricesClosed;
  ReportRequestAccepted: ReportRequestAccepted;
  ReportRequestRefused: ReportRequestRefused;
  ReportRequestEnded: ReportRequestEnded;
  ReportDelayed: ReportDelayed;
  UsageLeftOut: UsageLeftOut;
  UsageAsked: UsageAsked;
  UsageUnasked: UsageUnasked;
  UsageDue: UsageDue;
  UsageDeliveryStarted: UsageDeliveryStarted;
  UsageDeliveryAcknowledged: UsageDeliveryAcknowledged;
  UsageDeliveryRejected: UsageDeliveryRejected;
  UsageDeliveryDoubted: UsageDeliveryDoubted;
  UsageDeliveryReleased: UsageDeliveryReleased;
  ReportDoubted: ReportDoubted;
  ExchangeRefused: ExchangeRefused;
  MeterReadRequested: MeterReadRequested;
  DeviceStateRequested: DeviceStateRequested;
  ClocksCompared: ClocksCompared;
  ReadingsDisowned: ReadingsDisowned;
  PlanRequested: PlanRequested;
  SetpointRequested: SetpointRequested;
  SetpointShadowed: SetpointShadowed;
  DeviceReleaseRequested: DeviceReleaseRequested;
  InstructionEnded: InstructionEnded;
  OptConcluded: OptConcluded;
  OptCreated: OptCreated;
  OptRefused: OptRefused;
  OptEnded: OptEnded;
  DeviceTrustEnded: DeviceTrustEnded;
  StepFailed: StepFailed;
  AlarmRaised: AlarmRaised;
  AlarmCleared: AlarmCleared;
}

export type OutputType = keyof OutputFacts;
