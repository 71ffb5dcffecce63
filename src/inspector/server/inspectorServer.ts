/**
 * The inspector's server: reads the log and the agent's state for a page and for programs, and can do nothing else.
 *
 * It shares the process with the agent, so whatever goes wrong here ends here, and the log is only read while somebody
 * asks.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AddressInfo } from 'node:net';
import type { Explainer } from '../../dispatch/explain/why.ts';
import type { Planner } from '../../dispatch/planner.ts';
import type { Inspected } from '../history/history.ts';
import { bracketed, hostsOf, isLoopback, ownAddresses } from './address.ts';
import { checkRequest, hasToken, tokenCookie, urlOf, type Rules } from './guard.ts';
import { InspectorView } from './inspectorView.ts';
import { readPage } from './pageFiles.ts';
import { refusalAnswer, send } from './respond.ts';
import { statelyInspector } from './statelyPage.ts';

/** @limit Connections, and bytes of a request's head. */
const connectionsLimit = 64;
const headBytes = 16 * 1024;

/** Patience with requests and idle connections. @unit ms */
const requestMs = 10_000;
const keepAliveMs = 5_000;

/** How often it is looked whether anybody still asks. @unit ms */
const idleCheckMs = 60_000;

/** What an inspector needs. */
export interface InspectorOptions {
  readonly inspected: Inspected;
  readonly version: string;
  /** Where the page was built to; null for the API alone. */
  readonly pageDirectory: string | null;
  /** Default 127.0.0.1. Any other address needs a token. */
  readonly address?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token?: string | null;
  /** Names, beside its addresses, by which it may be asked: `ven.local`, `ven.example:443`. */
  readonly hosts?: readonly string[];
  /** Says why a plan is as it is; it ends with the inspector. */
  readonly explainer?: Explainer;
  /** Whatever leaves passes here last. */
  readonly redact?: (text: string) => string;
  /** Stately's hosted inspector, which the page at /stately frames. */
  readonly statelyInspector?: string;
  /** How long a client of the stream may leave unread what it was sent. @unit ms */
  readonly slowAfterMs?: number;
  /** Plans again what is looked back upon, in a process of its own; absent: there is no looking back. */
  readonly planner?: Planner;
}

/** An inspector that listens. */
export interface Inspector {
  readonly port: number;
  /** `http://127.0.0.1:8462/` */
  readonly url: string;
  readonly server: Server;
  /** How many streams of entries are open. */
  readonly streams: number;
  /** Looks at something else from now on; who follows a stream is told to come again. */
  look(inspected: Inspected): void;
  close(): Promise<void>;
}

class RunningInspector implements Inspector {
  readonly server: Server;
  readonly #options: InspectorOptions;
  readonly #view: InspectorView;
  readonly #idle: NodeJS.Timeout;
  #rules: Rules = { hosts: new Set(), token: null };

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#view = new InspectorView({
      ...options,
      page: readPage(options.pageDirectory),
      statelyInspector: options.statelyInspector ?? statelyInspector,
    });
    this.server = createServer(
      { maxHeaderSize: headBytes, requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: keepAliveMs },
      (request, response) => {
        void this.#take(request, response);
      },
    );
    this.server.maxConnections = connectionsLimit;
    this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.server.on('clientError', (_error, socket) => socket.destroy());
    this.#idle = setInterval(() => this.#view.rest(), idleCheckMs);
    this.#idle.unref();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${bracketed(this.#options.address ?? '127.0.0.1')}:${this.port}/`;
  }

  get streams(): number {
    return this.#view.streams;
  }

  async listen(): Promise<void> {
    const { address = '127.0.0.1', port, token = null, hosts = [] } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host: address, port }, resolve);
    });
    this.server.on('error', () => undefined);
    this.#rules = { hosts: hostsOf(address, this.port, ownAddresses(), hosts), named: new Set(hosts), token };
  }

  look(inspected: Inspected): void {
    this.#view.look(inspected);
  }

  async close(): Promise<void> {
    clearInterval(this.#idle);
    this.#view.forget();
    this.server.closeIdleConnections();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    setTimeout(() => this.server.closeAllConnections(), 500).unref();
    await this.#options.explainer?.close?.();
    await closed;
    await this.#options.planner?.close?.();
  }

  /** What goes wrong with a request is told to who made it, and to nobody else. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else send(request, response, this.#view.hidden(refusalAnswer(error)));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    const { method = 'GET', headers } = request;
    checkRequest({ method, url, headers }, this.#rules);
    if (this.#takesToken(request, response, url)) return;
    await this.#view.answer(request, response, url.pathname, url.searchParams);
  }

  /** A socket is guarded as a request is. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const url = urlOf(request);
      checkRequest({ method: request.method ?? '', url, headers: request.headers }, this.#rules);
      this.#view.upgrade(request, socket, head, url.pathname);
    } catch (error) {
      const { status = 500, body } = this.#view.hidden(refusalAnswer(error));
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${String(body)}`,
      );
    }
  }

  /** A browser that comes with the token in its address keeps it in a cookie, and its address is tidy again. */
  #takesToken(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const { token } = this.#rules;
    if (token === null || url.pathname !== '/' || url.searchParams.get('token') === null) return false;
    if (!hasToken({ method: 'GET', url, headers: {} }, token)) return false;
    const cookie = `${tokenCookie}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    send(request, response, {
      status: 303,
      contentType: 'text/plain; charset=utf-8',
      body: '',
      headers: { Location: '/', 'Set-Cookie': cookie },
    });
    return true;
  }
}

/** Starts an inspector. @throws Error when the address cannot be taken, or is open to others and no token is given */
export const startInspector = async (options: InspectorOptions): Promise<Inspector> => {
  const { address = '127.0.0.1', token = null } = options;
  if (!isLoopback(address) && token === null)
    throw new Error(`The inspector would be open to everyone who reaches ${address}: give it a token.`);
  const inspector = new RunningInspector(options);
  await inspector.listen();
  return inspector;
};
