/** Texts that end in a line feed, put together from the chunks in which they arrive. */

/** A line longer than its reader agrees to hold: whoever sends it does not speak our language. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

const lineFeed = 10;

/** Puts lines together; holds no more than one unfinished line. */
export class LineReader {
  readonly #limitBytes: number;
  #parts: Buffer[] = [];
  #heldBytes = 0;

  /** `limitBytes`: the longest line that is accepted. @unit bytes */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The lines that the chunk completes. @throws LineTooLong */
  take(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      this.#hold(chunk.subarray(from, end));
      lines.push(Buffer.concat(this.#parts).toString('utf8'));
      this.#parts = [];
      this.#heldBytes = 0;
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > this.#limitBytes) {
      throw new LineTooLong(
        `A line of more than ${this.#limitBytes} bytes came through the socket, and none is that long: the other side is not ven, or of another release.`,
      );
    }
    if (part.length > 0) this.#parts.push(part);
  }
}
