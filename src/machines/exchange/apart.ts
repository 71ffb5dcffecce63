import type { Wanted } from '../wanted.ts';

/** @limit Into so many parts a message of several answers is taken apart at once: a few failures find the bad one. */
export const partsAtOnce = 8;

/**
 * A message that a VTN failed on, in parts that are sent one after another: one answer it cannot take must not cost the
 * others. A message of one answer, and any other, stays whole. @rule 2.0b 12, 16, 17
 */
export const apart = (wanted: Wanted): readonly Wanted[] => {
  const { message } = wanted;
  if (message.message !== 'oadrCreatedEvent') return [wanted];
  const { eventResponses = [] } = message;
  if (eventResponses.length < 2) return [wanted];
  const size = Math.ceil(eventResponses.length / partsAtOnce);
  return Array.from({ length: Math.ceil(eventResponses.length / size) }, (_, place) => ({
    ...wanted,
    message: { ...message, eventResponses: eventResponses.slice(place * size, (place + 1) * size) },
  }));
};

/** Whether there is something to take apart. */
export const isDivisible = (wanted: Wanted): boolean => apart(wanted).length > 1;
