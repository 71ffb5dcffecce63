import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import type { Device } from '../../src/shell/ports.ts';
import { freePort } from '../support/freePort.ts';
import { openedDevice, type OpenedDevice } from '../support/openedDevice.ts';

const token = 'canary-token-4711';
const secret = 'whsec_dGhpcyBpcyBhIGNhbmFyeSBvZiBhIHNlY3JldA==';

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-http-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

const file = (text: string): string => {
  const path = join(folder(), 'file');
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  return path;
};

/** A battery with an HTTP interface of its own. */
const battery = async () => {
  const it = {
    state: { power: 0, soc: 50, in: 1, out: 0 } as Record<string, unknown>,
    status: 200,
    /** What a login in the way answers instead. */
    page: null as string | null,
    follows: true,
    orders: [] as { readonly headers: IncomingHttpHeaders; readonly body: string }[],
    asked: [] as IncomingHttpHeaders[],
    url: '',
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      if (request.method === 'POST') {
        it.orders.push({ headers: request.headers, body });
        const { demandWatts } = JSON.parse(body) as { readonly demandWatts: number | null };
        if (it.follows) it.state = { ...it.state, power: (demandWatts ?? 0) / 1000, set: demandWatts ?? 0 };
      } else it.asked.push(request.headers);
      if (it.page !== null) {
        response.writeHead(200, { 'content-type': 'text/html' }).end(it.page);
        return;
      }
      response.writeHead(it.status, { 'content-type': 'application/json' }).end(JSON.stringify(it.state));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  it.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/state`;
  return it;
};

const state = {
  power: { field: 'power', factor: 1000 },
  stateOfCharge: { field: 'soc', factor: 0.01 },
  importRegister: { field: 'in', factor: 1000 },
  exportRegister: { field: 'out', factor: 1000 },
};

const opened = (changes: Readonly<Record<string, unknown>>): Promise<OpenedDevice> =>
  openedDevice({ kind: 'http', resourceID: 'battery', state, ...changes });

describe('a device that is asked over HTTP', () => {
  it('tells its registers, level and power, and takes signed setpoints that say until when', async () => {
    const it = await battery();
    it.state = { power: -1.5, soc: 64, in: 1234.567, out: 89.1 };
    const { device } = await opened({
      url: it.url,
      setpointUrl: it.url,
      readOnly: false,
      tokenFile: file(token),
      secretFile: file(secret),
    });
    expect(await device.read(Date.now())).toMatchObject({
      importWattHours: 1_234_567,
      exportWattHours: 89_100,
      status: { powerWatts: -1_500, stateOfCharge: 0.64 },
    });
    expect(it.asked[0]).toMatchObject({ authorization: `Bearer ${token}` });
    const validUntil = Date.now() + 600_000;
    await device.apply({ demandWatts: -3_000, validUntil });
    const [{ headers, body } = { headers: {}, body: '' }] = it.orders;
    expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toEqual({
      resourceID: 'battery',
      demandWatts: -3_000,
      validUntil: new Date(validUntil).toISOString(),
    });
    await device.release();
    expect(JSON.parse(it.orders[1]?.body ?? '')).toEqual({
      resourceID: 'battery',
      demandWatts: null,
      validUntil: null,
    });
  });

  it('has taken a setpoint when it says what it is set to', async () => {
    const it = await battery();
    const { device } = await opened({
      url: it.url,
      setpointUrl: it.url,
      readOnly: false,
      state: { ...state, setpoint: { field: 'set' } },
    });
    await device.apply({ demandWatts: 2_000, validUntil: Date.now() + 60_000 });
    it.follows = false;
    await expect(device.apply({ demandWatts: -2_000, validUntil: Date.now() + 60_000 })).rejects.toThrow(
      'battery does not say within 10 s that it is set to -2000 W.',
    );
  });

  it('that fails, is gone, or says what is old or no number, is no reading, and the reason is said', async () => {
    const it = await battery();
    const { device } = await opened({ url: it.url, timeField: 'at' });
    const wants = async (message: string, quality: string): Promise<void> =>
      expect(device.read(Date.now())).rejects.toMatchObject({
        quality,
        message: expect.stringContaining(message) as string,
      });
    await wants('There is no instant at at', 'Sensor Failure');
    it.state = { ...it.state, at: new Date(Date.now() - 120_000).toISOString() };
    await wants('which is longer ago than 60 s', 'Sensor Failure');
    it.state = { at: Math.floor(Date.now() / 1000), power: 'n/a' };
    await wants('There is no number for power, stateOfCharge, importRegister, exportRegister', 'Sensor Failure');
    it.page = '\n<!DOCTYPE html><html><body>Please log in</body></html>';
    await wants('it answers with a page for people, as a login or a proxy does', 'Comm Failure');
    it.page = null;
    it.status = 503;
    await wants('it answers 503', 'Comm Failure');
    const gone = await opened({ url: 'http://127.0.0.1:9/secret-path' });
    await expect(gone.device.read(Date.now())).rejects.toThrow(
      'battery at http://127.0.0.1:9 cannot be reached: nobody listens there.',
    );
  });
});

describe('a device behind a login', () => {
  it('that answers 200 with a page has taken no setpoint', async () => {
    const it = await battery();
    const { device } = await opened({ url: it.url, setpointUrl: it.url, readOnly: false });
    it.page = '<html><body>Sign in</body></html>';
    await expect(device.apply({ demandWatts: 1_000, validUntil: Date.now() + 60_000 })).rejects.toMatchObject({
      quality: 'Comm Failure',
      message: expect.stringContaining('it answers with a page for people') as string,
    });
    // What a flow says in words is no page.
    it.page = 'ok';
    await device.apply({ demandWatts: 1_000, validUntil: Date.now() + 60_000 });
  });
});

describe('a device that tells its state over HTTP', () => {
  const send = (port: number, body: unknown, given = token): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${given}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const listening = async (): Promise<{
    readonly device: Device;
    readonly port: number;
    readonly lines: readonly string[];
  }> => {
    const port = await freePort();
    const made = await opened({ listen: { port }, tokenFile: file(token), stateMaxAgeMs: 5_000 });
    await expect.poll(() => made.lines.join()).toContain('is heard at');
    return { ...made, port };
  };

  it('is heard with its token, and its state is a reading while it is young enough', async () => {
    const { device, port } = await listening();
    await expect(device.read(Date.now())).rejects.toMatchObject({ quality: 'Comm Failure' });
    expect((await send(port, { power: 1, soc: 10, in: 5, out: 0 })).status).toBe(204);
    expect((await device.read(Date.now())).importWattHours).toBe(5_000);
    await expect(device.read(Date.now() - 6_000)).rejects.toThrow('said nothing within 5 s of');
  });

  it('is told in a sentence what is wrong, and takes nothing from strangers', async () => {
    const { device, port } = await listening();
    expect((await send(port, {}, 'wrong')).status).toBe(401);
    const odd = await send(port, 'no json');
    expect([odd.status, await odd.text()]).toEqual([
      422,
      'There is no number for power, stateOfCharge, importRegister, exportRegister; see state of battery in the configuration.\n',
    ]);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(405);
    expect(
      await send(port, 'x'.repeat(100_000)).then(
        ({ status }) => status,
        () => 413,
      ),
    ).toBe(413);
    await expect(device.read(Date.now())).rejects.toMatchObject({ quality: 'Comm Failure' });
  });

  it('waits for its port, and says so once', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { device, lines } = await opened({ listen: { port }, tokenFile: file(token) });
    await expect.poll(() => lines.join()).toContain('(EADDRINUSE): free the port');
    await new Promise((resolve) => blocker.close(resolve));
    await expect.poll(() => lines.join()).toContain('is heard at');
    expect((await send(port, { power: 0, in: 1, out: 0 })).status).toBe(204);
    await device.close?.();
  });
});

describe('an entry of the kind http', () => {
  it.each([
    [{}, 'needs either a url, where it is asked for its state, or listen, where it tells it'],
    [{ listen: { port: 9 } }, 'listens without a tokenFile'],
  ])('%j is refused in a sentence', (changes, sentence) => {
    const data = folder();
    const devices = [{ kind: 'http', resourceID: 'battery', state, ...changes }];
    writeFileSync(join(data, 'ven.config.json'), JSON.stringify({ devices }), { mode: 0o600 });
    expect(() => loadConfiguration({ environment: { VEN_DATA: data }, flags: new Map() })).toThrow(
      `devices[0] (battery) ${sentence}`,
    );
  });

  it('shows nothing of an address that is refused', () => {
    const data = folder();
    const devices = [{ kind: 'http', resourceID: 'battery', state, url: 'http://user:hunter2@host/state' }];
    writeFileSync(join(data, 'ven.config.json'), JSON.stringify({ devices }), { mode: 0o600 });
    expect(() => loadConfiguration({ environment: { VEN_DATA: data }, flags: new Map() })).toThrow(
      'devices[0].url is "http://***", but must be a URL such as',
    );
  });
});
