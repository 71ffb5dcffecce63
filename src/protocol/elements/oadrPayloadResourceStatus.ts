import type { Codec } from '../xml/codec.ts';
import { optional, required } from '../xml/field.ts';
import { boolean } from '../xml/leaves.ts';
import { oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { OadrLoadControlState } from './oadrLoadControlState.ts';
import { oadrLoadControlState } from './oadrLoadControlState.ts';

/** Whether a resource can be reached, and whether a person has taken it over. */
export interface OadrPayloadResourceStatus {
  readonly oadrOnline: boolean;
  readonly oadrManualOverride: boolean;
  readonly oadrLoadControlState?: OadrLoadControlState;
}

export const oadrPayloadResourceStatus: Codec<OadrPayloadResourceStatus> = sequence([
  required(oadr('oadrOnline'), boolean),
  required(oadr('oadrManualOverride'), boolean),
  optional(oadr('oadrLoadControlState'), oadrLoadControlState),
]);
