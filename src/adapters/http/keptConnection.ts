import { Agent, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { peerValidTo } from '../tls/verifiedConnection.ts';

/** How much sooner than the VTN we close an idle connection, so that no request crosses its closing. @unit ms */
const soonerThanPeerMs = 2_000;

/** The longest we keep an idle connection, whatever the VTN says. @unit ms */
const longestIdleMs = 600_000;

/** How long the VTN says that it keeps an idle connection. @unit ms */
const hintedMs = (keepAlive: string | readonly string[] | undefined): number | undefined => {
  const seconds = /timeout=(\d+)/i.exec(String(keepAlive ?? ''))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
};

const lost = (): Error => Object.assign(new Error('The connection was lost.'), { code: 'ECONNRESET' });

/**
 * One connection to the VTN from its handshake to its end, as an agent of Node's HTTP client that has no other: a request
 * given to it goes over this connection or fails unsent. What an agent with many connections keeps of each, by a name
 * that it makes of every request, is left out: it was a third of what a request costs.
 *
 * While no request is under way the VTN has nothing to say. A connection on which it speaks all the same is closed: its
 * words could be taken for the answer to what we send next, and an hour be booked that nobody has counted.
 */
export class KeptConnection extends Agent {
  /** Until when what the peer showed is valid. @unit ms since the epoch */
  readonly validTo: number;
  readonly #socket: Socket;
  readonly #keepAliveMs: number;
  #idleMs: number;
  #isIdle = true;
  #hasAnswered = false;
  #alert: string | null = null;
  #whenFree: (() => void) | null = null;

  constructor(socket: Socket, keepAliveMs: number) {
    super({ keepAlive: true });
    this.validTo = peerValidTo(socket);
    this.#socket = socket;
    this.#keepAliveMs = keepAliveMs;
    this.#idleMs = keepAliveMs;
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (code.startsWith('ERR_SSL_')) this.#alert ??= code;
    });
    socket.on('timeout', () => {
      if (this.#isIdle) socket.destroy();
    });
    socket.once('close', () => this.#free());
    socket.on('data', () => {
      if (this.#isIdle) socket.destroy();
    });
    // The client says so when a request is over and its answer has been read.
    socket.on('free', () => this.#restOrClose());
    this.#rest();
  }

  /** Whether nothing can be sent here any more. */
  get isClosed(): boolean {
    return this.#socket.destroyed || !this.#socket.writable || this.#socket.readableEnded;
  }

  /** Whether the VTN has answered anything here. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** The alert by which the VTN ended the connection; null if there was none. */
  get alert(): string | null {
    return this.#alert;
  }

  /** Takes note of an answer, and of how long the VTN will keep the connection after it. */
  answered(keepAlive: string | readonly string[] | undefined): void {
    this.#hasAnswered = true;
    const hint = hintedMs(keepAlive);
    this.#idleMs = hint === undefined ? this.#keepAliveMs : Math.min(hint - soonerThanPeerMs, longestIdleMs);
  }

  /** Calls back once no request is under way here, or the connection is closed; only the last who asks is told. */
  whenFree(then: () => void): void {
    this.#whenFree = then;
    if (this.#isIdle || this.isClosed) this.#free();
  }

  /** How the client asks its agent for a connection; it hears in its next turn, also of there being none. */
  addRequest(request: ClientRequest): void {
    if (this.#isIdle && !this.isClosed) {
      this.#wake();
      request.onSocket(this.#socket);
    } else Reflect.apply(request.onSocket, request, [undefined, lost()]);
  }

  override destroy(): void {
    super.destroy();
    this.#socket.destroy();
  }

  /** An idle connection keeps no process alive, is closed after a while, and hears what it should not. */
  #rest(): void {
    this.#isIdle = true;
    this.#socket.unref();
    this.#socket.setTimeout(this.#idleMs);
  }

  #wake(): void {
    this.#isIdle = false;
    this.#socket.setTimeout(0);
    this.#socket.ref();
  }

  #restOrClose(): void {
    if (this.#idleMs <= 0 || this.isClosed) {
      this.#socket.destroy();
      return;
    }
    this.#rest();
    this.#free();
  }

  #free(): void {
    const then = this.#whenFree;
    this.#whenFree = null;
    then?.();
  }
}
