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
 * @limit A DR event of seven days in 15-minute prices has 672 intervals, some 6,000 elements and 300 KiB.
 */
export const defaultXmlLimits: XmlLimits = {
  maxBytes: largestMessageBytes(),
  maxDepth: 32,
  maxNodes: 20_000,
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
