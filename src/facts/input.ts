import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type {
  DeviceReleased,
  PlanFailed,
  PlanMade,
  SetpointApplied,
  SetpointFailed,
  SetpointRenewalsSummarised,
} from './planning.ts';
import type { CertificateSeen, RenewalRefused } from './certificates.ts';
import type { OperatorInstructed, OperatorReleased } from './instructions.ts';
import type { OptGiven, OptTakenBack } from './opts.ts';
import type { StatedPrices } from './prices.ts';
import type { VenSettings } from './settings.ts';
import type { MessageSigned, SignatureRefused, SignatureTold } from './signatures.ts';
import type { DeviceDistrusted, DeviceTrusted } from './trust.ts';

/**
 * Input facts: everything that comes in through a port. Time, chance and the world enter here and nowhere else.
 */

/** Versions that shape how inputs are answered; `replay --verify` compares only where `machines` agrees. */
export interface Versions {
  readonly agent: string;
  readonly machines: string;
  readonly node: string;
  readonly timeZoneData: string;
  /** By which rules secrets are taken out of what the VTN says before it is recorded; absent in runs of before. */
  readonly veil?: string;
}

/** A run begins: with these versions and these settings it decides until it ends. */
export interface AgentStarted {
  readonly versions: Versions;
  /** Absent where they are those in force, which `settingsHash` names: those of the last start or change that has them. */
  readonly settings?: VenSettings;
  /** SHA-256 (hex) of the settings it decides with, as `settingsHash` spells them; absent in runs of before. */
  readonly settingsHash?: string;
  /** The venID that the log was kept under until now, when a person said that another one goes on with it. */
  readonly renamedFrom?: string;
  /** Only what runs many VENs was begun anew, and the VEN goes on as far as nothing has changed. Absent: it was started itself. */
  readonly resumes?: true;
}

/** The configuration was read again while the agent ran, and some of it is another: it decides with this from now on. */
export interface SettingsChanged {
  readonly settings: VenSettings;
  /** The names of what is another: `preferences.reserve`, `devices.battery.maxChargeWatts`. */
  readonly changed: readonly string[];
  /** The devices that are new, or were opened anew. */
  readonly reopened: readonly string[];
  /** What the VTN is offered is another: reports are registered anew. */
  readonly isOfferAnother: boolean;
}

/** The configuration was read again and cannot be used: nothing has changed. */
export interface SettingsRefused {
  /** What is wrong, a sentence each, without secrets. */
  readonly because: readonly string[];
}

/** Somebody asked the agent to stop: what is in flight is still awaited. */
export interface StopAsked {
  readonly because: string;
}

/** The wall clock was moved against the time that really passed. Positive: set forward. */
export interface ClockJumped {
  readonly jumpMs: number;
}

/** A run ended in order; a run without this fact was cut off. */
export interface AgentStopped {
  /** `SIGTERM`, `SIGINT`, `demo over`, or what else ended the run. */
  readonly because: string;
}

/** A timer of the stream named in the envelope came due. It may fire late, never early. */
export interface TimerFired {
  /** Its name: `dtstart in drEvent.near`. */
  readonly timer: string;
  readonly dueAt: number;
}

/** The VTN answered with HTTP 200 and a message that decodes. */
export interface MessageReceived {
  readonly exchangeID: string;
  readonly message: OadrMessage;
  /** Tolerances that were needed to read it: rule numbers of the tolerance list. */
  readonly deviations: readonly string[];
  readonly roundTripMs: number;
  /** The VTN's clock less ours, from its Date header. @unit ms */
  readonly clockOffsetMs?: number;
  /** How it was signed, where that was verified. */
  readonly signature?: SignatureTold;
  /** How long it was, where that comes near the longest that is read. @unit bytes */
  readonly bytes?: number;
  /** What the DR events it lists state of prices; only where it was recorded in version 1: a refused listing is followed by `PricesContested` since. */
  readonly prices?: readonly StatedPrices[];
}

/** The VTN answered with HTTP 200 and an empty body, as it does to an oadrResponse. @rule 2.0b Fig. 22 */
export interface EmptyReplyReceived {
  readonly exchangeID: string;
  readonly roundTripMs: number;
}

/** The VTN answered with HTTP 200 and a body that is not a message we can read. */
export interface MessageRejected {
  readonly exchangeID: string;
  readonly kind: string;
  readonly path: string;
  readonly text: string;
  /** The message it would have been, its requestID, and what to answer; absent where it could not be told, and in old logs. */
  readonly message?: MessageName;
  readonly requestID?: string;
  readonly responseCode?: string;
  /** How it was signed, where that was verified. */
  readonly signature?: SignatureTold;
}

/** The VTN pushed a message to us that decodes. Its reply is a `ReplyRequested` of the same exchangeID. @rule 2.0b §9.1.2 */
export interface RequestReceived {
  readonly exchangeID: string;
  /** The service at which it came. */
  readonly service: OadrServiceName;
  readonly message: OadrMessage;
  /** Tolerances that were needed to read it: rule numbers of the tolerance list. */
  readonly deviations: readonly string[];
  /** What its signature says, where signatures are verified. */
  readonly signature?: SignatureTold;
  /** How long it was, where that comes near the longest that is read. @unit bytes */
  readonly bytes?: number;
}

