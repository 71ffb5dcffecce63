/** How long a message may be between a VEN and its VTN. */

/** @limit Seven days of 15-minute prices are 300 KiB. @unit bytes */
const usualBytes = 1024 * 1024;

/** @limit So many resources ask for no more than that. */
const fewResources = 100;

/** What a resource more may add: a request names its data points, and what is offered describes them. @limit @unit bytes */
const bytesPerResource = 8_192;

/** How many resources of a VEN ask for more than the usual limits. */
export const resourcesBeyond = (resources: number): number => Math.max(0, resources - fewResources);

/** The longest message that is read: it may name each resource of a VEN that has so many. @unit bytes */
export const largestMessageBytes = (resources = 0): number =>
  usualBytes + resourcesBeyond(resources) * bytesPerResource;
