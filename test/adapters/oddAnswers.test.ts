import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpTransport, type HttpTransportOptions } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { canaryUrl } from '../support/canary.ts';
import { freePort } from '../support/freePort.ts';
import { rawServer } from '../support/servers.ts';

const answer = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

const poll = { service: 'OadrPoll', body: '<oadrPayload/>' } as const;

/** A VTN of raw sockets, the way to it, and what became of both. */
const vtnThat = async (behave: (socket: Socket) => void, options: Partial<HttpTransportOptions> = {}) => {
  const sockets: Socket[] = [];
  const origin = await rawServer((socket) => {
    sockets.push(socket);
    behave(socket);
  });
  const vtnUrl = parseVtnUrl(canaryUrl(origin));
  const redactor = createRedactor(secretsOf(vtnUrl));
  const transport = new HttpTransport({ vtnUrl, redactor, replyTimeoutMs: 60_000, ...options });
  onTestFinished(() => transport.close());
  return { transport, sockets };
};

/** Answers each request by its number; a request here is short enough for one piece. */
const answeringInTurn = (said: (request: number, socket: Socket) => void): ((socket: Socket) => void) => {
  let requests = 0;
  return (socket) => socket.on('data', () => said((requests += 1), socket));
};

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));

describe('what a VTN says beyond its answer', () => {
  it.each([
    ['garbage', 'garbage'],
    ['a second answer', answer('<another/>')],
  ])('in one piece with it, %s, spoils the connection and not the answer', async (_what, beyond) => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((request, socket) => socket.write(answer(`<a${request}/>`) + beyond)),
    );
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a1/>' });
    await closed(sockets[0]!);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a2/>' });
    expect(sockets).toHaveLength(2);
  });

  it('while nothing was asked, is not the answer to what is asked next', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((request, socket) => {
        socket.write(answer(`<a${request}/>`));
      }),
    );
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a1/>' });
    sockets[0]!.write(answer('<unasked/>'));
    await closed(sockets[0]!);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a2/>' });
    expect(sockets).toHaveLength(2);
  });

  it('as an empty line costs nothing', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((request, socket) => socket.write(`${answer(`<a${request}/>`)}\r\n`)),
    );
    await transport.exchange(poll);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a2/>' });
    expect(sockets).toHaveLength(1);
  });
});

