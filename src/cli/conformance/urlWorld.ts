/** A VEN of this build and somebody else's VTN, in real time: a person does what the VTN is to do. */
import type { Configuration } from '../../adapters/config.ts';
import { createLogger } from '../../adapters/logger.ts';
import { veilVersion } from '../../adapters/messageVeil.ts';
import { SystemClock } from '../../adapters/systemClock.ts';
import type { TestCase } from '../../conformance/testCase.ts';
import { Traffic } from '../../conformance/traffic.ts';
import { operatorArrival } from '../../shell/operatorCommands.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import { transportFor } from '../transportFor.ts';
import { settingsFor, tapped, type OpenedWorld } from './embeddedWorld.ts';

/** What a case at somebody else's VTN is opened with. */
export interface UrlWorldMaking {
  readonly directory: string;
  readonly configuration: Configuration;
  readonly tellPerson: (sentence: string) => void;
  /** Nothing is waited for any more. */
  readonly stop: AbortSignal;
}

/** How often is looked whether what is waited for has come. @unit ms */
const lookEveryMs = 200;

/** How long the VTN is given to let go of the registration of a case. @unit ms */
const leaveMs = 10_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens the world of a case. */
export const openUrlWorld = (
  test: TestCase,
  { directory, configuration, tellPerson, stop }: UrlWorldMaking,
): OpenedWorld => {
  const clock = new SystemClock();
  const traffic = new Traffic();
  const { redactor } = configuration;
  const logger = createLogger({
    level: 'error',
    style: 'text',
    write: () => undefined,
    now: () => clock.now(),
    redactor,
  });
  const own = settingsFor(test, directory);
  const { marketContexts } = configuration.settings;
  // Whose VEN it is and how the VTN is reached is the person's; the devices are the case's, so that none of the real ones is told anything.
  const settings = {
    ...configuration.settings,
    ...test.settings,
    dataDirectory: directory,
    devices: own.devices,
    withheldDevices: [],
    marketContexts: marketContexts === 'any' ? own.marketContexts : marketContexts,
  };
  let hosted: HostedAgent | null = null;
  const running = (): HostedAgent => {
    if (hosted === null) throw new Error('The VEN is not switched on.');
    return hosted;
  };
  const switchOn = async (): Promise<void> => {
    const transport = tapped(transportFor(configuration), traffic, () => clock.now());
    hosted = await hostAgent({ settings, clock, alarms: clock, transport, veil: veilVersion, logger, redactor });
  };
  const switchOff = async (): Promise<void> => {
    await hosted?.stop('the case is over');
    hosted = null;
  };
  const waitUntil = async (isSo: () => boolean, withinMs: number): Promise<boolean> => {
    const latestAt = performance.now() + withinMs;
    while (!isSo()) {
      if (stop.aborted || performance.now() >= latestAt) return false;
      await sleep(lookEveryMs);
    }
    return true;
  };
  const command: OpenedWorld['command'] = (asked) =>
    running().agent.take(operatorArrival(running().agent.state, clock.now(), asked, 'ven'));

  return {
    traffic,
    vtn: null,
    now: () => clock.now(),
    waitUntil,
    start: switchOn,
    restart: async () => {
      await switchOff();
      await switchOn();
    },
    command,
    state: () => running().agent.state,
    tellPerson,
    close: async () => {
      if (hosted !== null) {
        // The next case begins with a VTN that does not know the VEN.
        const from = traffic.exchanges.length;
        command({ type: 'OperatorAsked', wish: 'cancelRegistration' });
        await waitUntil(() => traffic.received('oadrCanceledPartyRegistration', from).length > 0, leaveMs);
      }
      await switchOff();
      clock.close();
    },
  };
};
