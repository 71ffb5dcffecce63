/**
 * What is shown of one log: its page, its API and its streams, whoever the server is that was asked and let the request in.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Explainer } from '../../dispatch/explain/why.ts';
import type { Planner } from '../../dispatch/planner.ts';
import { apiPaths, type ApiName } from '../api/paths.ts';
import { History, type Inspected } from '../history/history.ts';
import { answerTo } from './answers.ts';
import { EntryStream, slowAfterMs } from './entryStream.ts';
import { paceBeside } from './pace.ts';
import type { PageFiles } from './pageFiles.ts';
import { Ration } from './ration.ts';
import { RequestRefused } from './refusal.ts';
import { send, type HttpAnswer } from './respond.ts';
import { statelyPage } from './statelyPage.ts';
import { StatelySockets } from './statelySocket.ts';
import { recognise, understood, type Recognised } from './understand.ts';

/** @limit Streams of entries of one log. */
export const streamsLimit = 24;

/** What was read of the log is let go of when nobody has asked for so long. @unit ms */
const idleMs = 10 * 60_000;

/** What streams and the present may take of the time of a process in which an agent runs, and the longest they wait for it. */
const streamShare = 0.01;
const presentShare = 0.02;
const longestRestMs = 500;

/** What a view is made with. */
export interface InspectorViewOptions {
  readonly inspected: Inspected;
  readonly version: string;
  readonly page: PageFiles;
  readonly explainer?: Explainer;
  readonly planner?: Planner;
  /** Whatever leaves passes here last. */
  readonly redact?: (text: string) => string;
  /** Stately's hosted inspector, which the page at /stately frames; null where there is no such page. */
  readonly statelyInspector: string | null;
  /** How long a client of the stream may leave unread what it was sent. @unit ms */
  readonly slowAfterMs?: number;
}

export class InspectorView {
  readonly #options: InspectorViewOptions;
  readonly #streams = new Set<EntryStream>();
  readonly #stately = new StatelySockets();
  readonly #streamRation = new Ration(streamShare, longestRestMs);
  readonly #presentRation = new Ration(presentShare, longestRestMs);
  /** What is found out in another process keeps nobody else waiting. */
  readonly #whyRation = new Ration(presentShare, longestRestMs);
  /** Answers about the present that are being made, by what was asked. */
  readonly #underWay = new Map<string, Promise<HttpAnswer>>();
  #inspected: Inspected;
  #history: History | null = null;
  #askedAt = 0;

  constructor(options: InspectorViewOptions) {
    this.#options = options;
    this.#inspected = options.inspected;
  }

  /** How many streams of entries are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Whether somebody looks, or has asked not long ago. */
  get isLookedAt(): boolean {
    return this.#streams.size + this.#stately.watchers > 0 || performance.now() - this.#askedAt < idleMs;
  }

  /** Looks at something else from now on; who follows a stream is told to come again. */
  look(inspected: Inspected): void {
    this.forget();
    this.#inspected = inspected;
  }

  /** Lets go of what was read, and ends the streams. */
  forget(): void {
    for (const stream of this.#streams) stream.leave('closing');
    this.#stately.close();
    this.#history?.close();
    this.#history = null;
  }

  /** Lets go of what was read when nobody looks any more. */
  rest(): void {
    if (this.#history !== null && !this.isLookedAt) this.forget();
  }

  /** Answers a request that was let in. `pathname`: as it is below the place of this view. @throws RequestRefused */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { page, statelyInspector } = this.#options;
    const file =
      page.get(pathname) ??
      (statelyInspector === null ? null : statelyPage(pathname, statelyInspector, request.headers.host ?? ''));
    if (file !== null) return send(request, response, file);
    const recognised = recognise(pathname);
    if (recognised === null)
      throw new RequestRefused(
        404,
        'notFound',
        'There is nothing at this path: /api/v1/openapi.json lists what there is.',
      );
    await this.#answerApi(request, response, recognised, query);
  }

  /** Takes a socket that was let in. @throws RequestRefused */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, pathname: string): void {
    this.#stately.upgrade(request, socket, head, pathname, this.#present());
  }

  /** An answer without what must not leave. */
  hidden(answer: HttpAnswer): HttpAnswer {
    const { redact } = this.#options;
    return redact === undefined || typeof answer.body !== 'string' ? answer : { ...answer, body: redact(answer.body) };
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
    send(request, response, this.hidden(await (isPresent ? this.#inTurn(name, request.url ?? '', making) : making())));
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

  #present(): History {
    this.#askedAt = performance.now();
    const inspected = this.#inspected;
    return (this.#history ??= new History(inspected, paceBeside(inspected.live() !== null)));
  }
}
