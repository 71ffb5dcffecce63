import type { OadrResponseRequired } from '../types/enumerations.ts';
import type { UnreadableTold } from '../errors.ts';
import { oadrResponseRequireds } from '../types/enumerations.ts';
import { type Codec, WireReading } from '../xml/codec.ts';
import type { XmlElement } from '../xml/element.ts';
import { exactly } from '../xml/enumerated.ts';
import { required } from '../xml/field.ts';
import { text, unsignedInt } from '../xml/leaves.ts';
import { ei, oadr } from '../xml/names.ts';
import { onlyChildren, valueWithin } from '../xml/perItem.ts';
import { sequence } from '../xml/sequence.ts';
import type { EiEvent } from './eiEvent.ts';
import { eiEvent } from './eiEvent.ts';

/** A DR event, and whether the VTN wants an answer to it. */
export interface OadrEvent {
  readonly eiEvent: EiEvent;
  readonly oadrResponseRequired: OadrResponseRequired;
}

export const oadrEvent: Codec<OadrEvent> = sequence([
  required(ei('eiEvent'), eiEvent),
  required(oadr('oadrResponseRequired'), exactly(oadrResponseRequireds)),
]);

/** What can be told of a DR event that cannot be read as a whole; an empty eventID names nothing. */
export const identifyEvent = (element: XmlElement): UnreadableTold => {
  const reading = new WireReading(false);
  const [event, ...others] = onlyChildren(element, ei('eiEvent'));
  const [descriptor, ...more] = onlyChildren(others.length > 0 ? undefined : event, ei('eventDescriptor'));
  const only = more.length > 0 ? undefined : descriptor;
  const eventID = valueWithin(only, ei('eventID'), text, reading);
  const modificationNumber = valueWithin(only, ei('modificationNumber'), unsignedInt(), reading);
  const oadrResponseRequired = valueWithin(
    element,
    oadr('oadrResponseRequired'),
    exactly(oadrResponseRequireds),
    reading,
  );
  return {
    ...(eventID !== undefined && eventID !== '' && { eventID }),
    ...(modificationNumber !== undefined && { modificationNumber }),
    ...(oadrResponseRequired !== undefined && { oadrResponseRequired }),
  };
};
