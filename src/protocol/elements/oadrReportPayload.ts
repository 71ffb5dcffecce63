import type { OadrDataQuality } from '../types/enumerations.ts';
import type { RID } from '../types/identifiers.ts';
import type { DecimalText } from '../types/scalars.ts';
import type { PayloadBase } from './payloadBase.ts';

/** The value of one data point in one interval of a report. */
export type OadrReportPayload = {
  readonly rID: RID;
  /** @unit percent, 0 to 100 */
  readonly confidence?: number;
  /** In the unit of the value. @rule 2.0b 319 */
  readonly accuracy?: DecimalText;
  readonly oadrDataQuality?: OadrDataQuality;
} & PayloadBase;
