import type { EiTarget } from '../elements/eiTarget.ts';
import type { Properties } from '../elements/properties.ts';
import type { QualifiedEventID } from '../elements/qualifiedEventID.ts';
import type { OptReason, OptType } from '../types/enumerations.ts';
import type { MarketContext, OptID, RequestID, VenID } from '../types/identifiers.ts';
import type { DateTime } from '../types/scalars.ts';

/** Opts in or out, of a DR event or by a schedule. @rule 2.0b 206 */
export interface OadrCreateOpt {
  readonly message: 'oadrCreateOpt';
  readonly optID: OptID;
  readonly optType: OptType;
  readonly optReason: OptReason;
  readonly marketContext?: MarketContext;
  readonly venID: VenID;
  readonly vavailability?: readonly Properties[];
  readonly createdDateTime: DateTime;
  readonly requestID: RequestID;
  readonly qualifiedEventID?: QualifiedEventID;
  readonly eiTarget: EiTarget;
  readonly oadrDeviceClass?: EiTarget;
}
