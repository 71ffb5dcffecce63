/**
 * The way to a broker. It connects again by itself; what could not be told in time is taken back, so that nothing old is told
 * later. The last will says that we are gone.
 */
import type { IClientOptions, MqttClient } from 'mqtt';
import type { ConfiguredBroker } from '../../shell/settings/broker.ts';
import type { Journal } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import { textOfFile } from '../fileText.ts';

type Broker = Omit<ConfiguredBroker, 'baseTopic'>;

/** @limit How long the broker may take to confirm what it was told. @unit ms */
const confirmMs = 5_000;

/** After half as much again without a word the broker takes us for dead, and says our last will. @unit s */
const keepAliveSeconds = 20;

/** @limit A larger message is not for us. @unit bytes */
const largestMessageBytes = 1_048_576;

/** @limit How long the first connection is waited for by whoever wants something of it: a start is no trouble. @unit ms */
const firstMs = 5_000;

const connectMs = 10_000;
const againMs = 1_000;

/** A message that came. `isRetained`: the broker kept it, nobody knows for how long. */
export interface HeardText {
  readonly topic: string;
  readonly text: string;
  readonly isRetained: boolean;
}

/** What is told besides the text. */
export interface PublishTerms {
  readonly retain?: boolean;
  /** After this the broker lets it go. @unit ms */
  readonly expiresInMs?: number;
}

const materialOf = (name: string, broker: Broker): Partial<IClientOptions> & { readonly password?: string } => {
  const { username, passwordFile, caFile, certificateFile, keyFile } = broker;
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: textOfFile(passwordFile, 'password', name) }),
    ...(caFile === undefined ? {} : { ca: textOfFile(caFile, 'authorities', name) }),
    ...(certificateFile === undefined ? {} : { cert: textOfFile(certificateFile, 'certificate', name) }),
    ...(keyFile === undefined ? {} : { key: textOfFile(keyFile, 'key', name) }),
  };
};

/** What a line is made from. */
export interface LineOptions {
  /** Whose line it is, for people. */
  readonly name: string;
  readonly broker: Broker;
  readonly availabilityTopic: string;
  readonly topics: readonly string[];
  readonly onMessage: (heard: HeardText) => void;
  readonly onConnected: () => void;
  readonly journal: Journal;
}

/** One connection to a broker. */
export class MqttLine {
  readonly #options: LineOptions;
  readonly #client: MqttClient;
  readonly #hide: (text: string) => string;
  #topics: readonly string[];
  #trouble: string | null = null;
  /** Whoever waits for the broker to confirm something, and is told that it does not come to that any more. */
  readonly #waiting = new Set<(why: string) => void>();
  readonly #first: Promise<void>;

