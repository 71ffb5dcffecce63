import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply, StrangerVtn } from './strangerVtn.ts';

/** How the HTTP server of a stranger treats its connections. */
export interface Listening {
  /** Closes each connection this long after its answer; Node’s default when absent. @unit ms */
  readonly keepAliveTimeoutMs?: number;
  /** Does not say how long connections are kept. */
  readonly withoutHint?: boolean;
  readonly contentType?: string;
}

const answer = (response: ServerResponse, reply: Reply, contentType: string): void => {
  const body = reply.body ?? '';
  const headers = { 'Content-Type': contentType, ...reply.headers };
  if (reply.how === 'drop') {
    response.socket?.destroy();
    return;
  }
  if (reply.how === 'chunked') {
    response.writeHead(reply.status ?? 200, headers);
    const middle = Math.floor(body.length / 2);
    response.write(body.slice(0, middle), () => setTimeout(() => response.end(body.slice(middle)), 20));
    return;
  }
  response.writeHead(reply.status ?? 200, { ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  if (reply.how === 'cut') response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
  else response.end(body);
};

/** Lets a stranger listen on loopback; gives its base URL and the way to end it. */
export const listen = async (
  vtn: StrangerVtn,
  listening: Listening = {},
): Promise<{ readonly url: string; readonly close: () => void }> => {
  const prefix = '/a-token/OpenADR2/Simple/2.0b';
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = request.url ?? '';
      if (!path.startsWith(`${prefix}/`)) vtn.faults.push(`a request went to ${path}`);
      const xml = Buffer.concat(parts).toString('utf8');
      const reply = vtn.handle({ method: request.method ?? '', path, rawHeaders: request.rawHeaders, xml });
      if (listening.withoutHint === true) response.setHeader('Connection', 'keep-alive');
      setTimeout(() => answer(response, reply, listening.contentType ?? 'application/xml'), reply.delayMs ?? 0);
    });
  });
  if (listening.keepAliveTimeoutMs !== undefined) server.keepAliveTimeout = listening.keepAliveTimeoutMs;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
