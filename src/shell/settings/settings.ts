/**
 * Every setting of the agent: its name, what it may be, what it is when nobody says, and what it is for.
 * Pure: where a value comes from (file, environment, flag) is the concern of adapters/config.
 */
import { z } from 'zod';
import type { Preferences, SiteSettings } from '../../facts/preferences.ts';
import type { ReportLimits, VenSettings } from '../../facts/settings.ts';
import { deviceNameFaults } from './deviceNameFaults.ts';
import { deviceFault, deviceSchema, deviceSettingsOf } from './deviceKinds.ts';
import { reportLimitsSchema } from './reportLimits.ts';
import { commandsSchema, publishedOverMqttSchema, webhookSchema } from './publishing.ts';
import { pushFault } from './pushSettings.ts';
import { preferenceFaults, preferencesSchema, siteFaults, siteSchema } from './sitePreferences.ts';
import { followingSettings } from './followingSettings.ts';
import { signatureSettings } from './signatureSettings.ts';
import {
  aFraction,
  anIdentifier,
  aSwitch,
  aTime,
  filePath,
  fingerprint,
  fraction,
  identifier,
  isZone,
  localTime,
  ms,
  setting,
  wholeMs,
} from './fields.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @limit Devices of one VEN. */
const mostDevices = 50_000;

