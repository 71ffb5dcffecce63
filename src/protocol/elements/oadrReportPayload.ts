import type { OadrDataQuality } from '../types/enumerations.ts';
import { oadrDataQualities } from '../types/enumerations.ts';
import type { RID } from '../types/identifiers.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { extensibleToken } from '../xml/enumerated.ts';
import { optional, required } from '../xml/field.ts';
import { float, text, unsignedInt } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { PayloadBase } from './payloadBase.ts';
import { payloadBase } from './payloadBase.ts';

/** The value of one data point in one interval of a report. */
export type OadrReportPayload = {
  readonly rID: RID;
  /** @unit percent, 0 to 100 */
  readonly confidence?: number;
  /** In the unit of the value. @rule 2.0b 319 */
  readonly accuracy?: DecimalText;
  readonly oadrDataQuality?: OadrDataQuality;
} & PayloadBase;

export const oadrReportPayload: Codec<OadrReportPayload> = sequence([
  required(ei('rID'), text),
  optional(ei('confidence'), unsignedInt(100)),
  optional(ei('accuracy'), float),
  payloadBase,
  optional(oadr('oadrDataQuality'), extensibleToken(oadrDataQualities)),
]);
