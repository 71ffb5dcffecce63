import type { EventStatus } from '../types/enumerations.ts';
import { eventStatuses } from '../types/enumerations.ts';
import type { EventID, MarketContext } from '../types/identifiers.ts';
import type { DateTime } from '../types/scalars.ts';
import type { Codec } from '../xml/codec.ts';
import { only } from '../xml/combinators.ts';
import { token } from '../xml/enumerated.ts';
import { optional, optionalIfReadable, required } from '../xml/field.ts';
import { anyURI, dateTime, text, unsignedInt } from '../xml/leaves.ts';
import { ei, emix } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';

/** What identifies a DR event and says where it stands. */
export interface EventDescriptor {
  readonly eventID: EventID;
  /** Raised with each change of the event. @rule 2.0b 57 */
  readonly modificationNumber: number;
  readonly modificationDateTime?: DateTime;
  readonly modificationReason?: string;
  /** 1 is the highest; 0 or absent is the lowest. @rule 2.0b 3 */
  readonly priority?: number;
  /** The text of its `emix:marketContext`. */
  readonly eiMarketContext: MarketContext;
  /** Not a version. @rule 2.0b 115 */
  readonly createdDateTime: DateTime;
  readonly eventStatus: EventStatus;
  /** Any text but `false` marks a test. @rule 2.0b 6 */
  readonly testEvent?: string;
  readonly vtnComment?: string;
}

export const eventDescriptor: Codec<EventDescriptor> = sequence([
  required(ei('eventID'), text),
  required(ei('modificationNumber'), unsignedInt()),
  optional(ei('modificationDateTime'), dateTime),
  optional(ei('modificationReason'), text),
  optional(ei('priority'), unsignedInt()),
  required(ei('eiMarketContext'), only(emix('marketContext'), anyURI)),
  required(ei('createdDateTime'), dateTime),
  required(ei('eventStatus'), token(eventStatuses)),
  optional(ei('testEvent'), text),
  optionalIfReadable(ei('vtnComment'), text, '19'),
]);
