import { describe, expect, it } from 'vitest';
import { imports, sources } from './support/all.ts';
import { circleIn, type Import } from './support/imports.ts';
import { blindCastsOf, defaultExportsOf, exportsOf, worldlyUsesOf } from './support/language.ts';
import { namesakesIn } from './support/namesakes.ts';
import { isIn } from './support/sources.ts';

/**
 * Which folder may use which. Everything not named is forbidden.
 * A folder may always use itself; `cli` and the public API put everything together.
 */
const directions: Readonly<Record<string, readonly string[]>> = {
  text: [],
  protocol: [],
  facts: ['protocol'],
  programme: ['facts', 'protocol/types'],
  store: ['facts', 'programme', 'protocol/types'],
  machines: ['facts', 'programme', 'protocol'],
  dispatch: ['facts', 'programme', 'protocol/types'],
  backtest: ['dispatch', 'programme', 'protocol/types'],
  files: ['programme', 'protocol/types', 'protocol/foreignXml.ts'],
  settlement: ['facts', 'files', 'programme', 'protocol/types', 'store/projections'],
  telling: ['facts', 'programme', 'protocol', 'store'],
  review: ['backtest', 'core', 'dispatch', 'facts', 'programme', 'protocol/types', 'settlement', 'shell', 'store'],
  core: ['facts', 'machines', 'protocol/elements', 'store/projections'],
  reactions: ['core', 'facts', 'programme', 'protocol', 'machines', 'store/projections', 'text/clockAside.ts'],
  fork: [
    'backtest',
    'core',
    'dispatch',
    'facts',
    'programme',
    'protocol/types',
    'reactions/loadCommands.ts',
    'reactions/trust.ts',
    'review',
    'shell',
    'store/projections',
    'text',
  ],
  where: ['core', 'facts', 'machines', 'programme', 'shell/fold.ts', 'store/projections', 'telling', 'text'],
  shell: ['core', 'reactions', 'dispatch', 'facts', 'programme', 'protocol', 'machines', 'store', 'text'],
  recording: ['protocol'],
  launch: [],
  bundle: ['facts', 'machines', 'store', 'core', 'shell', 'recording', 'protocol'],
  signatures: ['facts', 'protocol/signature', 'protocol/types'],
  adapters: [
    'text',
    'signatures',
    'protocol/signature',
    'shell/ports.ts',
    'shell/settings',
    'dispatch',
    'facts',
    'protocol/types',
    'bundle/blockIndex.ts',
    'bundle/manifest.ts',
  ],
  devices: ['shell/ports.ts', 'shell/settings', 'files', 'facts', 'programme', 'protocol/types', 'text'],
  publishing: [
    'core',
    'facts',
    'programme',
    'store',
    'telling',
    'shell/deviceStanding.ts',
    'shell/need.ts',
    'shell/operatorCommands.ts',
    'shell/ports.ts',
    'shell/settings',
    'inspector/answers/amounts.ts',
    'devices/mqtt',
    'devices/http',
  ],
  fleet: ['core', 'dispatch/planner.ts', 'facts', 'machines', 'programme', 'protocol/types', 'shell', 'store', 'text'],
  vtn: ['protocol', 'programme', 'recording', 'signatures'],
  conformance: [
    'core',
    'inspector/answers/prettyXml.ts',
    'programme',
    'protocol',
    'settlement/page',
    'shell/settings',
    'shell/operatorCommands.ts',
    'vtn',
  ],
  'inspector/drawing': [],
  'inspector/page': ['inspector/api', 'text'],
  inspector: [
    'text',
    'core',
    'dispatch/explain',
    'dispatch/planner.ts',
    'fleet/conditions.ts',
    'shell',
    'facts',
    'inspector/drawing',
    'machines',
    'programme',
    'protocol/types',
    'review',
    'store',
    'telling',
    'fork',
    'where',
  ],
};

/** How XML is read and written is protocol's own business. */
const closed = 'protocol/xml';

