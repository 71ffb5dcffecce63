/**
 * The file that names the VENs of a fleet: what they have in common, and each by itself. It holds references to secrets,
 * never secrets: `file:PATH` or `env:NAME`.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { settingNames, type SettingName } from '../../shell/settings/settings.ts';
import { didYouMean } from '../../text/nearest.ts';
import { ConfigurationError } from '../configurationError.ts';
import type { Environment, Layer, PlacedValue } from './configSources.ts';
import { JsonTextError, parseJsonWithComments } from './jsonWithComments.ts';

const name = z.string().min(1).max(200);
const whole = (least: number, most: number) => z.int().min(least).max(most);

const venSchema = z.looseObject({ venID: name, groups: z.array(name).max(100).default([]) });

/** Who may do what over the door, and for which VENs; for all of them where neither `vens` nor `groups` is given. */
const accessSchema = z.strictObject({
  name,
  token: z.string().min(1),
  role: z.enum(['read', 'act']),
  vens: z.array(name).max(100_000).optional(),
  groups: z.array(name).max(1_000).optional(),
});

const doorSchema = z.strictObject({
  /** A port, or an address and a port. */
  at: z.union([whole(0, 65_535).transform(String), z.string().min(1)]),
  /** Names by which it may be asked, beside its addresses. */
  hosts: z.array(name).max(100).default([]),
  access: z.array(accessSchema).max(1_000).default([]),
});

/** @limit Connections that a process makes in a second: a handshake costs some milliseconds on both sides, and a VTN has others to serve. */
export const usualConnectionsPerSecond = 150;

const fleetSchema = z.strictObject({
  dataDirectory: z.string().min(1),
  defaults: z.record(z.string(), z.unknown()).default({}),
  vens: z.array(venSchema).max(100_000).default([]),
  /** A file with more of them, beside this one: a JSON list, or CSV whose header names settings. */
  vensFile: z.string().min(1).optional(),
  spreadMs: whole(0, 3_600_000).default(10_000),
  connectionsPerSecond: whole(1, 10_000).default(usualConnectionsPerSecond),
  /** Connections to each VTN that VENs without certificates of their own share. */
  connections: whole(1, 1_000).default(32),
  restarts: whole(0, 1_000).default(5),
  restartsWithinMs: whole(1_000, 86_400_000).default(600_000),
  inputsPerMinute: whole(100, 1_000_000).default(6_000),
  stepMs: whole(10, 600_000).default(5_000),
  logLevel: z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info'),
  /** Where the fleet is looked at and commanded over HTTP; nowhere if absent. */
  door: doorSchema.optional(),
});

/** What somebody may do over the door, with the token itself. */
export type DoorAccess = z.infer<typeof accessSchema>;

/** The door of a fleet, with the tokens themselves. */
export type FleetDoorSettings = z.infer<typeof doorSchema>;

/**
 * How much the pauses of a fleet's VENs vary after failures, unless their settings say it. All of them lose their VTN at the same instant: with
 * the little that a single home has they would come back as a crowd (docs/at-scale.md).
 */
export const fleetBackoffJitter = 0.3;

/** A VEN as the file has it. */
export interface ListedVen {
  readonly venID: string;
  readonly groups: readonly string[];
  /** Its settings, those that all have in common below its own, with the place of each. */
  readonly layer: Layer;
}

/** A fleet as its file has it. */
export interface FleetFile extends Omit<z.infer<typeof fleetSchema>, 'defaults' | 'vens' | 'vensFile'> {
  readonly path: string;
  readonly vens: readonly ListedVen[];
  /** The files that hold secrets of the fleet or of one of its VENs. */
  readonly secretFiles: readonly string[];
  /** The file that lists the VENs, when they are not in the fleet's own. */
  readonly vensPath: string | null;
}

const unusable = (path: string, sentences: readonly string[]): ConfigurationError =>
  new ConfigurationError(sentences.map((sentence) => `The fleet file ${path} cannot be used: ${sentence}`));

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, [`reading it failed with ${(error as NodeJS.ErrnoException).code}.`]);
  }
};

const parsedJson = (path: string, text: string): unknown => {
  try {
    return parseJsonWithComments(text);
  } catch (error) {
    if (error instanceof JsonTextError) throw unusable(path, [`${error.message}.`]);
    throw error;
  }
};

const keyOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');

const known = Object.keys(fleetSchema.shape);

const sentenceOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? issue.keys
        .map(
          (key) =>
            `${keyOf([...issue.path, key])} is no key of it.${issue.path.length === 0 ? didYouMean(key, known) : ''}`,
        )
        .join(' ')
    : `${keyOf(issue.path) || 'it'}: ${issue.message}.`;

const checked = <Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unusable(path, result.error.issues.map(sentenceOf));
};

const isSetting = (key: string): key is SettingName => (settingNames as readonly string[]).includes(key);

/** The settings that hold secrets, and the keys by which a file names them. */
const secrets: readonly SettingName[] = ['vtnUrl', 'tlsKeyPassphrase'];

/** What belongs to the process and not to one VEN of it. */
const ofTheHost: ReadonlySet<SettingName> = new Set([
  'dataDirectory',
  'logLevel',
  'inspect',
  'commands',
  'mqtt',
  'webhooks',
]);

/** Files of a VEN are named from where the fleet's file lies. */
const files: ReadonlySet<SettingName> = new Set(['tlsCaFile', 'tlsCertificateFile', 'tlsKeyFile']);

const filled = (value: unknown, venID: string): unknown => {
  if (typeof value === 'string') return value.replaceAll('{venID}', venID);
  if (Array.isArray(value)) return value.map((each) => filled(each, venID));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, venID)]));
  return value;
};

/** Whether a URL opens nothing by itself: only the standard's own path, no token. */
const opensNothing = (url: string): boolean => /^https?:\/\/[^/]+\/OpenADR2\/Simple\/2\.0b\/?$/.test(url);

/** How settings of one place in the file are read. */
interface ListReading {
  readonly path: string;
  readonly environment: Environment;
  /** `vens[3]`, `defaults`. */
  readonly place: string;
  readonly venID: string;
}

/** What a reference stands for; null when it is none. @throws ConfigurationError */
const lookedUp = (text: string, key: string, { path, environment }: Pick<ListReading, 'path' | 'environment'>) => {
  const origin = `${key} of the fleet file ${path}`;
  const [, kind, what = ''] = /^(file|env):(.+)$/s.exec(text) ?? [];
  if (kind === 'env') {
    const found = environment[what];
    if (found !== undefined && found !== '') return { value: found.trim(), origin };
    throw unusable(path, [`${key} names the environment variable ${what}, which is not set.`]);
  }
  if (kind === 'file') {
    const file = resolve(dirname(path), what);
    try {
      return { value: readFileSync(file, 'utf8').trim(), origin, file };
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code;
      throw unusable(path, [`${key} names the file ${file}, which cannot be read (${why}).`]);
    }
  }
  return null;
};

const mustRefer = (path: string, key: string): ConfigurationError =>
  unusable(path, [`${key} must say where the secret is, not what it is: write "file:PATH" or "env:NAME".`]);

const referred = (setting: SettingName, value: unknown, reading: ListReading): PlacedValue => {
  const { path, place } = reading;
  const key = `${place}.${setting}`;
  const text = typeof value === 'string' ? value : '';
  const found = lookedUp(text, key, reading);
  if (found !== null) return found;
  if (setting === 'vtnUrl' && opensNothing(text)) return { value: text, origin: `${key} of the fleet file ${path}` };
  throw mustRefer(path, key);
};

/** What the references to the door's tokens stand for, in their order. @throws ConfigurationError */
const doorTokens = (door: FleetDoorSettings, path: string, environment: Environment): readonly PlacedValue[] =>
  door.access.map(({ token }, index) => {
    const key = `door.access[${index}].token`;
    const found = lookedUp(token, key, { path, environment });
    if (found === null) throw mustRefer(path, key);
    return found;
  });

/** The door with its tokens instead of the references to them. */
const doorWith = (door: FleetDoorSettings, tokens: readonly PlacedValue[]): FleetDoorSettings => ({
  ...door,
  access: door.access.map((access, index) => ({ ...access, token: String(tokens[index]?.value) })),
});

const filesIn = (values: Iterable<PlacedValue>): readonly string[] =>
  [...values].flatMap(({ file }) => (file === undefined ? [] : [file]));

