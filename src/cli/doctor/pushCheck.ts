/** Whether the VTN can push: the place it is listened for at, the name in our certificate, and the way to the address it is told. */
import { X509Certificate } from 'node:crypto';
import { connect, createServer, isIP, type Server } from 'node:net';
import { pushPlaceOf, type PushPlace } from '../../shell/settings/pushSettings.ts';
import { bad, good, warning, type DoctorCheck, type Finding } from './finding.ts';

/** How long the way to our own address is waited for. @unit ms */
const reachWithinMs = 3_000;

const code = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown reason';

/** Listens where the agent would; null when somebody does already. */
const listenAt = ({ address, port }: PushPlace): Promise<Server | null> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => (code(error) === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen({ host: address, port }, () => resolve(server));
  });

/** Whether a connection comes about; the reason why none does. */
const reach = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (why: string | null): void => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(reachWithinMs, () => end(`no connection in ${reachWithinMs / 1_000} s`));
    socket.once('connect', () => end(null));
    socket.once('error', (error) => end(code(error)));
  });

const nameFinding = (certificate: string, host: string): Finding => {
  const own = new X509Certificate(certificate);
  const isNamed = (isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host)) !== undefined;
  return isNamed
    ? good('push', `Our certificate bears the name ${host}, at which the VTN is told to push.`)
    : warning(
        'push',
        `Our certificate does not bear the name ${host}, at which the VTN is told to push: a VTN that checks names does not push.`,
        'Have a certificate made for that name ("ven key request" asks for it), or ask the VTN’s operator whether it goes by our fingerprint.',
      );
};

const wayFinding = async (transportAddress: string): Promise<Finding> => {
  const { hostname, port, protocol } = new URL(transportAddress);
  const host = hostname.replace(/^\[|\]$/g, '');
  const why = await reach(host, Number(port) || (protocol === 'https:' ? 443 : 80));
  return why === null
    ? good('push', `${transportAddress} can be reached from here; whether the VTN can, it alone can tell.`)
    : warning(
        'push',
        `${transportAddress} cannot be reached from here (${why}): the VTN may not reach it either.`,
        'Look at the name, the firewall and what forwards that port. Behind some routers it is reached from outside all the same.',
      );
};

/** What stands in the way of being pushed to. */
export const pushCheck: DoctorCheck = async ({ configuration: { settings }, material }) => {
  const { push, transportAddress } = settings;
  const place = push === undefined ? null : pushPlaceOf(push);
  if (place === null || transportAddress === undefined) return [];
  const where = `${place.address}:${place.port}`;
  let server: Server | null;
  try {
    server = await listenAt(place);
  } catch (error) {
    return [
      bad(
        'push',
        `Nobody can push: ${where} cannot be listened at (${code(error)}).`,
        'Correct push in the configuration.',
      ),
    ];
  }
  const free =
    server === null
      ? good('push', `${where} is listened at already: by the agent, if it runs.`)
      : good('push', `${where} can be listened at.`);
  const isEncrypted = !place.isPlain && material?.certificate !== undefined;
  const names = isEncrypted ? [nameFinding(material?.certificate ?? '', new URL(transportAddress).hostname)] : [];
  const way = await wayFinding(transportAddress);
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  return [free, ...names, way];
};
