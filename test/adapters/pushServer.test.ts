import { request as requestPlain } from 'node:http';
import { request as requestEncrypted, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { checkServerIdentity, connect as connectEncrypted, type ConnectionOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admission, atOnceLimit, burstLimit, perSecondLimit } from '../../src/adapters/http/admission.ts';
import { basePathOf, pushedServiceAt } from '../../src/adapters/http/pushPath.ts';
import { startPushServer, type PushServer, type PushServerOptions } from '../../src/adapters/http/pushServer.ts';
import type { InboundReply, InboundRequest } from '../../src/shell/ports.ts';
import { issue } from '../support/certificates.ts';

const authority = issue({ subject: 'authority', isAuthority: true });
const foreignAuthority = issue({ subject: 'another authority', isAuthority: true });
const venCertificate = issue({ subject: 'ven', names: ['localhost'], issuer: authority });
const vtnCertificate = issue({ subject: 'vtn.example', names: ['vtn.example'], issuer: authority });
const otherVtn = issue({ subject: 'other.example', names: ['other.example'], issuer: authority });
const stranger = issue({ subject: 'vtn.example', names: ['vtn.example'], issuer: foreignAuthority });
const expired = issue({ subject: 'vtn.example', names: ['vtn.example'], issuer: authority, validTo: Date.now() - 1 });

const path = '/base/OpenADR2/Simple/2.0b/EiEvent';
const xml = { 'Content-Type': 'application/xml' };

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string | undefined;
  readonly retryAfter: string | undefined;
}

const heard: InboundRequest[] = [];
const lines: string[] = [];
let encrypted: PushServer;
let plain: PushServer;

const options: PushServerOptions = {
  address: '127.0.0.1',
  port: 0,
  transportAddress: 'https://localhost:1/base/',
  answerer: (request) => {
    heard.push(request);
    return Promise.resolve(
      request.body === 'silent' ? { httpStatus: 200, body: '' } : { httpStatus: 200, body: '<reply>***</reply>' },
    );
  },
  onStranger: (sentence) => lines.push(sentence),
  now: () => 1_000,
};

const tls = {
  cert: venCertificate.certificate,
  key: venCertificate.key,
  ca: authority.certificate,
  strangerBecause: (certificate: Parameters<typeof checkServerIdentity>[1]) =>
    checkServerIdentity('vtn.example', certificate) === undefined ? null : 'it does not bear the name vtn.example',
};

beforeAll(async () => {
  encrypted = await startPushServer({ ...options, tls });
  plain = await startPushServer(options);
});

afterAll(async () => {
  await encrypted.close();
  await plain.close();
});

const as = ({ certificate, key }: { readonly certificate: string; readonly key: string }): RequestOptions => ({
  cert: certificate,
  key,
});

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

/** Asks, and gives the answer; null when none came. */
const ask = (given: RequestOptions, body: string | Buffer = 'hello', isEncrypted = false): Promise<Answer | null> =>
  new Promise((resolve) => {
    const request = (isEncrypted ? requestEncrypted : requestPlain)({
      host: '127.0.0.1',
      port: isEncrypted ? encrypted.port : plain.port,
      method: 'POST',
      path,
      headers: xml,
      agent: false,
      ...(isEncrypted ? { ca: authority.certificate, servername: 'localhost' } : {}),
      ...given,
    });
    request.once('error', () => resolve(null));
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', () => resolve(null));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString(),
          type: response.headers['content-type'],
          retryAfter: response.headers['retry-after'],
        }),
      );
    });
    request.end(body);
  });

