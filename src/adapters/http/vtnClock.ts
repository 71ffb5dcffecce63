import { request } from 'node:http';
import { readHead, type AnswerHead } from './answer.ts';
import { KeptConnection } from './keptConnection.ts';
import type { PeerTerms } from '../tls/peerTerms.ts';
import type { TlsMaterial } from '../tls/tlsMaterial.ts';
import { answerTimeoutCode, verifiedConnection, type Connect } from '../tls/verifiedConnection.ts';

/** How far the VTN's clock is from ours. */
export interface ClockSkew {
  /** Positive when the VTN's clock is ahead. @unit ms */
  readonly skewMs: number;
  /** The true skew lies within this much of it: HTTP tells whole seconds, and the answer took its time. @unit ms */
  readonly uncertaintyMs: number;
}

/** How the VTN is asked for its time. */
export interface VtnClockOptions extends PeerTerms {
  readonly material?: TlsMaterial;
  /** @unit ms */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

const connectionOf = (connect: Connect): Promise<KeptConnection> =>
  new Promise((resolve, reject) => {
    connect((error, socket) => {
      if (socket === undefined) reject(error);
      else resolve(new KeptConnection(socket, 1));
    });
  });

/** The headers the VTN answers a HEAD request to its root with; no token, no service, nothing that could be counted. */
const head = (connection: KeptConnection, host: string, timeoutMs: number): Promise<AnswerHead> =>
  new Promise((resolve, reject) => {
    const asked = request({ agent: connection, method: 'HEAD', path: '/', headers: { host } });
    const late = Object.assign(new Error('No answer in time.'), { code: answerTimeoutCode });
    const deadline = setTimeout(() => asked.destroy(late), timeoutMs);
    asked.once('close', () => clearTimeout(deadline));
    asked.once('response', ({ statusCode = 0, headers }) => resolve(readHead(statusCode, headers)));
    asked.on('error', reject);
    asked.end();
  });

/**
 * Reads the VTN's clock from the Date header of its answer.
 * @returns null when the VTN answers without a Date
 * @throws the network's error when there is no answer
 */
export const readVtnClock = async (origin: string, options: VtnClockOptions = {}): Promise<ClockSkew | null> => {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const now = options.now ?? Date.now;
  const { host } = new URL(origin);
  const connection = await connectionOf(
    verifiedConnection({ ...options, origin, timeoutMs, material: options.material ?? {} }),
  );
  try {
    const sentAt = now();
    const { date } = await head(connection, host, timeoutMs);
    const receivedAt = now();
    if (date === undefined) return null;
    const roundTripMs = receivedAt - sentAt;
    return { skewMs: date + 500 - (sentAt + roundTripMs / 2), uncertaintyMs: 500 + roundTripMs / 2 };
  } finally {
    connection.destroy();
  }
};
