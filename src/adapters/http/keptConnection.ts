import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
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
 * given to it goes over this connection or fails unsent.
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
  #isTaken = false;
  #hasAnswered = false;
  #alert: string | null = null;
  #whenFree: (() => void) | null = null;

  constructor(socket: Socket, keepAliveMs: number) {
    super({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
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

  override createConnection(
    _options: ClientRequestArgs,
    done?: (error: Error | null, socket: Duplex) => void,
  ): Duplex | undefined {
    if (this.#isTaken || this.isClosed) {
      done?.(lost(), this.#socket);
      return undefined;
    }
    this.#isTaken = true;
    this.#wake();
    return this.#socket;
  }

  override keepSocketAlive(_socket: Duplex): boolean {
    if (this.#idleMs <= 0 || this.isClosed) return false;
    this.#rest();
    // The agent puts it among the free ones only after this.
    process.nextTick(() => this.#free());
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request);
    this.#wake();
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
    this.#socket.on('data', this.#unasked);
  }

  #wake(): void {
    this.#isIdle = false;
    this.#socket.off('data', this.#unasked);
    this.#socket.setTimeout(0);
    this.#socket.ref();
  }

  readonly #unasked = (): void => {
    this.#socket.destroy();
  };

  #free(): void {
    const then = this.#whenFree;
    this.#whenFree = null;
    then?.();
  }
}
