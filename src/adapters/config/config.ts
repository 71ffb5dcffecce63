import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { disagreementsOf } from '../../shell/settings/disagreements.ts';
import { settingsSchema, type SettingName, type Settings } from '../../shell/settings/settings.ts';
import { keyFileName } from '../signing/keys.ts';
import { isSimulated } from '../../shell/settings/deviceKinds.ts';
import { describeIssue } from './configProblem.ts';
import { askDeviceList, type AskedList, isDeviceListPlace, readDeviceList } from './deviceList.ts';
import { ConfigurationError } from '../configurationError.ts';
import {
  CONFIGURATION_FILE,
  credentialLayer,
  defaultDataDirectory,
  environmentLayer,
  fileLayer,
  SourceError,
  unknownVariables,
  type Environment,
  type FileLayer,
  type Layer,
  type PlacedValue,
} from './configSources.ts';
import type { SignatureFiles } from '../signing/signatureMaterial.ts';
import { createRedactor, secretsOf, type Redactor } from '../secrets/redact.ts';
import { Secret } from '../secrets/secret.ts';
import type { TlsFiles } from '../tls/tlsMaterial.ts';
import { isThisMachine, parseVtnUrl, VtnUrlError, type VtnUrl } from '../secrets/vtnUrl.ts';

/** The settings that may be shown; what is secret stands beside them, wrapped. */
export type OpenSettings = Omit<Settings, 'vtnUrl' | 'tlsKeyPassphrase'> & {
  /** Simulated devices that are left out of `devices`; absent when none are. */
  readonly withheldDevices?: readonly string[];
  /** A sentence for each row of the list of devices that cannot be used; absent when all can. */
  readonly devicesLeftOut?: readonly string[];
};

/** Everything a command needs to know before it begins. */
export interface Configuration {
  readonly settings: OpenSettings;
  readonly vtnUrl: VtnUrl;
  readonly tlsFiles: TlsFiles;
  readonly signatureFiles: SignatureFiles;
  /** Knows every secret of this configuration. */
  readonly redactor: Redactor;
  /** Where each setting that is not a default was found. */
  readonly origins: ReadonlyMap<SettingName, string>;
  /** The files that secrets were read from, or are to be read from. */
  readonly secretFiles: readonly string[];
  /** Sentences about what works and should yet be changed. */
  readonly warnings: readonly string[];
}

/** Where settings may come from. */
export interface ConfigurationRequest {
  readonly environment: Environment;
  /** Settings given as flags, with the flag's name as their origin. */
  readonly flags: Layer;
  /** The file named by --config. */
  readonly file?: string;
  /** What the address of the list of devices has answered already; it is asked, and everything waits for it, if absent. */
  readonly asked?: AskedList;
}

const NOTHING: FileLayer = { layer: new Map(), warnings: [] };

const dataDirectoryOf = (layers: readonly Layer[], environment: Environment): string => {
  const given = layers
    .map((layer) => layer.get('dataDirectory')?.value)
    .findLast((value) => typeof value === 'string' && value !== '');
  return resolve(typeof given === 'string' ? given : defaultDataDirectory(environment));
};

/** The file that was named, or else the one in the data directory if there is one. */
const readFileLayer = (request: ConfigurationRequest, layers: readonly Layer[]): FileLayer => {
  const named = request.file ?? request.environment['VEN_CONFIG'];
  if (named !== undefined && named !== '') return fileLayer(resolve(named));
  const found = join(dataDirectoryOf(layers, request.environment), CONFIGURATION_FILE);
  if (!existsSync(found)) return NOTHING;
  const read = fileLayer(found);
  if (!read.layer.has('dataDirectory')) return read;
  throw new SourceError(
    `The configuration file ${found} names a dataDirectory although it was found in one: leave it out, or name the file with --config.`,
  );
};

const merge = (layers: readonly Layer[]): Map<string, PlacedValue> => new Map(layers.flatMap((layer) => [...layer]));

