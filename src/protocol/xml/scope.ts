import { type Name, nameOf, xmlNamespace } from './names.ts';
import { quoted, refuseText } from './refuse.ts';

/** The namespace declarations in force at an element; names once resolved are remembered. */
export interface NamespaceScope {
  /** What was declared here and further out, nearest first; a chain as long as the text is deep, at most. */
  readonly uriOf: (prefix: string) => string | undefined;
  /** All that was declared here and further out, as a text: where it is the same, names mean the same. */
  readonly declared: string;
  readonly elementNames: Map<string, Name>;
  readonly resolve: (qualifiedName: string) => Name | undefined;
}

const split = (qualifiedName: string): readonly [prefix: string, local: string] => {
  const colon = qualifiedName.indexOf(':');
  return colon === -1 ? ['', qualifiedName] : [qualifiedName.slice(0, colon), qualifiedName.slice(colon + 1)];
};

const isBadName = (local: string): boolean => local === '' || local.includes(':');

/** Copying the outer declarations instead would let a hostile text make the work grow with its square. */
const scopeOf = (own: ReadonlyMap<string, string>, outer?: NamespaceScope): NamespaceScope => {
  const uriOf = (prefix: string): string | undefined => own.get(prefix) ?? outer?.uriOf(prefix);
  const resolve = (qualifiedName: string): Name | undefined => {
    const [prefix, local] = split(qualifiedName);
    const uri = uriOf(prefix);
    return uri === undefined || isBadName(local) ? undefined : nameOf(uri, local);
  };
  const declared = `${outer?.declared ?? ''}${JSON.stringify([...own])}`;
  return { uriOf, declared, elementNames: new Map(), resolve };
};

/** What is in force outside the root. */
export const outermostScope = scopeOf(
  new Map([
    ['', ''],
    ['xml', xmlNamespace],
  ]),
);

const unbound = (qualifiedName: string): never =>
  refuseText(
    'notXml',
    `The name ${quoted(qualifiedName)} has a prefix that is not declared, or is no name with one prefix.`,
  );

const declare = (uris: Map<string, string>, prefix: string, uri: string): void => {
  if (uri === '' && prefix !== '') refuseText('notXml', `The prefix ${quoted(prefix)} is declared for no namespace.`);
  if (prefix === 'xmlns' || (prefix === 'xml') !== (uri === xmlNamespace))
    refuseText('notXml', `The prefix ${quoted(prefix)} cannot be declared so.`);
  uris.set(prefix, uri);
};

/** The scope inside an element, given what it declares: prefixes (empty for the default) and URIs. */
export const innerScope = (
  outer: NamespaceScope,
  declarations: readonly (readonly [prefix: string, uri: string])[],
): NamespaceScope => {
  const own = new Map<string, string>();
  for (const [prefix, uri] of declarations) declare(own, prefix, uri);
  return scopeOf(own, outer);
};

/** An element's name; without a prefix it is in the default namespace. */
export const elementName = (scope: NamespaceScope, qualifiedName: string): Name => {
  const known = scope.elementNames.get(qualifiedName);
  if (known !== undefined) return known;
  const name = scope.resolve(qualifiedName) ?? unbound(qualifiedName);
  scope.elementNames.set(qualifiedName, name);
  return name;
};

/** An attribute's name; without a prefix it is in no namespace. */
export const attributeName = (scope: NamespaceScope, qualifiedName: string): Name =>
  qualifiedName.includes(':') ? (scope.resolve(qualifiedName) ?? unbound(qualifiedName)) : nameOf('', qualifiedName);