/** All settings by name; the order is the order of the help. */
export const settingsSchema = z.strictObject({
  venID: setting(
    identifier().default('bellawatt.example.ven.123'),
    anIdentifier,
    'The venID the programme gave this VEN.',
  ),
  vtnUrl: setting(
    z.string().min(1).default('http://localhost:8000/auth-token/OpenADR2/Simple/2.0b'),
    'a URL such as https://host/token/OpenADR2/Simple/2.0b',
    'The VTN’s base URL. It carries the token, so it belongs into VEN_VTN_URL_FILE or a systemd credential rather than into a flag.',
  ),
  venName: setting(identifier().default('example-ven'), anIdentifier, 'The name shown to the VTN’s operator.'),
  dataDirectory: setting(filePath(), 'the path of a directory', 'Where the log lives.'),
  anchorDirectory: setting(
    filePath().optional(),
    'the path of a directory, or "none"',
    'Where the end of the log is remembered outside of the data directory, so that an older copy is found out; with the user’s state if absent, "none" for nowhere.',
  ),
  logLevel: setting(
    z.enum(['error', 'warn', 'info', 'debug', 'trace']).default('info'),
    'error, warn, info, debug or trace',
    'How much is written to the log output.',
  ),
  allowPlainHttp: setting(
    z.boolean().default(false),
    aSwitch,
    'Accept http:// to another machine. Anyone on the way can then read the token and change prices.',
  ),

  timeZone: setting(
    z.string().refine(isZone).default('America/New_York'),
    'a time zone such as "America/New_York"',
    'The programme’s time zone: where its days begin.',
  ),
  pricesExpectedAt: setting(
    localTime().default('17:00'),
    aTime,
    'When the programme sends the prices of the next day.',
  ),
  pricesLateAt: setting(
    localTime().default('17:30'),
    aTime,
    'When prices that have not come are asked for, and an alarm is raised.',
  ),
  priceUnit: setting(
    z.enum(['usd_per_kwh', 'cents_per_kwh', 'usd_per_mwh']).default('usd_per_kwh'),
    'usd_per_kwh, cents_per_kwh or usd_per_mwh',
    'What a price means that carries no unit.',
  ),
  plausibleUsdPerKwhMin: setting(
    z.number().default(-5),
    'a number of USD/kWh',
    'A lower price is kept but not acted on, and an alarm is raised. Unit: USD/kWh.',
  ),
  plausibleUsdPerKwhMax: setting(
    z.number().default(10),
    'a number of USD/kWh',
    'A higher price is kept but not acted on, and an alarm is raised. Unit: USD/kWh.',
  ),
  marketContexts: setting(
    z.union([z.literal('any'), z.array(z.string().min(1)).min(1).max(100)]).default('any'),
    '"any", or a list of market contexts',
    'The market contexts this VEN takes part in.',
  ),

  preallocatedVenID: setting(
    z.boolean().default(true),
    aSwitch,
    'The venID was given beforehand, so it is sent in the first registration.',
  ),
  queryRegistration: setting(
    z.boolean().default(false),
    aSwitch,
    'Ask what the VTN offers (oadrQueryRegistration) before registering.',
  ),
  reregisterAt: setting(
    localTime().default('16:45'),
    aTime,
    'When to register anew each day, so that the VTN knows us when prices come.',
  ),
  reregisterBeforeUsage: setting(
    z.boolean().default(true),
    aSwitch,
    'Register anew before a day’s usage is sent, so that it goes under a request the VTN remembers.',
  ),
  reportResync: setting(
    z.boolean().default(true),
    aSwitch,
    'Register the reports again whenever the party is registered anew.',
  ),

  defaultPollFreqMs: setting(
    wholeMs(1_000, DAY_MS).default(10_000),
    ms(1_000, DAY_MS),
    'Poll interval when the VTN names none that can be used. Unit: ms.',
  ),
  minimumPollFreqMs: setting(
    wholeMs(100, DAY_MS).default(1_000),
    ms(100, DAY_MS),
    'The shortest poll interval a VTN may ask for. Unit: ms.',
  ),
  pollJitter: setting(fraction().default(0.1), aFraction, 'Part of the poll interval added at random.'),
  push: setting(
    z.string().min(1).optional(),
    'an address and a port such as "0.0.0.0:8443"',
    'Be pushed to rather than poll: listen here for the VTN, with the certificate of tlsCertificateFile. At 127.0.0.1 without one, or as http://127.0.0.1:PORT, for a proxy on this machine. Absent: poll.',
  ),
  transportAddress: setting(
    z.string().min(1).optional(),
    'a URL such as https://ven.example:8443',
    'Where the VTN reaches what push listens at: told as oadrTransportAddress at registration. The VTN appends /OpenADR2/Simple/2.0b and the service.',
  ),
  pushSilenceMs: setting(
    wholeMs(10_000, DAY_MS).default(900_000),
    ms(10_000, DAY_MS),
    'How long a VTN that pushes may be silent before it is asked for its DR events. Unit: ms.',
  ),
  backoffFirstMs: setting(
    wholeMs(100, DAY_MS).default(1_000),
    ms(100, DAY_MS),
    'Pause after a first failed exchange; it doubles with each further one. Unit: ms.',
  ),
  backoffCapMs: setting(
    wholeMs(1_000, DAY_MS).default(300_000),
    ms(1_000, DAY_MS),
    'The longest such pause. Unit: ms.',
  ),
  backoffJitter: setting(fraction().default(0.1), aFraction, 'Part of the pause by which it varies at random.'),
  retryAfterCapMs: setting(
    wholeMs(1_000, DAY_MS).default(HOUR_MS),
    ms(1_000, DAY_MS),
    'The longest pause that a VTN may ask for by Retry-After. Unit: ms.',
  ),
  drainLimit: setting(
    z.int().min(1).max(1_000).default(20),
    'a whole number from 1 to 1000',
    'Polls made at once after one another while the VTN keeps handing things out.',
  ),
  replyTimeoutMs: setting(
    wholeMs(5_000, 600_000).default(30_000),
    ms(5_000, 600_000),
    'How long an exchange may take in all. Unit: ms.',
  ),
  connectTimeoutMs: setting(
    wholeMs(1_000, 600_000).default(10_000),
    ms(1_000, 600_000),
    'How long making a connection may take. Unit: ms.',
  ),
  keepAliveMs: setting(
    wholeMs(1_000, HOUR_MS).default(65_000),
    ms(1_000, HOUR_MS),
    'How long an idle connection is kept when the VTN gives no hint. Unit: ms.',
  ),

  unknownOutcome: setting(
    z.enum(['resend', 'hold']).default('resend'),
    'resend or hold',
    'What to do with a usage report nobody knows the fate of: send it again under the same requestID, or leave it to a person.',
  ),
  unmeasured: setting(
    z.enum(['placeholder', 'withhold']).default('placeholder'),
    'placeholder or withhold',
    'What to report of a gap in the readings: a placeholder of bad quality, as the standard wants, or nothing, for a VTN that counts the placeholder as zero.',
  ),
  usageDelayMs: setting(
    wholeMs(0, DAY_MS).default(30_000),
    ms(0, DAY_MS),
    'How long after its last interval a usage report is sent at the earliest. Unit: ms.',
  ),
  usageRequestExpectedMs: setting(
    wholeMs(10_000, 7 * DAY_MS).default(600_000),
    ms(10_000, 7 * DAY_MS),
    'How long after registration a VTN may take to ask for usage before an alarm. Unit: ms.',
  ),
  sampleEveryMs: setting(
    wholeMs(1_000, HOUR_MS)
      .refine((each) => HOUR_MS % each === 0)
      .default(900_000),
    'a whole number of milliseconds that divides the hour (3600000), from 1000 up',
    'Distance of meter readings while no report request asks for closer ones. Unit: ms.',
  ),
  setpointValidityMs: setting(
    wholeMs(10_000, HOUR_MS).default(600_000),
    ms(10_000, HOUR_MS),
    'The longest that a device goes on without hearing from us; what it is told is renewed at half of it. Unit: ms.',
  ),
  reportLimits: setting(
    reportLimitsSchema.prefault({}),
    'an object { bytes, nodes, intervals }',
    'What one usage report may hold, where the VTN takes less than we read ourselves; what is more becomes several reports.',
  ),
  usageSpecifierID: setting(identifier().default('RealEnergy'), anIdentifier, 'reportSpecifierID of the usage report.'),
  statusSpecifierID: setting(identifier().default('Status'), anIdentifier, 'reportSpecifierID of the status report.'),
  historySpecifierID: setting(identifier().default('History'), anIdentifier, 'reportSpecifierID of the usage history.'),
  simulate: setting(
    z.boolean().default(false),
    aSwitch,
    'Whether the simulated battery, when no devices are configured, may meter for a VTN that is not on this machine.',
  ),
  shadow: setting(
    z.boolean().default(false),
    aSwitch,
    'Keep all devices in shadow: plans are made and nothing is told to any device, trusted or not.',
  ),
  devices: setting(
    z
      .array(deviceSchema)
      .min(1)
      .max(mostDevices)
      .prefault([{ kind: 'simulatedBattery', resourceID: 'example-device-001' }]),
    `a list of 1 to ${mostDevices} devices, or an object { from, each } that says where the list is`,
    'The metered devices; each is billed by itself. Many stand in a file or behind an address: { "from": "devices.csv", "each": { … } }, with what holds of each.',
  ),
  site: setting(
    siteSchema.prefault({}),
    'an object { moneyScope, importLimitWatts, exportLimitWatts, exportForbidden, chargingFromGridForbidden, exportPrice, hourlyLoadWatts, hourlyPvWatts }',
    'The connection of the site: what it allows, whose meter is billed, what is expected behind it.',
  ),
  preferences: setting(
    preferencesSchema.prefault({}),
    'an object { reserve, reserveTimes, stateOfChargeMin, stateOfChargeMax, departures, quietTimes, cyclesPerDay, wearUsdPerKwh, leastGainUsdPerKwh, exportFloorUsdPerKwh, terminalUsdPerKwh, devices }',
    'What you want of all devices, and under "devices" of single ones. What is absent is not wished.',
  ),
  mqtt: setting(
    publishedOverMqttSchema.optional(),
    'an object { brokerUrl, username, passwordFile, caFile, certificateFile, keyFile, baseTopic, discoveryPrefix, commands, overrideForMs }',
    'The broker at which prices, plan, setpoints and alarms are published, as Home Assistant discovers them, and overrides are taken. Absent: none.',
  ),
  webhooks: setting(
    z.array(webhookSchema).max(8).default([]),
    'a list of at most 8 objects { url, secretFile, tells, caFile, keepForMs }',
    'Who is told of plan, setpoints and alarms by signed HTTP.',
  ),
  inspect: setting(
    z.union([z.boolean(), z.int().min(0).max(65_535), z.string()]).optional(),
    'true, false, a port, or an address and a port such as "192.168.1.10:8462"',
    'Open the inspector in "ven run": its page, its API and its figures, at 127.0.0.1:8462 for true. Absent: not.',
  ),
  commands: setting(
    commandsSchema.optional(),
    'an object { address, tokenFile }',
    'Take overrides and wishes over HTTP, on a port of their own with a token of their own. Absent: not.',
  ),

  strict: setting(
    z.boolean().default(false),
    aSwitch,
    'Refuse what deviates from the standard even where it costs nothing.',
  ),
  envelope: setting(
    z.boolean().default(true),
    aSwitch,
    'Send messages in oadrPayload and oadrSignedObject. A VTN that takes every envelope for a signed one (avob’s) wants false.',
  ),
  implicitCancellation: setting(
    z.boolean().default(true),
    aSwitch,
    'A DR event that is missing from an oadrDistributeEvent counts as cancelled.',
  ),
  ...followingSettings,
  replayRetentionDays: setting(
    z.int().min(40).max(36_500).default(400),
    'a whole number of days from 40 to 36500',
    'How long the log can be replayed entry by entry; of what is older that is kept for ever which settlement needs. Unit: days.',
  ),
  xmlRetentionDays: setting(
    z.int().min(1).max(3_650).default(45),
    'a whole number of days from 1 to 3650',
    'How long the XML of exchanges is kept; what was concluded from it is kept for ever. Unit: days.',
  ),

  ...signatureSettings,

  tlsCaFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'The only authorities whose word counts for this VTN; the public ones when absent.',
  ),
  tlsCertificateFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Client certificate, followed by its intermediates.',
  ),
  tlsKeyFile: setting(filePath().optional(), 'the path of a PEM file', 'Key of the client certificate.'),
  tlsKeyPassphrase: setting(
    z.string().min(1).optional(),
    'a text',
    'Passphrase of that key. It belongs into VEN_TLS_KEY_PASSPHRASE_FILE or a systemd credential.',
  ),
  tlsServerName: setting(
    z.string().min(1).optional(),
    'a host name',
    'The name the VTN’s certificate must bear when it is not the host of its URL.',
  ),
  tlsCheckName: setting(
    z.boolean().default(true),
    'true or false',
    'Whether the VTN’s certificate must bear its host’s name. False only together with tlsVtnFingerprint or tlsCaFile, for certification.',
  ),
  tlsVtnFingerprint: setting(
    z.union([fingerprint(), z.array(fingerprint()).min(1).max(10)]).optional(),
    'one or more fingerprints: ten pairs of hex digits as OpenADR publishes them, or all 32 of a SHA-256, joined by colons',
    'The VTN’s certificate must have one of these fingerprints, beside being trusted; give the next one beside the present when the VTN renews.',
  ),
  tlsCrlFile: setting(
    filePath().optional(),
    'the path of a PEM file',
    'Lists of revoked certificates (CRL), one of each authority on the way to the VTN’s certificate; without it revocation is not checked.',
  ),
});

