type Numbers = Float64Array | Uint32Array | Uint8Array;

/** A column of numbers that is never copied as it grows. */
export class Chunks {
  static readonly rows = 1 << 15;
  readonly #made: () => Numbers;
  readonly #chunks: Numbers[] = [];

  /** `made`: a chunk of so many rows. */
  constructor(made: () => Numbers) {
    this.#made = made;
  }

  /** Sets a number; rows come one after another. */
  set(row: number, number: number): void {
    const chunk = Math.floor(row / Chunks.rows);
    (this.#chunks[chunk] ??= this.#made())[row % Chunks.rows] = number;
  }

  get(row: number): number {
    return this.#chunks[Math.floor(row / Chunks.rows)]?.[row % Chunks.rows] ?? 0;
  }
}
