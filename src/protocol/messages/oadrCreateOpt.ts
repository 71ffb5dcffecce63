import { type EiTarget, eiTarget } from '../elements/eiTarget.ts';
import type { Properties } from '../elements/properties.ts';
import { qualifiedEventID, type QualifiedEventID } from '../elements/qualifiedEventID.ts';
import { vavailability } from '../elements/vavailability.ts';
import { type OptReason, optReasons, type OptType, optTypes } from '../types/enumerations.ts';
import type { MarketContext, OptID, RequestID, VenID } from '../types/identifiers.ts';
import type { DateTime } from '../types/scalars.ts';
import { extensibleToken, token } from '../xml/enumerated.ts';
import { optional, required } from '../xml/field.ts';
import { anyURI, dateTime, text } from '../xml/leaves.ts';
import { ei, emix, oadr, pyld, xcal } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

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

/** @see OadrCreateOpt */
export const oadrCreateOpt = message<OadrCreateOpt>(
  'oadrCreateOpt',
  versioned(
    sequence(
      [
        required(ei('optID'), text),
        required(ei('optType'), token(optTypes)),
        required(ei('optReason'), extensibleToken(optReasons)),
        optional(emix('marketContext'), anyURI),
        required(ei('venID'), text),
        optional(xcal('vavailability'), vavailability),
        required(ei('createdDateTime'), dateTime),
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        optional(ei('qualifiedEventID'), qualifiedEventID),
        required(ei('eiTarget'), eiTarget, { rule: '19.9', value: {} }),
        optional(oadr('oadrDeviceClass'), eiTarget),
      ],
      [schemaVersion],
    ),
  ),
);
