import type { ConfiguredBroker } from '../../shell/broker.ts';
import { isThisMachine } from '../../adapters/vtnUrl.ts';
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

/** Who else is told what the VEN knows, and who may override devices there. */
export const publishingCheck: DoctorCheck = async ({ configuration: { settings } }) => {
  const { mqtt } = settings;
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
