/**
 * Tells a receiver by signed HTTP what the log says of plan, setpoints and alarms: one message after the other, each until it is taken.
 *
 * The log itself is the queue, and a bookmark says how far it was told: so nothing waits in memory, and a restart leaves nothing out. What
 * is taken may come twice, with the same id. What is over, too old, or refused for what it says is left out, and that is told.
 */
import { readFileSync } from 'node:fs';
import { ask, NoHttpAnswer } from '../../devices/http/request.ts';
import { keyOf, SecretError, signatureHeaders } from '../../devices/http/signature.ts';
import type { Entry } from '../../facts/entry.ts';
import { upcast } from '../../facts/upcast.ts';
import type { ConfiguredWebhook } from '../../shell/settings/publishing.ts';
import type { Published, Publisher } from '../publisher.ts';
import { type Bookmark, bookmarkFile, keepBookmark, readBookmark } from './bookmark.ts';
import { messageOf, type WebhookMessage } from './message.ts';

/** How long a receiver may take. @unit ms */
const answerMs = 10_000;

/** The pause after a failure; it doubles with each. @unit ms */
const firstPauseMs = 2_000;
const longestPauseMs = 300_000;

/** Statuses that speak of the message and not of the way: the next one may be taken. */
const refusing: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** A webhook that cannot be opened. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
}

const readFrom = (path: string, what: string, origin: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new WebhookError(
      `the ${what} of the webhook to ${origin} cannot be read from ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): correct the path, or its permissions.`,
    );
  }
};

/** The key of a webhook. @throws WebhookError */
export const webhookKeyOf = ({ url, secretFile }: Pick<ConfiguredWebhook, 'url' | 'secretFile'>): Buffer => {
  const { origin } = new URL(url);
  try {
    return keyOf(readFrom(secretFile, 'secret', origin));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new WebhookError(`the secret of the webhook to ${origin} in ${secretFile} cannot be used: ${error.message}.`);
  }
};

type MessageFate = 'taken' | 'left' | 'closed';

class Webhook implements Publisher {
  readonly #published: Published;
  readonly #webhook: ConfiguredWebhook;
  readonly #url: URL;
  readonly #key: Buffer;
  readonly #ca: string | undefined;
  readonly #file: string;
  readonly #closing = new AbortController();
  #done: Promise<void> = Promise.resolve();
  #trouble: string | null = null;
  #left = 0;

  constructor(published: Published, webhook: ConfiguredWebhook, dataDirectory: string) {
    this.#published = published;
    this.#webhook = webhook;
    this.#url = new URL(webhook.url);
    this.#key = webhookKeyOf(webhook);
    this.#ca = webhook.caFile === undefined ? undefined : readFrom(webhook.caFile, 'authorities', this.#url.origin);
    this.#file = bookmarkFile(dataDirectory, webhook.url);
  }

