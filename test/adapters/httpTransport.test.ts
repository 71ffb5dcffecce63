import { gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpTransport, type HttpTransportOptions } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import type { FailedExchange, ExchangeOutcome } from '../../src/adapters/transport.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';
import { freePort } from '../support/freePort.ts';
import { answerXml, httpServer, rawServer } from '../support/servers.ts';

const transportTo = (origin: string, options: Partial<HttpTransportOptions> = {}): HttpTransport => {
  const vtnUrl = parseVtnUrl(canaryUrl(origin));
  const transport = new HttpTransport({
    vtnUrl,
    redactor: createRedactor(secretsOf(vtnUrl)),
    replyTimeoutMs: 60_000,
    ...options,
  });
  onTestFinished(() => transport.close());
  return transport;
};

const poll = { service: 'OadrPoll', body: '<oadrPayload>é</oadrPayload>' } as const;

const failed = (outcome: ExchangeOutcome): FailedExchange => {
  if (outcome.kind !== 'failed') throw new Error(`The exchange was answered: ${outcome.body}`);
  expectNoCanary(JSON.stringify(outcome));
  expect(outcome.detail).toMatch(/^[A-Z].*\.$/s);
  return outcome;
};

/** A server that reads the request and then answers as told. */
const answering = (answer: (response: ServerResponse, request: IncomingMessage) => void): Promise<string> =>
  httpServer((request, response) => {
    request.resume().on('end', () => answer(response, request));
  });

describe('an exchange that goes well', () => {
  // @row +2.1 +2.4 +2.5 +2.7 +13.3
  it('posts the message to the service with the headers the transport asks for, and never in chunks', async () => {
    const seen: { request: IncomingMessage; body: Buffer }[] = [];
    const origin = await httpServer((request, response) => {
      const parts: Buffer[] = [];
      request
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          seen.push({ request, body: Buffer.concat(parts) });
          response
            .writeHead(200, { 'content-type': 'application/xml; charset=utf-8', date: 'Wed, 01 Jul 2026 21:00:00 GMT' })
            .end('<réponse/>');
        });
    });
    const outcome = await transportTo(origin).exchange(poll);
    expect(outcome).toEqual({
      kind: 'answered',
      httpStatus: 200,
      body: '<réponse/>',
      durationMs: expect.any(Number),
      vtnDate: Date.UTC(2026, 6, 1, 21),
    });
    const [{ request, body }] = seen as [(typeof seen)[0]];
    expect(request.method).toBe('POST');
    expect(request.url).toBe(`/${CANARY_PATH}/OpenADR2/Simple/2.0b/OadrPoll`);
    expect(request.headers).toMatchObject({
      'content-type': 'application/xml',
      accept: 'application/xml',
      host: new URL(origin).host,
      'content-length': String(Buffer.byteLength(poll.body)),
    });
    expect(request.headers).not.toHaveProperty('transfer-encoding');
    expect(request.headers).toHaveProperty('accept-encoding', 'identity');
    expect(body.toString()).toBe(poll.body);
  });

  it('uses one connection for one exchange after another, and sends one at a time', async () => {
    const sockets = new Set<unknown>();
    let open = 0;
    let most = 0;
    const origin = await httpServer((request, response) => {
      sockets.add(request.socket);
      most = Math.max(most, (open += 1));
      request.resume().on('end', () =>
        setTimeout(() => {
          open -= 1;
          response.writeHead(200, { 'content-type': 'application/xml' }).end('<a/>');
        }, 20),
      );
    });
    const transport = transportTo(origin);
    await transport.exchange(poll);
    const outcomes = await Promise.all([transport.exchange(poll), transport.exchange(poll), transport.exchange(poll)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered']);
    expect(sockets.size).toBe(1);
    expect(most).toBe(1);
  });

  // @row +2.9 +19.20
  it.each([
    ['an empty body without a type, as after an oadrResponse', {}, '', ''],
    ['an empty body with an odd type', { 'content-type': 'text/html' }, '', ''],
    ['no content type', {}, '<a/>', '<a/>'],
    ['text/xml', { 'content-type': 'text/xml; charset=utf-8' }, '<a/>', '<a/>'],
    ['capital letters in the type', { 'content-type': 'Application/XML' }, '<a/>', '<a/>'],
    [
      'another encoding in its declaration than HTTP says',
      { 'content-type': 'application/xml; charset=UTF-8' },
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>',
      '<?xml version="1.0" encoding="UTF-8"?><a>é</a>',
    ],
    [
      'another encoding in its declaration, of which HTTP says nothing',
      { 'content-type': 'application/xml' },
      '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
      '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    ],
    ['a byte order mark', { 'content-type': 'application/xml' }, '\ufeff<a/>', '<a/>'],
  ] as const)('is answered with %s', async (_what, headers, sent, body) => {
    const origin = await answering((response) => response.writeHead(200, headers).end(sent));
    expect(await transportTo(origin).exchange(poll)).toMatchObject({ kind: 'answered', body });
  });

  // @row +2.5
  it('is answered in chunks by a VTN that should not', async () => {
    const origin = await answering((response) => {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.write('<a>');
      setTimeout(() => response.end('</a>'), 20);
    });
    expect(await transportTo(origin).exchange(poll)).toMatchObject({ kind: 'answered', body: '<a></a>' });
  });

  it('is answered with just less than the largest answer', async () => {
    const origin = await answering((response) =>
      response.writeHead(200, { 'content-type': 'application/xml' }).end('x'.repeat(4 * 1024 * 1024)),
    );
    const outcome = await transportTo(origin).exchange(poll);
    expect(outcome.kind === 'answered' && outcome.body.length).toBe(4 * 1024 * 1024);
  });

  it('is not disturbed by an interim 103', async () => {
    const origin = await rawServer((socket) =>
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>',
        ),
      ),
    );
    expect(await transportTo(origin).exchange(poll)).toMatchObject({ kind: 'answered', body: '<a/>' });
  });
});

