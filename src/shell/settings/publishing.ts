/** What the VEN tells others, and what they may tell it, beside the devices. */
import { z } from 'zod';
import { dayMs, hourMs } from '../../programme/calendar.ts';
import { aTopic, brokerFields, topicText } from './broker.ts';
import { aSwitch, filePath, ms, setting, wholeMs } from './fields.ts';

const minuteMs = 60_000;

/** The broker at which the VEN tells what it knows, and hears people’s overrides: Home Assistant, Node-RED and whoever else is there. */
export const publishedOverMqttSchema = z.strictObject({
  ...brokerFields(),
  discoveryPrefix: setting(
    topicText().default('homeassistant'),
    aTopic,
    'What the topics begin with on which Home Assistant looks for devices, and tells that it has started.',
  ),
  commands: setting(
    z.boolean().default(true),
    aSwitch,
    'Whether who is at the broker may override devices, wish for once and opt; false: it only hears.',
  ),
  mayTrust: setting(
    z.boolean().default(false),
    aSwitch,
    'Whether who is at the broker may trust devices, too; that they are not trusted any more may always be said where commands are taken.',
  ),
  overrideForMs: setting(
    wholeMs(minuteMs, dayMs).default(2 * hourMs),
    ms(minuteMs, dayMs),
    'How long an override holds that comes without an end of its own, such as one chosen in Home Assistant. Unit: ms.',
  ),
  reserveForMs: setting(
    wholeMs(minuteMs, 31 * dayMs).default(31 * dayMs),
    ms(minuteMs, 31 * dayMs),
    'How long a reserve holds that comes without an end of its own, such as one set in Home Assistant; then the configured one holds again. Unit: ms.',
  ),
});

/** How the VEN is published over MQTT. */
export type PublishedOverMqtt = z.infer<typeof publishedOverMqttSchema>;

/** Where commands are taken over HTTP. */
export const commandsSchema = z.strictObject({
  address: setting(
    z
      .string()
      .regex(/^(?:(?:\[[0-9A-Fa-f:.]+\]|[0-9.]+|localhost):)?\d{1,5}$/)
      .default('127.0.0.1:8321'),
    'a port, or an address and a port such as "127.0.0.1:8321"',
    'Where it listens.',
  ),
  tokenFile: setting(
    filePath(),
    'the path of a file',
    'The file that holds the token of whoever may command: 16 visible ASCII characters or more. Needed on this machine as well.',
  ),
});

/** Where commands are taken, as it is configured. */
export type ConfiguredCommands = z.infer<typeof commandsSchema>;

const webhookTopics = ['plan', 'setpoint', 'alarm'] as const;

/** What a webhook may tell. */
export type WebhookTopic = (typeof webhookTopics)[number];

const isHttp = (text: string): boolean => /^https?:\/\/[^@/#]+(?:\/[^#]*)?$/.test(text) && URL.canParse(text);

/** Somebody who is told by signed HTTP. */
export const webhookSchema = z.strictObject({
  url: setting(
    z.string().max(2_000).refine(isHttp),
    'a URL such as https://host/path, without user and password',
    'Where it is. Of what is told about it only the host is shown.',
  ),
  secretFile: setting(
    filePath(),
    'the path of a file',
    'The file that holds the secret with which messages are signed: base64 after whsec_, or a text of 16 characters or more.',
  ),
  tells: setting(
    z
      .array(z.enum(webhookTopics))
      .min(1)
      .max(webhookTopics.length)
      .default([...webhookTopics]),
    `a list of ${webhookTopics.join(', ')}`,
    'What it is told.',
  ),
  caFile: setting(filePath().optional(), 'the path of a PEM file', 'The only authorities to trust for this receiver.'),
  keepForMs: setting(
    wholeMs(minuteMs, 7 * dayMs).default(dayMs),
    ms(minuteMs, 7 * dayMs),
    'How long a message is tried; a setpoint never longer than it holds. Unit: ms.',
  ),
});

/** A webhook of the configuration. */
export type ConfiguredWebhook = z.infer<typeof webhookSchema>;
