/** @limit Nonces that are remembered; the oldest go first. A message a second fills them in more than two hours, and a window is minutes. */
const rememberedNonces = 8_192;

/** The nonces of messages that were taken: each counts once. */
export class SeenNonces {
  readonly #seen = new Set<string>();

  /** Takes a nonce down; false when it was there already. */
  isNew(fingerprint: string, nonce: string): boolean {
    const key = `${fingerprint} ${nonce}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > rememberedNonces) for (const oldest of this.#seen) return this.#seen.delete(oldest);
    return true;
  }
}
