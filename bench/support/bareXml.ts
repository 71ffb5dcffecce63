/** The least that reading and writing XML can cost here: the bare parser, and the bare builder making the same document. */
import { XMLParser } from 'fast-xml-parser';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';

const options = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
};

type Node = Readonly<Record<string, unknown>>;

/** What fast-xml-parser makes of a text, and nothing else: no check, no namespaces, no types. */
export const parseBare = (xml: string): readonly Node[] => new XMLParser(options).parse(xml) as Node[];

const urisOf = (xml: string): ReadonlyMap<string, string> =>
  new Map([...xml.matchAll(/xmlns:(\w+)="([^"]+)"/g)].map(([, prefix, uri]) => [prefix ?? '', uri ?? '']));

const addAll = (nodes: readonly Node[], parent: XMLBuilder, uris: ReadonlyMap<string, string>): void => {
  for (const node of nodes) {
    const key = Object.keys(node).find((name) => name !== ':@') ?? '';
    if (key === '#text') {
      parent.txt(String(node[key]));
      continue;
    }
    const element = parent.ele(uris.get(key.split(':')[0] ?? '') ?? '', key);
    for (const [name, value] of Object.entries((node[':@'] ?? {}) as Record<string, string>)) {
      const prefix = name.split(':')[0] ?? '';
      element.att(prefix === 'xmlns' ? 'http://www.w3.org/2000/xmlns/' : (uris.get(prefix) ?? ''), name, value);
    }
    addAll(node[key] as Node[], element, uris);
  }
};

/** Builds a document again with xmlbuilder2 and nothing else. */
export const builderOf = (xml: string): (() => string) => {
  const nodes = parseBare(xml);
  const uris = urisOf(xml);
  return () => {
    const document = create({ version: '1.0', encoding: 'UTF-8' });
    addAll(nodes, document, uris);
    return document.end({ wellFormed: true });
  };
};
