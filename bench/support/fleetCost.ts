import type { CrowdOrder } from './crowdOrder.ts';

/** What a process with many pollers says of itself. */
export interface CrowdCost {
  readonly count: number;
  /** From the beginning of the process to the first quiet poll of the last of them. @unit s */
  readonly startSeconds: number;
  /** User and system time of the whole process until then, for each of them. @unit ms */
  readonly startCpuMs: number;
  readonly polls: number;
  readonly windowMs: number;
  /** User and system time of the whole process while it polled. @unit ms */
  readonly cpuMs: number;
  /** From when a poll was due to its answer. @unit ms */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** What is alive on the heap for each of them, garbage collected. @unit kB */
  readonly heapKb: number;
  /** What the process holds for each of them, beside what it held before there were any. @unit kB */
  readonly residentKb: number;
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

interface Held {
  readonly heap: number;
  readonly resident: number;
}

const held = (): Held => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
};

/** Counts the polls of a process with many pollers, and tells the parent what they cost. */
export class CrowdGauge {
  readonly #order: CrowdOrder;
  readonly #before = held();
  readonly #polling = new Set<string>();
  #latencies: number[] | null = null;
  #areAllPolling: () => void = () => undefined;
  readonly #allPoll = new Promise<void>((resolve) => (this.#areAllPolling = resolve));

  constructor(order: CrowdOrder) {
    this.#order = order;
  }

  /** Notes a poll that was answered. */
  polled(venID: string, latencyMs: number): void {
    this.#latencies?.push(latencyMs);
    if (this.#polling.size === this.#order.count) return;
    this.#polling.add(venID);
    if (this.#polling.size === this.#order.count) this.#areAllPolling();
  }

  /** Waits until all poll, then for a while, and tells what the polls after it cost. */
  async tell(): Promise<void> {
    const { count, settleMs, windowMs, countedFrom, aheadMs = 0 } = this.#order;
    await this.#allPoll;
    const startSeconds = performance.now() / 1_000;
    const spent = process.cpuUsage();
    const startCpuMs = (spent.user + spent.system) / 1_000 / count;
    process.send?.({ startSeconds });
    const waitMs = countedFrom === undefined ? settleMs : countedFrom - (Date.now() + aheadMs);
    if (waitMs < 0) throw new Error(`All of them polled ${-waitMs} ms after counting was to begin: give them longer.`);
    await pause(waitMs);
    this.#latencies = [];
    const before = process.cpuUsage();
    const begunAt = performance.now();
    await pause(windowMs);
    const { user, system } = process.cpuUsage(before);
    const elapsedMs = performance.now() - begunAt;
    const { rss } = process.memoryUsage();
    const latencies = this.#latencies.sort((one, other) => one - other);
    this.#latencies = null;
    const now = held();
    process.send?.({
      count,
      startSeconds,
      startCpuMs,
      polls: latencies.length,
      windowMs: elapsedMs,
      cpuMs: (user + system) / 1_000,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      longestMs: latencies.at(-1) ?? Number.NaN,
      heapKb: (now.heap - this.#before.heap) / 1_000 / count,
      residentKb: (rss - this.#before.resident) / 1_000 / count,
    } satisfies CrowdCost);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
