import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { oadrServiceNames } from '../../protocol/types/enumerations.ts';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import { readBody } from './requestBody.ts';
import { sendAnswer } from './responseWriter.ts';
import type { Vtn } from '../vtn.ts';

/** Where and how the VTN listens. */
export interface VtnServerOptions {
  /** The secret part of the path; null where each VEN comes with one of its own, whatever it is. */
  readonly token?: string | null;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Certificates make it https; with `requestCert` and `ca` it asks for a client certificate. */
  readonly tls?: Pick<
    ServerOptions,
    'key' | 'cert' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion' | 'ciphers'
  >;
  /** How many times faster the VTN's clock runs than the wall's: delays are cut short accordingly. */
  readonly timeLapse?: number;
  /** Whether answers carry the wall's time as their Date; absent: they carry none, as the VTN's clock may be another. */
  readonly tellsTime?: boolean;
}

/** A VTN that listens on the loopback interface. */
export interface VtnServer {
  /** What a VEN is pointed at, token and all: `http://127.0.0.1:…/…/OpenADR2/Simple/2.0b`. */
  readonly url: string;
  /** The same with the token left out, fit to be printed. */
  readonly printableUrl: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  readonly close: () => Promise<void>;
}

/** @limit bytes of a request's body */
const maxBodyBytes = 4 * 1024 * 1024;

const pathPrefix = '/OpenADR2/Simple/2.0b';

interface Target {
  readonly status: 200 | 404;
  readonly service?: OadrServiceName;
}

const targetOf = (url: string | undefined, token: string | null): Target => {
  const path = (url ?? '').split('?')[0] ?? '';
  const prefix = `/${token ?? path.split('/')[1] ?? ''}${pathPrefix}/`;
  const service = oadrServiceNames.find((name) => path === `${prefix}${name}`);
  return service === undefined ? { status: 404 } : { status: 200, service };
};

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(text)),
  });
  response.end(text);
};

/** The part of the content type before its parameters. */
const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** @rule 2.0b 53 */
const checkHeaders = (vtn: ServedVtn, request: IncomingMessage): void => {
  if (request.headers['content-length'] === undefined) vtn.complain('53', 'A request came without Content-Length.');
  if (request.headers['transfer-encoding'] !== undefined)
    vtn.complain(
      '53',
      `A request came with Transfer-Encoding: ${request.headers['transfer-encoding']}, which is not allowed.`,
    );
  const { accept } = request.headers;
  if (accept !== undefined && !/^(application\/xml|\*\/\*)$/.test(accept))
    vtn.complain('53', `A request accepts "${accept}" where only application/xml is spoken.`);
};

/** What a server needs of a VTN, be it one that decides or one that repeats. */
export type ServedVtn = Pick<Vtn, 'handle' | 'begin' | 'complain'>;

/** Answers one request. */
const serveRequest = async (
  vtn: ServedVtn,
  token: string | null,
  timeLapse: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { service } = targetOf(request.url, token);
  if (service === undefined) return plain(response, 404, 'There is nothing here.\n');
  if (request.method !== 'POST') return plain(response, 501, 'Only POST is spoken here.\n');
  checkHeaders(vtn, request);
  if (mediaTypeOf(request) !== 'application/xml') {
    vtn.complain('53', `A request came as "${request.headers['content-type'] ?? ''}" instead of application/xml.`);
    return plain(response, 406, 'Only application/xml is spoken here.\n');
  }
  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return plain(response, 413, 'The body is too long.\n');
  const end = vtn.begin(body);
  response.once('close', end);
  sendAnswer(request, response, vtn.handle(service, body), timeLapse);
};

/** @unit ms */
const keepAliveMs = 120_000;

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/**
 * Puts a VTN behind real HTTP, on 127.0.0.1 only.
 *
 * @throws Error when the port is taken.
 */
export const startVtnServer = async (vtn: ServedVtn, options: VtnServerOptions = {}): Promise<VtnServer> => {
  const { token = 'auth-token', port = 0, tls, timeLapse = 1, tellsTime = false } = options;
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    response.sendDate = tellsTime;
    serveRequest(vtn, token, timeLapse, request, response).catch((error: unknown) => {
      // A client that went away in the middle of its request is nobody's fault.
      if (request.complete) vtn.complain('HTTP', `A request could not be served: ${String(error)}`);
      response.destroy();
    });
  };
  const server = tls === undefined ? createHttpServer(onRequest) : createHttpsServer(tls, onRequest);
  server.keepAliveTimeout = keepAliveMs;
  const opened = await listen(server, port);
  const origin = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${opened}`;
  return {
    url: `${origin}/${token ?? 'auth-token'}${pathPrefix}`,
    printableUrl: `${origin}/<token>${pathPrefix}`,
    port: opened,
    close: () => closed(server),
  };
};
