import { Client } from 'undici';
import { readHead } from './answer.ts';
import type { TlsMaterial } from './tlsMaterial.ts';
import { verifiedConnector } from './verifiedConnector.ts';

/** How far the VTN's clock is from ours. */
export interface ClockSkew {
  /** Positive when the VTN's clock is ahead. @unit ms */
  readonly skewMs: number;
  /** The true skew lies within this much of it: HTTP tells whole seconds, and the answer took its time. @unit ms */
  readonly uncertaintyMs: number;
}

export interface VtnClockOptions {
  readonly material?: TlsMaterial;
  readonly expectedServerName?: string;
  /** @unit ms */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

/**
 * Reads the VTN's clock from the Date header of a HEAD request to its root: no token, no service, nothing that could be counted.
 * @returns null when the VTN answers without a Date
 * @throws the network's error when there is no answer
 */
export const readVtnClock = async (origin: string, options: VtnClockOptions = {}): Promise<ClockSkew | null> => {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const now = options.now ?? Date.now;
  const client = new Client(origin, {
    headersTimeout: timeoutMs,
    connect: verifiedConnector({
      encrypted: origin.startsWith('https:'),
      timeoutMs,
      material: options.material ?? {},
      ...(options.expectedServerName === undefined ? {} : { expectedServerName: options.expectedServerName }),
    }),
  });
  try {
    const sentAt = now();
    const { statusCode, headers, body } = await client.request({ method: 'HEAD', path: '/' });
    const receivedAt = now();
    await body.dump();
    const { date } = readHead(statusCode, headers);
    if (date === undefined) return null;
    const roundTripMs = receivedAt - sentAt;
    return { skewMs: date + 500 - (sentAt + roundTripMs / 2), uncertaintyMs: 500 + roundTripMs / 2 };
  } finally {
    await client.destroy();
  }
};
