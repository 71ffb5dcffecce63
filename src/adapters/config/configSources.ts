/**
 * Where settings come from, by rising precedence: defaults, file, credentials of the service manager, environment, flags.
 * Each source gives a layer: values by setting, and for each value the words that tell a person where it stands.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { secretSettings, settingNames, settingsSchema, type SettingName } from '../../shell/settings/settings.ts';
import { JsonTextError, parseJsonWithComments } from './jsonWithComments.ts';
import { isOpenToOthers } from '../secrets/openToOthers.ts';
import { didYouMean } from '../../text/nearest.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value and where it stands: `environment variable VEN_ID`. */
export interface PlacedValue {
  readonly value: unknown;
  readonly origin: string;
  /** Where the paths in it begin; absent: where the program was started. */
  readonly directory?: string;
  /** The file of a secret, or one that holds it among others. */
  readonly file?: string;
}

/** The settings of one source, by name. */
export type Layer = ReadonlyMap<string, PlacedValue>;

/** A source that cannot be read; a full sentence. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/** The name of the file looked for in the data directory. */
export const CONFIGURATION_FILE = 'ven.config.json';

const SHORT_NAMES: Readonly<Partial<Record<SettingName, string>>> = {
  venID: 'VEN_ID',
  venName: 'VEN_NAME',
  dataDirectory: 'VEN_DATA',
};

/** The environment variable of a setting: `pollJitter` is `VEN_POLL_JITTER`. */
export const environmentNameOf = (name: SettingName): string =>
  SHORT_NAMES[name] ?? `VEN_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`;

const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType => {
  const { innerType } = schema._zod.def as z.core.$ZodTypeDef & { readonly innerType?: z.core.$ZodType };
  return innerType === undefined ? schema : unwrapped(innerType);
};

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

const readAsJson = (text: string): unknown => {
  try {
    return parseJsonWithComments(text);
  } catch {
    return text;
  }
};

/** Reads a text as the kind of value a setting wants; a text that is none stays a text, for the schema to refuse in its own words. */
export const valueFromText = (name: SettingName, text: string): unknown =>
  valueOfSchema(settingsSchema.shape[name], text);

/** The same for whatever has a schema: a cell of a table, for example. */
export const valueOfSchema = (schema: z.core.$ZodType, text: string): unknown => {
  const kind = unwrapped(schema);
  const given = text.trim();
  if (kind instanceof z.ZodBoolean) return TRUTHS[given.toLowerCase()] ?? text;
  if (kind instanceof z.ZodNumber) return given !== '' && Number.isFinite(Number(given)) ? Number(given) : text;
  if (kind instanceof z.ZodArray || kind instanceof z.ZodObject) return readAsJson(given);
  const isList = kind instanceof z.ZodUnion && kind.options.some((each) => unwrapped(each) instanceof z.ZodArray);
  if (isList) return given === 'any' ? given : given.split(',').map((each) => each.trim());
  return text;
};

