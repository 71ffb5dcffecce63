import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { slugOf } from '../../src/devices/mqtt/slug.ts';
import { HeardValues, valueIn } from '../../src/devices/live/values.ts';
import { openedDevice, type OpenedDevice } from '../support/openedDevice.ts';
import { issue } from '../support/certificates.ts';
import { patienceMs } from '../support/patience.ts';
import { hasMosquitto, startMosquitto, stranger, type Stranger } from '../support/mosquitto.ts';

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-mqtt-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};

const file = (text: string): string => {
  const path = join(folder(), 'file');
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

const state = {
  power: { topic: 'home/battery', field: 'power.kw', factor: 1000 },
  stateOfCharge: { topic: 'home/battery', field: 'soc', factor: 0.01 },
  importRegister: { topic: 'home/battery', field: 'in', factor: 1000 },
  exportRegister: { topic: 'home/battery', field: 'out', factor: 1000 },
};

const opened = (url: string, changes: Readonly<Record<string, unknown>> = {}): Promise<OpenedDevice> =>
  openedDevice({ kind: 'mqtt', resourceID: 'battery', brokerUrl: url, state, readOnly: false, ...changes });

const says = async ({ client }: Stranger, said: object, retain = false): Promise<void> => {
  await client.publishAsync('home/battery', JSON.stringify(said), { qos: 1, retain });
};

/** Tries until it comes about: what is published takes its way. */
const eventually = <T>(attempt: () => Promise<T>): Promise<T> => vi.waitFor(attempt, { timeout: patienceMs });

const online = (message: { readonly topic: string; readonly text: string }): boolean =>
  message.topic === 'ter-ven/battery/availability' && message.text === 'online';

describe('a value of a payload', () => {
  it('is a number, a word for one, or what stands in a field', () => {
    const plain = { factor: 1 };
    expect([' 12.5 ', 'on', 'OFFLINE', 'true', '', 'unavailable', 'NaN'].map((text) => valueIn(text, plain))).toEqual([
      12.5,
      1,
      0,
      1,
      null,
      null,
      null,
    ]);
    expect(valueIn('{"a":{"b":"3"}}', { field: 'a.b', factor: -2 })).toBe(-6);
    for (const odd of ['{"a":{}}', '{"a":null}', '[]', 'no json', '{"a":{"b":"constructor"}}'])
      expect(valueIn(odd, { field: 'a.b', factor: 1 })).toBeNull();
    expect(valueIn('{}', { field: 'constructor.name', factor: 1 })).toBeNull();
  });

  it('is as old as the register that was told longest ago, and too old is none', () => {
    const heard = new HeardValues(
      'it',
      { importRegister: { topic: 'a', factor: 1 }, exportRegister: { topic: 'b', factor: 1 } },
      10_000,
    );
    heard.take('a', '100', 1_000);
    expect(() => heard.sample(2_000)).toThrow('has not published its importRegister and exportRegister');
    heard.take('b', '50', 4_000);
    expect(heard.sample(5_000)).toEqual({ at: 1_000, importWattHours: 100, exportWattHours: 50 });
    expect(() => heard.sample(12_000)).toThrow('for more than 10 s');
  });

  it('names are told apart, and what stands in a topic is plain', () => {
    expect(slugOf('battery')).toBe('battery');
    expect(slugOf('My Battery/1')).toMatch(/^my_battery_1_[0-9a-f]{6}$/);
    expect(slugOf('My Battery 1')).not.toBe(slugOf('My Battery/1'));
    expect(slugOf('été#+')).toMatch(/^t_[0-9a-f]{6}$/);
  });
});

describe.skipIf(!hasMosquitto)('a device over MQTT, at mosquitto', () => {
  it('that tells a time of yesterday has no reading, and says why; one of now is a reading', async () => {
    const broker = await startMosquitto();
    const battery = await stranger(broker.url);
    const { device } = await opened(broker.url, { timeField: 'time' });
    await battery.until(online, 'availability');
    const said = (at: number) => ({ time: new Date(at).toISOString(), power: { kw: 1 }, soc: 50, in: 1, out: 0 });
    await says(battery, said(Date.now() - 86_400_000));
    await eventually(() =>
      expect(device.read(Date.now())).rejects.toMatchObject({
        quality: 'Sensor Failure',
        message: expect.stringContaining('or its clock is 1 d behind ours') as string,
      }),
    );
    await says(battery, said(Date.now()));
    expect(await eventually(() => device.read(Date.now()))).toMatchObject({ importWattHours: 1_000 });
  });

  it('tells its registers, level and power, and takes setpoints that the broker lets go in time', async () => {
    const broker = await startMosquitto();
    const battery = await stranger(broker.url);
    const { device } = await opened(broker.url);
    await battery.until(online, 'availability');

    await says(battery, { power: { kw: -1.5 }, soc: 64, in: 1234.567, out: 89.1 });
    const read = await eventually(() => device.read(Date.now()));
    expect(read).toMatchObject({
      importWattHours: 1_234_567,
      exportWattHours: 89_100,
      status: { powerWatts: -1_500, stateOfCharge: 0.64, online: true },
    });

    const validUntil = Date.now() + 600_000;
    await device.apply({ demandWatts: -3_000, validUntil });
    const told = await battery.until(({ topic }) => topic === 'ter-ven/battery/setpoint', 'a setpoint');
    expect(JSON.parse(told.text)).toEqual({ demandWatts: -3_000, validUntil: new Date(validUntil).toISOString() });
    expect(told.expiresInS).toBeGreaterThan(590);
    expect(told.expiresInS).toBeLessThanOrEqual(600);

    await device.release();
    await battery.until(({ topic, text }) => topic === 'ter-ven/battery/setpoint' && text === '', 'a release');
    await device.close?.();
    await battery.until(({ topic, text }) => topic.endsWith('/availability') && text === 'offline', 'our leaving');
  });

  it('is told what it is to do at a start as soon as its broker is there: no alarm is made of that moment', async () => {
    const broker = await startMosquitto();
    const battery = await stranger(broker.url);
    const { device } = await opened(broker.url);
    await device.apply({ demandWatts: -2_000, validUntil: Date.now() + 600_000 });
    const told = await battery.until(({ topic }) => topic === 'ter-ven/battery/setpoint', 'a setpoint');
    expect(JSON.parse(told.text)).toMatchObject({ demandWatts: -2_000 });
    // And one whose broker is not there says so.
    await broker.stop();
    const { device: alone } = await opened(broker.url);
    await expect(alone.apply({ demandWatts: 0, validUntil: Date.now() + 600_000 })).rejects.toThrow('is not connected');
    await expect(alone.read(Date.now())).rejects.toThrow('its broker is not connected');
  });

  it('does not take for news what the broker has kept, and says when it has heard nothing', async () => {
    const broker = await startMosquitto();
    const battery = await stranger(broker.url);
    await says(battery, { power: { kw: 1 }, soc: 50, in: 7, out: 0 }, true);
    const { device } = await opened(broker.url);
    await battery.until(online, 'availability');
    await expect(device.read(Date.now())).rejects.toMatchObject({ quality: 'Comm Failure' });
    await says(battery, { power: { kw: 1 }, soc: 50, in: 8, out: 0 });
    expect((await eventually(() => device.read(Date.now()))).importWattHours).toBe(8_000);
  });

  it('outlives a broker that is killed and comes back, and delivers nothing late', async () => {
    const broker = await startMosquitto();
    const { device, lines } = await opened(broker.url);
    const battery = await stranger(broker.url);
    await battery.until(online, 'availability');
    await says(battery, { power: { kw: 0 }, soc: 50, in: 1, out: 0 });
    await eventually(() => device.read(Date.now()));

    await broker.stop('SIGKILL');
    await eventually(async () => expect(lines.join()).toContain('is not connected'));
    await expect(device.apply({ demandWatts: 1_000, validUntil: Date.now() + 600_000 })).rejects.toMatchObject({
      quality: 'Comm Failure',
    });
    await expect(device.read(Date.now())).rejects.toMatchObject({ quality: 'Comm Failure' });

    await broker.start();
    await eventually(async () => expect(lines.join()).toContain('is connected again'));
    const after = await stranger(broker.url);
    await says(after, { power: { kw: 2 }, soc: 51, in: 2, out: 0 });
    await eventually(async () => expect((await device.read(Date.now())).importWattHours).toBe(2_000));
    await device.apply({ demandWatts: 2_000, validUntil: Date.now() + 600_000 });
    const told = await after.until(({ topic }) => topic.endsWith('/setpoint'), 'a setpoint');
    expect(JSON.parse(told.text)).toMatchObject({ demandWatts: 2_000 });
    expect(after.heard.filter(({ topic, text }) => topic.endsWith('/setpoint') && text.includes('1000'))).toEqual([]);
    expect(lines.filter((line) => line.includes('is not connected'))).toHaveLength(1);
  });

  it('is told again by a broker that was started anew before the device had heard, and then says what it is set to', async () => {
    const broker = await startMosquitto();
    const set = { topic: 'home/set', factor: 1 };
    const { device, lines } = await opened(broker.url, { state: { ...state, setpoint: set } });
    const battery = await stranger(broker.url);
    await battery.until(online, 'availability');
    const applied = device.apply({ demandWatts: 1_500, validUntil: Date.now() + 600_000 });
    await battery.until(({ topic, text }) => topic.endsWith('/setpoint') && text.includes('1500'), 'the setpoint');
    await broker.stop('SIGKILL');
    await broker.start();
    await eventually(async () => expect(lines.join()).toContain('is connected again'));
    // The broker has forgotten everything; whoever comes to it hears the order all the same.
    const after = await stranger(broker.url);
    const again = await after.until(({ topic, text }) => topic.endsWith('/setpoint') && text !== '', 'it again');
    expect(JSON.parse(again.text)).toMatchObject({ demandWatts: 1_500 });
    expect(again.expiresInS).toBeLessThanOrEqual(600);
    await after.client.publishAsync('home/set', '1500', { qos: 1 });
    await applied;

    // And once it is left to itself, it is told nothing again.
    await device.release();
    await broker.stop('SIGKILL');
    await broker.start();
    await eventually(async () => expect(lines.filter((line) => line.includes('is connected again'))).toHaveLength(2));
    const last = await stranger(broker.url);
    await last.until(online, 'availability');
    expect(last.heard.filter(({ topic, text }) => topic.endsWith('/setpoint') && text !== '')).toEqual([]);
  });

  it('whose session is taken over comes back by itself', async () => {
    const broker = await startMosquitto();
    const { device, lines } = await opened(broker.url);
    const battery = await stranger(broker.url);
    await battery.until(online, 'availability');
    await broker.stop('SIGTERM');
    await broker.start();
    await eventually(async () => expect(lines.join()).toContain('is connected again'));
    await eventually(() => device.apply({ demandWatts: 5, validUntil: Date.now() + 60_000 }));
  });

  it('that is closed while the broker owes it a word is told so at once, and nothing is left that ends us later', async () => {
    const broker = await startMosquitto();
    const { device, lines } = await opened(broker.url);
    const battery = await stranger(broker.url);
    await battery.until(online, 'availability');
    broker.freeze();
    const told = device.apply({ demandWatts: 5, validUntil: Date.now() + 60_000 });
    // On a machine that is busy it may be known first that the broker says nothing.
    const refused = expect(told).rejects.toThrow(
      /it was closed before the broker confirmed|did not confirm within 5 s/,
    );
    await broker.stop('SIGKILL');
    await eventually(async () => expect(lines.join()).toContain('is not connected'));
    await device.close?.();
    await refused;
  });

  it('that says what it is set to has taken a setpoint when it says so, and not before', async () => {
    const broker = await startMosquitto();
    const battery = await stranger(broker.url);
    const { device } = await opened(broker.url, {
      setpointTopic: 'home/battery/set',
      setpointFormat: 'watts',
      state: { ...state, setpoint: { topic: 'home/battery/is-set' } },
    });
    await battery.until(online, 'availability');
    const taken = device.apply({ demandWatts: -2_000, validUntil: Date.now() + 600_000 });
    const told = await battery.until(({ topic }) => topic === 'home/battery/set', 'a setpoint');
    expect(told.text).toBe('-2000');
    await battery.client.publishAsync('home/battery/is-set', '-500', { qos: 1 });
    await battery.client.publishAsync('home/battery/is-set', '-2000', { qos: 1 });
    await taken;
    await expect(device.apply({ demandWatts: -1_000, validUntil: Date.now() + 600_000 })).rejects.toThrow(
      'does not say within 10 s that it is set to -1000 W',
    );
  });

  it('over TLS with a password; both are kept to themselves', async () => {
    const authority = issue({ subject: 'Home', isAuthority: true });
    const server = issue({ subject: 'broker', issuer: authority, names: ['localhost'] });
    const password = 'canary-4711-secret';
    const broker = await startMosquitto({ password, tls: { certificate: server.certificate, key: server.key } });
    const caFile = file(authority.certificate);
    const battery = await stranger(broker.url, { ca: authority.certificate, username: 'ven', password });
    const good = await opened(broker.url, { caFile, username: 'ven', passwordFile: file(`${password}\n`) });
    await battery.until(online, 'availability');
    await good.device.apply({ demandWatts: 5, validUntil: Date.now() + 60_000 });

    const wrong = await opened(broker.url, { caFile, username: 'ven', passwordFile: file('not it') });
    await eventually(async () => expect(wrong.lines.join()).toContain('is not connected'));
    const unknown = await opened(broker.url, { username: 'ven', passwordFile: file(password) });
    await eventually(async () => expect(unknown.lines.join()).toMatch(/self-signed|unable to|certificate/i));
    expect([...good.lines, ...wrong.lines, ...unknown.lines].join()).not.toContain(password);
  });

  it('whose password cannot be read says which file, and how to mend it', async () => {
    await expect(opened('mqtt://localhost:1', { username: 'ven', passwordFile: '/nowhere/password' })).rejects.toThrow(
      'The password of battery cannot be read from /nowhere/password (ENOENT): correct the path, or its permissions.',
    );
  });
});