const parseSettings = (merged: ReadonlyMap<string, PlacedValue>): Settings => {
  const values = Object.fromEntries([...merged].map(([name, { value }]) => [name, value]));
  const originOf = (name: string): string => merged.get(name)?.origin ?? 'default';
  const parsed = settingsSchema.safeParse(values);
  if (!parsed.success)
    throw new ConfigurationError(parsed.error.issues.flatMap((issue) => describeIssue(issue, values, originOf)));
  const disagreements = disagreementsOf(parsed.data);
  if (disagreements.length === 0) return parsed.data;
  throw new ConfigurationError(
    disagreements.map(
      ({ setting, sentence }) => `${originOf(setting).replace(/^./, (first) => first.toUpperCase())}: ${sentence}.`,
    ),
  );
};

const tlsFilesOf = (settings: Settings): TlsFiles => ({
  ...(settings.tlsCaFile === undefined ? {} : { caFile: settings.tlsCaFile }),
  ...(settings.tlsCertificateFile === undefined ? {} : { certificateFile: settings.tlsCertificateFile }),
  ...(settings.tlsKeyFile === undefined ? {} : { keyFile: settings.tlsKeyFile }),
  ...(settings.tlsCrlFile === undefined ? {} : { crlFile: settings.tlsCrlFile }),
  ...(settings.tlsKeyPassphrase === undefined ? {} : { keyPassphrase: new Secret(settings.tlsKeyPassphrase) }),
});

/** The pair for TLS signs too, where no other is named. */
const signatureFilesOf = (settings: Settings, tls: TlsFiles): SignatureFiles => {
  const { signatures, signatureCertificateFile, signatureKeyFile, vtnSignatureCertificateFile } = settings;
  const { caFile: _ca, ...pair } = tls;
  const own =
    signatureCertificateFile === undefined || signatureKeyFile === undefined
      ? pair
      : { certificateFile: signatureCertificateFile, keyFile: signatureKeyFile };
  return {
    signatures,
    ...own,
    ...(vtnSignatureCertificateFile === undefined ? {} : { signersFile: vtnSignatureCertificateFile }),
    fingerprints: settings.vtnSignatureFingerprints,
  };
};

const visibleSecrets = (flags: Layer, vtnUrl: VtnUrl): readonly string[] => {
  const isExposed = flags.has('vtnUrl') && vtnUrl.secretPrefix.reveal() !== '' && vtnUrl.origin.startsWith('https:');
  return isExposed
    ? [
        'The VTN URL was given as a flag, where everyone on this machine can read its token: give it as VEN_VTN_URL_FILE or as a systemd credential instead.',
      ]
    : [];
};

/** Without simulated devices that nobody named, unless the VTN is on this machine, or simulated usage is meant. */
const metering = (
  { devices, simulate }: Settings,
  merged: ReadonlyMap<string, PlacedValue>,
  vtnUrl: VtnUrl,
): Pick<OpenSettings, 'devices' | 'withheldDevices'> => {
  const isUnawares = !merged.has('devices') && !simulate && !isThisMachine(new URL(vtnUrl.origin).hostname);
  const withheld = isUnawares ? devices.filter(isSimulated) : [];
  if (withheld.length === 0) return { devices };
  return {
    devices: devices.filter((device) => !withheld.includes(device)),
    withheldDevices: withheld.map(({ resourceID }) => resourceID),
  };
};

/** What holds secrets: those of the settings, keys, passwords, and the tokens of the page and of commands. */
const secretFilesOf = (
  { tlsKeyFile, signatureKeyFile, mqtt, webhooks, commands, dataDirectory }: Settings,
  merged: ReadonlyMap<string, PlacedValue>,
  environment: Environment,
): readonly string[] => {
  const signing = join(resolve(dataDirectory), keyFileName);
  const named = [
    ...[...merged.values()].map(({ file }) => file),
    tlsKeyFile,
    signatureKeyFile,
    mqtt?.passwordFile,
    mqtt?.keyFile,
    ...webhooks.map(({ secretFile }) => secretFile),
    commands?.tokenFile,
    environment['VEN_INSPECT_TOKEN_FILE'],
    existsSync(signing) ? signing : undefined,
  ];
  return [...new Set(named.flatMap((path) => (path === undefined || path === '' ? [] : [resolve(path)])))];
};