const readSecret = (path: string, origin: string): PlacedValue => {
  try {
    return { value: readFileSync(path, 'utf8').trim(), origin, file: path };
  } catch (error) {
    throw new SourceError(
      `The ${origin} names the file ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

/** The settings in the environment: `VEN_…`, and for secrets also `VEN_…_FILE`. */
export const environmentLayer = (environment: Environment): Layer => {
  const layer = new Map<string, PlacedValue>();
  for (const name of settingNames) {
    const variable = environmentNameOf(name);
    const text = environment[variable];
    const file = secretSettings.has(name) ? environment[`${variable}_FILE`] : undefined;
    if (text !== undefined && text !== '')
      layer.set(name, { value: valueFromText(name, text), origin: `environment variable ${variable}` });
    else if (file !== undefined && file !== '')
      layer.set(name, readSecret(file, `environment variable ${variable}_FILE`));
  }
  return layer;
};

/** Credentials of the service manager, by the name of their file. */
const CREDENTIALS: readonly (readonly [SettingName, string])[] = [
  ['vtnUrl', 'vtn-url'],
  ['tlsKeyPassphrase', 'tls-key-passphrase'],
];

/** What systemd hands over with LoadCredential=. */
export const credentialLayer = (environment: Environment): Layer => {
  const directory = environment['CREDENTIALS_DIRECTORY'];
  if (directory === undefined || directory === '') return new Map();
  const present = CREDENTIALS.filter(([, file]) => existsSync(join(directory, file)));
  return new Map(present.map(([name, file]) => [name, readSecret(join(directory, file), `credential ${file}`)]));
};

/** Variables that begin as ours do and are none: most likely a slip of the pen that would otherwise go unnoticed. */
export const unknownVariables = (environment: Environment): readonly string[] => {
  const known = settingNames.flatMap((name) => [
    environmentNameOf(name),
    ...(secretSettings.has(name) ? [`${environmentNameOf(name)}_FILE`] : []),
  ]);
  const all = [
    ...known,
    'VEN_CONFIG',
    'VEN_INSPECT_TOKEN',
    'VEN_INSPECT_TOKEN_FILE',
    'VEN_INSPECT_HOSTS',
    'VEN_STORE_FILE',
  ];
  return Object.keys(environment)
    .filter((name) => name.startsWith('VEN_') && !all.includes(name))
    .map((name) => `The environment variable ${name} means nothing to ven and is ignored.${didYouMean(name, all)}`);
};

/** A configuration file: its values, and what should be said about it. */
export interface FileLayer {
  readonly layer: Layer;
  readonly warnings: readonly string[];
}

/** Keys by which a configuration file names the file of a secret, beside itself or anywhere: `vtnUrlFile`. */
const secretOfFile: ReadonlyMap<string, SettingName> = new Map(
  settingNames.filter((name) => secretSettings.has(name)).map((name) => [`${name}File`, name]),
);

const secretsBeside = (given: object, path: string): readonly (readonly [SettingName, PlacedValue])[] =>
  Object.entries(given).flatMap(([key, file]: [string, unknown]) => {
    const name = secretOfFile.get(key);
    if (name === undefined) return [];
    if (typeof file !== 'string' || file === '')
      throw new SourceError(`The configuration file ${path} cannot be used: ${key} must be the path of a file.`);
    if (name in given)
      throw new SourceError(`The configuration file ${path} has both ${name} and ${key}: leave one of them out.`);
    return [[name, readSecret(resolve(dirname(path), file), `${key} of the configuration file ${path}`)] as const];
  });

/** Keys whose text is a path: `tlsKeyFile`, `tokenFile`, `anchorDirectory`, and the folder of a meter by files. */
const isPathKey = (key: string): boolean => /(?:File|Directory)$/.test(key) || key === 'folder';

/** The paths of a configuration file begin where it lies, wherever `ven` was called: a service and a person read the same. */
const besideFile = (value: unknown, directory: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => besideFile(each, directory));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      const isPath = isPathKey(key) && typeof inner === 'string' && inner !== '' && inner !== 'none';
      return [key, isPath ? resolve(directory, inner) : besideFile(inner, directory)];
    }),
  );
};

/** Reads a configuration file. @throws SourceError */
export const fileLayer = (path: string): FileLayer => {
  let parsed: unknown;
  try {
    parsed = parseJsonWithComments(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof JsonTextError
        ? error.message
        : `reading it failed with ${(error as NodeJS.ErrnoException).code}`;
    throw new SourceError(`The configuration file ${path} cannot be used: ${reason}.`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SourceError(`The configuration file ${path} cannot be used: it must hold one object, { "venID": … }.`);
  }
  const placed = besideFile(parsed, dirname(path)) as object;
  const entries = Object.entries(placed).filter(([name]) => !secretOfFile.has(name));
  const holdsSecret = entries.some(([name]) => secretSettings.has(name));
  return {
    layer: new Map([
      ...entries.map(
        ([name, value]) =>
          [
            name,
            {
              value,
              origin: `configuration file ${path}`,
              directory: dirname(path),
              ...(secretSettings.has(name) ? { file: path } : {}),
            },
          ] as const,
      ),
      ...secretsBeside(parsed, path),
    ]),
    warnings:
      holdsSecret && isOpenToOthers(path) === true
        ? [`The configuration file ${path} holds a secret and others may read it: run chmod 600 on it.`]
        : [],
  };
};

/** Where the log lives when nobody says: the service manager's state directory, or the user's data directory. */
export const defaultDataDirectory = (environment: Environment): string => {
  const state = environment['STATE_DIRECTORY']?.split(':')[0];
  if (state !== undefined && state !== '') return state;
  const data = environment['XDG_DATA_HOME'] ?? environment['LOCALAPPDATA'];
  return join(data === undefined || data === '' ? join(homedir(), '.local', 'share') : data, 'ter-ven');
};