describe('an exchange whose message certainly did not arrive', () => {
  it('is refused when nobody listens', async () => {
    const outcome = failed(await transportTo(`http://127.0.0.1:${await freePort()}`).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'refused', certainlyNotDelivered: true });
    expect(outcome.detail).toContain('Nobody listens');
  });

  it('is refused when nobody listens on either address of a name', async () => {
    const outcome = failed(await transportTo(`http://localhost:${await freePort()}`).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'refused', certainlyNotDelivered: true });
  });

  it('fails in DNS when the name does not exist', async () => {
    const vtnUrl = parseVtnUrl(canaryUrl('https://no-such-vtn.invalid'));
    const transport = new HttpTransport({
      vtnUrl,
      redactor: createRedactor(secretsOf(vtnUrl)),
      replyTimeoutMs: 20_000,
    });
    onTestFinished(() => transport.close());
    expect(failed(await transport.exchange(poll))).toMatchObject({ reason: 'dns', certainlyNotDelivered: true });
  });

  it('is aborted when the transport was closed before', async () => {
    const transport = transportTo(await answering((response) => response.end()));
    await transport.close();
    expect(failed(await transport.exchange(poll))).toMatchObject({ reason: 'aborted', certainlyNotDelivered: true });
  });

  it('times out in the queue behind a slow exchange, and is then never sent', async () => {
    let received = 0;
    const origin = await httpServer((request, response) => {
      request.resume().on('end', () => {
        received += 1;
        // The second is left without an answer.
        if (received !== 2) response.writeHead(200).end();
      });
    });
    const transport = transportTo(origin, { replyTimeoutMs: 3_000 });
    await transport.exchange(poll);
    // Both are asked at one instant, so that neither has more time than the other.
    const first = transport.exchange(poll);
    const second = transport.exchange(poll);
    expect(failed(await first)).toMatchObject({ reason: 'timeout', certainlyNotDelivered: false });
    expect(failed(await second)).toMatchObject({ reason: 'timeout', certainlyNotDelivered: true });
    await transport.exchange(poll);
    expect(received).toBe(3);
  });
});

