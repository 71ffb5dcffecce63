import { ParseOption, XmlDocument, XmlElement } from 'libxml2-wasm';

/** An element as a stranger reads it: with another parser than ours, and with none of our types. */
export interface Element {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** The text directly in it, when it holds no elements. */
  readonly text: string;
}

const attributesOf = (element: XmlElement): Record<string, string> =>
  Object.fromEntries(
    element.attrs.map((attribute) => [`{${attribute.namespaceUri}}${attribute.name}`, attribute.value]),
  );

const copied = (element: XmlElement): Element => {
  const children: Element[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof XmlElement) children.push(copied(node));
  }
  return {
    namespace: element.namespaceUri,
    name: element.name,
    attributes: attributesOf(element),
    children,
    text: children.length === 0 ? element.content : '',
  };
};

/** Reads a document. @throws when it is not well-formed */
export const readElement = (xml: string): Element => {
  const document = XmlDocument.fromString(xml, {
    option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_BIG_LINES,
  });
  try {
    return copied(document.root);
  } finally {
    document.dispose();
  }
};

/** Children with a name. */
export const children = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The element at the end of a path of child names. */
export const at = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>((from, name) => from?.children.find((child) => child.name === name), element);

/** The text at the end of a path; undefined when there is no such element. */
export const textAt = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  at(element, ...path)?.text;

/** All elements below with a name, in document order. */
export const below = (element: Element, name: string): readonly Element[] =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...below(child, name)]);