/** The VTN pushed a body that is not a message we can read. @rule 2.0b §9.1.5 */
export interface RequestRejected {
  readonly exchangeID: string;
  readonly service: OadrServiceName;
  readonly kind: string;
  readonly path: string;
  readonly text: string;
  /** The message it would have been, its requestID, and what it is wrong by; absent where it could not be told. */
  readonly message?: MessageName;
  readonly requestID?: string;
  readonly responseCode?: string;
  readonly signature?: SignatureTold;
}

/** How an exchange can fail before there is a message to read. */
export type FailureReason =
  'refused' | 'dns' | 'tls' | 'timeout' | 'reset' | 'httpStatus' | 'tooLarge' | 'redirect' | 'contentType' | 'aborted';

/** An exchange brought no message: the VTN was not reached, or answered with something else than HTTP 200. */
export interface ExchangeFailed {
  readonly exchangeID: string;
  readonly reason: FailureReason;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  /** True only when no byte of the request can have reached the VTN. */
  readonly certainlyNotDelivered: boolean;
  readonly detail: string;
}

/** What a device says of itself beside its registers. */
export interface DeviceStatus {
  readonly online: boolean;
  readonly manualOverride: boolean;
  /** Whether it can be used now: a car is plugged in, nobody has taken it out of service. Absent: it can. */
  readonly isAvailable?: boolean;
  /** Its own clock less ours, where it tells the time. @unit ms */
  readonly clockOffsetMs?: number;
  /** Who it says that it is: maker, model and serial number. Absent: it does not say. */
  readonly serial?: string;
  /** It has no timer of its own: it would go on with what it was told last if we were gone. */
  readonly keepsLastOrder?: boolean;
  /** Present power: positive draws from the grid. Absent: it is not known. @unit W */
  readonly powerWatts?: number;
  /** 0 to 1. */
  readonly stateOfCharge?: number;
  /** What it says that cannot be, and what counts as not known therefore. Absent: nothing. */
  readonly disbelieved?: readonly Disbelieved[];
  /** Power limits as capacity for TELEMETRY_STATUS. @unit W */
  readonly maxChargeWatts: number;
  readonly maxDischargeWatts: number;
}

/** A value of a device that cannot be. */
export interface Disbelieved {
  readonly value: 'stateOfCharge' | 'powerWatts';
  /** As it said it: 0 to 1, or W; null where it is not even a number. */
  readonly said: number | null;
}

/** A device's cumulative registers at a boundary of its sampling. */
export interface MeterRead {
  readonly resourceID: string;
  /** The instant the reading stands for. UTC ms. */
  readonly boundaryAt: number;
  /** The instant it was taken; from the device's own memory it equals `boundaryAt`. UTC ms. */
  readonly readAt: number;
  /** Cumulative energy drawn and delivered. Integers. @unit Wh */
  readonly importWattHours: number;
  readonly exportWattHours: number;
  /** Since when the registers count without a break: readings of different ones are not subtracted. Absent: for ever. UTC ms. */
  readonly registersSince?: number;
  /** The device has no registers: its power was added up. */
  readonly isIntegrated?: boolean;
  readonly status: DeviceStatus;
}

/** Why a reading is missing, in the words of oadrDataQuality after `Quality Bad - `. */
export type BadQuality =
  | 'Non Specific'
  | 'Configuration Error'
  | 'Not Connected'
  | 'Device Failure'
  | 'Sensor Failure'
  | 'Comm Failure'
  | 'Out of Service';

/** A device could not tell its registers for a boundary. */
export interface MeterReadFailed {
  readonly resourceID: string;
  readonly boundaryAt: number;
  readonly quality: BadQuality;
  readonly detail: string;
}

/**
 * What a device says of itself when it is asked at a start, at no boundary: its status counts, and what it is planned with. No hour is
 * metered by it.
 */
export interface DeviceStateRead extends Omit<MeterRead, 'boundaryAt'> {
  /** As it was asked. */
  readonly isInTurn: boolean;
}

/** A device did not say at a start how it stands: it is waited for, until its next reading. */
export interface DeviceStateUnread {
  readonly resourceID: string;
  readonly isInTurn: boolean;
  readonly quality: BadQuality;
  readonly detail: string;
}

/** What a person asked for. */
export type OperatorWish =
  | 'reregister'
  | 'registerAfresh'
  | 'queryRegistration'
  | 'cancelRegistration'
  | 'requestEvent'
  | 'releaseHeldUsage'
  | 'planAgain';

/** A person asked for something of the agent as a whole. */
export interface OperatorAsked {
  readonly wish: OperatorWish;
  /** The one delivery that is to be released; all that stand still when absent. */
  readonly deliveryID?: string;
}

/** A person opted in or out of a DR event. @rule 2.0b §8.1 */
export interface OperatorOpted {
  readonly eventID: string;
  readonly optType: 'optIn' | 'optOut';
}

/**
 * Polls in which nothing was asked and nothing changed, as one fact.
 * It stands for `count` polls answered with an oadrResponse; after it the next poll is due at `nextPollAt`.
 */
