import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { unescapeXml } from '../../src/protocol/xml/entities.ts';
import type { XmlElement } from '../../src/protocol/xml/element.ts';
import { defaultXmlLimits } from '../../src/protocol/xml/limits.ts';
import { parseXml } from '../../src/protocol/xml/parse.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import * as goodMessages from './support/goodMessages.ts';
import { enveloped, poll, priceEvent } from './support/texts.ts';

/** A tree as both parsers can tell it: names as they stand in the tags, attributes apart, and text. */
interface Told {
  readonly name: string;
  readonly content: readonly (Told | string)[];
}

type Node = Readonly<Record<string, unknown>>;

const another = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  cdataPropName: '#cdata',
});

const local = (qualified: string): string => qualified.slice(qualified.indexOf(':') + 1);

const joined = (content: readonly (Told | string)[]): readonly (Told | string)[] =>
  content.reduce<readonly (Told | string)[]>((before, item) => {
    const last = before.at(-1);
    return typeof item === 'string' && typeof last === 'string'
      ? [...before.slice(0, -1), last + item]
      : [...before, item];
  }, []);

const toldByAnother = (node: Node): Told | string => {
  const [[key, inner] = ['', []]] = Object.entries(node).filter(([name]) => name !== ':@');
  if (key === '#text') return unescapeXml(String(inner));
  if (key === '#cdata') return (inner as Node[]).map((part) => String(part['#text'])).join('');
  return { name: local(key), content: joined((inner as Node[]).map(toldByAnother)) };
};

const toldByUs = ({ name, content }: XmlElement): Told => ({
  name: name.local,
  content: content.map((item) => (typeof item === 'string' ? item : toldByUs(item))),
});

const texts: readonly (readonly [string, string])[] = [
  ...Object.entries(goodMessages).flatMap(([name, message]) =>
    typeof message === 'object' && 'message' in message ? [[name, encodePayload(message)] as const] : [],
  ),
  ['a price event by hand', priceEvent()],
  ['comments', poll.replace('VEN_1', 'VEN<!-- and so on -->_1')],
  ['CDATA', poll.replace('VEN_1', 'VEN<![CDATA[&amp;<x>]]>_1')],
  ['references', enveloped('oadrPoll', '<ei:venID>&lt;&#65;&#x1D11E;&amp;amp;&apos;</ei:venID>')],
  ['lines that end as in Windows', poll.replace('VEN_1', 'VEN\r\n1')],
  ['empty elements', enveloped('oadrPoll', '<ei:venID/><ei:venID></ei:venID>')],
];

describe('what is read', () => {
  it.each(texts)('given %s, then another parser reads the same elements and texts', (_, text) => {
    const [root] = (another.parse(text.replace(/>[ \t\r\n]+</g, '><')) as Node[]).map(toldByAnother);
    expect(toldByUs(parseXml(text, defaultXmlLimits))).toEqual(root);
  });
});