/** All settings, complete. */
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** The names of all settings, in the order of the help. */
export const settingNames = Object.keys(settingsSchema.shape) as SettingName[];

/** Settings whose value must never be shown. */
export const secretSettings: ReadonlySet<string> = new Set<SettingName>(['vtnUrl', 'tlsKeyPassphrase']);

/** What does not fit together although each part is right: the setting to blame, and a sentence. */
export interface Disagreement {
  readonly setting: SettingName;
  readonly sentence: string;
}

/** Checks what concerns several settings at once. */
export const disagreementsOf = (settings: Settings): readonly Disagreement[] => {
  const found: Disagreement[] = [];
  const require = (fits: boolean, blamed: SettingName, sentence: string): void => {
    if (!fits) found.push({ setting: blamed, sentence });
  };
  const {
    pricesExpectedAt,
    pricesLateAt,
    reregisterAt,
    backoffFirstMs,
    backoffCapMs,
    plausibleUsdPerKwhMin,
    plausibleUsdPerKwhMax,
  } = settings;
  require(pricesLateAt >
    pricesExpectedAt, 'pricesLateAt', `pricesLateAt (${pricesLateAt}) must be later in the day than pricesExpectedAt (${pricesExpectedAt})`);
  require(reregisterAt <
    pricesExpectedAt, 'reregisterAt', `reregisterAt (${reregisterAt}) must be earlier in the day than pricesExpectedAt (${pricesExpectedAt})`);
  require(backoffFirstMs <=
    backoffCapMs, 'backoffFirstMs', `backoffFirstMs (${backoffFirstMs}) must not exceed backoffCapMs (${backoffCapMs})`);
  require(plausibleUsdPerKwhMin <
    plausibleUsdPerKwhMax, 'plausibleUsdPerKwhMin', `plausibleUsdPerKwhMin (${plausibleUsdPerKwhMin}) must be below plausibleUsdPerKwhMax (${plausibleUsdPerKwhMax})`);
  const resourceIDs = settings.devices.map(({ resourceID }) => resourceID);
  for (const sentence of deviceNameFaults(settings.devices.map(deviceSettingsOf))) require(false, 'devices', sentence);
  settings.devices.forEach((device, index) => {
    const fault = deviceFault(device);
    require(fault === null, 'devices', `devices[${index}] (${device.resourceID}) ${fault}`);
  });
  const specifierIDs = [settings.usageSpecifierID, settings.statusSpecifierID, settings.historySpecifierID];
  require(new Set(specifierIDs).size ===
    3, 'usageSpecifierID', `usageSpecifierID, statusSpecifierID and historySpecifierID (${specifierIDs.join(', ')}) must differ from one another`);
  require(settings.tlsCheckName ||
    settings.tlsVtnFingerprint !== undefined ||
    settings.tlsCaFile !==
      undefined, 'tlsCheckName', 'tlsCheckName may be false only when tlsVtnFingerprint or tlsCaFile says by what else the VTN is known, for any certificate of any public authority would do');
  require(settings.envelope ||
    settings.signatures === 'none' ||
    settings.signatures ===
      'verify', 'envelope', 'envelope is false and signatures says that messages are signed: there is no place for a signature then');
  require((settings.signatureCertificateFile === undefined) ===
    (settings.signatureKeyFile ===
      undefined), 'signatureKeyFile', 'signatureCertificateFile and signatureKeyFile belong together: name both or neither');
  const notPushed = pushFault(settings);
  require(notPushed === null, notPushed?.setting ?? 'push', notPushed?.sentence ?? '');
  for (const sentence of siteFaults(settings.site)) require(false, 'site', sentence);
  for (const sentence of preferenceFaults(settings.preferences, resourceIDs)) require(false, 'preferences', sentence);
  return found;
};

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/** As it stands in the log: what was not said is not there. */
const said = <Value extends SiteSettings | Preferences | ReportLimits>(value: object): Value =>
  JSON.parse(JSON.stringify(value)) as Value;

