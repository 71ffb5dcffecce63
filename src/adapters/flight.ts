import type { Dispatcher } from './undici.ts';
import { AnswerReader, readHead, type AnswerRefused } from './answer.ts';
import { classifyNetworkError, type NetworkFailure } from './exchangeFailure.ts';

/** An outcome before it is timed and redacted. */
export type FlightEnding =
  | { readonly kind: 'body'; readonly body: string; readonly date?: number }
  | { readonly kind: 'refused'; readonly refused: AnswerRefused }
  | { readonly kind: 'network'; readonly failure: NetworkFailure };

/** What a request under way needs to know. */
export interface FlightSettings {
  readonly host: string;
  readonly encrypted: boolean;
  readonly strict: boolean;
  readonly now: () => number;
  /** The alert by which the VTN ended the connection, before it had answered anything on it; null if there was none. */
  readonly alert?: () => string | null;
}

/** One request under way: follows it through undici and ends exactly once. */
export class Flight implements Dispatcher.DispatchHandler {
  #requestStarted = false;
  #ended = false;
  #answer: AnswerReader | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  readonly #settings: FlightSettings;
  readonly #done: (ending: FlightEnding) => void;

  constructor(settings: FlightSettings, done: (ending: FlightEnding) => void) {
    this.#settings = settings;
    this.#done = done;
  }

  /** Called when a connection stands and the first byte is about to be written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) {
      controller.abort(new Error('The exchange has ended before it was sent.'));
      return;
    }
    this.#controller = controller;
    this.#requestStarted = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<typeof readHead>[1],
  ): void {
    if (status < 200) return;
    this.#answer = new AnswerReader(readHead(status, headers), this.#settings);
    this.#refuse(this.#answer.refusedByHead());
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#refuse(this.#answer?.take(chunk) ?? null);
  }

  onResponseEnd(): void {
    const answer = this.#answer;
    if (answer === null) return;
    const read = answer.end();
    if (typeof read !== 'string') this.#end({ kind: 'refused', refused: read });
    else this.#end({ kind: 'body', body: read, ...(answer.head.date === undefined ? {} : { date: answer.head.date }) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Ends with a network error, unless a status already said more. */
  fail(error: Error): void {
    const refused = this.#answer?.brokenOff() ?? null;
    const progress = { ...this.#settings, requestStarted: this.#requestStarted, answerStarted: this.#answer !== null };
    if (refused !== null) this.#end({ kind: 'refused', refused });
    else this.#end({ kind: 'network', failure: classifyNetworkError(this.#telling(error), progress) });
  }

  /** The error that says more: undici tells of an alert only that the other side closed. */
  #telling(error: Error): Error {
    const alert = this.#requestStarted && this.#answer === null ? (this.#settings.alert?.() ?? null) : null;
    return alert === null ? error : Object.assign(new Error(error.message, { cause: error }), { code: alert });
  }

  /** Ends from our side; what was not yet written never will be. */
  cut(reason: 'timeout' | 'aborted', detail: string): void {
    const refused = this.#answer?.brokenOff() ?? null;
    if (refused !== null) this.#end({ kind: 'refused', refused });
    else
      this.#end({
        kind: 'network',
        failure: { reason, detail, code: reason, certainlyNotDelivered: !this.#requestStarted },
      });
    this.#controller?.abort(new Error(detail));
  }

  #refuse(refused: AnswerRefused | null): void {
    if (refused === null) return;
    this.#end({ kind: 'refused', refused });
    this.#controller?.abort(new Error(refused.detail));
  }

  #end(ending: FlightEnding): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#done(ending);
  }
}
