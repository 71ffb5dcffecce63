import type { DecimalText } from '../types/scalars.ts';

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
