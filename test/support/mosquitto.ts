import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { freePort } from './freePort.ts';
import { patienceMs } from './patience.ts';

const binary = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(existsSync);

/** Whether there is a broker to test with; a test that is skipped for the lack of it says so. */
export const hasMosquitto = binary !== undefined;
if (!hasMosquitto) console.warn('mosquitto is not installed: what is said over MQTT is not tried against a broker.');

/** A broker that can be stopped and started again on its port; with a user when a password is given, over TLS when a certificate is. */
export class Mosquitto {
  readonly url: string;
  readonly #configuration: string;
  #child: ChildProcess | null = null;

  constructor(url: string, configuration: string) {
    this.url = url;
    this.#configuration = configuration;
  }

  async start(): Promise<void> {
    const child = spawn(binary ?? '', ['-c', this.#configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('running')) resolve();
      });
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${said}`)));
    });
  }

  /** It takes what comes and says nothing, until it is stopped. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** `SIGKILL` drops all sessions without a word. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** A broker of its own for a test. */
export const startMosquitto = async (
  options: {
    readonly password?: string;
    readonly tls?: { readonly certificate: string; readonly key: string };
  } = {},
): Promise<Mosquitto> => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-mosquitto-'));
  const port = await freePort();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o644 });
    return join(folder, name);
  };
  const lines = [`listener ${port} 127.0.0.1`, 'log_type all', 'log_dest stderr', 'persistence false', 'user root'];
  if (options.password === undefined) lines.push('allow_anonymous true');
  else {
    const path = file('passwords', `ven:${options.password}\n`);
    execFileSync('mosquitto_passwd', ['-U', path]);
    lines.push('allow_anonymous false', `password_file ${path}`);
  }
  if (options.tls !== undefined)
    lines.push(
      `certfile ${file('server.pem', options.tls.certificate)}`,
      `keyfile ${file('server.key', options.tls.key)}`,
    );
  const broker = new Mosquitto(
    `mqtt${options.tls === undefined ? '' : 's'}://localhost:${port}`,
    file('mosquitto.conf', `${lines.join('\n')}\n`),
  );
  onTestFinished(async () => {
    await broker.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await broker.start();
  return broker;
};

/** What came on a topic. */
export interface HeardMessage {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
  readonly expiresInS: number | undefined;
}

/** Somebody else at the broker, who hears all that passes. */
export interface Stranger {
  readonly client: MqttClient;
  readonly heard: readonly HeardMessage[];
  /** The first message so far, or to come, that is as wanted. */
  until(isWanted: (message: HeardMessage) => boolean, what: string): Promise<HeardMessage>;
}

/** Connects one. */
export const stranger = async (url: string, options: Parameters<typeof connectAsync>[1] = {}): Promise<Stranger> => {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 200, ...options });
  onTestFinished(async () => {
    await client.endAsync(true);
  });
  const heard: HeardMessage[] = [];
  const waiting = new Set<() => void>();
  client.on('message', (topic, payload, { retain, properties }) => {
    heard.push({ topic, text: payload.toString(), retain, expiresInS: properties?.messageExpiryInterval });
    for (const look of waiting) look();
  });
  await client.subscribeAsync('#', { qos: 1 });
  return {
    client,
    heard,
    until: (isWanted, what) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${what} did not come; heard: ${JSON.stringify(heard.slice(-20))}`));
        }, patienceMs);
        const look = (): void => {
          const found = heard.find(isWanted);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
};
