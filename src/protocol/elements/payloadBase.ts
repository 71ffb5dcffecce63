import type { DecimalText } from '../types/scalars.ts';
import type { OadrPayloadResourceStatus } from './oadrPayloadResourceStatus.ts';

/** A number, as `ei:payloadFloat/ei:value`. */
export interface PayloadFloat {
  readonly payloadFloat: DecimalText;
  readonly oadrPayloadResourceStatus?: never;
}

/** The status of a resource. */
export interface PayloadResourceStatus {
  readonly payloadFloat?: never;
  readonly oadrPayloadResourceStatus: OadrPayloadResourceStatus;
}

/** One value: exactly one of the elements that may stand for `ei:payloadBase`. */
export type PayloadBase = PayloadFloat | PayloadResourceStatus;
