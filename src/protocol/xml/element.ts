import type { Name } from './names.ts';

/** An attribute, its value unescaped and its white space normalised. */
export interface XmlAttribute {
  readonly name: Name;
  readonly value: string;
}

/** An element as it was received, names resolved, entities unescaped; comments and instructions are gone. */
export interface XmlElement {
  readonly name: Name;
  /** Without namespace declarations; absent when there are none. */
  readonly attributes?: readonly XmlAttribute[];
  readonly content: readonly (XmlElement | string)[];
  /** Absent for the root. */
  readonly parent?: XmlElement;
  /** What a qualified name in text (xsi:type) means here. */
  readonly resolve: (qualifiedName: string) => Name | undefined;
}

/** Where an element stands: local names from the root. */
export const pathOf = (element: XmlElement | undefined): string =>
  element === undefined ? '' : `${pathOf(element.parent)}/${element.name.local}`;

/** The element's own text, CDATA included, untrimmed. */
export const textOf = (element: XmlElement): string => {
  const { content } = element;
  if (content.length === 1 && typeof content[0] === 'string') return content[0];
  return content.filter((item) => typeof item === 'string').join('');
};

/** The element's child elements. */
export const childrenOf = (element: XmlElement): XmlElement[] =>
  element.content.filter((item) => typeof item !== 'string');

/** The first child of a name. */
export const childOf = (element: XmlElement | undefined, name: Name): XmlElement | undefined =>
  element?.content.find((item): item is XmlElement => typeof item !== 'string' && item.name === name);

/** The value of an attribute. */
export const attributeOf = (element: XmlElement, name: Name): string | undefined =>
  element.attributes?.find((attribute) => attribute.name === name)?.value;