describe('who pushes over TLS', () => {
  it('given the certificate of our VTN, then the message is heard and answered', async () => {
    const answer = await ask(as(vtnCertificate), 'a secret', true);
    expect(answer).toMatchObject({
      status: 200,
      body: '<reply>***</reply>',
      type: 'application/xml; charset=utf-8',
    });
    expect(heard.at(-1)).toEqual({ service: 'EiEvent', body: 'a secret' });
    expect(encrypted.counts().lastTakenAt).toBe(1_000);
  });

  it.each([
    ['none', {}],
    ['one of an authority that is not trusted', as(stranger)],
    ['one that has expired', as(expired)],
  ] as const)('given %s, then nothing of HTTP is spoken', async (_which, certificate) => {
    const before = { heard: heard.length, away: encrypted.counts().turnedAway };
    expect(await ask(certificate, 'hello', true)).toBeNull();
    await expect.poll(() => encrypted.counts().turnedAway).toBeGreaterThan(before.away);
    expect(heard).toHaveLength(before.heard);
    expect(lines.at(-1)).toMatch(/^Somebody who connected to push was turned away: no handshake/);
  });

  it('given a VTN that does not take our certificate, then it is counted and told, and one that speaks is not', async () => {
    const before = encrypted.counts().turnedAway;
    await ask(as(vtnCertificate), 'hello', true);
    const doubts = { ...as(vtnCertificate), checkServerIdentity: () => new Error('another name') };
    expect(await ask(doubts, 'hello', true)).toBeNull();
    await expect.poll(() => encrypted.counts().turnedAway).toBe(before + 1);
    expect(lines.at(-1)).toContain('our certificate is not good enough');
  });

  it('given the certificate of another VTN, then it is refused with 403, and cut off', async () => {
    const before = heard.length;
    expect(await ask(as(otherVtn), 'hello', true)).toMatchObject({ status: 403, body: '' });
    expect(heard).toHaveLength(before);
    expect(lines.at(-1)).toContain('it does not bear the name vtn.example');
  });

  // @row +4.3
  it.each([
    ['all there are', {}],
    ['TLS 1.3 first', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' }],
    ['newer ones first', { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA256', maxVersion: 'TLSv1.2' }],
  ] as const)(
    'given a VTN that offers %s, then a suite of the profile is taken',
    async (_what, offer: ConnectionOptions) => {
      const socket = connectEncrypted({
        host: '127.0.0.1',
        port: encrypted.port,
        servername: 'localhost',
        ca: authority.certificate,
        cert: vtnCertificate.certificate,
        key: vtnCertificate.key,
        ...offer,
      });
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      expect([socket.getProtocol(), socket.getCipher().name]).toEqual(['TLSv1.2', 'ECDHE-ECDSA-AES128-SHA256']);
      socket.destroy();
    },
  );

  // @row -4.3
  it('given a VTN that speaks only what is too old, then there is no handshake', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    expect(await ask({ ...as(vtnCertificate), ...old }, 'hello', true)).toBeNull();
  });
});

describe('what is pushed', () => {
  // @row +2.22
  it('given a service at its address, however that is written, then it is heard there', async () => {
    for (const written of [
      path,
      '/base/%4FpenADR2/Simple/./2%2E0b/EiReport',
      '/other/../base/OpenADR2/Simple/2.0b/EiRegisterParty?x=1',
    ])
      expect((await ask({ path: written }))?.status).toBe(200);
    expect(heard.slice(-3).map(({ service }) => service)).toEqual(['EiEvent', 'EiReport', 'EiRegisterParty']);
    expect(await ask({}, 'silent')).toMatchObject({ status: 200, body: '', type: undefined });
  });

  it('given another encoding in its first line than HTTP says and its bytes have, then HTTP’s word goes before it', async () => {
    const sent = '<?xml version="1.0" encoding="ISO-8859-1"?><é/>';
    await ask({ headers: { 'Content-Type': 'application/xml; charset="UTF-8"' } }, sent);
    expect(heard.at(-1)?.body).toBe('<?xml version="1.0" encoding="UTF-8"?><é/>');
    await ask({}, sent);
    expect(heard.at(-1)?.body).toBe(sent);
  });

  it('given a wish to speak something else than HTTP/1.1, then it is heard all the same, by HTTP/1.1', async () => {
    const upgrade = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' };
    expect(await ask({ headers: { ...xml, ...upgrade } })).toMatchObject({ status: 200 });
  });

  // @row -2.18 -2.22
  it.each([
    ['OadrPoll, which no VEN offers', { path: '/base/OpenADR2/Simple/2.0b/OadrPoll' }, 404],
    ['another base', { path: '/OpenADR2/Simple/2.0b/EiEvent' }, 404],
    ['another case', { path: '/base/openadr2/Simple/2.0b/EiEvent' }, 404],
    ['a path that is none', { path: '/%%%' }, 404],
    ['GET', { method: 'GET' }, 501],
    ['PUT', { method: 'PUT' }, 501],
    ['no host', { setHost: false }, 400],
    ['a wish that nobody knows', { headers: { ...xml, Expect: 'tea' } }, 417],
    ['no content type', { headers: {} }, 406],
    ['JSON', { headers: { 'Content-Type': 'application/json' } }, 406],
    ['something compressed', { headers: { ...xml, 'Content-Encoding': 'gzip' } }, 406],
    ['bytes that are not UTF-8', {}, 406, Buffer.from('a secret \xf6', 'latin1')],
    ['UTF-16, and says so', { headers: { 'Content-Type': 'application/xml; charset=utf-16' } }, 406, utf16('a secret')],
  ] as const)('given %s, then it is refused by its status, and not heard', async (_what, given, status, body?) => {
    const before = heard.length;
    expect(await ask(given, body ?? ('method' in given && given.method === 'GET' ? '' : 'a secret'))).toMatchObject({
      status,
      body: '',
    });
    expect(heard).toHaveLength(before);
    expect(lines.at(-1)).not.toContain('secret');
  });

  it('given a body that is too long, announced or not, then it is not read to its end', async () => {
    const before = heard.length;
    const huge = Buffer.alloc(5 * 1024 * 1024, 'x');
    const announced = await ask({ headers: { ...xml, 'Content-Length': String(huge.length) } }, huge);
    const chunked = await ask({ headers: { ...xml, 'Transfer-Encoding': 'chunked' } }, huge);
    // Whoever still sends may be cut off before the status has come.
    for (const answer of [announced, chunked]) expect(answer === null || answer.status === 413).toBe(true);
    expect(plain.counts().answered).toMatchObject({ 413: 2 });
    expect(heard).toHaveLength(before);
  });

  it('given many connections from one address, then some are cut off and the others served', async () => {
    const before = plain.counts().turnedAway;
    const sockets = Array.from({ length: 60 }, () => connect(plain.port, '127.0.0.1').on('error', () => undefined));
    await expect.poll(() => plain.counts().turnedAway).toBe(before + 12);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await ask({}))?.status).toBe(200);
  });

  // @row -2.5 -2.22
  it.each([
    ['what is no HTTP', '\u0016\u0003\u0001\u0002\n\n', 501],
    ['a method that HTTP has not', `BREW ${path} HTTP/1.1\r\nHost: ven\r\n\r\n`, 501],
    ['a wish for a tunnel', 'CONNECT ven:443 HTTP/1.1\r\nHost: ven\r\n\r\n', 501],
    ['a head that is too long', `POST ${path} HTTP/1.1\r\nHost: ven\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths of one body',
      `POST ${path} HTTP/1.1\r\nHost: ven\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nhello`,
      400,
    ],
    [
      'a length beside chunks',
      `POST ${path} HTTP/1.1\r\nHost: ven\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
  ])('given %s, then it is cut off with a bare status, counted and told', async (_what, sent, status) => {
    const before = plain.counts().turnedAway;
    let answer = '';
    const socket = connect(plain.port, '127.0.0.1')
      .on('error', () => undefined)
      .on('data', (part) => (answer += part.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.end(sent);
    await closed;
    await expect.poll(() => plain.counts().turnedAway).toBe(before + 1);
    expect(lines.at(-1)).toMatch(
      /^Somebody who connected to push was turned away: (it sent no request of HTTP|it was not a POST)/,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^\r]+\r\nContent-Length: 0\r\nConnection: close\r\n\r\n$`));
  });

  it('given garbage behind a request that is still heard, then the connection ends without a status that could be taken for its answer', async () => {
    const wanted = { answered: (_reply: InboundReply): void => undefined };
    const slow = await startPushServer({
      ...options,
      answerer: () => new Promise((resolve) => (wanted.answered = resolve)),
    });
    let answer = '';
    const socket = connect(slow.port, '127.0.0.1')
      .on('error', () => undefined)
      .on('data', (part) => (answer += part.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ven\r\nContent-Type: application/xml\r\nContent-Length: 5\r\n\r\nhello`,
    );
    socket.write('BREW / HTTP/1.1\r\n\r\n');
    await closed;
    expect(answer).toBe('');
    wanted.answered({ httpStatus: 200, body: '' });
    await slow.close();
  });

  it('given requests that wait behind another of their connection when it breaks, then they keep nobody from being heard', async () => {
    const wanted = { first: (): void => undefined };
    const slow = await startPushServer({
      ...options,
      answerer: () =>
        new Promise((resolve) => {
          wanted.first();
          setTimeout(() => resolve({ httpStatus: 200, body: '' }), 10);
        }),
    });
    const one = `POST ${path} HTTP/1.1\r\nHost: ven\r\nContent-Type: application/xml\r\nContent-Length: 5\r\n\r\nhello`;
    for (let time = 0; time < atOnceLimit; time += 1) {
      const isHeard = new Promise<void>((resolve) => (wanted.first = resolve));
      const socket = connect(slow.port, '127.0.0.1').on('error', () => undefined);
      socket.write(one.repeat(3));
      await isHeard;
      socket.resetAndDestroy();
    }
    await expect
      .poll(async () => {
        const both = await Promise.all([ask({ port: slow.port }), ask({ port: slow.port })]);
        return both.map((answer) => answer?.status);
      })
      .toEqual([200, 200]);
    await slow.close();
  });

  it('given a flood, then a burst is heard, and the rest is told to come again', async () => {
    const answers: (Answer | null)[] = [];
    while (answers.at(-1)?.status !== 503 && answers.length < 3 * burstLimit) answers.push(await ask({}));
    expect(answers.length).toBeGreaterThan(burstLimit / 2); // other tests have had of it before
    expect(answers.at(-1)).toMatchObject({ status: 503, retryAfter: '1', body: '' });
    expect(plain.counts().answered).toMatchObject({ 503: 1 });
  });
});

describe('how much is taken', () => {
  it('is a burst, then a trickle, and few at a time', () => {
    let now = 0;
    const admission = new Admission(() => now);
    const inHand = Array.from({ length: atOnceLimit }, () => admission.enter());
    expect(inHand.every((leave) => leave !== null)).toBe(true);
    expect(admission.enter()).toBeNull();
    inHand.forEach((leave) => leave?.());
    inHand[0]?.(); // once is enough
    let taken = atOnceLimit;
    for (let leave = admission.enter(); leave !== null; leave = admission.enter()) {
      taken += 1;
      leave();
    }
    expect(taken).toBe(burstLimit);
    now += 10_000;
    taken = 0;
    for (let leave = admission.enter(); leave !== null; leave = admission.enter()) {
      taken += 1;
      leave();
    }
    expect(taken).toBe(10 * perSecondLimit);
  });
});

describe('the path of a push', () => {
  it('is read as any base address has it', () => {
    expect(basePathOf('https://ven.example')).toBe('');
    expect(basePathOf('https://ven.example/a/b//')).toBe('/a/b');
    expect(pushedServiceAt('/OpenADR2/Simple/2.0b/EiEvent', '')).toBe('EiEvent');
    expect(pushedServiceAt(undefined, '')).toBeNull();
    // A proxy asks by the whole URL.
    expect(pushedServiceAt('http://ven/OpenADR2/Simple/2.0b/EiEvent', '')).toBe('EiEvent');
    expect(pushedServiceAt('HTTPS://ven:8443/a/OpenADR2/Simple/2.0b/EiEvent?x', '/a')).toBe('EiEvent');
    expect(pushedServiceAt('//evil/OpenADR2/Simple/2.0b/EiEvent', '')).toBeNull();
  });
});
