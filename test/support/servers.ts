/** Servers on loopback for tests of the transport: real sockets, free ports, closed after each test. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';

const listen = async (server: NetServer | Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

/** An HTTP server; gives its origin. */
export const httpServer = async (listener: RequestListener): Promise<string> => {
  const server = createHttpServer(listener);
  return `http://127.0.0.1:${await listen(server)}`;
};

/** An HTTPS server under the name localhost; gives its origin. */
export const httpsServer = async (options: TlsOptions, listener: RequestListener = answerXml): Promise<string> => {
  const server = createHttpsServer(options, listener);
  server.on('tlsClientError', () => undefined);
  return `https://localhost:${await listen(server)}`;
};

/** A server that does with a raw connection whatever the test wants; gives its origin. */
export const rawServer = async (onConnection: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createNetServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  const port = await listen(server);
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  return `http://127.0.0.1:${port}`;
};

/** Answers 200 with a little XML, after the request was read. */
export const answerXml = (request: IncomingMessage, response: ServerResponse): void => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/xml' }).end('<oadrPayload/>');
  });
};
