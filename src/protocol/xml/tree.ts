import { type XmlAttribute, type XmlElement, pathOf } from './element.ts';
import { refuseText } from './refuse.ts';
import { type NamespaceScope, attributeName, elementName, innerScope, outermostScope } from './scope.ts';

/** The attributes of a tag as they stand in it, by qualified name. */
export type RawAttributes = Readonly<Record<string, string>>;

const isDeclaration = (name: string): boolean => name === 'xmlns' || name.startsWith('xmlns:');

const scopeWithin = (outer: NamespaceScope, raw: RawAttributes): NamespaceScope => {
  const declarations = Object.keys(raw)
    .filter(isDeclaration)
    .map((name) => [name.slice('xmlns:'.length), raw[name] ?? ''] as const);
  return declarations.length === 0 ? outer : innerScope(outer, declarations);
};

const attributesWithin = (scope: NamespaceScope, raw: RawAttributes): readonly XmlAttribute[] =>
  Object.keys(raw)
    .filter((name) => !isDeclaration(name))
    .map((name) => ({ name: attributeName(scope, name), value: raw[name] ?? '' }));

const refuseRepeated = (attributes: readonly XmlAttribute[]): void => {
  const names = new Set(attributes.map(({ name }) => `${name.namespace} ${name.local}`));
  if (names.size < attributes.length)
    refuseText('notXml', 'An element has the same attribute twice, under two prefixes.');
};

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

/** An element whose end has not been read. */
interface Open {
  readonly element: XmlElement;
  readonly content: (XmlElement | string)[];
  readonly scope: NamespaceScope;
}

const none: readonly XmlAttribute[] = [];

/** Grows a tree while a text is read, tag after tag, and gives its names their namespaces. */
export class Tree {
  readonly #open: Open[] = [];
  #innermost: Open | undefined;
  #root: XmlElement | undefined;

  /** A tag opens; `raw` is undefined where it has no attributes. */
  open(qualified: string, raw: RawAttributes | undefined): void {
    const outer = this.#innermost;
    const scope = raw === undefined ? (outer?.scope ?? outermostScope) : this.#scopeOf(outer, raw);
    const attributes = raw === undefined ? none : attributesWithin(scope, raw);
    if (attributes.length > 1) refuseRepeated(attributes);
    const content: (XmlElement | string)[] = [];
    const name = elementName(scope, qualified);
    const element = elementOf({ name, content, resolve: scope.resolve }, attributes, outer?.element);
    outer?.content.push(element);
    this.#root ??= element;
    this.#innermost = { element, content, scope };
    this.#open.push(this.#innermost);
  }

  /** Text, its references resolved; what a comment parts is one text. */
  text(text: string): void {
    const content = this.#innermost?.content;
    if (content === undefined) return; // white space around the root
    const last = content.length - 1;
    const before = content[last];
    if (typeof before === 'string') content[last] = before + text;
    else content.push(text);
  }

  /** The innermost element ends. */
  close(): void {
    this.#open.pop();
    this.#innermost = this.#open.at(-1);
  }

  /** Whether an element of one of these local names is open. */
  isWithin(names: ReadonlySet<string>): boolean {
    return this.#open.some(({ element }) => names.has(element.name.local));
  }

  /** How many elements are open, one inside the other. */
  get depth(): number {
    return this.#open.length;
  }

  /** Where the reading is: local names from the root. */
  get path(): string {
    return this.#innermost === undefined ? '/' : pathOf(this.#innermost.element);
  }

  /** The whole tree, once its text was read to the end. */
  get root(): XmlElement {
    return this.#root ?? refuseText('notXml', 'The body has no root element; one was expected.');
  }

  #scopeOf(outer: Open | undefined, raw: RawAttributes): NamespaceScope {
    return scopeWithin(outer?.scope ?? outermostScope, raw);
  }
}
