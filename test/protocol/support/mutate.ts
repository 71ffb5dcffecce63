import type { Seeded } from './seeded.ts';

/** An element as test code sees it: the text of its tag, and what is inside. */
export interface TagNode {
  tag: string;
  children: (TagNode | string)[];
}

const pieces = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<[^>]+>|[^<]+/g;

/** Takes well-formed XML apart; comments and instructions are left out. */
export const treeOf = (xml: string): TagNode => {
  const root: TagNode = { tag: '', children: [] };
  const open = [root];
  for (const [piece] of xml.matchAll(pieces)) {
    const parent = open[open.length - 1] ?? root;
    if (piece.startsWith('<!--') || piece.startsWith('<?')) continue;
    if (!piece.startsWith('<')) parent.children.push(piece);
    else if (piece.startsWith('</')) open.pop();
    else {
      const isEmpty = piece.endsWith('/>');
      const node: TagNode = { tag: piece.slice(1, isEmpty ? -2 : -1).trim(), children: [] };
      parent.children.push(node);
      if (!isEmpty) open.push(node);
    }
  }
  const [element] = root.children.filter((child): child is TagNode => typeof child !== 'string');
  if (element === undefined) throw new Error('There is no element in this text.');
  return element;
};

/** Puts it together again. */
export const xmlOf = ({ tag, children }: TagNode): string => {
  const inside = children.map((child) => (typeof child === 'string' ? child : xmlOf(child))).join('');
  return `<${tag}>${inside}</${tag.split(/\s/)[0] ?? ''}>`;
};

const elementsIn = (node: TagNode): TagNode[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === 'string' ? [] : elementsIn(child))),
];

const placesOfElements = ({ children }: TagNode): number[] =>
  children.flatMap((child, index) => (typeof child === 'string' ? [] : [index]));

/** Texts that are right for some element and wrong for most. */
const texts = [
  '',
  ' ',
  'x',
  '0',
  '1',
  '-1',
  '+5',
  '007',
  '1.5',
  '.5',
  '1.',
  '1e3',
  '-0',
  '101',
  '4294967295',
  '4294967296',
  'true',
  'false',
  'True',
  'TRUE',
  'P',
  'PT',
  'PT5M',
  'P1W',
  '1W',
  '-PT5M',
  'PT0.5S',
  'PTS',
  'P1H',
  ' PT1H ',
  'pt1h',
  'P1Y2M3DT4H5M6S',
  '2022-07-28T00:00:00Z',
  '2022-07-28T00:00:00',
  '2022-07-28T00:00:00.123456Z',
  '2022-07-28T00:00:00+00:00',
  '2022-07-28T24:00:00Z',
  '2022-02-29T00:00:00Z',
  '2022-13-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  ' 2022-07-28T00:00:00Z ',
  '200',
  ' 200 ',
  '2000',
  'always',
  ' always ',
  'Never',
  'optIn',
  ' optIn ',
  'optin',
  'cancelled',
  'canceled',
  'far',
  'SIMPLE',
  'Simple',
  'simple',
  'x-',
  'x-a',
  'x- b',
  'x-foo bar',
  'price',
  'level',
  'k',
  ' k ',
  'K',
  'none',
  'W',
  'Wh',
  'kWh',
  'USD',
  'usd',
  'EUR',
  'Direct Read',
  'Direct  Read',
  'TELEMETRY_USAGE',
  'METADATA_TELEMETRY_USAGE',
  '2.0b',
  '2.0c',
  'simpleHttp',
  'simpleHTTP',
  'Quality Good - Non Specific',
  'RealEnergy',
  'http://a b',
  'é€𝄞',
];

const newcomers = [
  '<foo/>',
  '<x:foo xmlns:x="urn:x"/>',
  'stray text',
  '<ei:venID xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110">v</ei:venID>',
  '<p:requestID xmlns:p="http://docs.oasis-open.org/ns/energyinterop/201110/payloads">r</p:requestID>',
  '<p:resourceID xmlns:p="http://docs.oasis-open.org/ns/energyinterop/201110">r</p:resourceID>',
];

const attributes = [
  'a="b"',
  'xml:lang="en"',
  'schemaVersion="2.0b"',
  'xmlns:q="urn:q" q:a="b"',
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:a b.xsd"',
  'xmlns:o="http://openadr.org/oadr-2.0b/2012/07" o:Id="i1"',
  'xmlns:o="http://openadr.org/oadr-2.0b/2012/07" o:Id="1"',
  'xmlns:e="http://docs.oasis-open.org/ns/energyinterop/201110" e:schemaVersion="2.0b"',
  'xmlns:e="http://docs.oasis-open.org/ns/energyinterop/201110" e:schemaVersion="x-9"',
  'xmlns:e="http://docs.oasis-open.org/ns/energyinterop/201110" e:schemaVersion="9"',
];

const mutations: readonly ((node: TagNode, random: Seeded) => void)[] = [
  (node, random) => void node.children.splice(random.below(node.children.length + 1), 1),
  (node, random) => {
    const places = placesOfElements(node);
    if (places.length === 0) return;
    const place = random.pick(places);
    node.children.splice(place, 0, node.children[place] ?? '');
  },
  (node, random) => {
    const places = placesOfElements(node);
    if (places.length < 2) return;
    const [one = 0, other = 0] = [random.pick(places), random.pick(places)];
    [node.children[one], node.children[other]] = [node.children[other] ?? '', node.children[one] ?? ''];
  },
  (node, random) => void (placesOfElements(node).length === 0 && (node.children = [random.pick(texts)])),
  (node, random) => void (placesOfElements(node).length === 0 && (node.children = [random.pick(texts)])),
  (node) => void (node.children = []),
  (node, random) => void node.children.splice(random.below(node.children.length + 1), 0, random.pick(newcomers)),
  (node, random) => void (node.tag += ` ${random.pick(attributes)}`),
];

/** The text with one thing changed somewhere below its root. */
export const mutated = (xml: string, random: Seeded): string => {
  const root = treeOf(xml);
  random.pick(mutations)(random.pick(elementsIn(root)), random);
  return xmlOf(root);
};
