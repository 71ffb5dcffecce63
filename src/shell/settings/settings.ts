/**
 * Every setting of the agent: its name, what it may be, what it is when nobody says, and what it is for.
 * Pure: where a value comes from (file, environment, flag) is the concern of adapters/config.
 */
import { z } from 'zod';
import { deviceSchema } from './deviceKinds.ts';
import { aSwitch, setting } from './fields.ts';
import { followingSettings } from './followingSettings.ts';
import { identitySettings } from './identitySettings.ts';
import { lineSettings } from './lineSettings.ts';
import { programmeSettings } from './programmeSettings.ts';
import { commandsSchema, publishedOverMqttSchema, webhookSchema } from './publishing.ts';
import { reportSettings } from './reportSettings.ts';
import { signatureSettings } from './signatureSettings.ts';
import { preferencesSchema, siteSchema } from './sitePreferences.ts';
import { tlsSettings } from './tlsSettings.ts';

/** @limit Devices of one VEN. */
const mostDevices = 50_000;

/** All settings by name; the order is the order of the help. */
export const settingsSchema = z.strictObject({
  ...identitySettings,
  ...programmeSettings,
  ...lineSettings,
  ...reportSettings,

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
  ...tlsSettings,
});

/** All settings, complete. */
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** The names of all settings, in the order of the help. */
export const settingNames = Object.keys(settingsSchema.shape) as SettingName[];

/** Settings whose value must never be shown. */
export const secretSettings: ReadonlySet<string> = new Set<SettingName>(['vtnUrl', 'tlsKeyPassphrase']);
