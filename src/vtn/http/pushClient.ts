import { Agent, request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as EncryptedAgent, request as requestEncrypted } from 'node:https';
import type { AgentOptions } from 'node:https';
import type { Push, PushOutcome } from '../pushing.ts';

/** How a VTN reaches the VENs it pushes to. */
export interface PushClientOptions {
  /** Its own certificate and the authorities of the VENs' certificates, where they want TLS. */
  readonly tls?: Pick<
    AgentOptions,
    'key' | 'cert' | 'ca' | 'ciphers' | 'minVersion' | 'maxVersion' | 'checkServerIdentity'
  >;
  /** How often it looks whether there is something to push. @unit ms */
  readonly everyMs?: number;
  /** @unit ms */
  readonly replyTimeoutMs?: number;
}

/** What is posted of a push. */
export type PostedPush = Pick<Push, 'url' | 'body' | 'faults'>;

/** Who says what is to be pushed. */
export interface PushSource<Each extends PostedPush> {
  /** The next push that is due. */
  next(): Each | undefined;
  /** Takes what came of it, and why nothing did. */
  settle(push: Each, outcome: PushOutcome, why?: string): void;
}

/** A push is at its end: what came back, or why nothing did. */
interface Posted {
  readonly outcome: PushOutcome;
  readonly why?: string;
}

/** A VTN that pushes until it is closed. */
export interface PushClient {
  /** Pushes all that is due now. */
  readonly pushNow: () => Promise<void>;
  readonly close: () => void;
}

const usualEveryMs = 200;
const usualReplyTimeoutMs = 10_000;

/** Between two bytes of a body that comes slowly, and how many of them come so. @unit ms */
const slowByteMs = 5;
const slowBytes = 200;

const readReply = async (response: IncomingMessage): Promise<PushOutcome> => {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return { httpStatus: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') };
};

/** A body whose first bytes come one by one. */
const writeSlowly = (request: ClientRequest, body: Buffer): void => {
  let written = 0;
  const timer = setInterval(() => {
    if (written < Math.min(slowBytes, body.length)) return void request.write(body.subarray(written, (written += 1)));
    clearInterval(timer);
    request.end(body.subarray(written));
  }, slowByteMs);
  request.once('close', () => clearInterval(timer));
};

/** Pushes over HTTP. It never rejects: a VEN that cannot be reached is an outcome. */
export const startPushing = <Each extends PostedPush>(
  vtn: { readonly pushes: PushSource<Each> },
  options: PushClientOptions = {},
): PushClient => {
  const { tls, everyMs = usualEveryMs, replyTimeoutMs = usualReplyTimeoutMs } = options;
  const plain = new Agent({ keepAlive: true, maxSockets: 1 });
  const encrypted = new EncryptedAgent({ keepAlive: true, maxSockets: 1, ...tls });
  let isOpen = true;
  let pushing: Promise<void> | null = null;

  const post = (push: PostedPush): Promise<Posted> =>
    new Promise((resolve) => {
      const fail = (error: Error): void => resolve({ outcome: null, why: error.message });
      const body = Buffer.from(push.body);
      const isEncrypted = push.url.startsWith('https:');
      const request = (isEncrypted ? requestEncrypted : requestPlain)(push.url, {
        method: 'POST',
        agent: isEncrypted ? encrypted : plain,
        headers: { 'Content-Type': 'application/xml', 'Content-Length': String(body.length) },
        timeout: replyTimeoutMs,
      });
      request.once('timeout', () => request.destroy(new Error(`No reply in ${replyTimeoutMs} ms.`)));
      request.once('error', fail);
      request.once('response', (response) => readReply(response).then((outcome) => resolve({ outcome }), fail));
      if (push.faults.some((fault) => fault.do === 'pushSlow')) writeSlowly(request, body);
      else request.end(body);
    });

  const pushAll = async (): Promise<void> => {
    for (let push = vtn.pushes.next(); push !== undefined && isOpen; push = vtn.pushes.next()) {
      const { outcome, why } = await post(push);
      vtn.pushes.settle(push, outcome, why);
    }
  };

  const pushNow = (): Promise<void> => {
    pushing ??= pushAll().finally(() => {
      pushing = null;
    });
    return pushing;
  };
  const timer = setInterval(() => void pushNow(), everyMs);
  timer.unref();
  return {
    pushNow,
    close: () => {
      isOpen = false;
      clearInterval(timer);
      plain.destroy();
      encrypted.destroy();
    },
  };
};
