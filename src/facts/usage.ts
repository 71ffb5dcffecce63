/** Usage that is asked for, owed, told and acknowledged. */
import type { BadQuality } from './input.ts';

/** Who asks for usage: a report request, by its reportRequestID. Another asker gets a kind of its own. */
export interface UsageAsker {
  readonly kind: 'reportRequest';
  readonly id: string;
}

/** Usage is asked for: what is told under it is owed until it is acknowledged. */
export interface UsageAsked {
  readonly asker: UsageAsker;
  /** The devices whose energy is asked for. */
  readonly resourceIDs: readonly string[];
  /** First instant that may be told. UTC ms. */
  readonly startAt: number;
  /** Absent when it is asked for until further notice. */
  readonly endAt?: number;
  /** How long each interval is; 0: whatever fits. @unit ms */
  readonly granularityMs: number;
  /** How often it is to be told; 0: once. @unit ms */
  readonly everyMs: number;
}

/** Why usage is not asked for any more: what it was asked by is over. */
export type AskingEnd =
  'delivered' | 'elapsed' | 'cancelled' | 'replaced' | 'registrationEnded' | 'reportsRegistered' | 'devicesWithheld';

/** Usage is not asked for any more. */
export interface UsageUnasked {
  readonly asker: UsageAsker;
  readonly because: AskingEnd;
}

/**
 * A stretch of time is not told of a device, because it was not measured. `neverMetered`: it lies before its first reading.
 * `notMeasured`: it is a gap, and the setting `unmeasured` withholds gaps.
 */
export interface UsageLeftOut {
  readonly reportRequestID: string;
  readonly resourceID: string;
  readonly fromAt: number;
  readonly toAt: number;
  readonly because: 'neverMetered' | 'notMeasured';
}

/** One interval of usage, per device. Net: import positive, export negative, as TER bills. */
export interface UsageInterval {
  readonly startAt: number;
  readonly durationMs: number;
  /** Null when it was not measured: then `bad` says why. @unit Wh */
  readonly energyWattHours: number | null;
  readonly bad?: BadQuality;
  /** Power was added up, because the device has no registers. */
  readonly isIntegrated?: boolean;
}

/** The usage of one device. */
export interface ResourceUsage {
  readonly resourceID: string;
  readonly intervals: readonly UsageInterval[];
}

/** Usage became due under a report request: from now until it is acknowledged, it is owed. */
export interface UsageDue {
  readonly deliveryID: string;
  readonly reportRequestID: string;
  readonly usage: readonly ResourceUsage[];
  /** The requestID of an earlier sending of it, of which nobody knows whether the VTN counted it; absent when it goes out for the first time. */
  readonly repeats?: string;
}

/** Usage is handed to an exchange for sending. */
export interface UsageDeliveryStarted {
  readonly deliveryID: string;
  readonly exchangeID: string;
  readonly requestID: string;
}

/** The VTN acknowledged the usage: it is owed no longer. */
export interface UsageDeliveryAcknowledged {
  readonly deliveryID: string;
  readonly reportRequestID: string;
  readonly responseCode: string;
  /**
   * When the VTN last showed that it knew its requests, where that is more than half an hour ago, or something failed since: one that
   * restarts without a word acknowledges what it then loses. Null: not since something failed; absent: lately. UTC ms.
   */
  readonly requestsKnownAt?: number | null;
}

/** The VTN answered with an error: sending it again unchanged would not help. */
export interface UsageDeliveryRejected {
  readonly deliveryID: string;
  readonly responseCode: string;
  readonly why: string;
}

/** It is not known whether the VTN counted it. `policy` says what happens now. */
export interface UsageDeliveryDoubted {
  readonly deliveryID: string;
  readonly requestID: string;
  readonly policy: 'resend' | 'hold';
  readonly because: string;
}

/** It certainly was not delivered, or its request is void: its hours are owed as before. */
export interface UsageDeliveryReleased {
  readonly deliveryID: string;
  readonly because: string;
}
