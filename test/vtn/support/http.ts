import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { patienceMs } from '../../support/patience.ts';

/** What came back, or how it failed. */
export interface HttpResult {
  readonly status?: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
  readonly error?: string;
}

/** Posts a body and reads the answer to its end; a failure is a value. */
export const post = (
  url: string,
  body: string,
  options: RequestOptions & { readonly ca?: string | Buffer; readonly timeoutMs?: number } = {},
): Promise<HttpResult> =>
  new Promise((resolve) => {
    const { timeoutMs = patienceMs, headers, ...rest } = options;
    const open = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = open(
      url,
      {
        method: 'POST',
        agent: false,
        ...rest,
        headers: {
          'Content-Type': 'application/xml',
          'Content-Length': String(Buffer.byteLength(body)),
          ...(headers as Record<string, string> | undefined),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            ...(response.statusCode === undefined ? {} : { status: response.statusCode }),
            headers: response.headers,
            body: Buffer.concat(parts).toString('utf8'),
          }),
        );
        response.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ error: error.code ?? error.message, body: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
    request.setTimeout(timeoutMs, () => request.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    request.end(body);
  });
