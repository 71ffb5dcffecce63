import { settingNames, type SettingName } from '../shell/settings/settings.ts';
import {
  askAhead,
  loadConfiguration,
  type Configuration,
  type ConfigurationRequest,
} from '../adapters/config/config.ts';
import { valueFromText, type Layer, type PlacedValue } from '../adapters/config/configSources.ts';
import { didYouMean } from '../text/nearest.ts';
import { UsageError, type ParsedArguments } from './options.ts';
import type { Surroundings } from './surroundings.ts';

const SETTING_OF: Readonly<Record<string, SettingName>> = {
  'ven-id': 'venID',
  'vtn-url': 'vtnUrl',
  'ven-name': 'venName',
  data: 'dataDirectory',
  'log-level': 'logLevel',
  'allow-plain-http': 'allowPlainHttp',
  'ca-file': 'tlsCaFile',
  simulate: 'simulate',
  shadow: 'shadow',
  'cert-file': 'tlsCertificateFile',
  'key-file': 'tlsKeyFile',
  push: 'push',
  'transport-address': 'transportAddress',
};

const fromSet = (given: string): readonly [SettingName, PlacedValue] => {
  const split = given.indexOf('=');
  const name = given.slice(0, split);
  if (split < 1)
    throw new UsageError('The option --set needs a name and a value: write --set pollJitter=0.2, for example.');
  const known = settingNames.find((each) => each === name);
  if (known === undefined)
    throw new UsageError(
      `There is no setting "${name}" for --set.${didYouMean(name, settingNames)} Run "ven help settings" for all of them.`,
    );
  return [known, { value: valueFromText(known, given.slice(split + 1)), origin: `option --set ${name}` }];
};

/** The settings given as options. @throws UsageError */
export const flagLayer = (given: ParsedArguments): Layer => {
  const layer = new Map<string, PlacedValue>((given.texts.get('set') ?? []).map(fromSet));
  for (const [option, name] of Object.entries(SETTING_OF)) {
    const text = given.text(option);
    if (text !== undefined) layer.set(name, { value: valueFromText(name, text), origin: `option --${option}` });
    if (given.switches.has(option)) layer.set(name, { value: true, origin: `option --${option}` });
  }
  return layer;
};

const requestOf = (given: ParsedArguments, environment: Surroundings['environment']): ConfigurationRequest => {
  const file = given.text('config');
  return { environment, flags: flagLayer(given), ...(file === undefined ? {} : { file }) };
};

/** The configuration as its sources have it now. @throws ConfigurationError @throws UsageError */
export const configurationGiven = (given: ParsedArguments, environment: Surroundings['environment']): Configuration =>
  loadConfiguration(requestOf(given, environment));

/**
 * The configuration of a command, from its options and all other sources; from here on its secrets are hidden.
 * @throws ConfigurationError @throws UsageError
 */
export const configurationFor = (given: ParsedArguments, { environment, hide }: Surroundings): Configuration => {
  const configuration = configurationGiven(given, environment);
  hide(configuration.redactor);
  return configuration;
};

/**
 * The configuration as its sources have it now, for whoever has something else to do while an address is asked for its list of devices.
 * @throws ConfigurationError @throws UsageError
 */
export const configurationBeside = async (
  given: ParsedArguments,
  { environment, hide }: Surroundings,
): Promise<Configuration> => {
  const request = requestOf(given, environment);
  const configuration = loadConfiguration({ ...request, ...(await askAhead(request)) });
  hide(configuration.redactor);
  return configuration;
};

export { DATA_OPTIONS, VEN_OPTIONS } from './optionTables.ts';
