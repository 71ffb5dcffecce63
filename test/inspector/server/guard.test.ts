/** Nobody but the page of this server, and programs that mean it, gets an answer; and nothing can be changed. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startInspector } from '../../../src/inspector/server/inspectorServer.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { ask, atRest, inspecting } from '../support/inspecting.ts';

const empty = () => atRest(openMemoryEventLog());

const codeOf = async (port: number, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number> =>
  (await ask(port, '/api/v1/machines', headers, method)).status;

/** How a WebSocket that is opened with these headers ends: open, or refused with a status. */
const socketWith = (port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number | 'open'> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => {
      resolve('open');
      socket.close();
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });

describe('the Host header', () => {
  it('given a name that someone else owns, when it leads here, then nothing is told (DNS rebinding)', async () => {
    const {
      inspector: { port },
    } = await inspecting(empty());
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      `localhost.:${port}`,
      `LOCALHOST:${port}`,
      `0.0.0.0:${port}`,
      `[::1]:${port}@evil`,
    ]) {
      expect(`${host} ${await codeOf(port, { Host: host })}`).toMatch(/ (421|400)$/);
      expect(`${host} ${await socketWith(port, '/stately/ws', { Host: host })}`).toMatch(/ (421|400)$/);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect(`${host} ${await codeOf(port, { Host: host })}`).toBe(`${host} 200`);
  });

  it('given a request in an absolute form, when it names another host, then its Host header still counts', async () => {
    const {
      inspector: { port },
    } = await inspecting(empty());
    const heard = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(
          `GET http://127.0.0.1:${port}/api/v1/machines HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
        ),
      );
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(heard).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe('a name that is allowed', () => {
  it('given a host name, when it is asked by it, then it answers; its page may stand behind TLS; no other name is let in', async () => {
    const token = 'a-token-that-nobody-guesses';
    const {
      inspector: { port },
    } = await inspecting(empty(), { token, hosts: ['ven.local', 'ven.example:443'] });
    const bearer = { Authorization: `Bearer ${token}` };
    for (const host of ['ven.local', `ven.local:${port}`, 'ven.example:443'])
      expect(`${host} ${await codeOf(port, { Host: host, ...bearer })}`).toBe(`${host} 200`);
    expect(await codeOf(port, { Host: 'ven.local' })).toBe(401);
    expect(await codeOf(port, { Host: 'ven.local.evil', ...bearer })).toBe(421);
    const from = (origin: string): Promise<number> =>
      codeOf(port, { Host: 'ven.local', Origin: origin, ...bearer }) as Promise<number>;
    expect(await from('https://ven.local')).toBe(200);
    expect(await from('https://127.0.0.1')).toBe(403);
    expect(await from('https://ven.local.evil')).toBe(403);
  });
});

describe('a page of another site', () => {
  it('given its Origin or what the browser says of it, when it asks, then it is refused', async () => {
    const {
      inspector: { port },
    } = await inspecting(empty());
    for (const origin of [
      'http://evil.example',
      'https://stately.ai',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `http://127.0.0.1:${port}.evil.example`,
    ]) {
      expect(`${origin} ${await codeOf(port, { Origin: origin })}`).toBe(`${origin} 403`);
      expect(`${origin} ${await socketWith(port, '/stately/ws', { Origin: origin })}`).toBe(`${origin} 403`);
    }
    for (const site of ['cross-site', 'same-site']) expect(await codeOf(port, { 'Sec-Fetch-Site': site })).toBe(403);
    for (const site of ['same-origin', 'none'])
      expect(await codeOf(port, { 'Sec-Fetch-Site': site, Origin: `http://127.0.0.1:${port}` })).toBe(200);
  });

  it('given any answer, when it is looked at, then no other page may read, frame or keep it', async () => {
    const { get } = await inspecting(empty());
    for (const path of [
      '/',
      '/api/v1/machines',
      '/api/v1/nothing',
      '/healthz',
      '/metrics',
      '/stately',
      '/stately/page.js',
    ]) {
      const { headers } = await get(path);
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      });
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
    }
  });
});

describe('reading only', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])(
    'given %s, when it is sent, then it is refused',
    async (method) => {
      const {
        inspector: { port },
      } = await inspecting(empty());
      const { status, headers } = await ask(port, '/api/v1/machines', {}, method);
      expect(status).toBe(405);
      expect(headers['allow']).toBe('GET, HEAD');
    },
  );

  it('given HEAD, when it is sent, then the headers are those of GET and nothing follows', async () => {
    const {
      inspector: { port },
    } = await inspecting(empty());
    const [head, get] = [await ask(port, '/api/v1/machines', {}, 'HEAD'), await ask(port, '/api/v1/machines')];
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });
});

describe('other addresses', () => {
  it('given an address that others reach and no token, when it is opened, then it refuses to', async () => {
    await expect(
      startInspector({ inspected: empty(), version: 'test', pageDirectory: null, address: '0.0.0.0', port: 0 }),
    ).rejects.toThrow(/give it a token/);
  });

  it('given a token, when someone asks, then only who has it gets an answer', async () => {
    const token = 'a-token-that-nobody-guesses';
    const {
      inspector: { port },
    } = await inspecting(empty(), { address: '0.0.0.0', token });
    expect(await codeOf(port, {})).toBe(401);
    expect(await codeOf(port, { Authorization: 'Bearer a-token-that-nobody-knows' })).toBe(401);
    expect(await codeOf(port, { Cookie: 'ven-inspector=; other=1' })).toBe(401);
    expect(await socketWith(port, '/stately/ws', {})).toBe(401);
    expect(await codeOf(port, { Authorization: `Bearer ${token}` })).toBe(200);
    const first = await ask(port, `/?token=${token}`);
    expect(first.status).toBe(303);
    expect(first.headers['location']).toBe('/');
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(await codeOf(port, { Cookie: cookie.split(';')[0] ?? '' })).toBe(200);
    expect((await ask(port, '/?token=wrong')).status).toBe(401);
    expect((await ask(port, '/api/v1/machines')).text).not.toContain(token);
  });
});

describe('whatever comes', () => {
  it.each([
    ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an empty Host', 'GET / HTTP/1.1\r\nHost: \r\n\r\n'],
    ['nonsense', 'nonsense\r\n\r\n'],
    ['a path without end', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a path that is no URL', 'GET //[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'],
    [
      'half a WebSocket',
      'GET /stately/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ],
  ])(
    'given %s, when it is sent raw, then it gets no answer it could use, and the server goes on',
    async (_what, raw) => {
      const { inspector, get } = await inspecting(empty());
      const heard = await new Promise<string>((resolve) => {
        let text = '';
        const socket = connect(inspector.port, '127.0.0.1', () =>
          socket.write(raw.replace('127.0.0.1', `127.0.0.1:${inspector.port}`)),
        );
        socket.on('data', (chunk) => (text += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
        setTimeout(() => socket.destroy(), 500).unref();
      });
      expect(heard === '' ? '400' : heard.split(' ')[1]).toMatch(/^4\d\d$/);
      expect((await get('/api/v1/machines')).status).toBe(200);
    },
  );
});
