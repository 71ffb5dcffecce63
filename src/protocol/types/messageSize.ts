/** How long a message may be between a VEN and its VTN. */

/**
 * @limit A day of hourly prices is some 10 KB as the programme writes it: a VTN that lists what is over may do so for a year. Read,
 * that is less than a second and some 50 MB, for a moment. @unit bytes
 */
const usualBytes = 4 * 1024 * 1024;

/** @limit So many resources ask for no more than that. */
const fewResources = 100;

/** What a resource more may add: a request names its data points, and what is offered describes them. @limit @unit bytes */
const bytesPerResource = 8_192;

/** How many resources of a VEN ask for more than the usual limits. */
export const resourcesBeyond = (resources: number): number => Math.max(0, resources - fewResources);

/** The part of the longest message beyond which a person is told that it grows. */
const largeFrom = 0.5;

/** The longest message that is read: it may name each resource of a VEN that has so many. @unit bytes */
export const largestMessageBytes = (resources = 0): number =>
  usualBytes + resourcesBeyond(resources) * bytesPerResource;

/** How long a message is, where it comes near the longest that is read. @unit bytes */
export const lengthIfLarge = (body: string, resources = 0): { readonly bytes?: number } => {
  const isShort = body.length * 3 < largestMessageBytes(resources) * largeFrom;
  const bytes = isShort ? 0 : new TextEncoder().encode(body).length;
  return bytes > largestMessageBytes(resources) * largeFrom ? { bytes } : {};
};
