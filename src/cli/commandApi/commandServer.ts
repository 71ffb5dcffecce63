/**
 * The server that takes commands: overrides, wishes for once, their taking back, trust, answers to DR events, and a plan anew; nothing
 * can be read here.
 *
 * It is apart from the inspector, whose page may be open in any browser. Who commands has a token that no browser keeps, and
 * is no page: whatever a browser sends along to say where a request comes from is a reason to refuse it.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bracketed, hostsOf, ownAddresses } from '../../inspector/server/address.ts';
import { bearerOf, checkHost, isSameSecret, urlOf } from '../../inspector/server/guard.ts';
import { RequestRefused } from '../../inspector/server/refusal.ts';
import { json, send, type HttpAnswer } from '../../inspector/server/respond.ts';
import { RefusedInstruction } from '../../shell/instructions.ts';
import { StrangeCommand } from '../../shell/operatorCommands.ts';
import { RefusedWish } from '../control/operator.ts';
import { TooOften, type OperatorDesk } from '../control/operatorDesk.ts';
import type { Granted } from '../control/questions.ts';
import { checkKind, commandOf, readBody } from './body.ts';
import { commandPathAt } from './paths.ts';

/** @limit Connections, and bytes of a request's head. */
const connectionsLimit = 16;
const headBytes = 8 * 1024;

/** Patience with requests, idle connections and the end. @unit ms */
const requestMs = 10_000;
const keepAliveMs = 5_000;
const endMs = 500;

/** What a command server needs. */
export interface CommandServerOptions {
  readonly desk: OperatorDesk;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string;
  /** Whatever leaves passes here last. */
  readonly redact: (text: string) => string;
  /** Hears that somebody who may not command tried to: in words that hold nothing of what was sent. */
  readonly onStranger: (sentence: string) => void;
  /** Hears what went wrong here by a fault of ours. */
  readonly onFault: (error: unknown) => void;
}

/** A command server that listens. */
export interface CommandServer {
  readonly port: number;
  /** `http://127.0.0.1:8321/` */
  readonly url: string;
  close(): Promise<void>;
}

const failed = 'failed';

/** What became of a command as a refusal. */
export const commandRefusal = (error: unknown): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  if (error instanceof RefusedInstruction || error instanceof StrangeCommand)
    return new RequestRefused(422, 'refused', error.message);
  if (error instanceof TooOften)
    return new RequestRefused(429, 'tooOften', error.message, {
      'Retry-After': String(Math.ceil(error.waitMs / 1_000)),
    });
  if (error instanceof RefusedWish)
    return new RequestRefused(503, 'notRecorded', error.message, { 'Retry-After': '5' });
  return new RequestRefused(500, failed, 'The command could not be taken: look into the log output of the agent.');
};

/** A refusal as RFC 9457 has it. */
export const problemAnswer = ({ status, code, message, headers }: RequestRefused): HttpAnswer => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, code, detail: message }),
  headers,
});

/** Pages may not command. @throws RequestRefused */
export const checkNoPage = ({ headers }: IncomingMessage): void => {
  if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) return;
  throw new RequestRefused(403, 'page', 'This request comes from a page, and pages may not command: use a program.');
};

class RunningCommandServer implements CommandServer {
  readonly #options: CommandServerOptions;
  readonly #server: Server;
  #hosts: ReadonlySet<string> = new Set();

  constructor(options: CommandServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { maxHeaderSize: headBytes, requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: keepAliveMs },
      (request, response) => void this.#take(request, response),
    );
    this.#server.maxConnections = connectionsLimit;
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${bracketed(this.#options.address)}:${this.port}/`;
  }

  async listen(): Promise<void> {
    const { address, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, resolve);
    });
    this.#server.on('error', () => undefined);
    this.#hosts = hostsOf(address, this.port, ownAddresses());
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    setTimeout(() => this.#server.closeAllConnections(), endMs).unref();
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.#answer(response, request, json({ position: (await this.#granted(request)).position }));
    } catch (error) {
      const refusal = commandRefusal(error);
      if (refusal.status === 401 || refusal.status === 403)
        this.#options.onStranger(`A command over HTTP was refused (${refusal.status}): ${refusal.message}`);
      if (refusal.code === failed && !request.destroyed) this.#options.onFault(error);
      // What was not read of a body is not waited for.
      const isRead = request.complete;
      request.resume();
      this.#answer(response, request, {
        ...problemAnswer(refusal),
        headers: { ...refusal.headers, ...(isRead ? {} : { Connection: 'close' }) },
      });
    }
  }

  #answer(response: ServerResponse, request: IncomingMessage, answer: HttpAnswer): void {
    if (response.destroyed) return;
    send(request, response, { ...answer, body: this.#options.redact(String(answer.body)) });
  }

  async #granted(request: IncomingMessage): Promise<Granted> {
    this.#checkAsker(request);
    const path = commandPathAt(urlOf(request).pathname);
    if (path === null)
      throw new RequestRefused(404, 'notFound', 'There is nothing at this path: docs/openapi-commands.json lists all.');
    if (request.method !== 'POST')
      throw new RequestRefused(405, 'notPost', 'Commands are sent with POST, and nothing can be read here.', {
        Allow: 'POST',
      });
    checkKind(request);
    const command = commandOf(await readBody(request), path);
    return this.#options.desk.take({ by: 'http', read: () => command });
  }

  #checkAsker(request: IncomingMessage): void {
    checkHost(request.headers, this.#hosts, 'use the address that was told when it started');
    checkNoPage(request);
    const given = bearerOf(request.headers);
    if (given !== undefined && isSameSecret(given, this.#options.token)) return;
    throw new RequestRefused(
      401,
      'tokenMissing',
      'Whoever commands needs the token of the file that commands.tokenFile names: send "Authorization: Bearer TOKEN".',
      { 'WWW-Authenticate': 'Bearer' },
    );
  }
}

/** Starts to take commands. @throws Error when the address cannot be taken */
export const startCommandServer = async (options: CommandServerOptions): Promise<CommandServer> => {
  if (options.token === '')
    throw new Error(`Commands would be taken from everyone who reaches ${options.address}: give a token.`);
  const server = new RunningCommandServer(options);
  await server.listen();
  return server;
};
