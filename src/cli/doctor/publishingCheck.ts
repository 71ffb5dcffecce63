import type { ConfiguredBroker } from '../../shell/settings/broker.ts';
import type { ConfiguredWebhook, PublishedOverMqtt } from '../../shell/settings/publishing.ts';
import { isThisMachine } from '../../adapters/secrets/vtnUrl.ts';
import { good, warning, type DoctorCheck, type Finding } from './finding.ts';

const brokerName = 'mqtt';

const takenBy = async (broker: ConfiguredBroker): Promise<readonly Finding[]> => {
  const { brokerRefusal } = await import('../../devices/mqtt/line.ts');
  const why = await brokerRefusal(brokerName, broker).catch((error: unknown) => (error as Error).message);
  return why === null
    ? [good('publishing', `The broker ${broker.brokerUrl} takes us: prices, plan and alarms are published there.`)]
    : [
        warning(
          'publishing',
          `The broker ${broker.brokerUrl} does not take us: ${why}`,
          'Home Assistant and others hear nothing until it does; correct mqtt in the configuration, or start the broker. Prices, plan and usage do not need it.',
        ),
      ];
};

const mqttFindings = async (mqtt: PublishedOverMqtt | undefined): Promise<readonly Finding[]> => {
  if (mqtt === undefined) return [];
  const { brokerUrl, username, certificateFile, commands } = mqtt;
  const isOpen = username === undefined && certificateFile === undefined && !isThisMachine(new URL(brokerUrl).hostname);
  return [
    ...(await takenBy(mqtt)),
    ...(isOpen && commands
      ? [
          warning(
            'publishing',
            `The broker ${brokerUrl} wants neither password nor certificate of us, and whoever reaches it may override devices.`,
            'Give the broker users and passwords, or say "commands": false in mqtt.',
          ),
        ]
      : []),
  ];
};

const webhookFindings = async (webhook: ConfiguredWebhook): Promise<Finding> => {
  const { origin, protocol, hostname } = new URL(webhook.url);
  const { webhookKeyOf } = await import('../../publishing/webhook/webhook.ts');
  try {
    webhookKeyOf(webhook);
  } catch (error) {
    return warning(
      'publishing',
      `The webhook to ${origin} tells nothing: ${(error as Error).message}`,
      'Correct webhooks in the configuration; prices, plan and usage do not need it.',
    );
  }
  const told = `${origin} is told of ${webhook.tells.join(', ')} by webhook`;
  return protocol === 'https:' || isThisMachine(hostname)
    ? good('publishing', `${told}.`)
    : warning(
        'publishing',
        `${told}, and the way there is not encrypted.`,
        'Others can read what is told, though they cannot change it: use https:// where the receiver offers it.',
      );
};

/** Who else is told what the VEN knows, and who may override devices there. */
export const publishingCheck: DoctorCheck = async ({ configuration: { settings } }) => [
  ...(await mqttFindings(settings.mqtt)),
  ...(await Promise.all(settings.webhooks.map(webhookFindings))),
];
