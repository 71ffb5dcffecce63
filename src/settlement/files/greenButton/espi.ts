import type { ForeignElement } from '../../../protocol/foreignXml.ts';

/** The vocabulary of Green Button (NAESB ESPI) that an energy reading needs. */

/** The namespaces, whatever prefix a file gives them. */
export const espi = 'http://naesb.org/espi';
const atom = 'http://www.w3.org/2005/Atom';

/** Codes of flowDirection. */
export const flowDirections = { forward: '1', net: '4', reverse: '19' } as const;

/** Codes of uom: watt-hours. */
export const wattHours = '72';

/** Codes of accumulationBehaviour that mean a register, and the one that means the energy of the interval. */
export const registerBehaviours: ReadonlySet<string> = new Set(['1', '3', '9']);
export const intervalBehaviours: ReadonlySet<string> = new Set(['', '0', '4']);

/** Codes of ReadingQuality that vouch for a measured value; every other one is told. */
const vouched: ReadonlySet<string> = new Set(['0', '14', '17', '18', '19']);

const qualityNames: Readonly<Record<string, string>> = {
  '7': 'manually edited',
  '8': 'estimated by a reference day',
  '9': 'estimated by interpolation',
  '10': 'questionable',
  '11': 'derived',
  '12': 'projected',
  '13': 'of mixed quality',
  '15': 'adjusted for weather',
};

/** What is to be told of a quality code; null when it vouches for the value. */
export const remarkOn = (code: string): string | null =>
  vouched.has(code) ? null : (qualityNames[code] ?? `of quality ${code}`);

const isNamed = (element: ForeignElement, namespace: string, local: string): boolean =>
  element.local === local && element.namespace === namespace;

/** The first child of a name in ESPI. */
export const childOf = (element: ForeignElement | undefined, local: string): ForeignElement | undefined =>
  element?.children.find((child) => isNamed(child, espi, local));

/** Its text; empty when it is not there. */
export const textOf = (element: ForeignElement | undefined, local: string): string =>
  childOf(element, local)?.text ?? '';

/** All children of a name in ESPI. */
export const childrenOf = (element: ForeignElement, local: string): readonly ForeignElement[] =>
  element.children.filter((child) => isNamed(child, espi, local));

/** A resource of a feed: an ESPI element, with the links of its entry. */
export interface Resource {
  readonly element: ForeignElement;
  readonly self: string;
  readonly up: string;
  readonly related: readonly string[];
  readonly title: string;
}

const linksOf = (entry: ForeignElement, rel: string): readonly string[] =>
  entry.children
    .filter((child) => isNamed(child, atom, 'link') && child.attribute('rel') === rel)
    .map((link) => (link.attribute('href') ?? '').replace(/\/$/, ''));

const resourcesOfEntry = (entry: ForeignElement): readonly Resource[] => {
  const [self = ''] = linksOf(entry, 'self');
  const [up = ''] = linksOf(entry, 'up');
  const title = entry.children.find((child) => isNamed(child, atom, 'title'))?.text ?? '';
  const contents = entry.children
    .filter((child) => isNamed(child, atom, 'content'))
    .flatMap(({ children }) => children);
  return contents.map((element) => ({ element, self, up, related: linksOf(entry, 'related'), title }));
};

/** The resources of a feed, or of a lone entry or element. */
export const resourcesOf = (root: ForeignElement): readonly Resource[] => {
  if (isNamed(root, atom, 'feed'))
    return root.children.filter((child) => isNamed(child, atom, 'entry')).flatMap(resourcesOfEntry);
  if (isNamed(root, atom, 'entry')) return resourcesOfEntry(root);
  return [root, ...root.children]
    .filter(({ namespace }) => namespace === espi)
    .map((element) => ({ element, self: '', up: '', related: [], title: '' }));
};