/** Where a library lives; nobody else knows that we use it. `types`: who may speak of its types. */
const homes: Readonly<Record<string, { readonly use: readonly string[]; readonly types?: readonly string[] }>> = {
  'csv-parse': { use: ['files/cells/csvRows.ts'] },
  'fast-xml-parser': { use: ['protocol/xml/parse.ts'] },
  saxes: { use: ['protocol/xml/parse.ts', 'protocol/foreignXml.ts'] },
  xmlbuilder2: { use: ['protocol/xml/write.ts'] },
  level: { use: ['store/level/levelDatabase.ts', 'store/level/repair/scratch.ts'], types: ['store/level/many'] },
  pg: { use: ['store/postgres/pool.ts'], types: ['store/postgres'] },
  rxjs: { use: ['store/live/rxjs.ts'] },
  xstate: { use: ['machines', 'core/streams.ts', 'core/transition.ts'], types: ['core', 'inspector'] },
  '@peculiar/asn1-csr': { use: ['adapters/tls/certificateRequest.ts'] },
  '@peculiar/asn1-schema': {
    use: ['adapters/tls/certificateRequest.ts', 'adapters/tls/ownAuthority.ts', 'adapters/tls/revocationLists.ts'],
  },
  '@peculiar/asn1-x509': {
    use: ['adapters/tls/certificateRequest.ts', 'adapters/tls/ownAuthority.ts', 'adapters/tls/revocationLists.ts'],
  },
  highs: { use: ['dispatch/highsSolver.ts'] },
  mqtt: { use: ['devices/mqtt'] },
  'modbus-serial': { use: ['devices/modbus'] },
  elkjs: { use: [], types: ['inspector/drawing'] },
  zod: {
    use: [
      'shell/settings',
      'adapters/config/configSources.ts',
      'adapters/config/fleetFile.ts',
      'facts',
      'inspector/api',
      'protocol',
    ],
    types: ['adapters', 'inspector'],
  },
  'decimal.js': { use: ['programme/decimal.ts'] },
  'xml-crypto': { use: ['signatures'] },
  '@xmldom/xmldom': { use: ['signatures'] },
  ws: { use: ['inspector/server/statelySocket.ts'] },
  preact: { use: ['inspector/page'] },
  '@preact/signals': { use: ['inspector/page'] },
  'temporal-polyfill': { use: ['programme/calendar.ts'] },
};

/** Who touches the world: clock, chance, timers, the process, sockets; the page's world is a browser. */
const worldly = [
  'adapters',
  'devices',
  'publishing',
  'vtn',
  'cli',
  'launch',
  'inspector/page',
  'inspector/server',
  'inspector/server.ts',
];

/** Parts of Node that only compute. */
const harmless: readonly string[] = ['node:util', 'node:path', 'node:zlib'];

/** The log owns its directory, and the chain its hashes (docs/decisions/0007); a bundle is sealed, and its pseudonyms are keyed (0018). */
const storeParts: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['store/hashChain.ts', 'bundle', 'signatures'],
  'node:fs': ['store/level/footing.ts', 'store/level/logDirectory.ts'],
  'node:fs/promises': [
    'store/level/backup.ts',
    'store/level/endMark.ts',
    'store/level/many/headsFile.ts',
    'store/level/logDirectory.ts',
    'store/level/logMarker.ts',
    'store/level/files',
    'store/level/repair',
  ],
};

const ours: readonly Import[] = imports.filter(({ isOurs }) => isOurs);
const libraries: readonly Import[] = imports.filter(({ isOurs, to }) => !isOurs && !to.startsWith('node:'));
const nodeParts: readonly Import[] = imports.filter(({ to }) => to.startsWith('node:'));

/** Parts of a folder that may use less than it. */
const parts = ['inspector/drawing', 'inspector/page'];

const folderOf = (path: string): string => parts.find((part) => isIn(path, [part])) ?? path.split('/')[0] ?? '';

const said = ({ place, to }: Import): string => `${place} imports ${to}`;

