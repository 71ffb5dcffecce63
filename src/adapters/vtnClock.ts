import { readHead, type AnswerHead } from './answer.ts';
import type { TlsMaterial } from './tlsMaterial.ts';
import { Client } from './undici.ts';
import { verifiedConnector } from './verifiedConnector.ts';

/** How far the VTN's clock is from ours. */
export interface ClockSkew {
  /** Positive when the VTN's clock is ahead. @unit ms */
  readonly skewMs: number;
  /** The true skew lies within this much of it: HTTP tells whole seconds, and the answer took its time. @unit ms */
  readonly uncertaintyMs: number;
}

/** How the VTN is asked for its time. */
export interface VtnClockOptions {
  readonly material?: TlsMaterial;
  readonly expectedServerName?: string;
  /** @unit ms */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

/** The headers the VTN answers a HEAD request to its root with; no token, no service, nothing that could be counted. */
const head = (client: Client): Promise<AnswerHead> =>
  new Promise((resolve, reject) => {
    client.dispatch(
      { method: 'HEAD', path: '/' },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, status, headers) => resolve(readHead(status, headers)),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });

/**
 * Reads the VTN's clock from the Date header of its answer.
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
    const { date } = await head(client);
    const receivedAt = now();
    if (date === undefined) return null;
    const roundTripMs = receivedAt - sentAt;
    return { skewMs: date + 500 - (sentAt + roundTripMs / 2), uncertaintyMs: 500 + roundTripMs / 2 };
  } finally {
    await client.destroy();
  }
};
