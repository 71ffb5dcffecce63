/** Stamps that stand close to a full minute, because a clock or a program was a little late, and mean it. */

/** @limit How far stamps may be off a full minute and still mean it. @unit ms */
export const jitterMs = 5_000;

/** The full minute that is next to an instant or a length. @unit ms */
export const fullMinute = (ms: number): number => Math.round(ms / 60_000) * 60_000;

/** What is told of stamps that are taken for the full minute: the most that one of them is off. */
export const steadiedNote = (file: string, offMs: number): string =>
  `${file}: the times are up to ${offMs} ms off the full minute, and are taken for it.`;
