import type { OadrLoadControlState } from './oadrLoadControlState.ts';

/** Whether a resource can be reached, and whether a person has taken it over. */
export interface OadrPayloadResourceStatus {
  readonly oadrOnline: boolean;
  readonly oadrManualOverride: boolean;
  readonly oadrLoadControlState?: OadrLoadControlState;
}
