/**
 * The server to which the VTN pushes.
 *
 * Who cannot prove to be the VTN gets no further than the handshake, or the status line; what is not one of the three services, not
 * POST or not XML is refused by status; what is slow, huge or too much ends. Nothing of what was sent is repeated to anybody.
 * @rule 2.0b §9.1.2, §9.1.5, 53, 67, 68
 */
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createEncrypted, type Server as EncryptedServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type PeerCertificate, type SecureContextOptions, type TlsOptions } from 'node:tls';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import type { InboundAnswerer, InboundReply, PushCounts } from '../../shell/ports.ts';
import { Admission } from './admission.ts';
import { bareAnswer, statusOfBroken } from './brokenRequest.ts';
import { largestMessageBytes } from '../../protocol/types/messageSize.ts';
import { charsetOf, messageText } from './messageText.ts';
import { basePathOf, pushedServiceAt } from './pushPath.ts';

/** @limit Connections in all and from one address, and bytes of a request's head. */
const connectionsLimit = 128;
const connectionsPerAddress = 48;
const headBytes = 16 * 1024;

/** Patience with handshakes, heads, whole requests and idle connections. @unit ms */
const handshakeMs = 10_000;
const headMs = 10_000;
const requestMs = 30_000;
const idleMs = 120_000;

/** How often Node looks whether a request is late. @unit ms */
const lookMs = 2_000;

/** How long whoever answers may take; the VTN asks again then. @unit ms */
const answerMs = 20_000;

/** What is read of a body that nobody wants, so that its connection can go on. @unit bytes */
const discardedBytes = 64 * 1024;

/** What encryption and identity take. */
export interface PushTls {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  /** The authorities of the VTN's certificate. */
  readonly ca?: string;
  /** Lists of revoked certificates. */
  readonly crl?: readonly string[];
  /** Says why a trusted certificate is not that of our VTN; null when it is. */
  readonly strangerBecause: (certificate: PeerCertificate) => string | null;
}

/** What a push server needs. */
export interface PushServerOptions {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly transportAddress: string;
  /** Absent: unencrypted, which the configuration allows on this machine alone. */
  readonly tls?: PushTls;
  readonly answerer: InboundAnswerer;
  /** How many resources what is pushed may name; none if absent. */
  readonly resources?: () => number;
  /** Hears that somebody was turned away: in words that hold nothing of what was sent. */
  readonly onStranger: (sentence: string) => void;
  readonly now: () => number;
}

/** A push server that listens. */
export interface PushServer {
  readonly port: number;
  readonly counts: () => PushCounts;
  /** Takes another certificate, for the next handshake on. */
  renew(tls: PushTls): void;
  close(): Promise<void>;
}

/** A request that is not taken. */
interface PushRefused {
  readonly status: number;
  readonly sentence: string;
  readonly retryAfterSeconds?: number;
}

const tooMany: PushRefused = { status: 503, sentence: 'more was pushed than can be taken', retryAfterSeconds: 1 };

/**
 * TLS as certification wants it of a server: of the two suites of the profile one is taken wherever the VTN offers it, whatever else it
 * offers; the others are for a VTN that offers neither. @rule 2.0b 67
 */
const suites =
  'ECDHE-ECDSA-AES128-SHA256:AES128-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256';

const contextOf = ({ cert, key, passphrase, ca, crl }: PushTls): SecureContextOptions => ({
  cert,
  key,
  ...(passphrase === undefined ? {} : { passphrase }),
  ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }),
  ...(crl === undefined ? {} : { crl: [...crl] }),
  ciphers: suites,
  honorCipherOrder: true,
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
});

/** No session is kept: each connection shows its certificate anew. */
const tlsOptions = (tls: PushTls): TlsOptions => ({
  ...contextOf(tls),
  requestCert: true,
  rejectUnauthorized: true,
  handshakeTimeout: handshakeMs,
  ALPNProtocols: ['http/1.1'],
});

