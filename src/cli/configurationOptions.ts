import { settingNames, type SettingName } from '../agent/settings.ts';
import { loadConfiguration, type Configuration } from '../adapters/config.ts';
import { valueFromText, type Layer, type Placed } from '../adapters/configSources.ts';
import { didYouMean } from '../adapters/nearest.ts';
import { UsageError, type OptionTable, type ParsedArguments } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/** For commands that only read what is in the data directory. */
export const DATA_OPTIONS: OptionTable = {
  data: { short: 'd', placeholder: 'DIRECTORY', help: 'Where the log lives.' },
  config: { short: 'c', placeholder: 'FILE', help: 'Configuration file (JSON, comments allowed); ven.config.json of the data directory if absent.' },
  set: { placeholder: 'NAME=VALUE', multiple: true, help: 'Any other setting; "ven help settings" lists them.' },
};

/** For commands that speak with the VTN. */
export const VEN_OPTIONS: OptionTable = {
  'ven-id': { short: 'v', placeholder: 'VEN_ID', help: 'The venID the programme gave this VEN.' },
  'vtn-url': { short: 'u', placeholder: 'URL', help: 'The VTN’s base URL, token included; safer as VEN_VTN_URL_FILE.' },
  'ven-name': { short: 'n', placeholder: 'NAME', help: 'The name shown to the VTN’s operator.' },
  ...DATA_OPTIONS,
  'log-level': { placeholder: 'LEVEL', help: 'error, warn, info, debug or trace.' },
  'allow-plain-http': { help: 'Accept http:// to another machine, where others can read the token and change prices.' },
  'ca-file': { placeholder: 'FILE', help: 'PEM with the only authorities to trust for this VTN.' },
  'cert-file': { placeholder: 'FILE', help: 'PEM with the client certificate and its intermediates.' },
  'key-file': { placeholder: 'FILE', help: 'PEM with the key of the client certificate.' },
};

const SETTING_OF: Readonly<Record<string, SettingName>> = {
  'ven-id': 'venID',
  'vtn-url': 'vtnUrl',
  'ven-name': 'venName',
  data: 'dataDirectory',
  'log-level': 'logLevel',
  'allow-plain-http': 'allowPlainHttp',
  'ca-file': 'tlsCaFile',
  'cert-file': 'tlsCertificateFile',
  'key-file': 'tlsKeyFile',
};

const fromSet = (given: string): readonly [SettingName, Placed] => {
  const split = given.indexOf('=');
  const name = given.slice(0, split);
  if (split < 1) throw new UsageError('The option --set needs a name and a value: write --set pollJitter=0.2, for example.');
  const known = settingNames.find((each) => each === name);
  if (known === undefined) throw new UsageError(`There is no setting "${name}" for --set.${didYouMean(name, settingNames)} Run "ven help settings" for all of them.`);
  return [known, { value: valueFromText(known, given.slice(split + 1)), origin: `option --set ${name}` }];
};

/** The settings given as options. @throws UsageError */
export const flagLayer = (given: ParsedArguments): Layer => {
  const layer = new Map<string, Placed>((given.texts.get('set') ?? []).map(fromSet));
  for (const [option, name] of Object.entries(SETTING_OF)) {
    const text = given.text(option);
    if (text !== undefined) layer.set(name, { value: valueFromText(name, text), origin: `option --${option}` });
    if (given.switches.has(option)) layer.set(name, { value: true, origin: `option --${option}` });
  }
  return layer;
};

/**
 * The configuration of a command, from its options and all other sources; from here on its secrets are hidden.
 * @throws ConfigurationError @throws UsageError
 */
export const configurationFor = (given: ParsedArguments, { environment, hide }: Surroundings): Configuration => {
  const file = given.text('config');
  const configuration = loadConfiguration({ environment, flags: flagLayer(given), ...(file === undefined ? {} : { file }) });
  hide(configuration.redactor);
  return configuration;
};