  constructor(options: LineOptions, client: MqttClient, secret: string | undefined) {
    this.#options = options;
    this.#client = client;
    this.#topics = options.topics;
    this.#hide = (text) => (secret === undefined || secret === '' ? text : text.replaceAll(secret, '***'));
    this.#first = new Promise((resolve) => {
      client.once('connect', () => resolve());
      client.once('close', () => resolve());
      setTimeout(resolve, firstMs).unref();
    });
    client.on('connect', () => void this.#greet());
    client.on('message', (topic, payload, { retain }) =>
      options.onMessage({ topic, text: payload.toString('utf8'), isRetained: retain }),
    );
    client.on('error', (error) => this.#tellTrouble(error.message));
    client.on('close', () => this.#tellTrouble('the connection was closed'));
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** Resolves when the first connection stands or has failed, or is not there in time; at once after that. */
  begun(): Promise<void> {
    return this.#first;
  }

  /** Publishes, and resolves when the broker has it. @throws DeviceError when it is not connected, or does not confirm in time */
  async tell(topic: string, text: string, { retain = false, expiresInMs }: PublishTerms = {}): Promise<void> {
    await this.begun();
    if (!this.#client.connected)
      throw this.#failure(`the broker is not connected${this.#trouble === null ? '' : `: ${this.#trouble}`}`);
    const seconds = expiresInMs === undefined ? undefined : Math.max(1, Math.ceil(expiresInMs / 1000));
    await new Promise<void>((resolve, reject) => {
      const giveUp = (why: string): void => {
        settled();
        // Before it is taken back, for the client then says that it was, and nothing of why.
        reject(this.#failure(why));
        this.#client.removeOutgoingMessage(messageID);
      };
      const timer = setTimeout(() => giveUp(`the broker did not confirm within ${confirmMs / 1000} s`), confirmMs);
      const settled = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(giveUp);
      };
      this.#waiting.add(giveUp);
      this.#client.publish(
        topic,
        text,
        { qos: 1, retain, ...(seconds === undefined ? {} : { properties: { messageExpiryInterval: seconds } }) },
        (error) => {
          settled();
          if (error === undefined || error === null) resolve();
          else reject(this.#failure(error.message));
        },
      );
      const messageID = this.#client.getLastMessageId();
    });
  }

  /** Hears these topics from now on, and those it heard before no longer. @throws DeviceError when the broker does not take it */
  async hear(topics: readonly string[]): Promise<void> {
    const before = this.#topics;
    this.#topics = topics;
    // Whoever is not connected hears them from the next connection on.
    if (!this.#client.connected) return;
    const [more, gone] = [
      topics.filter((topic) => !before.includes(topic)),
      before.filter((topic) => !topics.includes(topic)),
    ];
    try {
      if (gone.length > 0) await this.#client.unsubscribeAsync(gone);
      if (more.length > 0) await this.#client.subscribeAsync(more, { qos: 1 });
    } catch (error) {
      throw this.#failure((error as Error).message);
    }
  }

  /** Says that we are gone, and goes. */
  async close(): Promise<void> {
    if (this.#client.connected)
      await this.tell(this.#options.availabilityTopic, 'offline', { retain: true }).catch(() => undefined);
    // Nothing can be taken back of a client that has ended.
    for (const giveUp of this.#waiting) giveUp('it was closed before the broker confirmed');
    await this.#client.endAsync(true);
  }

  #failure(why: string): DeviceError {
    return new DeviceError('Comm Failure', this.#hide(`${this.#options.name}: ${why}.`));
  }

  async #greet(): Promise<void> {
    const { name, broker, availabilityTopic, onConnected, journal } = this.#options;
    const topics = this.#topics;
    const wasAway = this.#trouble !== null;
    this.#trouble = null;
    try {
      if (topics.length > 0) await this.#client.subscribeAsync([...topics], { qos: 1 });
      await this.tell(availabilityTopic, 'online', { retain: true });
      onConnected();
      if (wasAway) journal.info(`The broker ${broker.brokerUrl} of ${name} is connected again.`);
    } catch (error) {
      this.#tellTrouble((error as Error).message);
    }
  }

  /** Once for each reason, until it is connected again. */
  #tellTrouble(why: string): void {
    if (this.#client.disconnecting || this.#trouble !== null) return;
    this.#trouble = this.#hide(why);
    const { name, broker, journal } = this.#options;
    journal.warn(`The broker ${broker.brokerUrl} of ${name} is not connected: ${this.#trouble}. It is tried again.`);
  }
}

/** Opens the way to a broker; it does not wait until there is one. @throws DeviceError when a file of it cannot be read */
export const openLine = async (options: LineOptions): Promise<MqttLine> => {
  const { name, broker, availabilityTopic } = options;
  const material = materialOf(name, broker);
  const { connect } = await import('mqtt');
  const client = connect(broker.brokerUrl, {
    ...material,
    protocolVersion: 5,
    clean: true,
    connectTimeout: connectMs,
    reconnectPeriod: againMs,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: keepAliveSeconds,
    properties: { maximumPacketSize: largestMessageBytes },
    will: { topic: availabilityTopic, payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  return new MqttLine(options, client, material.password);
};

/** Whether a broker takes us, as it is configured: null when it does, else why not. @throws DeviceError when a file of it cannot be read */
export const brokerRefusal = async (name: string, broker: Broker): Promise<string | null> => {
  const material = materialOf(name, broker);
  const { connectAsync } = await import('mqtt');
  try {
    const terms = { protocolVersion: 5, reconnectPeriod: 0, connectTimeout: connectMs } as const;
    const client = await connectAsync(broker.brokerUrl, { ...material, ...terms }, false);
    await client.endAsync(true);
    return null;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return message === '' ? String(code ?? 'the connection failed') : message;
  }
};