const layerOf = (settings: Readonly<Record<string, unknown>>, reading: ListReading): Layer => {
  const { path, place, venID } = reading;
  const layer = new Map<string, PlacedValue>();
  const faults: string[] = [];
  for (const [key, given] of Object.entries(settings)) {
    const value = filled(given, venID);
    const secret = secrets.find((each) => `${each}File` === key);
    if (secret !== undefined) layer.set(secret, referred(secret, `file:${String(value)}`, reading));
    else if (!isSetting(key)) faults.push(`${place}.${key} is no setting of a VEN.${didYouMean(key, settingNames)}`);
    else if (ofTheHost.has(key)) faults.push(`${place}.${key} belongs to the fleet as a whole, not to one VEN.`);
    else if (secrets.includes(key)) layer.set(key, referred(key, value, reading));
    else
      layer.set(key, {
        value: files.has(key) && typeof value === 'string' ? resolve(dirname(path), value) : value,
        origin: `${place}.${key} of the fleet file ${path}`,
      });
  }
  if (faults.length > 0) throw unusable(path, faults);
  return layer;
};

type Listed = z.infer<typeof venSchema>;

const cellOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** The rows of a simple CSV: a header of settings, `groups` apart by spaces, values as JSON or as texts. */
const rowsOf = (text: string): readonly Record<string, unknown>[] => {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = cellsOf(header);
  return lines.map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(
      names.flatMap((key, index): [string, unknown][] => {
        const cell = (cells[index] ?? '').trim();
        if (cell === '') return [];
        if (key === 'groups') return [[key, cell.split(/\s+/)]];
        return [[key, key === 'venID' || key === 'venName' ? cell : cellOf(cell)]];
      }),
    );
  });
};

/** The cells of a line; those in quotes may hold commas, and quotes that are doubled. */
const cellsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '').trim() : quoted.replaceAll('""', '"'),
  );

const listedIn = (path: string): readonly Listed[] => {
  const text = read(path);
  return checked(z.array(venSchema).max(100_000), /\.csv$/i.test(path) ? rowsOf(text) : parsedJson(path, text), path);
};

const twiceIn = (vens: readonly { readonly venID: string }[]): string | undefined => {
  const seen = new Set<string>();
  return vens.find(({ venID }) => seen.size === seen.add(venID).size)?.venID;
};

/** Reads a fleet's file, and the list beside it. @throws ConfigurationError that names the key */
export const readFleetFile = (path: string, environment: Environment): FleetFile => {
  const { defaults, vens, vensFile, dataDirectory, door, ...rest } = checked(
    fleetSchema,
    parsedJson(path, read(path)),
    path,
  );
  const vensPath = vensFile === undefined ? null : resolve(dirname(path), vensFile);
  const all = [
    ...vens.map((ven, index) => ({ ven, path, place: `vens[${index}]` })),
    ...(vensPath === null ? [] : listedIn(vensPath)).map((ven, index) => ({
      ven,
      path: vensPath ?? path,
      place: `[${index}]`,
    })),
  ];
  const twice = twiceIn(all.map(({ ven }) => ven));
  if (twice !== undefined) throw unusable(path, [`the venID "${twice}" is listed twice.`]);
  const tokens = door === undefined ? [] : doorTokens(door, path, environment);
  const listed = all.map(({ ven: { venID, groups, ...own }, path: where, place }) => ({
    venID,
    groups,
    layer: new Map<string, PlacedValue>([
      ['backoffJitter', { value: fleetBackoffJitter, origin: 'what VENs of a fleet have' }],
      ...layerOf(defaults, { path, environment, place: 'defaults', venID }),
      ...layerOf(own, { path: where, environment, place, venID }),
      ['venID', { value: venID, origin: `${place}.venID of the fleet file ${where}` }],
    ]),
  }));
  return {
    ...rest,
    path,
    vensPath,
    dataDirectory: resolve(dirname(path), dataDirectory),
    ...(door === undefined ? {} : { door: doorWith(door, tokens) }),
    secretFiles: [...new Set([...filesIn(tokens), ...listed.flatMap(({ layer }) => filesIn(layer.values()))])],
    vens: listed,
  };
};
