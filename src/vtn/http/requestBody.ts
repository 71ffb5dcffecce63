import type { IncomingMessage } from 'node:http';

/** Reads a request's body as UTF-8; nothing when it is longer than the limit. @limit `maxBytes` bytes */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
  }
  return length > maxBytes ? undefined : Buffer.concat(parts).toString('utf8');
};
