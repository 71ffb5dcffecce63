import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import { activeMs, dtstartOf } from './eventTimes.ts';
import type { JudgeContext, KnownEvent } from './knownEvent.ts';
import type { Objection } from './objection.ts';
import { sameContent } from './sameContent.ts';

/** Whether a listed version may take the place of the one we have. @rule 2.0b 56-60, §8.7 */

/** The parts of an event that may change without making a new version. @rule 2.0b 57 */
const essence = (event: EiEvent): unknown => {
  const {
    createdDateTime: _created,
    eventStatus: _status,
    modificationDateTime: _modified,
    ...descriptor
  } = event.eventDescriptor;
  const eiEventSignal = event.eiEventSignals.eiEventSignal.map(({ currentValue: _current, ...signal }) => signal);
  return [descriptor, event.eiActivePeriod, { ...event.eiEventSignals, eiEventSignal }, event.eiTarget];
};

const isOver = ({ status }: KnownEvent): boolean => status === 'cancelled' || status === 'ending';

/** Why the number of a version is not acceptable, or null. */
export const versionFault = (event: EiEvent, known: KnownEvent | undefined): Objection | null => {
  const { modificationNumber, eventID, eventStatus } = event.eventDescriptor;
  if (known === undefined || modificationNumber > known.modificationNumber) return null;
  if (modificationNumber < known.modificationNumber) {
    return {
      responseCode: '450',
      why: `modificationNumber ${modificationNumber} of ${eventID} is lower than ${known.modificationNumber}, which we have`,
    };
  }
  if (eventStatus === 'cancelled') return null;
  if (isOver(known) && known.isOnlyMissing !== true) {
    return {
      responseCode: '450',
      why: `${eventID} was cancelled with modificationNumber ${modificationNumber}; it lives again with a higher one only`,
    };
  }
  return isOver(known) || sameContent(essence(event), essence(known.event))
    ? null
    : { responseCode: '450', why: `${eventID} changed without a higher modificationNumber than ${modificationNumber}` };
};

/** A start that has passed cannot be moved. @rule 2.0b §8.7 */
export const pastFault = (event: EiEvent, known: KnownEvent | undefined, context: JudgeContext): Objection | null => {
  const { eventID, eventStatus } = event.eventDescriptor;
  if (known?.status === 'active' && dtstartOf(event) !== dtstartOf(known.event)) {
    return { responseCode: '451', why: `${eventID} is active; its start cannot be moved any more` };
  }
  const over = activeMs(event) > 0 && dtstartOf(event) + activeMs(event) <= context.at;
  return known === undefined && context.settings.strict && over && eventStatus !== 'completed'
    ? { responseCode: '459', why: `${eventID} is new and already over` }
    : null;
};
