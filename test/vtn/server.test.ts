import { Agent } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { decodePayload, encodePayload } from '../../src/protocol/payload.ts';
import type { MessageOf, OadrMessage } from '../../src/protocol/payload.ts';
import type { OadrServiceName } from '../../src/protocol/types/enumerations.ts';
import { startVtnServer } from '../../src/vtn/http/vtnServer.ts';
import type { VtnServer, VtnServerOptions } from '../../src/vtn/http/vtnServer.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { issue } from '../support/certificates.ts';
import { post } from './support/http.ts';
import type { HttpResult } from './support/http.ts';
import { scene } from './support/ven.ts';

const noon = '2026-07-01T16:00:00Z';
const poll: OadrMessage = { message: 'oadrPoll', venID: 'my.ven' };

const servers: VtnServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const listening = async (options: Partial<VtnOptions> = {}, serverOptions: VtnServerOptions = {}) => {
  const made = scene(noon, options);
  made.ven.register();
  made.ven.optInTo(made.ven.poll().message as MessageOf<'oadrDistributeEvent'>);
  const server = await startVtnServer(made.vtn, { token: 'secret-token', ...serverOptions });
  servers.push(server);
  const send = (service: OadrServiceName, message: OadrMessage, more = {}): Promise<HttpResult> =>
    post(`${server.url}/${service}`, encodePayload(message), more);
  return { ...made, server, send };
};

const messageIn = ({ body = '' }: HttpResult): OadrMessage | undefined => {
  const result = decodePayload(body);
  return result.ok ? result.message : undefined;
};

