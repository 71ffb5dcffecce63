/** One key at a time from a person at a terminal. */

/** What is needed of standard input. */
export interface KeySource {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  once(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
}

/** Waits for one key without Enter; null where there is no terminal. Ctrl-C is a key like any other then. */
export const keysOf = (source: KeySource): (() => Promise<string>) | null => {
  if (source.isTTY !== true || source.setRawMode === undefined) return null;
  return () =>
    new Promise((resolve) => {
      source.setRawMode?.(true);
      source.once('data', (chunk) => {
        source.setRawMode?.(false);
        source.pause();
        resolve(String(chunk));
      });
      source.resume();
    });
};
