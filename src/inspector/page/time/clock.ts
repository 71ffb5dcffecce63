/** The agent's clock. In a time lapse it runs faster than the wall, so its pace is measured. */
import { useEffect, useState } from 'preact/hooks';
import { isLive } from './moment.ts';

interface Told {
  readonly now: number;
  readonly heardAt: number;
}

let last: Told | null = null;
let pace = 1;

/** @limit Without news the clock of the page stands still after this. @unit ms */
const patienceMs = 1_000;

/** Takes what the server says the time is. */
export const tellClock = (now: number): void => {
  const heardAt = performance.now();
  const elapsedMs = last === null ? 0 : heardAt - last.heardAt;
  if (last !== null && elapsedMs > 200) pace = Math.max(0, Math.min((now - last.now) / elapsedMs, 100_000));
  if (last === null || elapsedMs > 200) last = { now, heardAt };
};

/** The agent's time now; null before it was told. */
export const agentNow = (): number | null =>
  last === null ? null : last.now + Math.min(performance.now() - last.heardAt, patienceMs) * pace;

/** How often a countdown moves. @unit ms */
const beatMs = 500;

/** The time of the moment that is shown: it runs while the page follows the present, and stands still otherwise. */
export const useNow = (asOf: number): number => {
  const [, beat] = useState(0);
  const runs = isLive.value;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => beat((count) => count + 1), beatMs);
    return () => clearInterval(timer);
  }, [runs]);
  return runs ? Math.max(asOf, agentNow() ?? asOf) : asOf;
};