describe('the VTN over HTTP', () => {
  it('listens on the loopback interface under its token, and has a URL fit to be printed', async () => {
    const { server } = await listening();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/secret-token/OpenADR2/Simple/2.0b`);
    expect(server.printableUrl).not.toContain('secret-token');
  });

  it('answers with Content-Length, Content-Type and the Date of its own clock', async () => {
    const { send } = await listening();
    const result = await send('OadrPoll', poll);
    expect(messageIn(result)?.message).toBe('oadrResponse');
    expect(result).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/xml; charset=utf-8',
        'content-length': String(Buffer.byteLength(result.body ?? '')),
        date: 'Wed, 01 Jul 2026 16:00:00 GMT',
      },
    });
    expect(result.headers).not.toHaveProperty('transfer-encoding');
  });

  it('answers an oadrResponse with 200 and nothing', async () => {
    const { send } = await listening();
    const result = await send('EiRegisterParty', {
      message: 'oadrResponse',
      eiResponse: { responseCode: '200', requestID: '' },
      venID: 'my.ven',
    });
    expect(result).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
  });

  it.each([
    ['a wrong token', '/wrong/OpenADR2/Simple/2.0b/OadrPoll', 'POST', 404],
    ['a token that only begins right', '/secret-tokens/OpenADR2/Simple/2.0b/OadrPoll', 'POST', 404],
    ['no token', '/OpenADR2/Simple/2.0b/OadrPoll', 'POST', 404],
    ['an unknown service', '/secret-token/OpenADR2/Simple/2.0b/EiPoll', 'POST', 404],
    ['another method', '/secret-token/OpenADR2/Simple/2.0b/OadrPoll', 'PUT', 501],
  ])('answers %s (%s %s) with %i', async (_, path, method, status) => {
    const { server } = await listening();
    expect((await post(`http://127.0.0.1:${server.port}${path}`, encodePayload(poll), { method })).status).toBe(status);
  });

  it('answers a body against the schema with 400, and another content type with 406', async () => {
    const { server, vtn } = await listening();
    const refused = await post(`${server.url}/OadrPoll`, '<oadrPoll/>');
    expect(refused).toMatchObject({ status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    expect(
      (await post(`${server.url}/OadrPoll`, encodePayload(poll), { headers: { 'Content-Type': 'text/xml' } })).status,
    ).toBe(406);
    expect(vtn.complaints.map((complaint) => complaint.rule)).toEqual(['XSD', '53']);
  });

  it('refuses a body without end, and says so in time', async () => {
    const { server } = await listening();
    expect((await post(`${server.url}/OadrPoll`, ' '.repeat(5 * 1024 * 1024))).status).toBe(413);
  });

  it('complains about chunked requests', async () => {
    const { server, vtn } = await listening();
    const result = await fetch(`${server.url}/OadrPoll`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/xml', Accept: 'application/xml' },
      body: new Blob([encodePayload(poll)]).stream(),
      duplex: 'half',
    } as RequestInit);
    await result.text();
    expect(vtn.complaints.map((complaint) => complaint.text)).toEqual([
      'A request came without Content-Length.',
      'A request came with Transfer-Encoding: chunked, which is not allowed.',
    ]);
  });

  it('notices two requests at once, and not two in a row', async () => {
    const { send, vtn, clock } = await listening();
    await send('OadrPoll', poll);
    clock.pass(10_000);
    await send('OadrPoll', poll);
    expect(vtn.complaints).toEqual([]);
    vtn.faults.next({ do: 'delay', delayMs: 300 });
    await Promise.all([
      send('EiEvent', { message: 'oadrRequestEvent', requestID: 'a', venID: 'my.ven' }),
      send('EiEvent', { message: 'oadrRequestEvent', requestID: 'b', venID: 'my.ven' }),
    ]);
    expect(vtn.complaints).toMatchObject([{ rule: 'HTTP', text: '2 requests are in flight at once.' }]);
  });

  it('keeps a connection open from one request to the next', async () => {
    const { send, clock } = await listening();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    agent.on('free', (socket: { readonly localPort?: number }) => ports.add(socket.localPort));
    for (let count = 0; count < 3; count += 1) {
      expect((await send('OadrPoll', poll, { agent })).status).toBe(200);
      clock.pass(10_000);
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it("speaks TLS with a certificate, and asks for the VEN's when it is told to", async () => {
    const authority = issue({ subject: 'Test authority', isAuthority: true });
    const own = issue({ subject: 'VTN', names: ['127.0.0.1'], issuer: authority });
    const client = issue({ subject: 'my.ven', issuer: authority });
    const { server, send } = await listening(
      {},
      {
        tls: {
          key: own.key,
          cert: own.certificate,
          ca: authority.certificate,
          requestCert: true,
          rejectUnauthorized: true,
        },
      },
    );
    expect(server.url).toMatch(/^https:/);
    expect(
      (await send('OadrPoll', poll, { ca: authority.certificate, key: client.key, cert: client.certificate })).status,
    ).toBe(200);
    expect((await send('OadrPoll', poll, { ca: authority.certificate })).error).toBeDefined();
    expect((await send('OadrPoll', poll, { key: client.key, cert: client.certificate })).error).toMatch(
      /SELF_SIGNED|UNABLE_TO/,
    );
  });

  it('does not listen on a port that is taken', async () => {
    const { server, vtn } = await listening();
    await expect(startVtnServer(vtn, { port: server.port })).rejects.toThrow('EADDRINUSE');
  });

  it('ends every connection when it is closed', async () => {
    const { server, send, vtn } = await listening();
    vtn.faults.next({ do: 'hangAfter' });
    const waiting = send('OadrPoll', poll);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect((await waiting).error).toBe('ECONNRESET');
    expect((await send('OadrPoll', poll)).error).toBe('ECONNREFUSED');
  });
});

describe('faults over HTTP', () => {
  it.each(['dropBefore', 'dropAfter', 'resetBefore', 'resetAfter'] as const)(
    '%s: the connection ends without an answer',
    async (name) => {
      const { send, vtn } = await listening();
      vtn.faults.next({ do: name });
      expect(await send('OadrPoll', poll)).toEqual({ error: 'ECONNRESET' });
    },
  );

  it.each(['hangBefore', 'hangAfter'] as const)('%s: nothing comes until the client gives up', async (name) => {
    const { send, vtn } = await listening();
    vtn.faults.next({ do: name });
    expect((await send('OadrPoll', poll, { timeoutMs: 300 })).error).toBe('TIMEOUT');
    expect((await send('OadrPoll', poll)).status).toBe(200);
    expect(vtn.complaints).toEqual([]);
  });

  it('delay: the answer is late, and the clock of a time lapse makes it less late', async () => {
    const { send, vtn } = await listening({}, { timeLapse: 18_000 });
    vtn.faults.next({ do: 'delay', delayMs: 3_600_000 });
    const startedAt = performance.now();
    // Were it an hour late, this test would end long before.
    await send('OadrPoll', poll);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
  });

  it('truncated: the body ends before its Content-Length', async () => {
    const { send, vtn } = await listening();
    vtn.faults.next({ do: 'truncated' });
    const result = await send('OadrPoll', poll);
    expect(result.error).toBe('ECONNRESET');
    expect(result.body).toContain('<oadr:oadrPayload');
    expect(result.body).not.toContain('</oadr:oadrPayload>');
  });

  it('slowLoris: byte after byte, longer than anybody waits', async () => {
    const { server, vtn } = await listening();
    vtn.faults.next({ do: 'slowLoris' });
    const controller = new AbortController();
    const response = await fetch(`${server.url}/OadrPoll`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/xml' },
      body: encodePayload(poll),
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const second = await reader?.read();
    controller.abort();
    expect([first?.value?.length, second?.value?.length]).toEqual([1, 1]);
  });

  it('status, redirect: with what belongs to them', async () => {
    const { send, vtn } = await listening();
    vtn.faults.next({ do: 'status', status: 503, retryAfterSeconds: 7 });
    expect(await send('OadrPoll', poll)).toMatchObject({ status: 503, headers: { 'retry-after': '7' } });
    vtn.faults.next({ do: 'redirect', status: 302 });
    expect(await send('OadrPoll', poll)).toMatchObject({
      status: 302,
      headers: { location: 'http://127.0.0.1:9/elsewhere' },
    });
  });

  it('oversized: more than four megabytes', async () => {
    const { send, vtn } = await listening();
    vtn.faults.next({ do: 'oversized' });
    expect((await send('OadrPoll', poll)).body?.length).toBeGreaterThan(4 * 1024 * 1024);
  });
});
