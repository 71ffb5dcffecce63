/** XML we carry but do not interpret (Green Button's Atom feed), as plain data. */
export interface OpaqueXml {
  /** Namespace URI; absent when the element has none. */
  readonly namespace?: string;
  readonly name: string;
  readonly attributes?: readonly OpaqueAttribute[];
  readonly children?: readonly (OpaqueXml | string)[];
}

/** One attribute of opaque XML. */
export interface OpaqueAttribute {
  /** Namespace URI; absent when the attribute has none. */
  readonly namespace?: string;
  readonly name: string;
  readonly value: string;
}
