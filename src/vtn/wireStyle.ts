/**
 * Dresses a payload like the programme's published samples: the same content, in the clothes a receiver has to see through.
 *
 * What changes: elements of some namespaces are written in a default namespace declared on the spot; identifiers of reports
 * are padded with a line break and blanks, which is part of the value for the schema; instants carry microseconds;
 * the signed object has an Id although nothing is signed.
 *
 * It works on the text of our own encoder, which has no comments, no CDATA and declares each prefix before its use.
 */
export const dressedLikeNhec = (xml: string): string => {
  const namespaces = namespacesOf(xml);
  const state: Scope = { namespaces, open: [] };
  const dressed = xml.replace(
    tagPattern,
    (tag, slash: string, name: string, attributes: string, selfClosing: string) =>
      slash === '/' ? closed(state, tag) : opened(state, tag, name, attributes, selfClosing === '/'),
  );
  return withMicroseconds(padded(withID(dressed)));
};

/** A tag of our own encoder: a slash, a name, attributes in double quotes, a slash. */
const tagPattern = /<(\/?)([\w.:-]+)((?:\s+[\w.:-]+="[^"]*")*)\s*(\/?)>/g;

interface Scope {
  readonly namespaces: ReadonlyMap<string, string>;
  /** Names to close with, innermost last; the default namespace in force inside each. */
  readonly open: { readonly name: string; readonly defaultNamespace: string | undefined }[];
}

const namespacesOf = (xml: string): ReadonlyMap<string, string> =>
  new Map([...xml.matchAll(/\sxmlns:([\w.-]+)="([^"]*)"/g)].map(([, prefix = '', uri = '']) => [prefix, uri]));

/** The elements that the samples write in a default namespace of their own. */
const undressed = new Set(['requestID', 'marketContext', 'properties', 'components', 'uid']);

const opened = (scope: Scope, tag: string, name: string, attributes: string, isSelfClosing: boolean): string => {
  const [local = '', prefix = ''] = name.split(':').reverse();
  const namespace = scope.namespaces.get(prefix);
  const inherited = scope.open.at(-1)?.defaultNamespace;
  const isRedeclared = namespace !== undefined && (undressed.has(local) || inherited === namespace);
  const written = isRedeclared ? local : name;
  const declaration = isRedeclared && inherited !== namespace ? ` xmlns="${namespace}"` : '';
  if (!isSelfClosing) scope.open.push({ name: written, defaultNamespace: isRedeclared ? namespace : inherited });
  return isRedeclared ? `<${written}${declaration}${attributes}${isSelfClosing ? ' /' : ''}>` : tag;
};

const closed = (scope: Scope, tag: string): string => {
  const top = scope.open.pop();
  return top === undefined ? tag : `</${top.name}>`;
};

const padded = (xml: string): string =>
  xml.replace(
    /(<(?:\w+:)?(?:reportRequestID|rID)>)([^<]*)(<\/)/g,
    '$1\n                        $2\n                    $3',
  );

/** Microseconds that are the same whenever the same instant is written. */
const withMicroseconds = (xml: string): string =>
  xml.replace(/>(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})Z</g, '>$1.000000Z<');

const withID = (xml: string): string =>
  xml.replace(/<(oadr:)?oadrSignedObject>/, '<$1oadrSignedObject $1Id="oadrSignedObject">');
