import type { Codec, XmlWriter } from '../xml/codec.ts';
import { writeElement } from '../xml/codec.ts';
import type { XmlAttribute, XmlElement } from '../xml/element.ts';
import { nameOf } from '../xml/names.ts';

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

const attributeFrom = ({ name, value }: XmlAttribute): OpaqueAttribute => ({
  ...(name.namespace !== '' && { namespace: name.namespace }),
  name: name.local,
  value,
});

const opaqueFrom = ({ name, attributes, content }: XmlElement): OpaqueXml => ({
  ...(name.namespace !== '' && { namespace: name.namespace }),
  name: name.local,
  ...(attributes && { attributes: attributes.map(attributeFrom) }),
  ...(content.length > 0 && { children: content.map((item) => (typeof item === 'string' ? item : opaqueFrom(item))) }),
});

const writeContent = ({ attributes = [], children = [] }: OpaqueXml, writer: XmlWriter): void => {
  for (const { namespace = '', name, value } of attributes) writer.attribute(nameOf(namespace, name), value);
  for (const child of children) {
    if (typeof child === 'string') writer.text(child);
    else writeElement(nameOf(child.namespace ?? '', child.name), opaqueXml, child, writer);
  }
};

/** @reading What is opaque is carried whole and not checked. */
export const opaqueXml: Codec<OpaqueXml> = { decode: opaqueFrom, encode: writeContent };