describe('an exchange nobody knows the outcome of', () => {
  it.each([
    ['closes after the request', (socket: Socket) => socket.once('data', () => socket.end())],
    ['resets after the request', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    [
      'breaks off in the headers',
      (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Ty')),
    ],
    [
      'breaks off in the body',
      (socket: Socket) =>
        socket.once('data', () =>
          socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 900\r\n\r\n<oadrPay'),
        ),
    ],
    [
      'answers with something that is not HTTP',
      (socket: Socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
    ],
  ])('when the VTN %s', async (_what, behave) => {
    const outcome = failed(await transportTo(await rawServer(behave)).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'reset', certainlyNotDelivered: false });
  });

  it('when an idle connection turns out to be dead at the moment of sending', async () => {
    let connections = 0;
    const origin = await rawServer((socket) => {
      connections += 1;
      let requests = 0;
      socket.on('data', () => {
        requests += 1;
        if (requests === 1)
          socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>');
        else socket.resetAndDestroy();
      });
    });
    const transport = transportTo(origin);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    expect(failed(await transport.exchange(poll))).toMatchObject({ reason: 'reset', certainlyNotDelivered: false });
    expect(connections).toBe(1);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    expect(connections).toBe(2);
  });

  it('but not when the idle connection was seen to close before: then a new one is made', async () => {
    const closed: Promise<void>[] = [];
    const origin = await rawServer((socket) => {
      closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4\r\n\r\n<a/>');
        setTimeout(() => socket.end(), 10);
      });
    });
    const transport = transportTo(origin);
    for (let round = 0; round < 4; round += 1) {
      expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
      await closed[round];
    }
  });

  it('when the VTN never answers: it ends at the deadline', async () => {
    const outcome = failed(await transportTo(await rawServer(() => undefined), { replyTimeoutMs: 300 }).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'timeout', certainlyNotDelivered: false });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(290);
  });

  it('when the VTN answers a byte at a time without end: it ends at the deadline all the same', async () => {
    const origin = await rawServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('<'), 20);
        socket.on('close', () => clearInterval(drip));
      }),
    );
    const outcome = failed(await transportTo(origin, { replyTimeoutMs: 400 }).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'timeout', certainlyNotDelivered: false });
  });

  it('when the agent stops while it waits', async () => {
    const transport = transportTo(await rawServer(() => undefined));
    const waiting = transport.exchange(poll);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await transport.close();
    expect(failed(await waiting)).toMatchObject({ reason: 'aborted', certainlyNotDelivered: false });
  });
});

describe('an exchange the VTN answers with another status', () => {
  // @row -2.9
  it.each([
    [400, 'could not read'],
    [401, 'credentials'],
    [403, 'credentials'],
    [404, 'no service there'],
    [406, 'invalid'],
    [500, 'try again later'],
    [501, 'kind of request'],
    [503, 'busy'],
    [204, 'not an answer'],
    [418, 'not an answer'],
  ])('%d fails with the status, and its body is not for us', async (status, advice) => {
    const origin = await answering((response) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(status === 204 ? undefined : '<oadrPayload/>'),
    );
    const outcome = failed(await transportTo(origin).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'httpStatus', httpStatus: status, certainlyNotDelivered: false });
    expect(outcome.detail).toContain(advice);
  });

  it.each([301, 302, 303, 307, 308])(
    '%d is not followed, and its target is not shown beyond its host',
    async (status) => {
      let requests = 0;
      const origin = await answering((response) => {
        requests += 1;
        response.writeHead(status, { location: canaryUrl('https://elsewhere.example') }).end();
      });
      const outcome = failed(await transportTo(origin).exchange(poll));
      expect(outcome).toMatchObject({ reason: 'redirect', httpStatus: status });
      expect(outcome.detail).toContain('https://elsewhere.example:');
      expect(requests).toBe(1);
    },
  );

  // @row +19.15
  it('tells Retry-After in seconds', async () => {
    const origin = await answering((response) => response.writeHead(503, { 'retry-after': '120' }).end());
    expect(failed(await transportTo(origin).exchange(poll))).toMatchObject({ httpStatus: 503, retryAfterMs: 120_000 });
  });

  it('tells Retry-After as a date by the VTN’s clock, not by ours', async () => {
    const origin = await answering((response) =>
      response
        .writeHead(503, { date: 'Wed, 01 Jul 2026 21:00:00 GMT', 'retry-after': 'Wed, 01 Jul 2026 21:05:00 GMT' })
        .end(),
    );
    expect(failed(await transportTo(origin).exchange(poll))).toMatchObject({ retryAfterMs: 300_000 });
  });

  it('tells no Retry-After that cannot be read, and never a negative one', async () => {
    const odd = await answering((response) => response.writeHead(503, { 'retry-after': 'soon' }).end());
    expect(failed(await transportTo(odd).exchange(poll))).not.toHaveProperty('retryAfterMs');
    const past = await answering((response) =>
      response.writeHead(429, { 'retry-after': 'Wed, 01 Jul 2020 21:05:00 GMT' }).end(),
    );
    expect(failed(await transportTo(past).exchange(poll))).toMatchObject({ retryAfterMs: 0 });
  });

  it('keeps the connection after a short error page', async () => {
    const sockets = new Set<unknown>();
    const origin = await answering((response, request) => {
      sockets.add(request.socket);
      response.writeHead(500).end('oops');
    });
    const transport = transportTo(origin);
    await transport.exchange(poll);
    await transport.exchange(poll);
    expect(sockets.size).toBe(1);
  });

  it('reads no endless error page', async () => {
    const origin = await answering((response) => {
      response.writeHead(500);
      const drip = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(drip));
    });
    const outcome = failed(await transportTo(origin).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'httpStatus', httpStatus: 500 });
  });
});