export interface QuietPollsSummarised {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly nextPollAt: number;
  /** When the last of them was sent. UTC ms. */
  readonly lastPollAt: number;
  /** Serial of the last exchange among them; the next one continues from it. */
  readonly lastSerial: number;
  readonly roundTripTotalMs: number;
  readonly roundTripMaxMs: number;
}

/** What a log no longer holds. The gaps themselves stand in the log, each in its place; this makes a change of them evident. */
export interface GapSeal {
  /** The positions it speaks of, both inclusive. */
  readonly fromPosition: number;
  readonly toPosition: number;
  /** How many gaps there are among them, and how many entries are gone. */
  readonly gaps: number;
  readonly entries: number;
  /** SHA-256 (hex) over the gaps in order: first and last position of each, and the hash of its last entry. */
  readonly digest: string;
}

/**
 * The log was made shorter: of what lies before the base only that is kept which settlement needs.
 *
 * It is recorded before the entries go, so a log that still holds them was interrupted, and is as good.
 */
export interface LogCompacted {
  /** After this entry everything is there. */
  readonly basePosition: number;
  readonly baseHash: string;
  /** Entries recorded before this instant could go. */
  readonly beforeAt: number;
  readonly seal: GapSeal;
}

/** Entries that were lost and could not be saved. */
export interface LostStretch {
  readonly fromPosition: number;
  /** Absent when the end of the log is gone and nobody knows how long it was. */
  readonly toPosition?: number;
  /** When the entry before it was recorded; absent when there is none. */
  readonly fromAt?: number;
  /** When the entry after it was recorded, or else when the log was repaired. */
  readonly toAt: number;
}

/** What could be proved of a damaged log was saved into a new one, which begins to be written with this. */
export interface LogRepaired {
  /** What was found wrong, in words. */
  readonly findings: readonly string[];
  /** The lost stretches, oldest first. @limit 100 are listed, the later ones joined into the last. */
  readonly lost: readonly LostStretch[];
  /** How many entries are known to be lost. */
  readonly lostEntries: number;
  /** How many messages lost their XML. */
  readonly lostWires: number;
  /** Where the marks say that the damaged log ended; absent when they are gone. */
  readonly headBefore?: { readonly position: number; readonly hash: string };
  /** The last entry that was saved; position -1 when there is none. */
  readonly headAfter: { readonly position: number; readonly hash: string };
  readonly seal: GapSeal;
  /** What persons opted by EiOpt and holds by the entries that are left, in the order in which it was given; absent where nothing does. */
  readonly opts?: readonly OptGiven[];
  /** The DR events that persons opted out of in our answers to them, by the entries that are left; absent where there are none. */
  readonly optedOut?: readonly OperatorOpted['eventID'][];
  /** `restored`: nothing was damaged, but an older copy took the place of a log that went on. Absent after damage. */
  readonly because?: 'restored';
}

/** There are signs that a second agent is this VEN, or there are none any more. */
export interface SecondAgentSuspected {
  /** `anchor`: it writes the anchor of this log. `registration`: the VTN keeps taking our registration from us. */
  readonly by: 'anchor' | 'registration';
  readonly isSuspected: boolean;
  readonly detail: string;
}

/** Every input fact by its name. */
export interface InputFacts {
  AgentStarted: AgentStarted;
  SettingsChanged: SettingsChanged;
  SettingsRefused: SettingsRefused;
  StopAsked: StopAsked;
  AgentStopped: AgentStopped;
  ClockJumped: ClockJumped;
  TimerFired: TimerFired;
  MessageReceived: MessageReceived;
  EmptyReplyReceived: EmptyReplyReceived;
  MessageRejected: MessageRejected;
  MessageSigned: MessageSigned;
  SignatureRefused: SignatureRefused;
  ExchangeFailed: ExchangeFailed;
  RequestReceived: RequestReceived;
  RequestRejected: RequestRejected;
  MeterRead: MeterRead;
  MeterReadFailed: MeterReadFailed;
  DeviceStateRead: DeviceStateRead;
  DeviceStateUnread: DeviceStateUnread;
  PlanMade: PlanMade;
  PlanFailed: PlanFailed;
  SetpointApplied: SetpointApplied;
  SetpointFailed: SetpointFailed;
  DeviceReleased: DeviceReleased;
  SetpointRenewalsSummarised: SetpointRenewalsSummarised;
  OperatorAsked: OperatorAsked;
  OperatorOpted: OperatorOpted;
  OperatorInstructed: OperatorInstructed;
  OperatorReleased: OperatorReleased;
  OptGiven: OptGiven;
  OptTakenBack: OptTakenBack;
  DeviceTrusted: DeviceTrusted;
  DeviceDistrusted: DeviceDistrusted;
  QuietPollsSummarised: QuietPollsSummarised;
  LogCompacted: LogCompacted;
  LogRepaired: LogRepaired;
  SecondAgentSuspected: SecondAgentSuspected;
  CertificateSeen: CertificateSeen;
  RenewalRefused: RenewalRefused;
}

export type InputType = keyof InputFacts;