/** The part of the settings the machines decide with; it goes into the log and holds no secret. */
export const venSettingsOf = (
  settings: Settings & Pick<VenSettings, 'withheldDevices' | 'devicesLeftOut'>,
): VenSettings => ({
  venID: settings.venID,
  venName: settings.venName,
  preallocatedVenID: settings.preallocatedVenID,
  queryRegistration: settings.queryRegistration,
  strict: settings.strict,
  envelope: settings.envelope,
  ...(settings.signatures === 'none' ? {} : { signatures: settings.signatures }),
  marketContexts: settings.marketContexts,
  implicitCancellation: settings.implicitCancellation,
  followDrEvents: settings.followDrEvents,
  ...(settings.overrideOptsOut ? { overrideOptsOut: true } : {}),
  ...(settings.askDevicesAtStart ? { askDevicesAtStart: true } : {}),
  timeZone: settings.timeZone,
  pricesLateAt: settings.pricesLateAt,
  reregisterAt: settings.reregisterAt,
  reregisterBeforeUsage: settings.reregisterBeforeUsage,
  reportResync: settings.reportResync,
  priceUnit: settings.priceUnit,
  plausibleUsdPerKwhMin: settings.plausibleUsdPerKwhMin,
  plausibleUsdPerKwhMax: settings.plausibleUsdPerKwhMax,
  defaultPollFreqMs: settings.defaultPollFreqMs,
  minimumPollFreqMs: settings.minimumPollFreqMs,
  ...(settings.transportAddress === undefined
    ? {}
    : { transportAddress: settings.transportAddress, pushSilenceMs: settings.pushSilenceMs }),
  pollJitter: settings.pollJitter,
  backoffFirstMs: settings.backoffFirstMs,
  backoffCapMs: settings.backoffCapMs,
  backoffJitter: settings.backoffJitter,
  retryAfterCapMs: settings.retryAfterCapMs,
  drainLimit: settings.drainLimit,
  replyTimeoutMs: settings.replyTimeoutMs,
  unknownOutcome: settings.unknownOutcome,
  unmeasured: settings.unmeasured,
  usageDelayMs: settings.usageDelayMs,
  usageRequestExpectedMs: settings.usageRequestExpectedMs,
  sampleEveryMs: settings.sampleEveryMs,
  setpointValidityMs: settings.setpointValidityMs,
  usageSpecifierID: settings.usageSpecifierID,
  statusSpecifierID: settings.statusSpecifierID,
  historySpecifierID: settings.historySpecifierID,
  devices: settings.devices.map(deviceSettingsOf),
  ...(isEmpty(settings.reportLimits) ? {} : { reportLimits: said<ReportLimits>(settings.reportLimits) }),
  ...(isEmpty(settings.site) ? {} : { site: said<SiteSettings>(settings.site) }),
  ...(isEmpty(settings.preferences) ? {} : { preferences: said<Preferences>(settings.preferences) }),
  ...(settings.shadow ? { shadow: true } : {}),
  ...(settings.withheldDevices === undefined ? {} : { withheldDevices: settings.withheldDevices }),
  ...(settings.devicesLeftOut === undefined ? {} : { devicesLeftOut: settings.devicesLeftOut }),
});
