/**
 * Who sent a message, and when: a signature as the specification "Standard Webhooks" has it, so that its libraries verify it.
 * What is signed is the id, the second of the sending, and the text.
 */
import { createHmac } from 'node:crypto';

/** @limit A shorter secret could be guessed. @unit bytes */
const shortestSecretBytes = 16;

/** A secret that is none. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** The key in a secret: base64 after `whsec_`, or the text as it is. @throws SecretError */
export const keyOf = (text: string): Buffer => {
  const given = text.trim();
  const key = given.startsWith('whsec_') ? Buffer.from(given.slice(6), 'base64') : Buffer.from(given, 'utf8');
  if (key.length >= shortestSecretBytes) return key;
  throw new SecretError(
    `it holds ${key.length} bytes, and a secret has at least ${shortestSecretBytes}: make one with "openssl rand -hex 24"`,
  );
};

/** The headers that sign a message. `id`: the same for the same message, however often it is sent. `at`: UTC ms. */
export const signatureHeaders = (
  key: Buffer,
  id: string,
  at: number,
  text: string,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> => {
  const seconds = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${text}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
};
