import { largestMessageBytes, resourcesBeyond } from './messageSize.ts';

/** What a received text may not exceed; far above any real message, low enough to bound time and memory. */
export interface XmlLimits {
  /** @unit bytes of the body */
  readonly maxBytes: number;
  /** @unit elements, one inside the other */
  readonly maxDepth: number;
  /** @unit elements and attributes together */
  readonly maxNodes: number;
  /** @unit characters of one text or attribute value */
  readonly maxTextLength: number;
  /** @unit characters of one name of an element or attribute, so that errors stay short */
  readonly maxNameLength: number;
}

/**
 * The limits when none are given.
 *
 * @limit A day of hourly prices has some 300 elements and attributes, a year of them 110,000.
 */
export const defaultXmlLimits: XmlLimits = {
  maxBytes: largestMessageBytes(),
  maxDepth: 32,
  maxNodes: 150_000,
  maxTextLength: 64 * 1024,
  maxNameLength: 256,
};

/** What a resource more may add, elements and attributes together. @limit */
const nodesPerResource = 80;

/** The limits between a VEN of so many resources and its VTN: each of them is named wherever all are. */
export const xmlLimitsFor = (resources: number): XmlLimits => ({
  ...defaultXmlLimits,
  maxBytes: largestMessageBytes(resources),
  maxNodes: defaultXmlLimits.maxNodes + resourcesBeyond(resources) * nodesPerResource,
});
