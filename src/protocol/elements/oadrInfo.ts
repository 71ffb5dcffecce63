import type { Codec } from '../xml/codec.ts';
import { required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** A key and its value, as services and extensions announce them. */
export interface OadrInfo {
  readonly oadrKey: string;
  readonly oadrValue: string;
}

export const oadrInfo: Codec<OadrInfo> = sequence([required(oadr('oadrKey'), text), required(oadr('oadrValue'), text)]);