describe('imports', () => {
  const isAllowed = ({ from, to }: Import): boolean => {
    const folder = folderOf(from);
    if (folder === 'cli' || folder === 'index.ts' || folder === folderOf(to)) return true;
    return isIn(to, directions[folder] ?? []) && !isIn(to, [closed]);
  };

  it('point one way', () => {
    expect(ours.filter((each) => !isAllowed(each)).map(said)).toEqual([]);
  });

  it('leave messages to the 2.0b side: what is kept, planned, settled and shown is told in words of its own', () => {
    const neutral = ['store', 'dispatch', 'settlement', 'inspector'];
    const part =
      /\b(?:eiEvents?|eiEventSignals?|eventDescriptor|eiActivePeriod|oadrEvent|reportSpecifier|specifierPayload)\b/;
    const messages = ['protocol/elements', 'protocol/messages', 'protocol/payload.ts'];
    expect(ours.filter(({ from, to }) => isIn(from, neutral) && isIn(to, messages)).map(said)).toEqual([]);
    expect(sources.filter(({ path, text }) => isIn(path, neutral) && part.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });

  it('know every folder', () => {
    const folders = new Set(sources.map(({ path }) => folderOf(path)));
    expect(
      [...folders].filter((folder) => !(folder in directions) && folder !== 'cli' && folder !== 'index.ts'),
    ).toEqual([]);
  });

  it('make no circle at all, not even of types', () => {
    expect(circleIn(ours)).toBeNull();
  });

  it('make no circle between folders', () => {
    const between = ours
      .map((each) => ({ ...each, from: folderOf(each.from), to: folderOf(each.to) }))
      .filter(({ from, to }) => from !== to);
    expect(circleIn(between)).toBeNull();
  });

  it('keep the places of a log apart: none knows another, and what a log is knows none of them', () => {
    const places = ['store/level', 'store/memory', 'store/postgres'];
    const placeOf = (path: string): string | undefined => places.find((place) => isIn(path, [place]));
    const inStore = ours.filter(({ from }) => isIn(from, ['store']));
    const astray = inStore.filter(({ from, to }) => isIn(to, places) && placeOf(from) !== placeOf(to));
    expect(astray.map(said)).toEqual([]);
  });

  it('find every library at home', () => {
    const isAtHome = ({ from, to, isTypeOnly }: Import): boolean => {
      const home = homes[to];
      return home !== undefined && (isIn(from, home.use) || (isTypeOnly && isIn(from, home.types ?? [])));
    };
    expect(libraries.filter((each) => !isAtHome(each)).map(said)).toEqual([]);
  });

  it('reach for files and sockets only where the world is let in', () => {
    const mayUse = ({ from, to, isTypeOnly }: Import): boolean =>
      isTypeOnly || harmless.includes(to) || isIn(from, worldly) || isIn(from, storeParts[to] ?? []);
    expect(nodeParts.filter((each) => !mayUse(each)).map(said)).toEqual([]);
  });
});

describe('every file', () => {
  it('takes clock, chance, timers and the process from nowhere but a port', () => {
    expect(sources.filter(({ path }) => !isIn(path, worldly)).flatMap(worldlyUsesOf)).toEqual([]);
  });

  it('hears a stream only where a failing subscriber costs nobody anything', () => {
    const hearing = sources.filter(({ path, text }) => text.includes('.subscribe(') && !isIn(path, ['store/live']));
    expect(hearing.map(({ path }) => path)).toEqual([]);
  });

  it('tells the compiler of no value what it is by a double cast', () => {
    expect(sources.flatMap(blindCastsOf)).toEqual([]);
  });

  it('exports by name', () => {
    expect(sources.flatMap(defaultExportsOf)).toEqual([]);
  });

  it('says of each export what it is', () => {
    const silent = sources.flatMap(exportsOf).filter(({ isDocumented }) => !isDocumented);
    expect(silent.map(({ place, name }) => `${place} ${name} has no comment`)).toEqual([]);
  });
});

describe('a name', () => {
  it('of a type has one meaning', () => {
    expect(namesakesIn(sources)).toEqual([]);
  });
});

describe('sizes', () => {
  const sizes = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);

  /** @limit Lines of a file. */
  const limit = 480;

  /** Files that are larger for a reason, and how large they may become. */
  const exceptions: Readonly<Record<string, number>> = {};

  it('stay small', () => {
    const large = sizes.filter(({ path, lines }) => lines > (exceptions[path] ?? limit));
    expect(large.map(({ path, lines }) => `src/${path} has ${lines} lines`)).toEqual([]);
  });

  it('forget no exception that is needed no longer', () => {
    const needed = new Set(sizes.filter(({ lines }) => lines > limit).map(({ path }) => path));
    expect(Object.keys(exceptions).filter((path) => !needed.has(path))).toEqual([]);
  });

  it('have a small middle', () => {
    const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0;
    const long = sizes.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path} ${lines}`);
    console.log(`${sizes.length} files in src, median ${median} lines; over 300: ${long.join(', ') || 'none'}.`);
    expect(median).toBeLessThan(100);
  });
});
