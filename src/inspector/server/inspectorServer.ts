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
import { apiPaths, type ApiName } from '../api/paths.ts';
import { History, type Inspected } from '../history/history.ts';
import { bracketed, hostsOf, isLoopback, ownAddresses } from './address.ts';
import { answerTo } from './answers.ts';
import { EntryStream, slowAfterMs } from './entryStream.ts';
import { checkRequest, hasToken, tokenCookie, urlOf, type Rules } from './guard.ts';
import { paceBeside } from './pace.ts';
import { readPage, type PageFiles } from './pageFiles.ts';
import { Ration } from './ration.ts';
import { RequestRefused } from './refusal.ts';
import { refusalAnswer, send, type HttpAnswer } from './respond.ts';
import { statelyInspector, statelyPage } from './statelyPage.ts';
import { StatelySockets } from './statelySocket.ts';
import { recognise, understood, type Recognised } from './understand.ts';

/** @limit Connections, streams of entries, and bytes of a request's head. */
const connectionsLimit = 64;
export const streamsLimit = 24;
const headBytes = 16 * 1024;

/** Patience with requests and idle connections. @unit ms */
const requestMs = 10_000;
const keepAliveMs = 5_000;

/** What was read of the log is let go of when nobody has asked for so long. @unit ms */
const idleMs = 10 * 60_000;
const idleCheckMs = 60_000;

/** What streams and the present may take of the time of a process in which an agent runs, and the longest they wait for it. */
const streamShare = 0.01;
const presentShare = 0.02;
const longestRestMs = 500;

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
  readonly #page: PageFiles;
  readonly #streams = new Set<EntryStream>();
  readonly #stately = new StatelySockets();
  readonly #streamRation = new Ration(streamShare, longestRestMs);
  readonly #presentRation = new Ration(presentShare, longestRestMs);
  /** What is found out in another process keeps nobody else waiting. */
  readonly #whyRation = new Ration(presentShare, longestRestMs);
  /** Answers about the present that are being made, by what was asked. */
  readonly #underWay = new Map<string, Promise<HttpAnswer>>();
  readonly #idle: NodeJS.Timeout;
  #rules: Rules = { hosts: new Set(), token: null };
  #inspected: Inspected;
  #history: History | null = null;
  #askedAt = 0;

  constructor(options: InspectorOptions) {
    this.#options = options;
    this.#inspected = options.inspected;
    this.#page = readPage(options.pageDirectory);
    this.server = createServer(
      { maxHeaderSize: headBytes, requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: keepAliveMs },
      (request, response) => {
        void this.#take(request, response);
      },
    );
    this.server.maxConnections = connectionsLimit;
    this.server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.server.on('clientError', (_error, socket) => socket.destroy());
    this.#idle = setInterval(() => this.#rest(), idleCheckMs);
    this.#idle.unref();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://${bracketed(this.#options.address ?? '127.0.0.1')}:${this.port}/`;
  }

  get streams(): number {
    return this.#streams.size;
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
    this.#forget();
    this.#inspected = inspected;
  }

  async close(): Promise<void> {
    clearInterval(this.#idle);
    this.#forget();
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
      else send(request, response, this.#hidden(refusalAnswer(error)));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    const { method = 'GET', headers } = request;
    checkRequest({ method, url, headers }, this.#rules);
    if (this.#takesToken(request, response, url)) return;
    const file =
      this.#page.get(url.pathname) ??
      statelyPage(url.pathname, this.#options.statelyInspector ?? statelyInspector, headers.host ?? '');
    if (file !== null) return send(request, response, file);
    const recognised = recognise(url.pathname);
    if (recognised === null)
      throw new RequestRefused(
        404,
        'notFound',
        'There is nothing at this path: /api/v1/openapi.json lists what there is.',
      );
    await this.#answerApi(request, response, recognised, url.searchParams);
  }

  /** A socket is guarded as a request is. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const url = urlOf(request);
      checkRequest({ method: request.method ?? '', url, headers: request.headers }, this.#rules);
      this.#stately.upgrade(request, socket, head, url.pathname, this.#present());
    } catch (error) {
      const { status = 500, body } = this.#hidden(refusalAnswer(error));
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${String(body)}`,
      );
    }
  }

  async #answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    { name, parts }: Recognised,
    query: URLSearchParams,
  ): Promise<void> {
    const { version, planner, explainer = null } = this.#options;
    const history = this.#present();
    if (history.problem !== null) throw history.problem;
    if (name === 'stream') return this.#stream(request, response, history, query);
    const making = (): Promise<HttpAnswer> =>
      answerTo(
        name,
        { history, version, explainer, ...(planner === undefined ? {} : { planner }) },
        { parts, query, isGone: () => response.destroyed },
      );
    // What is planned anew takes its turn whatever moment it is about.
    const isPresent = history.inspected.live() !== null && (!query.has('at') || name === 'fork');
    send(request, response, this.#hidden(await (isPresent ? this.#inTurn(name, request.url ?? '', making) : making())));
  }

  /** Beside a running agent the present is told as often as it may be, and once for all who ask the same. */
  #inTurn(name: ApiName, asked: string, making: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    const known = this.#underWay.get(asked);
    if (known !== undefined) return known;
    const ration = ['why', 'review', 'wrote', 'where', 'fork'].includes(name) ? this.#whyRation : this.#presentRation;
    const answer = ration.turn(making).finally(() => this.#underWay.delete(asked));
    this.#underWay.set(asked, answer);
    return answer;
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

  async #stream(
    request: IncomingMessage,
    response: ServerResponse,
    history: History,
    query: URLSearchParams,
  ): Promise<void> {
    const wanted = understood(apiPaths.stream.query, query);
    if (this.#streams.size >= streamsLimit)
      throw new RequestRefused(
        503,
        'tooMany',
        `${streamsLimit} streams are open already: close a page that is not needed.`,
        {
          'Retry-After': '5',
        },
      );
    await history.ready;
    const lastID = request.headers['last-event-id'];
    const resumed = typeof lastID === 'string' && /^\d{1,15}$/.test(lastID) ? Number(lastID) + 1 : null;
    const timeZone = await history.timeZone();
    const asOf = history.index.recordedAt(history.index.end - 1) ?? 0;
    const { live } = history.inspected;
    const stream: EntryStream = new EntryStream(response, {
      history,
      query: wanted,
      from: resumed ?? wanted.from ?? history.head + 1,
      timeZone,
      now: () => live()?.now ?? asOf,
      redact: this.#options.redact ?? ((text) => text),
      ration: this.#streamRation,
      slowAfterMs: this.#options.slowAfterMs ?? slowAfterMs,
      onEnd: () => void this.#streams.delete(stream),
    });
    this.#streams.add(stream);
  }

  #hidden(answer: HttpAnswer): HttpAnswer {
    const { redact } = this.#options;
    return redact === undefined || typeof answer.body !== 'string' ? answer : { ...answer, body: redact(answer.body) };
  }

  #present(): History {
    this.#askedAt = performance.now();
    const inspected = this.#inspected;
    return (this.#history ??= new History(inspected, paceBeside(inspected.live() !== null)));
  }

  /** Lets go of what was read when nobody looks any more. */
  #rest(): void {
    if (
      this.#history === null ||
      this.#streams.size + this.#stately.watchers > 0 ||
      performance.now() - this.#askedAt < idleMs
    )
      return;
    this.#forget();
  }

  #forget(): void {
    for (const stream of this.#streams) stream.leave('closing');
    this.#stately.close();
    this.#history?.close();
    this.#history = null;
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
