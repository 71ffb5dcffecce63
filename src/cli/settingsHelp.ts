import { deviceKindSchemas } from '../shell/settings/deviceKinds.ts';
import { commandsSchema, publishedOverMqttSchema, webhookSchema } from '../shell/settings/publishing.ts';
import { preferencesSchema, siteSchema } from '../shell/settings/sitePreferences.ts';
import { secretSettings, settingNames, settingsSchema } from '../shell/settings/settings.ts';
import { environmentNameOf } from '../adapters/config/configSources.ts';
import { paragraphs, wrap } from './helpText.ts';

const defaultOf = (name: (typeof settingNames)[number]): string => {
  const parsed = settingsSchema.shape[name].safeParse(undefined);
  if (!parsed.success) return 'depends on the system';
  if (parsed.data === undefined) return 'none';
  return typeof parsed.data === 'string' ? parsed.data : JSON.stringify(parsed.data);
};

const settingHelp = (name: (typeof settingNames)[number]): string => {
  const { description, allowed } = settingsSchema.shape[name].meta() as {
    readonly description: string;
    readonly allowed: string;
  };
  const variable = environmentNameOf(name);
  const file = secretSettings.has(name) ? `, or its file ${variable}_FILE` : '';
  return [
    `  ${name}`,
    `      ${wrap(description, 6)}`,
    `      ${wrap(`Environment: ${variable}${file}.`, 6)}`,
    `      ${wrap(`Allowed: ${allowed}. Default: ${defaultOf(name)}`, 6)}`,
  ].join('\n');
};

type DeviceKindSchema = (typeof deviceKindSchemas)[number];

const partHelp = ([name, part]: readonly [string, DeviceKindSchema['shape']['kind']]): string => {
  const { description, allowed } = part.meta() as { readonly description: string; readonly allowed: string };
  return `      ${name}\n          ${wrap(`${description} Allowed: ${allowed}.`, 10)}`;
};

const kindHelp = (schema: DeviceKindSchema): string => {
  const { description = '' } = schema.meta() ?? {};
  const parts = Object.entries(schema.shape) as [string, DeviceKindSchema['shape']['kind']][];
  return [`  An entry of devices of the kind ${schema.shape.kind.value}`, `      ${wrap(description, 6)}`]
    .concat(parts.filter(([name]) => name !== 'kind').map(partHelp))
    .join('\n');
};

/** The parts of a setting that is an object. */
const partsHelp = (name: string, shape: Readonly<Record<string, unknown>>): string =>
  [
    `  Parts of ${name}`,
    ...(Object.entries(shape) as [string, DeviceKindSchema['shape']['kind']][]).map(partHelp),
  ].join('\n');

const deviceHelp = (): string => deviceKindSchemas.map(kindHelp).join('\n\n');

/** All settings, with their environment variables, what they may be and what they are by default. */
export const settingsHelp = (): string =>
  [
    'Settings\n',
    paragraphs(
      `By rising precedence: the default; the configuration file (--config FILE or VEN_CONFIG, else ven.config.json in the data directory; JSON, with comments if you like; paths in it begin where it lies); a credential of the service manager (vtn-url, tls-key-passphrase in CREDENTIALS_DIRECTORY); the environment variable; the option, or --set NAME=VALUE for what has no option of its own.`,
    ) + '\n',
    settingNames.map(settingHelp).join('\n\n') + '\n',
    deviceHelp() + '\n',
    partsHelp('site', siteSchema.shape) + '\n',
    partsHelp('preferences', preferencesSchema.shape) + '\n',
    partsHelp('mqtt', publishedOverMqttSchema.shape) + '\n',
    partsHelp('an entry of webhooks', webhookSchema.shape) + '\n',
    partsHelp('commands', commandsSchema.shape),
    '',
  ].join('\n');