  async open(): Promise<void> {
    const from = await this.#firstPosition();
    this.#done = this.#tellFrom(from).catch((error: unknown) => this.#giveUp(error));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#done;
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #giveUp(error: unknown): void {
    if (this.#isClosed) return;
    this.#published.journal.error(
      `The webhook to ${this.#url.origin} tells nothing more until the next start: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  /** After what the receiver has; from now on where it has nothing, or was told of another log. */
  async #firstPosition(): Promise<number> {
    const { projections, journal } = this.#published;
    const kept = await readBookmark(this.#file);
    if (kept === null) return projections.head + 1;
    for await (const { hash } of projections.read({ from: kept.position, to: kept.position }))
      if (hash === kept.hash) return kept.position + 1;
    journal.warn(
      `The webhook to ${this.#url.origin} was told of entries that this log does not have; it is told what comes from now on.`,
    );
    return projections.head + 1;
  }

  async #tellFrom(position: number): Promise<void> {
    const { projections } = this.#published;
    const { signal } = this.#closing;
    for (let next = position; !signal.aborted;) {
      for await (const entry of projections.read({ from: next })) {
        if (signal.aborted || (await this.#pass(entry)) === 'closed') return;
        next = entry.position + 1;
      }
      await projections.grown(next - 1, signal);
    }
  }

  async #pass(entry: Entry): Promise<MessageFate> {
    const message = messageOf(upcast(entry));
    if (message === null || !this.#webhook.tells.includes(message.type)) return 'left';
    const delivered = await this.#deliver(entry, message);
    if (delivered !== 'closed') await this.#keep(entry);
    return delivered;
  }

  async #keep(bookmark: Bookmark): Promise<void> {
    await keepBookmark(this.#file, bookmark).catch((error: unknown) =>
      this.#tellTrouble(`how far it was told cannot be kept (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`),
    );
  }

  async #deliver(entry: Entry, message: WebhookMessage): Promise<MessageFate> {
    const { clock } = this.#published;
    const { overAt = Number.POSITIVE_INFINITY } = message;
    const oldAt = entry.recordedAt + this.#webhook.keepForMs;
    for (let pauseMs = firstPauseMs; !this.#isClosed; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const at = clock.now();
      if (at >= overAt) return this.#leave(message, 'it was over');
      if (at >= oldAt) return this.#leave(message, 'it was too old');
      const { problem, isRefused, retryAfterMs = 0 } = await this.#send(entry, message, at);
      if (problem === null) {
        this.#tellMended();
        return 'taken';
      }
      if (this.#isClosed) return 'closed';
      if (isRefused) return this.#leave(message, problem);
      this.#tellTrouble(problem);
      const wantedMs = Math.min(Math.max(pauseMs, retryAfterMs), longestPauseMs);
      // What is waited for after its end would keep the next one waiting.
      await this.#pause(Math.min(wantedMs, Math.max(0, Math.min(overAt, oldAt) - clock.now())));
    }
    return 'closed';
  }

  async #send(
    { position, hash, recordedAt }: Entry,
    { type, data }: WebhookMessage,
    at: number,
  ): Promise<{ readonly problem: string | null; readonly isRefused: boolean; readonly retryAfterMs?: number }> {
    const { venID } = this.#published.settings;
    const body = JSON.stringify({ type, timestamp: new Date(recordedAt).toISOString(), venID, position, data });
    const headers = {
      'content-type': 'application/json',
      'user-agent': `ter-ven/${this.#published.version}`,
      ...signatureHeaders(this.#key, `ven_${hash.slice(0, 32)}`, at, body),
    };
    try {
      const { status, ...more } = await ask({
        url: this.#url,
        method: 'POST',
        headers,
        body,
        timeoutMs: answerMs,
        ca: this.#ca,
        signal: this.#closing.signal,
      });
      const isTaken = status >= 200 && status < 300;
      return { problem: isTaken ? null : `it answers ${status}`, isRefused: refusing.has(status), ...more };
    } catch (error) {
      if (!(error instanceof NoHttpAnswer)) throw error;
      return { problem: error.message, isRefused: false };
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock, alarms } = this.#published;
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      const callOff = alarms.ringAt(clock.now() + ms, resolve);
      signal.addEventListener(
        'abort',
        () => {
          callOff();
          resolve();
        },
        { once: true },
      );
    });
  }

  #leave({ type }: WebhookMessage, because: string): MessageFate {
    this.#left += 1;
    if (this.#left === 1)
      this.#published.journal.warn(
        `The webhook to ${this.#url.origin} was not told something (${type}), because ${because}; others that are left out are counted.`,
      );
    return 'left';
  }

  /** Once for each reason, until it is mended. */
  #tellTrouble(why: string): void {
    if (this.#trouble === why) return;
    this.#trouble = why;
    this.#published.journal.warn(`The webhook to ${this.#url.origin} takes nothing: ${why}. It is tried again.`);
  }

  #tellMended(): void {
    const { journal } = this.#published;
    if (this.#trouble !== null || this.#left > 1) {
      const left = this.#left === 0 ? '' : ` ${this.#left} messages were left out meanwhile.`;
      journal.info(`The webhook to ${this.#url.origin} takes messages again.${left}`);
    }
    this.#trouble = null;
    this.#left = 0;
  }
}

/** Tells a receiver by webhook; it may come later. @throws WebhookError when its secret or authorities cannot be read */
export const tellByWebhook = async (
  published: Published,
  webhook: ConfiguredWebhook,
  dataDirectory: string,
): Promise<Publisher> => {
  const opened = new Webhook(published, webhook, dataDirectory);
  await opened.open();
  return opened;
};