describe('an exchange answered with what no message can be', () => {
  // @row -13.3
  it('refuses a web page, such as a network’s login', async () => {
    const origin = await answering((response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Log in</html>'),
    );
    const outcome = failed(await transportTo(origin).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'contentType', httpStatus: 200 });
    expect(outcome.detail).toContain('web page');
  });

  it.each(['<oadrPayload/>', '\uFEFF<?xml version="1.0"?>\n<oadr:oadrPayload xmlns:oadr="urn:a"/>'])(
    'reads the message %j although it is called a web page, unless strict',
    async (message) => {
      const origin = await answering((response) =>
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(message),
      );
      expect(await transportTo(origin).exchange(poll)).toMatchObject({ kind: 'answered' });
      expect(failed(await transportTo(origin, { strict: true }).exchange(poll)).reason).toBe('contentType');
    },
  );

  // @row -2.7
  it('refuses what is compressed although we did not ask', async () => {
    const origin = await answering((response) =>
      response.writeHead(200, { 'content-type': 'application/xml', 'content-encoding': 'gzip' }).end(gzipSync('<a/>')),
    );
    const refused = failed(await transportTo(origin).exchange(poll));
    expect(refused.reason).toBe('contentType');
    expect(refused.detail).toContain('in the encoding "gzip", for which we did not ask');
  });

  it('refuses bytes that are not UTF-8', async () => {
    const origin = await answering((response) =>
      response.writeHead(200, { 'content-type': 'application/xml' }).end(Buffer.from([0x3c, 0xff, 0xfe, 0x3e])),
    );
    expect(failed(await transportTo(origin).exchange(poll)).detail).toContain('UTF-8');
  });

  it('refuses, when strict, any type but application/xml', async () => {
    const origin = await answering((response) => response.writeHead(200, { 'content-type': 'text/xml' }).end('<a/>'));
    expect(failed(await transportTo(origin, { strict: true }).exchange(poll))).toMatchObject({ reason: 'contentType' });
  });

  it('reads nothing of an answer that says it is too large', async () => {
    const origin = await rawServer((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 4194305\r\n\r\n<'),
      ),
    );
    const outcome = failed(await transportTo(origin).exchange(poll));
    expect(outcome).toMatchObject({ reason: 'tooLarge', certainlyNotDelivered: false });
  });

  it('stops reading an endless answer at the limit', async () => {
    let written = 0;
    const origin = await rawServer((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n');
        const more = (): void => {
          while (!socket.destroyed && socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`)) written += 0x10000;
          written += 0x10000;
        };
        socket.on('drain', more);
        more();
      }),
    );
    expect(failed(await transportTo(origin).exchange(poll))).toMatchObject({ reason: 'tooLarge' });
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it('is ready for the next exchange after each of them', async () => {
    let requests = 0;
    const origin = await httpServer((request, response) => {
      requests += 1;
      if (requests === 1)
        response.writeHead(200, { 'content-type': 'application/xml', 'content-length': 5_000_000 }).write('x');
      else answerXml(request, response);
    });
    const transport = transportTo(origin);
    expect(failed(await transport.exchange(poll))).toMatchObject({ reason: 'tooLarge' });
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<oadrPayload/>' });
  });
});
