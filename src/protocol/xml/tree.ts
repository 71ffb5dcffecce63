import type { XmlAttribute, XmlElement } from './element.ts';
import { unescapeXml } from './entities.ts';
import type { ListedItems } from './readBefore.ts';
import { refuseText } from './refuse.ts';
import { type NamespaceScope, attributeName, elementName, innerScope, outermostScope } from './scope.ts';

/** Under this key the tree builder keeps text; not a name XML allows. */
export const textKey = '#text';
/** Under this key the tree builder keeps CDATA. */
export const cdataKey = '#cdata';
const attributesKey = ':@';

/** A node of the tree builder: one key with the element's name (or one of the above), and one for attributes. */
export type ParsedNode = Readonly<Record<string, unknown>>;

/** What is counted while a tree grows, and the items that are met in it. */
interface Growth {
  elements: number;
  readonly items: ListedItems;
}

type RawAttributes = Readonly<Record<string, string>>;

const keyOf = (node: ParsedNode): string => {
  for (const key in node) if (key !== attributesKey) return key;
  return '';
};

const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

/** White space in an attribute's value is a space, unless it was written as a reference. */
const valueOf = (raw: unknown): string => unescapeXml(String(raw).replace(/[\t\r\n]/g, ' '));

const scopeWithin = (outer: NamespaceScope, raw: RawAttributes): NamespaceScope => {
  const declarations = Object.keys(raw)
    .filter(isDeclaration)
    .map((name) => [name.slice('xmlns:'.length), valueOf(raw[name])] as const);
  return declarations.length === 0 ? outer : innerScope(outer, declarations);
};

const attributesWithin = (scope: NamespaceScope, raw: RawAttributes): XmlAttribute[] =>
  Object.keys(raw)
    .filter((name) => !isDeclaration(name))
    .map((name) => ({ name: attributeName(scope, name), value: valueOf(raw[name]) }));

const refuseRepeated = (attributes: readonly XmlAttribute[]): void => {
  const names = new Set(attributes.map(({ name }) => `${name.namespace} ${name.local}`));
  if (names.size < attributes.length)
    refuseText('notXml', 'An element has the same attribute twice, under two prefixes.');
};

const cdataText = (inner: unknown): string => (inner as ParsedNode[]).map((node) => String(node[textKey])).join('');

/** A message has thousands of them: what is there is written out, for spreading it costs as much as all the rest. */
const elementOf = (
  { name, content, resolve }: Pick<XmlElement, 'name' | 'content' | 'resolve'>,
  attributes: readonly XmlAttribute[],
  parent: XmlElement | undefined,
): XmlElement => {
  if (parent === undefined)
    return attributes.length > 0 ? { name, attributes, content, resolve } : { name, content, resolve };
  return attributes.length > 0 ? { name, attributes, content, parent, resolve } : { name, content, parent, resolve };
};

const buildElement = (
  key: string,
  node: ParsedNode,
  outer: NamespaceScope,
  parent: XmlElement | undefined,
  growth: Growth,
): XmlElement => {
  growth.elements += 1;
  const raw = node[attributesKey] as RawAttributes | undefined;
  const scope = raw === undefined ? outer : scopeWithin(outer, raw);
  const attributes = raw === undefined ? [] : attributesWithin(scope, raw);
  if (attributes.length > 1) refuseRepeated(attributes);
  const content: (XmlElement | string)[] = [];
  const element = elementOf({ name: elementName(scope, key), content, resolve: scope.resolve }, attributes, parent);
  for (const child of node[key] as ParsedNode[]) {
    const childKey = keyOf(child);
    if (childKey === textKey) content.push(unescapeXml(String(child[textKey])));
    else if (childKey === cdataKey) content.push(cdataText(child[cdataKey]));
    else if (childKey === growth.items.qualified) content.push(buildItem(childKey, child, scope, element, growth));
    else content.push(buildElement(childKey, child, scope, element, growth));
  }
  return element;
};

/** One that was read before stands empty in its place, and counts as one element. */
const buildItem = (
  key: string,
  node: ParsedNode,
  scope: NamespaceScope,
  parent: XmlElement,
  growth: Growth,
): XmlElement => {
  const { elements } = growth;
  const item = growth.items.next(scope, parent, (alone) => buildElement(key, node, scope, alone, growth));
  if (growth.elements === elements) growth.elements += 1;
  return item;
};

/** The root of what the tree builder returned, and how many elements there are. @throws ReadAnew when items are not as expected */
export const elementFromParsed = (
  nodes: readonly ParsedNode[],
  items: ListedItems,
): { readonly root: XmlElement; readonly elements: number } => {
  const growth: Growth = { elements: 0, items };
  const roots = nodes
    .map((node) => [keyOf(node), node] as const)
    .filter(([key]) => key !== textKey && key !== cdataKey)
    .map(([key, node]) => buildElement(key, node, outermostScope, undefined, growth));
  const [root, ...others] = roots;
  if (root === undefined || others.length > 0)
    return refuseText('notXml', `The body has ${roots.length} root elements; one was expected.`);
  return { root, elements: growth.elements };
};
