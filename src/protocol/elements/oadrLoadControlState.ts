import type { DecimalText } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { optional, required } from '../xml/field.ts';
import { float } from '../xml/leaves.ts';
import { oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** One controllable quantity: its bounds, what it is now and what it would be without control. */
export interface OadrLoadControlStateType {
  readonly oadrMin?: DecimalText;
  readonly oadrMax?: DecimalText;
  readonly oadrCurrent: DecimalText;
  readonly oadrNormal?: DecimalText;
}

/** What a load controller is doing. @rule 2.0b 334 */
export interface OadrLoadControlState {
  readonly oadrCapacity?: OadrLoadControlStateType;
  readonly oadrLevelOffset?: OadrLoadControlStateType;
  readonly oadrPercentOffset?: OadrLoadControlStateType;
  readonly oadrSetPoint?: OadrLoadControlStateType;
}

const stateType: Codec<OadrLoadControlStateType> = sequence([
  optional(oadr('oadrMin'), float),
  optional(oadr('oadrMax'), float),
  required(oadr('oadrCurrent'), float),
  optional(oadr('oadrNormal'), float),
]);

export const oadrLoadControlState: Codec<OadrLoadControlState> = sequence([
  optional(oadr('oadrCapacity'), stateType),
  optional(oadr('oadrLevelOffset'), stateType),
  optional(oadr('oadrPercentOffset'), stateType),
  optional(oadr('oadrSetPoint'), stateType),
]);