const mediaTypeOf = ({ headers }: IncomingMessage): string =>
  (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

const lengthOf = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

const bodyOf = async (request: IncomingMessage, mostBytes: number): Promise<Buffer | null> => {
  const parts: Buffer[] = [];
  let length = 0;
  // A body that is given up leaves its connection, for the status to be told.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
};

class RunningPushServer implements PushServer {
  readonly #options: PushServerOptions;
  readonly #basePath: string;
  readonly #server: Server | EncryptedServer;
  readonly #admission = new Admission();
  readonly #sockets = new Map<Socket, string>();
  /** Connections on which a request is being heard. */
  readonly #heard = new WeakSet<Duplex>();
  readonly #answered: Record<string, number> = {};
  #tls: PushTls | undefined;
  /** Connections on which something was said after the handshake. */
  readonly #spoken = new WeakSet<Duplex>();
  #turnedAway = 0;
  #lastTakenAt: number | null = null;

  constructor(options: PushServerOptions) {
    this.#options = options;
    this.#tls = options.tls;
    this.#basePath = basePathOf(options.transportAddress);
    const http = {
      maxHeaderSize: headBytes,
      headersTimeout: headMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: lookMs,
      requireHostHeader: false,
    };
    const take = (request: IncomingMessage, response: ServerResponse): void => void this.#take(request, response);
    this.#server =
      options.tls === undefined
        ? createPlain(http, take)
        : createEncrypted({ ...http, ...tlsOptions(options.tls) }, take);
    this.#server.maxConnections = connectionsLimit;
    this.#server.on('connection', (socket: Socket) => this.#admit(socket));
    this.#server.on('drop', () => this.#turnAway('too many connections at once'));
    this.#server.on('tlsClientError', (error: Error & { readonly code?: string }) =>
      this.#turnAway(`no handshake (${error.code ?? 'unknown reason'})`),
    );
    this.#server.on('secureConnection', (socket: TLSSocket) => this.#awaitRequest(socket));
    this.#server.on('clientError', ({ code = '' }: Error & { readonly code?: string }, socket) => {
      // What fails before there is HTTP was told with the handshake, and whoever breaks off has gone by itself.
      const status = statusOfBroken(code);
      if (status === null) socket.destroy();
      else this.#refuseBytes(status, `it sent no request of HTTP, or too slowly (${code})`, socket);
    });
    // Without these two Node answers by itself: in chunks, or not at all, and nobody is told.
    this.#server.on('checkExpectation', take);
    this.#server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
      this.#refuseBytes(501, 'it was not a POST', socket),
    );
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  counts(): PushCounts {
    return { answered: { ...this.#answered }, turnedAway: this.#turnedAway, lastTakenAt: this.#lastTakenAt };
  }

  async listen(): Promise<void> {
    const { address, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, resolve);
    });
    this.#server.on('error', () => undefined);
  }

  renew(tls: PushTls): void {
    this.#tls = tls;
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(contextOf(tls));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await closed;
  }

  /** One address cannot take the places of all others. */
  #admit(socket: Socket): void {
    const from = socket.remoteAddress ?? '';
    const isFull = [...this.#sockets.values()].filter((each) => each === from).length >= connectionsPerAddress;
    socket.on('error', () => undefined);
    if (isFull) {
      this.#turnAway('too many connections from one address');
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, from);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Who has a certificate that we take, and leaves without a word, does not take ours: a VTN that checks its name does so. */
  #awaitRequest(socket: TLSSocket): void {
    socket.once('close', () => {
      if (this.#spoken.has(socket) || !this.#server.listening) return;
      this.#turnAway('it left right after the handshake, as a VTN does to which our certificate is not good enough');
    });
  }

  #turnAway(why: string): void {
    this.#turnedAway += 1;
    this.#options.onStranger(`Somebody who connected to push was turned away: ${why}.`);
  }

  /** What is no request is answered by a status, unless another request of its connection is still being heard. */
  #refuseBytes(status: number, why: string, socket: Duplex): void {
    this.#spoken.add(socket);
    this.#turnAway(why);
    if (this.#heard.has(socket) || !socket.writable) return void socket.destroy();
    this.#count(status);
    socket.end(bareAnswer(status), () => socket.destroy());
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.#spoken.add(socket);
    this.#heard.add(socket);
    response.once('close', () => this.#heard.delete(socket));
    try {
      const refusal = this.#strangerAt(socket) ?? (await this.#answer(request, response));
      if (refusal !== null) this.#refuse(request, response, refusal, socket);
    } catch {
      // Whoever went away in the middle of a request is nobody's fault.
      response.destroy();
    }
  }

  #strangerAt(socket: Socket): PushRefused | null {
    if (this.#tls === undefined || !(socket instanceof TLSSocket)) return null;
    const why = this.#tls.strangerBecause(socket.getPeerCertificate());
    return why === null ? null : { status: 403, sentence: `its certificate is not that of our VTN: ${why}` };
  }

  /** Gives a reason to refuse it, or null when it was answered. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<PushRefused | null> {
    const service = pushedServiceAt(request.url, this.#basePath);
    if (service === null) return { status: 404, sentence: 'there is no service at its path' };
    if (request.method !== 'POST') return { status: 501, sentence: 'it was not a POST' };
    if (request.httpVersion !== '1.0' && request.headers.host === undefined)
      return { status: 400, sentence: 'it names no host' };
    if (!/^(100-continue)?$/i.test(request.headers.expect ?? ''))
      return { status: 417, sentence: 'it expects what is not offered here' };
    if (mediaTypeOf(request) !== 'application/xml' || request.headers['content-encoding'] !== undefined)
      return { status: 406, sentence: 'it was not application/xml' };
    const mostBytes = largestMessageBytes(this.#options.resources?.());
    if (lengthOf(request) > mostBytes) return { status: 413, sentence: 'its body is too long' };
    const leave = this.#admission.enter();
    if (leave === null) return tooMany;
    try {
      return await this.#hear(service, request, response, mostBytes);
    } finally {
      // Not when the response closes: one that waits behind another of its connection never does when that breaks.
      leave();
    }
  }

  async #hear(
    service: OadrServiceName,
    request: IncomingMessage,
    response: ServerResponse,
    mostBytes: number,
  ): Promise<PushRefused | null> {
    const bytes = await bodyOf(request, mostBytes);
    if (bytes === null) return { status: 413, sentence: 'its body is too long' };
    const body = messageText(bytes, charsetOf(request.headers['content-type'] ?? ''));
    if (body === null) return { status: 406, sentence: 'its bytes are not UTF-8' };
    const { answerer, now } = this.#options;
    const reply = await this.#inTime(answerer({ service, body }));
    if (reply === null) return { status: 503, sentence: 'it was not answered in time', retryAfterSeconds: 5 };
    this.#lastTakenAt = now();
    this.#send(response, reply);
    return null;
  }

  async #inTime(answer: Promise<InboundReply>): Promise<InboundReply | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), answerMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #send(response: ServerResponse, { httpStatus, body: text }: InboundReply): void {
    response.writeHead(httpStatus, {
      ...(text === '' ? {} : { 'Content-Type': 'application/xml; charset=utf-8' }),
      'Content-Length': String(Buffer.byteLength(text)),
      ...(httpStatus === 503 ? { 'Retry-After': '5' } : {}),
    });
    response.end(text);
    this.#count(httpStatus);
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { status, sentence, retryAfterSeconds }: PushRefused,
    socket: Socket,
  ): void {
    this.#count(status);
    this.#options.onStranger(`A pushed request was refused with HTTP status ${status}: ${sentence}.`);
    // A little that is left is read away; of whoever is no VTN, or sends much, nothing more is wanted.
    const isOver = status === 403 || status === 413 || lengthOf(request) > discardedBytes;
    response.writeHead(status, {
      'Content-Length': '0',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(isOver ? { Connection: 'close' } : {}),
    });
    response.end(() => isOver && socket.destroySoon());
    if (!isOver) request.resume();
  }

  #count(status: number): void {
    this.#answered[status] = (this.#answered[status] ?? 0) + 1;
  }
}

/** Starts to listen. @throws Error when the address cannot be taken */
export const startPushServer = async (options: PushServerOptions): Promise<PushServer> => {
  const server = new RunningPushServer(options);
  await server.listen();
  return server;
};
