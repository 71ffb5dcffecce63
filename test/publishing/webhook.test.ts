/** A receiver of its own, over real sockets, which verifies with the library that others use. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TimeLapse } from '../../src/adapters/time/timeLapse.ts';
import { initialState } from '../../src/core/state.ts';
import type { Draft } from '../../src/facts/entry.ts';
import { factVersions, type Output } from '../../src/facts/fact.ts';
import type { Published, Publisher } from '../../src/publishing/publisher.ts';
import { tellByWebhook } from '../../src/publishing/webhook/webhook.ts';
import { webhookSchema } from '../../src/shell/settings/publishing.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { LiveProjections } from '../../src/store/live/liveProjections.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { newDirectory, startVen, startVtn } from '../cli/support/venProcess.ts';

const secret = 'whsec_dGhpcyBpcyBhIGNhbmFyeSBvZiBhIHNlY3JldA==';
const startAt = Date.parse('2026-11-02T17:00:00Z');

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers as it is told; 0 breaks the connection off. */
class Receiver {
  readonly received: Received[] = [];
  answer: (body: string) => number = () => 204;
  readonly #server: Server;
  port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        this.received.push({ headers: request.headers, body });
        const status = this.answer(body);
        if (status === 0) request.socket.destroy();
        else response.writeHead(status).end();
      });
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook/token-of-the-path`;
  }

  /** What came, verified as others verify it. */
  get verified(): readonly Readonly<Record<string, unknown>>[] {
    return this.received.map(({ headers, body }) => {
      const given = headers as Record<string, string>;
      // The library wants the second of now; ours go by the clock of the test.
      const at = Number(given['webhook-timestamp']) * 1000;
      const verifier = new Verifier(secret);
      expect(verifier.sign(given['webhook-id'] ?? '', new Date(at), body)).toBe(given['webhook-signature']);
      return JSON.parse(body) as Readonly<Record<string, unknown>>;
    });
  }
}

const receiver = async (): Promise<Receiver> => {
  const made = await new Receiver().listen();
  onTestFinished(() => made.stop());
  return made;
};

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'ven-webhook-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

const secretFile = (): string => {
  const path = join(folder(), 'secret');
  writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  return path;
};

/** A log that grows by hand, and time that passes a hundred times as fast. */
const house = () => {
  const log: EventLog = openMemoryEventLog();
  const time = new TimeLapse(startAt, 100);
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const projections = new LiveProjections(log, {
    onFault: ({ error }) => {
      throw error;
    },
  });
  const published: Published = {
    settings: settingsFor(),
    version: 'test',
    state: () => initialState,
    isRecorded: () => true,
    projections,
    operator: { take: () => Promise.reject(new Error()) },
    clock: time,
    alarms: time,
    journal: { info: write, warn: write, error: write, debug: write },
  };
  onTestFinished(() => time.close());
  const record = (...facts: readonly Output[]): Promise<unknown> =>
    log.append(
      facts.map(
        ({ type, data }) =>
          ({
            recordedAt: time.now(),
            runID: 'run',
            direction: 'out',
            stream: 'agent',
            type,
            version: factVersions[type],
            data,
            cause: null,
            chance: 0,
          }) as Draft,
      ),
    );
  const data = folder();
  const open = async (url: string, changes: object = {}): Promise<Publisher> => {
    const opened = await tellByWebhook(
      published,
      webhookSchema.parse({ url, secretFile: secretFile(), ...changes }),
      data,
    );
    onTestFinished(() => opened.close());
    return opened;
  };
  return { log, time, lines, record, open, data };
};

const alarm = (text: string): Output => ({
  type: 'AlarmRaised',
  data: { alarm: 'meterSilent', subject: 'battery', text, advice: 'Look.' },
});

const setpoint = (demandWatts: number, validUntil: number): Output => ({
  type: 'SetpointRequested',
  data: { setpointID: 'one', resourceID: 'battery', demandWatts, validUntil },
});

const textsOf = ({ received }: Receiver): readonly unknown[] =>
  received.map(({ body }) => (JSON.parse(body) as { readonly data: { readonly text?: string } }).data.text);

describe('a webhook', () => {
  it('tells plan, setpoints and alarms as they are recorded, signed as others verify it', async () => {
    const to = await receiver();
    const { record, open } = house();
    await record(alarm('before'));
    await open(to.url);
    await record(
      {
        type: 'AlarmCleared',
        data: { alarm: 'meterSilent', subject: 'battery' },
      },
      setpoint(-3_000, startAt + 3_600_000),
      { type: 'DeviceReleaseRequested', data: { setpointID: 'r', resourceID: 'battery', because: 'no plan' } },
    );
    await expect.poll(() => to.received.length).toBe(3);
    expect(to.verified).toMatchObject([
      { type: 'alarm', position: 1, data: { isRaised: false, alarm: 'meterSilent', subject: 'battery' } },
      { type: 'setpoint', data: { demandWatts: -3_000, validUntil: '2026-11-02T18:00:00.000Z' } },
      { type: 'setpoint', data: { demandWatts: null } },
    ]);
    const ids = to.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(3);
  });

  it('tries again until it is taken, in order and under the same id, and says so once', async () => {
    const to = await receiver();
    const { record, open, lines } = house();
    const statuses = [500, 0, 429, 204, 204];
    to.answer = () => statuses.shift() ?? 204;
    await open(to.url);
    await record(alarm('one'), alarm('two'));
    await expect.poll(() => to.received.length).toBe(5);
    expect(textsOf(to)).toEqual(['one', 'one', 'one', 'one', 'two']);
    const ids = to.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    await expect.poll(() => lines.at(-1)).toMatch(/takes messages again/);
    expect(lines.filter((line) => line.includes('it answers 500'))).toHaveLength(1);
    expect(lines.join()).not.toMatch(/token-of-the-path|canary|whsec/);
  });

  it('goes on after a restart where it ended, and leaves out what is over', async () => {
    const to = await receiver();
    const { record, open, lines, time } = house();
    const first = await open(to.url);
    await record(alarm('one'));
    await expect.poll(() => textsOf(to)).toEqual(['one']);
    await expect.poll(() => to.received.length).toBe(1);
    await to.stop();
    await record(alarm('two'), setpoint(1_000, time.now() + 5_000), alarm('three'));
    await expect.poll(() => lines.join()).toMatch(/takes nothing/);
    await first.close();
    await new Promise((resolve) => time.ringAt(time.now() + 10_000, () => resolve(null)));

    await to.listen();
    await open(to.url);
    await expect.poll(() => textsOf(to)).toEqual(['one', 'two', 'three']);
    expect(lines.join()).toContain('was not told something (setpoint), because it was over');
  });

  it('leaves out one that is refused for what it says, and those that are too old', async () => {
    const to = await receiver();
    const { record, open, lines, time } = house();
    to.answer = (body) => (body.includes('refused') ? 422 : body.includes('old') ? 503 : 204);
    await open(to.url, { keepForMs: 60_000 });
    await record(alarm('refused'), alarm('old'));
    await new Promise((resolve) => time.ringAt(time.now() + 30_000, () => resolve(null)));
    await record(alarm('taken'));
    await expect.poll(() => textsOf(to).at(-1)).toBe('taken');
    expect(lines.join('\n')).toContain('was not told something (alarm), because it answers 422');
    await expect.poll(() => lines.join('\n')).toContain('2 messages were left out meanwhile');
  });

  it('tells only what is wanted, and keeps no address beside the log', async () => {
    const to = await receiver();
    const { record, open, data } = house();
    await open(to.url, { tells: ['alarm'] });
    await record(setpoint(1, startAt + 3_600_000), alarm('wanted'));
    await expect.poll(() => textsOf(to)).toEqual(['wanted']);
    await expect
      .poll(() => readdirSync(join(data, 'webhooks')).filter((name) => /^[0-9a-f]{16}\.json$/.test(name)))
      .toHaveLength(1);
  });

  it('without a secret that can be used says which, and what to do', async () => {
    const { open } = house();
    const short = join(folder(), 'secret');
    writeFileSync(short, 'short');
    await expect(open('https://host.example/token', { secretFile: short })).rejects.toThrow(
      `the secret of the webhook to https://host.example in ${short} cannot be used: it holds 5 bytes, and a secret has at least 16`,
    );
    await expect(open('https://host.example/token', { secretFile: '/nowhere' })).rejects.toThrow(
      'the secret of the webhook to https://host.example cannot be read from /nowhere (ENOENT)',
    );
  });
});

describe('a VEN with a webhook', () => {
  it('tells its plan and setpoints, and polls on while nobody takes them', async () => {
    const to = await receiver();
    const data = newDirectory();
    const { url } = await startVtn();
    const webhooks = [
      { url: to.url, secretFile: secretFile() },
      { url: 'http://127.0.0.1:9/nobody', secretFile: secretFile() },
    ];
    writeFileSync(
      join(data, 'ven.config.json'),
      JSON.stringify({ devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }], webhooks }),
      { mode: 0o600 },
    );
    const run = await startVen(['run', '-v', 'my.ven', '-u', url, '-d', data]);
    await run.until(/The webhook to http:\/\/127\.0\.0\.1:9 takes nothing/);
    await expect.poll(() => to.verified.map(({ type }) => type)).toContain('plan');
    expect(await run.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(run.stderr).not.toMatch(/token-of-the-path|canary/);
  });
});
