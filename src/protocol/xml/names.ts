/** A name of an element or attribute: a namespace URI and a local name; the prefix never matters on receipt. */
export interface Name<Local extends string = string> {
  /** Empty when there is no namespace. */
  readonly namespace: string;
  readonly local: Local;
  /** How we write it: `ei:venID`. */
  readonly qualified: string;
}

/** Gives names of one namespace. */
export type Namespace = <Local extends string>(local: Local) => Name<Local>;

/** Every name of our declarations, once: two equal names of the vocabulary are the same object. */
const vocabulary = new Map<string, Map<string, Name>>();

/** The prefixes we write, by namespace URI. */
const prefixes = new Map<string, string>();

const namespace = (uri: string, prefix: string): Namespace => {
  const names = new Map<string, Name>();
  vocabulary.set(uri, names);
  prefixes.set(uri, prefix);
  return <Local extends string>(local: Local): Name<Local> => {
    const known = names.get(local);
    if (known !== undefined) return known as Name<Local>;
    const name = { namespace: uri, local, qualified: `${prefix}:${local}` };
    names.set(local, name);
    return name;
  };
};

/** The namespaces of OpenADR 2.0b, each under the prefix we write. */
export const oadr = namespace('http://openadr.org/oadr-2.0b/2012/07', 'oadr');
export const ei = namespace('http://docs.oasis-open.org/ns/energyinterop/201110', 'ei');
export const pyld = namespace('http://docs.oasis-open.org/ns/energyinterop/201110/payloads', 'pyld');
export const xcal = namespace('urn:ietf:params:xml:ns:icalendar-2.0', 'xcal');
export const strm = namespace('urn:ietf:params:xml:ns:icalendar-2.0:stream', 'strm');
export const emix = namespace('http://docs.oasis-open.org/ns/emix/2011/06', 'emix');
export const power = namespace('http://docs.oasis-open.org/ns/emix/2011/06/power', 'power');
export const scale = namespace('http://docs.oasis-open.org/ns/emix/2011/06/siscale', 'scale');
export const gml = namespace('http://www.opengis.net/gml/3.2', 'gml');
export const atom = namespace('http://www.w3.org/2005/Atom', 'atom');
export const ds = namespace('http://www.w3.org/2000/09/xmldsig#', 'ds');
export const xsi = namespace('http://www.w3.org/2001/XMLSchema-instance', 'xsi');

/** The namespace that XML itself binds to the prefix `xml`. */
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** The name of our declarations, or a passing one for what we do not know: strangers do not fill the vocabulary. */
export const nameOf = (uri: string, local: string): Name =>
  vocabulary.get(uri)?.get(local) ?? { namespace: uri, local, qualified: local };

/** The prefix we write for a namespace, if it is one of ours. */
export const prefixOf = (uri: string): string | undefined => prefixes.get(uri);