describe('a long answer', () => {
  const mebibyte = 1024 * 1024;
  const perResource = 8 * 1024;
  const whole = (body: string): string => answer(body);
  const inChunks = (body: string): string =>
    `HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  it.each([
    ['none', 0, 4 * mebibyte, true],
    ['none', 0, 4 * mebibyte + 1, false],
    ['few', 100, 4 * mebibyte + 1, false],
    ['one more than few', 101, 4 * mebibyte + perResource, true],
    ['one more than few', 101, 4 * mebibyte + perResource + 1, false],
    ['many', 1_000, 11 * mebibyte, true],
    ['many', 1_000, 12 * mebibyte, false],
  ] as const)('to a VEN of %s (%i) with %i bytes is read: %s', async (_what, resources, bytes, isRead) => {
    const body = `<a>${' '.repeat(bytes - 7)}</a>`;
    for (const form of [whole, inChunks]) {
      const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.write(form(body))));
      const outcome = await transport.exchange({ ...poll, resources });
      if (isRead) expect(outcome.kind === 'answered' && outcome.body.length).toBe(bytes);
      else {
        expect(outcome).toMatchObject({ kind: 'failed', reason: 'tooLarge' });
        expect(outcome.kind === 'failed' && outcome.detail).toContain(`for a VEN of ${resources} resources`);
      }
    }
  });
});

describe('an answer in an odd form', () => {
  // @row +2.9
  it.each([
    ['after 100 Continue, for which nobody asked', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['after several interim ones', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'],
  ])('%s is read', async (_what, interim) => {
    const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.write(interim + answer('<a/>'))));
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a/>' });
  });

  // @row -2.9
  it.each([
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'],
    ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n<a/>.'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n0\r\n\r\n',
    ],
    ['chunks of no size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['lines that end otherwise', answer('<a/>').replaceAll('\r\n', '\n')],
  ])('with %s is none, and nobody knows what the VTN made of the message', async (_what, said) => {
    const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.write(said)));
    expect(await transport.exchange(poll)).toMatchObject({
      kind: 'failed',
      reason: 'reset',
      certainlyNotDelivered: false,
    });
  });

  // @row -2.5
  it('in which chunks end with the connection is broken off', async () => {
    const said = 'HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<a/>\r\n';
    const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.end(said)));
    const outcome = await transport.exchange(poll);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'reset', certainlyNotDelivered: false });
    expect(outcome.kind === 'failed' && outcome.detail).toContain('in the middle of its answer');
  });

  it('without length, until the connection ends, is whole', async () => {
    const said = 'HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n\r\n<a/>';
    const { transport, sockets } = await vtnThat(answeringInTurn((_request, socket) => socket.end(said)));
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a/>' });
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered', body: '<a/>' });
    expect(sockets).toHaveLength(2);
  });

  it('with headers without end is refused', async () => {
    const said = `HTTP/1.1 200 OK\r\nX-Much: ${'x'.repeat(20_000)}\r\n\r\n`;
    const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.write(said)));
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'failed', reason: 'tooLarge' });
  });
});

describe('an answer before everything was sent', () => {
  const long = { service: 'EiReport', body: 'x'.repeat(8_000_000) } as const;

  it.each([
    ['a refusal', 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n', { kind: 'failed', httpStatus: 413 }],
    ['an acceptance', answer('<a/>'), { kind: 'answered', body: '<a/>' }],
  ])('counts, %s too, and the next goes over a new connection', async (_what, said, outcome) => {
    const { transport, sockets } = await vtnThat((socket) => {
      socket.pause();
      socket.write(said);
    });
    expect(await transport.exchange(long)).toMatchObject(outcome);
    expect(await transport.exchange(long)).toMatchObject(outcome);
    expect(sockets).toHaveLength(2);
  });
});

describe('how long a connection is kept', () => {
  it('without a word of the VTN, as long as we want', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((_request, socket) => socket.write(answer('<a/>'))),
      { keepAliveMs: 50 },
    );
    await transport.exchange(poll);
    await closed(sockets[0]!);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    expect(sockets).toHaveLength(2);
  });

  it('not at all, when the VTN keeps it so shortly that a request might cross its closing', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((_request, socket) => socket.write(answer('<a/>', 'Keep-Alive: timeout=2\r\n'))),
    );
    await transport.exchange(poll);
    await closed(sockets[0]!);
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    expect(sockets).toHaveLength(2);
  });

  it('as long as the VTN does, a little less, when it says so', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((_request, socket) => socket.write(answer('<a/>', 'Keep-Alive: timeout=60, max=100\r\n'))),
      { keepAliveMs: 1 },
    );
    await transport.exchange(poll);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
    expect(sockets).toHaveLength(1);
  });
});

describe('a connection that is not made in time', () => {
  it('leads to no second one: the next exchange takes it', async () => {
    const { transport, sockets } = await vtnThat(
      answeringInTurn((_request, socket) => setTimeout(() => socket.write(answer('<a/>')), 100)),
    );
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => transport.exchange(poll)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['answered', 'answered', 'answered', 'answered']);
    expect(sockets).toHaveLength(1);
  });
});

describe('whatever the environment says', () => {
  it('a message goes to the VTN and to no proxy', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
      vi.stubEnv(name, name === 'NODE_USE_ENV_PROXY' ? '1' : nobody);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { transport } = await vtnThat(answeringInTurn((_request, socket) => socket.write(answer('<a/>'))));
    expect(await transport.exchange(poll)).toMatchObject({ kind: 'answered' });
  });
});
