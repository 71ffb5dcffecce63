import type { FailureReason } from '../facts/input.ts';
import type { Purpose } from '../facts/output.ts';
import type { OadrMessage, MessageName } from '../protocol/payload.ts';

/** A message somebody wants sent. */
export interface Wanted {
  readonly purpose: Purpose;
  readonly message: OadrMessage;
  /** Whether the exchange itself sends it again after a transport failure. */
  readonly resend: boolean;
  readonly attempt: number;
  /** The message it answers, where that decides about the service. */
  readonly answers?: MessageName;
  /** The delivery it carries, when it is a usage report. */
  readonly deliveryID?: string;
}
/** How an exchange failed. */
export interface Failure {
  readonly reason: FailureReason | 'unreadable' | 'interrupted' | 'noReply';
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  readonly certainlyNotDelivered: boolean;
  readonly detail: string;
}
