/** A VEN of this build and somebody else's VTN, in real time: a person does what the VTN is to do. */
import type { Configuration } from '../../adapters/config/config.ts';
import { createLogger } from '../../adapters/process/logger.ts';
import { veilVersion } from '../../adapters/secrets/messageVeil.ts';
import type { Planner } from '../../dispatch/planner.ts';
import { SystemClock } from '../../adapters/time/systemClock.ts';
import type { TestCase } from '../../conformance/testCase.ts';
import { Traffic } from '../../conformance/traffic.ts';
import { operatorArrival } from '../../shell/operatorCommands.ts';
import type { Listener } from '../../shell/ports.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import { sharedPlanner } from '../run/plannerOf.ts';
import { PushDoor } from '../run/pushDoor.ts';
import { signaturesFor, transportFor, veilFor } from '../transportFor.ts';
import { CaseUnlooked } from '../../conformance/proceedings.ts';
import type { Person } from './person.ts';
import { settingsFor, tapped, type OpenedWorld } from './embeddedWorld.ts';
import { tappedAnswerer } from './pushedTo.ts';

/** What a case at somebody else's VTN is opened with. */
export interface UrlWorldMaking {
  readonly directory: string;
  readonly configuration: Configuration;
  readonly person: Person;
  /** Plans for the cases of a run, one after the other. */
  readonly optimiser: Planner;
}

/** How often is looked whether what is waited for has come. @unit ms */
const lookEveryMs = 200;

/** How long the VTN is given to let go of the registration of a case. @unit ms */
const leaveMs = 10_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks again and again whether something is so. @unit ms */
const lookedFor = async (isSo: () => boolean, withinMs: number): Promise<boolean> => {
  const latestAt = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() >= latestAt) return false;
    await sleep(lookEveryMs);
  }
  return true;
};

/** Opens the world of a case. */
export const openUrlWorld = (
  test: TestCase,
  { directory, configuration, person, optimiser }: UrlWorldMaking,
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
  const { push, transportAddress, marketContexts, ...ofPerson } = configuration.settings;
  const isPushed = test.isPushed === true && push !== undefined && transportAddress !== undefined;
  // Whose VEN it is and how the VTN is reached is the person's; the devices are the case's, so that none of the real ones is told anything.
  const settings = {
    ...ofPerson,
    ...(isPushed ? { push, transportAddress } : {}),
    ...test.settings,
    dataDirectory: directory,
    devices: own.devices,
    withheldDevices: [],
    // How somebody else's VTN calls its programmes is for it to say, but where a case is about programmes that are not ours.
    marketContexts:
      marketContexts === 'any' && test.settings?.marketContexts !== undefined ? own.marketContexts : marketContexts,
  };
  const veil = veilFor(configuration);
  const signatures = signaturesFor(configuration, clock);
  const door = new PushDoor({ veil, signatures, journal: logger, now: () => clock.now() });
  const listener: Listener = {
    answerWith: (answerer) =>
      door.answerWith(answerer === null ? null : tappedAnswerer(answerer, traffic, () => clock.now())),
  };
  let hosted: HostedAgent | null = null;
  const running = (): HostedAgent => {
    if (hosted === null) throw new Error('The VEN is not switched on.');
    return hosted;
  };
  const switchOn = async (): Promise<void> => {
    const transport = tapped(transportFor(configuration, veil, signatures), traffic, () => clock.now());
    const ports = { clock, alarms: clock, transport, listener, logger, redactor };
    if (isPushed) await door.follow(configuration);
    hosted = await hostAgent({ settings, ...ports, veil: veilVersion, optimiser: sharedPlanner(optimiser) });
  };
  const switchOff = async (): Promise<void> => {
    await hosted?.stop('the case is over');
    hosted = null;
  };
  const waitUntil: OpenedWorld['waitUntil'] = (isSo, withinMs) =>
    lookedFor(() => {
      const left = person.leaves();
      if (left !== null) throw new CaseUnlooked(left);
      return isSo();
    }, withinMs);
  const command: OpenedWorld['command'] = (asked) =>
    running().agent.take(operatorArrival(running().agent.state, clock.now(), asked, 'ven'));

  return {
    traffic,
    vtn: null,
    ...(isPushed ? { transportAddress } : {}),
    signs: signatures?.signs === true,
    now: () => clock.now(),
    waitUntil,
    // Which suite it takes is the VTN's to choose.
    lines: () => Promise.resolve([]),
    start: switchOn,
    restart: async () => {
      await switchOff();
      await switchOn();
    },
    command,
    state: () => running().agent.state,
    hand: person.hand,
    close: async () => {
      if (hosted !== null) {
        // The next case begins with a VTN that does not know the VEN.
        const from = traffic.exchanges.length;
        command({ type: 'OperatorAsked', wish: 'cancelRegistration' });
        await lookedFor(() => traffic.said('VTN', 'oadrCanceledPartyRegistration', from).length > 0, leaveMs);
      }
      await switchOff();
      await door.close();
      clock.close();
    },
  };
};
