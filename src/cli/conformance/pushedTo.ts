/** The way on which the embedded VTN pushes to the VEN under test: a real server and a real client, in the time of the case. */
import { connect } from 'node:tls';
import { veiledAnswerer } from '../../adapters/http/guardedAnswerer.ts';
import type { MessageVeil } from '../../adapters/secrets/messageVeil.ts';
import { checkPeer } from '../../adapters/tls/peerTerms.ts';
import { startPushServer, type PushTls } from '../../adapters/http/pushServer.ts';
import type { VirtualTime } from '../../adapters/time/virtualTime.ts';
import { wireText, type Traffic } from '../../conformance/traffic.ts';
import type { LineSeen } from '../../conformance/world.ts';
import type { InboundAnswerer, InboundReply, Listener } from '../../shell/ports.ts';
import { startPushing } from '../../vtn/http/pushClient.ts';
import type { Vtn } from '../../vtn/vtn.ts';
import type { OwnAuthority } from '../../adapters/tls/ownAuthority.ts';

/** What is needed to push. */
export interface PushedToMaking {
  readonly vtn: Vtn;
  readonly time: VirtualTime;
  readonly traffic: Traffic;
  /** Absent: unencrypted. */
  readonly authority: OwnAuthority | null;
}

/** A VEN that can be pushed to, switched on or not. */
export interface PushedTo {
  readonly transportAddress: string;
  /** A door for a VEN that is switched on. */
  readonly listener: (veil: MessageVeil) => Listener;
  /** How a connection is secured by a VTN that offers all that it has; none where nothing is. */
  readonly lines: () => Promise<readonly LineSeen[]>;
  readonly close: () => Promise<void>;
}

/** How often the VTN looks whether it has something to push, in the time of the case. @unit ms */
const everyMs = 1_000;

/** The push client looks by a clock of its own as well, which is not that of the case: as seldom as it can. @unit ms */
const seldomMs = 2 ** 31 - 1;

/** Where the VEN listens. */
const address = '127.0.0.1';

const nobody: InboundReply = { httpStatus: 503, body: '' };

/** The door, with everything that passes written down. */
export const tappedAnswerer =
  (answerer: InboundAnswerer, traffic: Traffic, now: () => number): InboundAnswerer =>
  async (request) => {
    const came = traffic.opens('VTN', now(), request.service, request.body);
    const reply = await answerer(request);
    const { httpStatus, body } = reply;
    came({
      ...(httpStatus === 200 || body !== '' ? { answer: wireText(body) } : {}),
      ...(httpStatus === 200 ? {} : { failure: `HTTP status ${httpStatus}` }),
    });
    return reply;
  };

const clientTlsOf = ({ ca, vtn }: OwnAuthority) => ({ ca, cert: vtn.certificate, key: vtn.key });

const doorTlsOf = ({ ca, ven }: OwnAuthority): PushTls => ({
  ca,
  cert: ven.certificate,
  key: ven.key,
  strangerBecause: (shown) => checkPeer({}, address, shown)?.message ?? null,
});

/** Connects as the VTN does, offering what Node offers, and looks what the VEN takes of it. */
const lineTo = (port: number, authority: OwnAuthority): Promise<LineSeen> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, ...clientTlsOf(authority) }, () => {
      const { standardName, name } = socket.getCipher();
      resolve({ at: 'VEN', protocol: socket.getProtocol() ?? 'unknown', cipher: standardName ?? name });
      socket.destroy();
    });
    socket.once('error', reject);
  });

/** Opens the door, and has the VTN push from now on. */
export const openPushedTo = async ({ vtn, time, traffic, authority }: PushedToMaking): Promise<PushedTo> => {
  const scheme = authority === null ? 'http' : 'https';
  let isOpen = true;
  let answerer: InboundAnswerer | null = null;
  const server = await startPushServer({
    address,
    port: 0,
    transportAddress: `${scheme}://${address}`,
    ...(authority === null ? {} : { tls: doorTlsOf(authority) }),
    answerer: (request) => answerer?.(request) ?? Promise.resolve(nobody),
    onStranger: (sentence) => vtn.complain('HTTP', sentence),
    now: () => time.now(),
  });
  const pushing = startPushing(vtn, {
    everyMs: seldomMs,
    ...(authority === null ? {} : { tls: clientTlsOf(authority) }),
  });
  const lookAgain = (): void =>
    time.ringIn(everyMs, () => {
      if (!isOpen) return;
      void time.hold(pushing.pushNow());
      lookAgain();
    });
  lookAgain();
  return {
    transportAddress: `${scheme}://${address}:${server.port}`,
    lines: async () => (authority === null ? [] : [await lineTo(server.port, authority)]),
    listener: (veil) => ({
      answerWith: (given) => {
        answerer =
          given === null
            ? null
            : veiledAnswerer(
                tappedAnswerer(given, traffic, () => time.now()),
                veil,
              );
      },
    }),
    close: async () => {
      isOpen = false;
      pushing.close();
      await server.close();
    },
  };
};
