/** A VEN of this build and the embedded VTN, over a real socket, in a time that goes only when the case lets it. */
import { HttpTransport, type HttpTransportOptions } from '../../adapters/http/httpTransport.ts';
import { createLogger } from '../../adapters/process/logger.ts';
import { MessageVeil, veilVersion } from '../../adapters/secrets/messageVeil.ts';
import { createRedactor, secretsOf } from '../../adapters/secrets/redact.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import { VeiledTransport } from '../../adapters/http/veiledTransport.ts';
import type { Secured } from '../../adapters/tls/verifiedConnection.ts';
import { VirtualTime } from '../../adapters/time/virtualTime.ts';
import { parseVtnUrl } from '../../adapters/secrets/vtnUrl.ts';
import { marketContexts } from '../../conformance/events.ts';
import type { TestCase } from '../../conformance/testCase.ts';
import { Traffic, wireText } from '../../conformance/traffic.ts';
import type { LineSeen, TestWorld, TlsProfile } from '../../conformance/world.ts';
import { dayOf, timeOnDay } from '../../programme/calendar.ts';
import type { Transport } from '../../shell/ports.ts';
import { operatorArrival } from '../../shell/operatorCommands.ts';
import { settingsSchema } from '../../shell/settings/settings.ts';
import { createVtn } from '../../vtn/vtn.ts';
import { startVtnServer, type VtnServerOptions } from '../../vtn/http/vtnServer.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import { sharedPlanner } from '../run/plannerOf.ts';
import type { Planner } from '../../dispatch/planner.ts';
import { makeOwnAuthority, type OwnAuthority } from '../../adapters/tls/ownAuthority.ts';
import { openPushedTo } from './pushedTo.ts';

/** A world that ends. */
export interface OpenedWorld extends TestWorld {
  readonly close: () => Promise<void>;
}

/** What a case is opened with. */
export interface WorldMaking {
  /** Where its log lives: its own, and gone afterwards. */
  readonly directory: string;
  /** UTC ms. */
  readonly now: number;
  /** Plans for the cases of a run, one after the other. */
  readonly optimiser: Planner;
}

const timeZone = 'America/New_York';

/** The way to the VTN, with everything that passes written down. */
export const tapped = (transport: Transport, traffic: Traffic, now: () => number): Transport => ({
  exchange: async (request) => {
    const came = traffic.opens('VEN', now(), request.service, request.body);
    const outcome = await transport.exchange(request);
    came(outcome.kind === 'answered' ? { answer: wireText(outcome.body) } : { failure: outcome.detail });
    return outcome;
  },
  close: () => transport.close(),
});

/** The settings of the VEN under test, where they are not the build's own. */
export const settingsFor = ({ settings = {} }: TestCase, directory: string) =>
  settingsSchema.parse({
    dataDirectory: directory,
    timeZone,
    venID: 'conformance-ven',
    venName: 'conformance-ven',
    marketContexts: [...marketContexts],
    devices: [{ kind: 'simulatedBattery', resourceID: 'resource1' }],
    ...settings,
  });

/** The suite that a VTN of a profile has, as OpenSSL calls it. @rule 2.0b 67 */
const suites: Readonly<Record<TlsProfile, string>> = { ECC: 'ECDHE-ECDSA-AES128-SHA256', RSA: 'AES128-SHA256' };

/** A VTN as certification's: TLS 1.2 with the suite of the profile alone, and nobody without a certificate is let in. @rule 2.0b 67, 68 */
const vtnTlsOf = (
  { tlsProfile }: Pick<TestCase, 'tlsProfile'>,
  authority: OwnAuthority | null,
): Pick<VtnServerOptions, 'tls'> =>
  authority === null || tlsProfile === undefined
    ? {}
    : {
        tls: {
          key: authority.vtn.key,
          cert: authority.vtn.certificate,
          ca: authority.ca,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          maxVersion: 'TLSv1.2',
          ciphers: suites[tlsProfile],
        },
      };

const venTlsOf = (authority: OwnAuthority | null): Pick<HttpTransportOptions, 'tls'> =>
  authority === null ? {} : { tls: { ca: authority.ca, ...authority.ven } };

/** Opens the world of a case. */
export const openEmbeddedWorld = async (
  test: TestCase,
  { directory, now, optimiser }: WorldMaking,
): Promise<OpenedWorld> => {
  const time = new VirtualTime(timeOnDay(dayOf(now, timeZone), '10:00', timeZone));
  const clock = { now: () => time.now() };
  const vtn = createVtn({
    clock,
    timeZone,
    usage: 'never',
    status: 'never',
    prices: { unit: 'usd_per_kwh', pricesOf: () => undefined },
    marketContext: marketContexts[0],
    ...test.vtn,
  });
  const authority = test.tlsProfile === undefined ? null : await makeOwnAuthority(Date.now(), test.tlsProfile);
  const server = await startVtnServer(vtn, { token: systemChance.runID(), ...vtnTlsOf(test, authority) });
  const vtnUrl = parseVtnUrl(server.url);
  const redactor = createRedactor(secretsOf(vtnUrl));
  const traffic = new Traffic();
  const logger = createLogger({ level: 'error', style: 'text', write: () => undefined, now: clock.now, redactor });
  const pushedTo = test.isPushed === true ? await openPushedTo({ vtn, time, traffic, authority }) : null;
  const address = pushedTo === null ? {} : { transportAddress: pushedTo.transportAddress };
  const lines: LineSeen[] = [];
  const onSecured = ({ protocol, cipher }: Secured): void => void lines.push({ at: 'VTN', protocol, cipher });
  let hosted: HostedAgent | null = null;

  const switchOn = async (): Promise<void> => {
    const veil = new MessageVeil('');
    veil.add(vtnUrl.secretPrefix.reveal());
    const http = new VeiledTransport(
      new HttpTransport({ vtnUrl, redactor, ...venTlsOf(authority), onSecured }),
      veil,
      redactor,
    );
    const tap = tapped(http, traffic, clock.now);
    hosted = await hostAgent({
      settings: { ...settingsFor(test, directory), ...address },
      clock,
      alarms: time,
      transport: { exchange: (request) => time.hold(tap.exchange(request)), close: () => tap.close() },
      ...(pushedTo === null ? {} : { listener: pushedTo.listener(veil) }),
      veil: veilVersion,
      logger,
      redactor,
      optimiser: sharedPlanner(optimiser),
      hold: (happening) => time.hold(happening),
    });
  };
  const running = (): HostedAgent => {
    if (hosted === null) throw new Error('The VEN is not switched on.');
    return hosted;
  };
  const switchOff = async (): Promise<void> => {
    await hosted?.stop('the case is over');
    hosted = null;
  };

  return {
    traffic,
    vtn,
    ...address,
    now: clock.now,
    waitUntil: async (isSo, withinMs) => {
      const latestAt = time.now() + withinMs;
      await time.settle();
      while (!isSo()) {
        if (time.now() >= latestAt) return false;
        await time.goOn(latestAt);
      }
      return true;
    },
    lines: async () => [...lines, ...((await pushedTo?.lines()) ?? [])],
    start: switchOn,
    restart: async () => {
      await switchOff();
      await switchOn();
    },
    command: (command) => running().agent.take(operatorArrival(running().agent.state, time.now(), command, 'ven')),
    state: () => running().agent.state,
    hand: null,
    close: async () => {
      await switchOff();
      await pushedTo?.close();
      await server.close();
    },
  };
};
