import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { AnswerReader, readHead, type AnswerRefused } from './answer.ts';
import { classifyNetworkError, type NetworkFailure } from './exchangeFailure.ts';
import type { KeptConnection } from './keptConnection.ts';

/** An outcome before it is timed and redacted. */
export type FlightEnding =
  | { readonly kind: 'body'; readonly body: string; readonly date?: number }
  | { readonly kind: 'refused'; readonly refused: AnswerRefused }
  | {
      readonly kind: 'network';
      readonly failure: NetworkFailure;
      /** Whether the VTN had answered on this connection, now or before: then it has accepted our certificate. */
      readonly wasAccepted: boolean;
    };

/** What a request under way needs to know. */
export interface FlightSettings {
  readonly host: string;
  readonly encrypted: boolean;
  readonly strict: boolean;
  readonly now: () => number;
  readonly request: RequestOptions;
  readonly body: Buffer;
  /** How many resources the answer may name. */
  readonly resources: number;
}

const lost = (): Error => Object.assign(new Error('The connection was closed.'), { code: 'ECONNRESET' });

/** One request: waits for its turn, goes over a connection, and ends exactly once. */
export class Flight {
  #connection: KeptConnection | null = null;
  #connectionHadAnswered = false;
  #request: ClientRequest | null = null;
  #requestStarted = false;
  #response: IncomingMessage | null = null;
  #answer: AnswerReader | null = null;
  #ended = false;
  readonly #settings: FlightSettings;
  readonly #done: (ending: FlightEnding) => void;

  constructor(settings: FlightSettings, done: (ending: FlightEnding) => void) {
    this.#settings = settings;
    this.#done = done;
  }

  /** Sends the request over a connection that stands free. */
  begin(connection: KeptConnection): void {
    this.#connection = connection;
    this.#connectionHadAnswered = connection.hasAnswered;
    const { request: options, body } = this.#settings;
    try {
      const request = httpRequest({ ...options, agent: connection });
      this.#request = request;
      // The first byte may be written from here on.
      request.once('socket', () => {
        this.#requestStarted = true;
      });
      request.once('response', (response) => this.#read(response));
      request.on('error', (error) => this.#broken(error));
      // Each request closes in the end; an error with its stack is made only of one that nothing has ended yet.
      request.once('close', () => {
        if (!this.#ended) this.#broken(lost());
      });
      request.end(body);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Ends with a network error, unless a status already said more. */
  fail(error: Error): void {
    const refused = this.#answer?.brokenOff() ?? null;
    if (refused !== null) return this.#end({ kind: 'refused', refused });
    const progress = {
      ...this.#settings,
      requestStarted: this.#requestStarted,
      answerStarted: this.#answer !== null,
      connectionHadAnswered: this.#connectionHadAnswered,
    };
    this.#lose(classifyNetworkError(this.#telling(error), progress));
  }

  /** Ends from our side; what was not yet written never will be. */
  cut(reason: 'timeout' | 'aborted', detail: string): void {
    const refused = this.#answer?.brokenOff() ?? null;
    const certainlyNotDelivered = !this.#requestStarted;
    if (refused !== null) this.#end({ kind: 'refused', refused });
    else this.#lose({ reason, detail, code: reason, certainlyNotDelivered });
  }

  #read(response: IncomingMessage): void {
    this.#connection?.answered(response.headers['keep-alive']);
    this.#response = response;
    const answer = new AnswerReader(readHead(response.statusCode ?? 0, response.headers), this.#settings);
    this.#answer = answer;
    response.on('data', (chunk: Buffer) => this.#refuse(answer.take(chunk)));
    response.once('end', () => this.#finish());
    response.on('error', (error) => this.#broken(error));
    this.#refuse(answer.refusedByHead());
  }

  #finish(): void {
    if (this.#answer === null || this.#response?.complete !== true) return this.fail(lost());
    const { head } = this.#answer;
    const read = this.#answer.end();
    // A VTN that answers before it has read everything: what it makes of the rest nobody knows.
    const isClean = this.#request?.writableFinished === true;
    if (typeof read !== 'string') this.#end({ kind: 'refused', refused: read }, isClean);
    else this.#end({ kind: 'body', body: read, ...(head.date === undefined ? {} : { date: head.date }) }, isClean);
  }

  /** What comes behind a whole answer spoils the connection, and not the answer. */
  #broken(error: Error): void {
    const response = this.#response;
    if (this.#ended) return;
    if (response?.complete !== true) return this.fail(error);
    // Reading gives what is left of it to whoever hears its data.
    while (response.read() !== null);
    this.#finish();
  }

  /** The error that says more: a connection that the VTN ended by an alert may look as if it had merely been closed. */
  #telling(error: Error): Error {
    const alert = this.#requestStarted && this.#answer === null ? (this.#connection?.alert ?? null) : null;
    return alert === null ? error : Object.assign(new Error(error.message, { cause: error }), { code: alert });
  }

  #lose(failure: NetworkFailure): void {
    const wasAccepted = this.#connectionHadAnswered || this.#answer !== null;
    this.#end({ kind: 'network', failure, wasAccepted });
  }

  #refuse(refused: AnswerRefused | null): void {
    if (refused !== null) this.#end({ kind: 'refused', refused });
  }

  #end(ending: FlightEnding, isClean = false): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!isClean) this.#request?.destroy();
    this.#done(ending);
  }
}
