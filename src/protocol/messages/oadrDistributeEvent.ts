import { type EiResponse, eiResponse } from '../elements/eiResponse.ts';
import { identifyEvent, oadrEvent, type OadrEvent } from '../elements/oadrEvent.ts';
import type { UnreadableItem } from '../errors.ts';
import type { RequestID, VtnID } from '../types/identifiers.ts';
import { optional, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, oadr, pyld } from '../xml/names.ts';
import { zeroOrMoreItems } from '../xml/perItem.ts';
import { sequence } from '../xml/sequence.ts';
import { message, schemaVersion, versioned } from './message.ts';

/** Lists all DR events of the VEN; a known event that is absent is cancelled. @rule 2.0b 61 */
export interface OadrDistributeEvent {
  readonly message: 'oadrDistributeEvent';
  readonly eiResponse?: EiResponse;
  readonly requestID: RequestID;
  readonly vtnID: VtnID;
  readonly oadrEvent: readonly OadrEvent[];
  /** DR events that it lists too, and that cannot be read; absent when there are none. Never sent. */
  readonly unreadable?: readonly UnreadableItem[];
}

/** @see OadrDistributeEvent */
export const oadrDistributeEvent = message<OadrDistributeEvent>(
  'oadrDistributeEvent',
  versioned(
    sequence(
      [
        optional(ei('eiResponse'), eiResponse),
        required(pyld('requestID'), text, { rule: 'XSD', value: '' }),
        required(ei('vtnID'), text),
        zeroOrMoreItems(oadr('oadrEvent'), oadrEvent, identifyEvent),
      ],
      [schemaVersion],
    ),
  ),
);
