/** Where a device tells its state by itself: a door that takes JSON with a token, and nothing else. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Journal } from '../../shell/ports.ts';

/** @limit A larger state is none. @unit bytes */
const largestStateBytes = 65_536;

/** @limit Who speaks slower is shown out. @unit ms */
const slowestMs = 10_000;

/** @limit Connections at once. */
const mostConnections = 20;

/** When the port is taken, it is tried again after this. @unit ms */
const againMs = 5_000;

/** How a state is heard. */
export interface HearingOptions {
  readonly resourceID: string;
  readonly port: number;
  readonly address: string;
  readonly token: string;
  /** Takes a state; gives what is wrong with it, or null. */
  readonly take: (text: string) => string | null;
  readonly journal: Journal;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A door that is open as soon as its port is free. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #server: Server;
  #isClosed = false;
  #isTroubled = false;

  constructor(options: HearingOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: slowestMs, headersTimeout: slowestMs, keepAliveTimeout: slowestMs },
      (request, response) => this.#answer(request, response),
    );
    this.#server.maxConnections = mostConnections;
    this.#server.on('error', (error) => this.#tryAgain(error));
    this.#server.on('listening', () => this.#opened());
    this.#listen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #listen(): void {
    const { port, address } = this.#options;
    if (!this.#isClosed) this.#server.listen(port, address);
  }

  #opened(): void {
    const { resourceID, port, address, journal } = this.#options;
    this.#isTroubled = false;
    journal.info(`${resourceID} is heard at http://${address}:${port}/.`);
  }

  #tryAgain(error: NodeJS.ErrnoException): void {
    const { resourceID, port, address, journal } = this.#options;
    if (!this.#isTroubled)
      journal.warn(
        `${resourceID} cannot be heard at ${address}:${port} (${error.code ?? error.message}): free the port, or choose another one. It is tried again.`,
      );
    this.#isTroubled = true;
    setTimeout(() => this.#listen(), againMs).unref();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const say = (status: number, because: string): void => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(`${because}\n`);
    };
    if (request.method !== 'POST' && request.method !== 'PUT') return say(405, 'Send the state as a POST of JSON.');
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(digest(given), digest(this.#options.token)))
      return say(401, 'Send the token as "Authorization: Bearer …".');
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > largestStateBytes) {
        say(413, `A state has at most ${largestStateBytes} bytes.`);
        request.destroy();
      } else parts.push(part);
    });
    request.on('end', () => {
      const wrong = this.#options.take(Buffer.concat(parts).toString('utf8'));
      if (wrong === null) response.writeHead(204, { connection: 'close' }).end();
      else say(422, wrong);
    });
  }
}
