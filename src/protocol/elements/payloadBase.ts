import type { DecimalText } from '../types/scalars.ts';
import { only } from '../xml/combinators.ts';
import { type Field, either, required } from '../xml/field.ts';
import { float } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import type { OadrPayloadResourceStatus } from './oadrPayloadResourceStatus.ts';
import { oadrPayloadResourceStatus } from './oadrPayloadResourceStatus.ts';

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

/** A number inside its `ei:value`. */
export const floatValue = only(ei('value'), float);

export const payloadBase: Field<PayloadBase> = either(
  required(ei('payloadFloat'), floatValue),
  required(oadr('oadrPayloadResourceStatus'), oadrPayloadResourceStatus),
);
