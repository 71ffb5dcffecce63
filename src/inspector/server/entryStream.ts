/**
 * Entries as server-sent events: from a position on, then each as it is recorded.
 *
 * A client has a place in the log and nothing else in memory: what it has not taken yet stays in the log. One that does
 * not read is told and let go; its browser comes back by itself and goes on where it was.
 */
import type { ServerResponse } from 'node:http';
import { rowWithData } from '../answers/entryRows.ts';
import type { ApiQuery } from '../api/paths.ts';
import type { History } from '../history/history.ts';
import { printableJson } from '../../text/printable.ts';
import type { Ration } from './ration.ts';
import { commonHeaders } from './respond.ts';

/** Entries are gathered for so long before they leave, and so many leave at a time while an agent runs. @unit ms */
const gatherMs = 50;
const entriesAtATime = 100;

/** Entries looked through in one turn for those that are wanted. */
const lookedAtATime = 1_000;

/** How often the clock is told. @unit ms */
const tickMs = 1_000;

/** How long a client may leave unread what it was sent. @unit ms */
export const slowAfterMs = 15_000;

/** What may wait unread in this process for one client. @unit bytes */
const unreadBytes = 256 * 1024;

/** How long the last words may take. @unit ms */
const farewellMs = 1_000;

/** What a stream is made of. */
export interface EntryStreamOptions {
  readonly history: History;
  readonly timeZone: string;
  readonly query: ApiQuery<'stream'>;
  /** The first position that is sent. */
  readonly from: number;
  readonly now: () => number;
  readonly redact: (text: string) => string;
  readonly slowAfterMs: number;
  /** The share of time that all streams have together beside a running agent. */
  readonly ration: Ration;
  readonly onEnd: () => void;
}

export class EntryStream {
  readonly #response: ServerResponse;
  readonly #options: EntryStreamOptions;
  readonly #tick: NodeJS.Timeout;
  #unfollow: () => void = () => undefined;
  #next: number;
  #gathering: NodeJS.Timeout | null = null;
  #isSending = false;
  #hasEnded = false;
  #unreadSince: number | null = null;

  constructor(response: ServerResponse, options: EntryStreamOptions) {
    this.#response = response;
    this.#options = options;
    this.#next = options.from;
    response.writeHead(200, {
      ...commonHeaders,
      'Content-Type': 'text/event-stream; charset=utf-8',
      'X-Accel-Buffering': 'no',
    });
    response.on('close', () => this.#end());
    response.on('error', () => this.#end());
    this.#tick = setInterval(() => this.#beat(), tickMs);
    this.#sayHello();
    const { projections } = options.history;
    this.#unfollow = projections.attend(projections.head$, {
      name: 'A stream of entries',
      next: () => this.#gather(),
    });
    if (response.destroyed) this.#end();
  }

  /** Says why it ends, and ends. */
  leave(because: 'slow' | 'closing'): void {
    if (this.#hasEnded) return;
    const text =
      because === 'slow' ? 'Too much was left unread: come again with the last id.' : 'The inspector closes.';
    this.#say('bye', { because, text });
    this.#response.end();
    const socket = this.#response.socket;
    setTimeout(() => socket?.destroy(), farewellMs).unref();
    this.#end();
  }

  #sayHello(): void {
    const { history, now } = this.#options;
    const live = history.inspected.live();
    this.#response.write('retry: 1000\n\n');
    this.#say('hello', { head: history.head, now: now(), isLive: live !== null, runID: live?.state?.runID ?? null });
  }

  #say(event: string, data: object, id?: number): void {
    const text = printableJson(this.#options.redact(JSON.stringify(data)));
    this.#response.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`);
  }

  #beat(): void {
    if (this.#isUnread()) return;
    this.#say('tick', { head: this.#options.history.head, now: this.#options.now() });
  }

  /** Whether the client has too much before it already; for too long, and it is let go. */
  #isUnread(): boolean {
    if (this.#response.writableLength < unreadBytes) {
      this.#unreadSince = null;
      return false;
    }
    this.#unreadSince ??= performance.now();
    if (performance.now() - this.#unreadSince > this.#options.slowAfterMs) this.leave('slow');
    return true;
  }

  #gather(): void {
    if (this.#hasEnded || this.#gathering !== null || this.#isSending) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      void this.#send();
    }, gatherMs);
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      if (!this.#isUnread()) await this.#portion();
    } catch {
      this.leave('closing'); // the log is closed, or cannot be read: nothing more will come
    } finally {
      this.#isSending = false;
    }
    if (this.#next <= this.#options.history.head) this.#gather();
  }

  /** At rest there is nobody to give way to. */
  #portion(): Promise<void> {
    const { ration, history } = this.#options;
    return history.inspected.live() === null ? this.#sendSome() : ration.turn(() => this.#sendSome());
  }

  async #sendSome(): Promise<void> {
    const { history, timeZone, query } = this.#options;
    const { type: types, stream: streams, lane: lanes, direction } = query;
    const matches = history.index.matcher({ types, streams, lanes, direction });
    const to = Math.min(this.#next + lookedAtATime, history.index.end) - 1;
    let sent = 0;
    for await (const entry of history.projections.read({ from: this.#next, to })) {
      if (this.#hasEnded || sent >= entriesAtATime || this.#response.writableLength >= unreadBytes) return;
      this.#next = entry.position + 1;
      if (!matches(entry.position)) continue;
      this.#say('entry', rowWithData(entry, timeZone), entry.position);
      sent += 1;
    }
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#unfollow();
    clearInterval(this.#tick);
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    this.#options.onEnd();
  }
}
