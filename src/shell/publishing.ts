/** What the VEN tells others, and what they may tell it, beside the devices. */
import { z } from 'zod';
import { aTopic, brokerFields, topicText } from './broker.ts';
import { aSwitch, ms, setting, wholeMs } from './fields.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

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
    'Whether who is at the broker may override devices; false: it only hears.',
  ),
  overrideForMs: setting(
    wholeMs(minuteMs, dayMs).default(2 * 3_600_000),
    ms(minuteMs, dayMs),
    'How long an override holds that comes without an end of its own, such as one chosen in Home Assistant. Unit: ms.',
  ),
});

/** How the VEN is published over MQTT. */
export type PublishedOverMqtt = z.infer<typeof publishedOverMqttSchema>;
