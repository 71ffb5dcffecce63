/** One key at a time from a person at a terminal. */

/** What is needed of standard input. */
export interface KeySource {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  once(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
}

/** Waits for one key without Enter, and no longer than until then: it is no key, then. Ctrl-C is a key like any other. */
export type PressedKey = (until?: AbortSignal) => Promise<string>;

/** Keys of a terminal; null where there is none. */
export const keysOf = (source: KeySource): PressedKey | null => {
  if (source.isTTY !== true || source.setRawMode === undefined) return null;
  return (until) =>
    new Promise((resolve) => {
      const leaveWith = (key: string): void => {
        source.off('data', pressed);
        until?.removeEventListener('abort', unpressed);
        source.setRawMode?.(false);
        source.pause();
        resolve(key);
      };
      const pressed = (chunk: Buffer | string): void => leaveWith(String(chunk));
      const unpressed = (): void => leaveWith('');
      source.setRawMode?.(true);
      source.once('data', pressed);
      until?.addEventListener('abort', unpressed, { once: true });
      source.resume();
    });
};