const complete = (
  settings: Settings,
  merged: ReadonlyMap<string, PlacedValue>,
  environment: Environment,
  warnings: readonly string[],
): Configuration => {
  const vtnUrl = parseVtnUrl(settings.vtnUrl, { allowPlainHttp: settings.allowPlainHttp });
  const { vtnUrl: _url, tlsKeyPassphrase: _passphrase, ...open } = settings;
  const tlsFiles = tlsFilesOf(settings);
  return {
    settings: { ...open, ...metering(settings, merged, vtnUrl), dataDirectory: resolve(open.dataDirectory) },
    vtnUrl,
    tlsFiles,
    signatureFiles: signatureFilesOf(settings, tlsFiles),
    redactor: createRedactor([...secretsOf(vtnUrl), ...(tlsFiles.keyPassphrase ? [tlsFiles.keyPassphrase] : [])]),
    origins: new Map([...merged].map(([name, { origin }]) => [name as SettingName, origin])),
    secretFiles: secretFilesOf(settings, merged, environment),
    warnings,
  };
};

/** The settings with the devices that stand in a list elsewhere, and what of that cannot be used. */
const withDeviceList = (
  merged: Map<string, PlacedValue>,
  asked: AskedList | undefined,
): { readonly merged: Map<string, PlacedValue>; readonly faults: readonly string[] } => {
  const placed = merged.get('devices');
  if (placed === undefined || !isDeviceListPlace(placed.value)) return { merged, faults: [] };
  const { devices, faults } = readDeviceList(placed, asked);
  return { merged: new Map(merged).set('devices', { ...placed, value: devices }), faults };
};

/** @limit Rows of a list that are told of one by one. */
const faultsTold = 20;

const faultsShown = (faults: readonly string[]): readonly string[] =>
  faults.length <= faultsTold
    ? faults
    : [...faults.slice(0, faultsTold), `And ${faults.length - faultsTold} more rows of it cannot be used.`];

/** The file, and what goes before it. */
const layersOf = (request: ConfigurationRequest): { readonly file: FileLayer; readonly all: readonly Layer[] } => {
  const { environment, flags } = request;
  const above = [credentialLayer(environment), environmentLayer(environment), flags];
  const file = readFileLayer(request, above);
  return { file, all: [file.layer, ...above] };
};

/**
 * Asks the address of the list of devices, where there is one, and lets everything else go on meanwhile.
 * What is wrong with the sources is left for `loadConfiguration` to say.
 */
export const askAhead = async (request: ConfigurationRequest): Promise<Pick<ConfigurationRequest, 'asked'>> => {
  try {
    const placed = merge(layersOf(request).all).get('devices');
    const asked = placed === undefined ? undefined : await askDeviceList(placed);
    return asked === undefined ? {} : { asked };
  } catch {
    return {};
  }
};

const load = (request: ConfigurationRequest): Configuration => {
  const { environment, flags } = request;
  const byDefault: Layer = new Map([
    ['dataDirectory', { value: defaultDataDirectory(environment), origin: 'default' }],
  ]);
  const { file, all } = layersOf(request);
  const listed = withDeviceList(merge(all), request.asked);
  const settings = parseSettings(new Map([...byDefault, ...listed.merged]));
  const leftOut = faultsShown(listed.faults);
  const warnings = [...file.warnings, ...unknownVariables(environment), ...leftOut];
  const known = complete(settings, listed.merged, environment, warnings);
  const configuration =
    leftOut.length === 0 ? known : { ...known, settings: { ...known.settings, devicesLeftOut: leftOut } };
  return { ...configuration, warnings: [...warnings, ...visibleSecrets(flags, configuration.vtnUrl)] };
};

/**
 * The configuration of one VEN of a fleet, from what the fleet's file says of it.
 * @throws ConfigurationError with all problems that could be found at once
 */
export const configurationOf = (layer: Layer, dataDirectory: string, environment: Environment): Configuration => {
  try {
    const merged = merge([new Map([['dataDirectory', { value: dataDirectory, origin: 'default' }]]), layer]);
    return complete(parseSettings(merged), merged, environment, []);
  } catch (error) {
    if (error instanceof VtnUrlError) throw new ConfigurationError([error.message]);
    throw error;
  }
};

/**
 * Reads the configuration from all its sources.
 * @throws ConfigurationError with all problems that could be found at once
 */
export const loadConfiguration = (request: ConfigurationRequest): Configuration => {
  try {
    return load(request);
  } catch (error) {
    if (error instanceof SourceError || error instanceof VtnUrlError) throw new ConfigurationError([error.message]);
    throw error;
  }
};
