/** The ways out to others that a configuration names; each is read only when there is one of it, and none of them is needed for the agent's work. */
import type { OpenSettings } from '../../adapters/config/config.ts';
import type { Alarms, Clock, Journal } from '../../shell/ports.ts';
import type { Published, Publisher } from '../../publishing/publisher.ts';
import type { OperatorDesk } from '../control/operatorDesk.ts';
import { VERSION } from '../version.ts';
import type { HostedAgent } from './agentHost.ts';

/** What ways out are opened with. */
export interface PublishingOptions {
  readonly hosted: HostedAgent;
  /** Where what is commanded goes. */
  readonly desk: OperatorDesk;
  readonly settings: OpenSettings;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly journal: Journal;
}

const publishedOf = ({ hosted, desk, clock, alarms, journal }: PublishingOptions): Published => {
  const { agent, log, projections } = hosted;
  return {
    get settings() {
      return agent.state.settings ?? hosted.settings;
    },
    version: VERSION,
    state: () => agent.state,
    isRecorded: () => log.durableHead.position === log.head.position,
    projections,
    operator: { take: (subject, read) => desk.take({ by: 'mqtt', subject, read }) },
    clock,
    alarms,
    journal,
  };
};

/** Opens what is configured. One that cannot be opened is told, and the agent runs without it. */
export const publishersOf = async (options: PublishingOptions): Promise<readonly Publisher[]> => {
  const { mqtt, webhooks, dataDirectory } = options.settings;
  const openers: (() => Promise<Publisher>)[] = [];
  if (mqtt !== undefined)
    openers.push(async () =>
      (await import('../../publishing/mqtt/homeAssistant.ts')).publishOverMqtt(publishedOf(options), mqtt),
    );
  for (const webhook of webhooks)
    openers.push(async () =>
      (await import('../../publishing/webhook/webhook.ts')).tellByWebhook(publishedOf(options), webhook, dataDirectory),
    );
  const opened: Publisher[] = [];
  for (const open of openers) {
    try {
      opened.push(await open());
    } catch (error) {
      options.journal.error(
        `The agent runs, and somebody is not told what it knows: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return opened;
};
