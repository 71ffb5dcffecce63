/** The vocabulary of Green Button (NAESB ESPI) that an energy reading needs. */

/** The namespaces, whatever prefix a file gives them. */
export const espi = 'http://naesb.org/espi';
export const atom = 'http://www.w3.org/2005/Atom';

/** Codes of flowDirection that say a direction. */
export const flowDirections: Readonly<Record<string, 'import' | 'export' | 'net'>> = {
  '1': 'import',
  '4': 'net',
  '19': 'export',
};

/** The code of flowDirection for the sum of both directions, which says nothing of either. */
export const totalFlow = '20';

/** Codes of uom: watt-hours. */
export const wattHours = '72';

const unitNames: Readonly<Record<string, string>> = {
  '5': 'A',
  '29': 'V',
  '31': 'J',
  '38': 'W, which is power',
  '42': 'm³',
  '61': 'VA',
  '63': 'var',
  '71': 'VAh',
  '73': 'varh',
  '119': 'ft³',
  '132': 'Btu',
  '169': 'therms',
};

/** A code of uom, and what it is where that is known. */
export const unitText = (code: string): string => {
  if (code === '') return 'no uom';
  const name = unitNames[code];
  return name === undefined ? `the uom ${code}` : `the uom ${code} (${name})`;
};

/** Codes of accumulationBehaviour that mean a register, and those that mean the energy of the interval. */
export const registerBehaviours: ReadonlySet<string> = new Set(['1', '2', '3', '9']);
export const intervalBehaviours: ReadonlySet<string> = new Set(['', '0', '4']);

const commodityNames: Readonly<Record<string, string>> = {
  '3': 'communication',
  '4': 'air',
  '7': 'natural gas',
  '8': 'propane',
  '9': 'drinking water',
  '10': 'steam',
  '11': 'waste water',
  '12': 'heating fluid',
  '13': 'cooling fluid',
};

const serviceNames: Readonly<Record<string, string>> = {
  '1': 'gas',
  '2': 'water',
  '4': 'heat',
  '5': 'refuse',
  '6': 'sewerage',
};

/** What else than electricity a series is about, by its commodity or the kind of its service; null when it is electricity or does not say. */
export const strangeCommodity = (commodity: string, serviceKind: string): string | null => {
  if (['1', '2'].includes(commodity)) return null;
  if (commodity !== '' && commodity !== '0')
    return commodityNames[commodity] ?? `the commodity with the code ${commodity}`;
  return serviceNames[serviceKind] ?? null;
};

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

/** What is to be told of quality codes, with spaces between them; null when they vouch for the value. */
export const remarkOn = (codes: string): string | null => {
  if (codes === '') return null;
  const remarks = codes
    .split(' ')
    .flatMap((code) => (vouched.has(code) ? [] : [qualityNames[code] ?? `of quality ${code}`]));
  return remarks.length === 0 ? null : [...new Set(remarks)].join(', ');
};
