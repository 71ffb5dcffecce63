/**
 * A way out of the process for lines about its work. Whoever reads them may stop reading, go away, or have a full disk:
 * that costs lines, and neither the process nor its memory. How many it cost is told as soon as lines get through again.
 */
import { fstatSync, writeSync } from 'node:fs';

/** A stream of the process, as far as it matters here. */
export interface OutletStream {
  readonly fd: number;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly writableLength: number;
  write(text: string): unknown;
  on(event: 'error' | 'drain', listener: () => void): unknown;
  /** Node's handle: a terminal is written to in the manner that waits, unless it is told otherwise. */
  readonly _handle?: { setBlocking?(isBlocking: boolean): void };
}

/** What lines leave through. */
export interface Outlet {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
  /** Whom to tell, once lines get through again, how many did not. */
  afterLoss(tell: (lostLines: number) => void): void;
  /** From now on a reader who has stopped, a terminal's too, is never waited for. */
  neverWait(): void;
  /** Whether something that was written still waits for its reader. */
  readonly isWaiting: boolean;
}

/** @limit What may wait for a reader who has stopped reading. @unit bytes */
const longestWait = 1024 * 1024;

const linesIn = (text: string): number => Math.max(1, text.split('\n').length - 1);

/** Counts what is lost, and tells it once. */
class Losses {
  #lost = 0;
  #tell: ((lostLines: number) => void) | null = null;

  tellTo(tell: (lostLines: number) => void): void {
    this.#tell = tell;
  }

  add(text: string): void {
    this.#lost += linesIn(text);
  }

  over(): void {
    const lost = this.#lost;
    if (lost === 0) return;
    this.#lost = 0;
    this.#tell?.(lost);
  }
}

/** To a file, or to what behaves like one: Node's own stream is of no use any more after its first error. */
class FileOutlet implements Outlet {
  readonly isTTY = false;
  readonly columns = 80;
  readonly isWaiting = false;
  readonly #stream: Pick<OutletStream, 'fd'>;
  readonly #losses = new Losses();
  #isWithinLine = false;

  constructor(stream: Pick<OutletStream, 'fd'>) {
    this.#stream = stream;
  }

  write(text: string): void {
    const { fd } = this.#stream;
    const bytes = Buffer.from(this.#isWithinLine ? `\n${text}` : text);
    try {
      const written = writeSync(fd, bytes);
      // A disk that becomes full takes half a line.
      if (written < bytes.length) writeSync(fd, bytes.subarray(written));
      this.#isWithinLine = false;
    } catch (error) {
      this.#isWithinLine = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      this.#losses.add(text);
      return;
    }
    this.#losses.over();
  }

  afterLoss(tell: (lostLines: number) => void): void {
    this.#losses.tellTo(tell);
  }

  neverWait(): void {
    // A file does not stop.
  }
}

/** To a reader: a pipe, a socket or a terminal. */
class ReaderOutlet implements Outlet {
  readonly isTTY: boolean;
  readonly #stream: OutletStream;
  readonly #losses = new Losses();
  #isGone = false;

  constructor(stream: OutletStream) {
    this.#stream = stream;
    this.isTTY = stream.isTTY === true;
    stream.on('error', () => {
      this.#isGone = true;
    });
    stream.on('drain', () => this.#losses.over());
  }

  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  get isWaiting(): boolean {
    return !this.#isGone && this.#stream.writableLength > 0;
  }

  write(text: string): void {
    if (this.#isGone || this.#stream.writableLength > longestWait) this.#losses.add(text);
    else this.#stream.write(text);
  }

  afterLoss(tell: (lostLines: number) => void): void {
    this.#losses.tellTo(tell);
  }

  neverWait(): void {
    if (this.isTTY) this.#stream._handle?.setBlocking?.(false);
  }
}

const isFileLike = (stream: OutletStream): boolean => {
  if (stream.isTTY === true) return false;
  try {
    const found = fstatSync(stream.fd);
    return !found.isFIFO() && !found.isSocket();
  } catch {
    // Closed before we were started: nothing is there to write to, and a write says so.
    return true;
  }
};

/** The outlet of a stream of this process. */
export const outletOf = (stream: OutletStream): Outlet =>
  isFileLike(stream) ? new FileOutlet(stream) : new ReaderOutlet(stream);
