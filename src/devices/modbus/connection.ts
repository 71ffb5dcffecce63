/** Modbus TCP: one thing after the other on one connection, opened when it is needed and anew after a failure. */
import type { ModbusRTU } from 'modbus-serial/ModbusRTU';
import { DeviceError } from '../deviceError.ts';

/** @limit Registers in one request. */
const registersAtOnce = 120;

/** The tables of registers. */
export type ModbusTable = 'holding' | 'input';

/** Where a device is. */
export interface ModbusAddress {
  readonly resourceID: string;
  readonly host: string;
  readonly port: number;
  readonly unitID: number;
  readonly replyTimeoutMs: number;
}

/** What went wrong, in words; an exception of the device is not a broken line. */
const wordsOf = (error: unknown): { readonly text: string; readonly isException: boolean } => {
  const {
    message = '',
    name = '',
    modbusCode,
  } = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly message?: string;
    readonly name?: string;
    readonly modbusCode?: number;
  };
  const text = message === '' ? name || String(error) : message;
  return { text: text.replace(/\.$/, ''), isException: modbusCode !== undefined };
};

/** The connection to one device. */
export class ModbusConnection {
  readonly #address: ModbusAddress;
  #client: ModbusRTU | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #openings = 0;

  constructor(address: ModbusAddress) {
    this.#address = address;
  }

  /** Grows each time the connection is opened: what was known of the device is to be looked at again then. */
  get openings(): number {
    return this.#openings;
  }

  /** Does several things without anybody between. @throws DeviceError */
  together<T>(work: (line: ModbusConversation) => Promise<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      const client = await this.#opened();
      return work({
        read: (at, length, table = 'holding') => this.#read(client, at, length, table),
        write: async (at, words) => {
          await this.#or(client, () => client.writeRegisters(at, [...words]));
        },
      });
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#forget();
  }

  async #read(client: ModbusRTU, at: number, length: number, table: ModbusTable): Promise<readonly number[]> {
    const words: number[] = [];
    while (words.length < length) {
      const count = Math.min(registersAtOnce, length - words.length);
      const from = at + words.length;
      const { data } = await this.#or(client, () =>
        table === 'holding' ? client.readHoldingRegisters(from, count) : client.readInputRegisters(from, count),
      );
      words.push(...data);
    }
    return words;
  }

  async #opened(): Promise<ModbusRTU> {
    if (this.#client !== null && this.#client.isOpen) return this.#client;
    this.#forget();
    const { host, port, unitID, replyTimeoutMs } = this.#address;
    const { default: Modbus } = await import('modbus-serial');
    const client: ModbusRTU = new Modbus();
    client.on('error', () => this.#forget());
    await this.#or(client, () => client.connectTCP(host, { port, timeout: replyTimeoutMs }));
    client.setID(unitID);
    client.setTimeout(replyTimeoutMs);
    this.#client = client;
    this.#openings += 1;
    return client;
  }

  /** A line that failed is opened anew; an exception is the device's answer. */
  async #or<T>(client: ModbusRTU, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const { text, isException } = wordsOf(error);
      const { resourceID, host, port } = this.#address;
      if (!isException) {
        if (this.#client === client) this.#client = null;
        client.destroy(() => undefined);
      }
      throw new DeviceError(
        isException ? 'Device Failure' : 'Comm Failure',
        `${resourceID} at ${host}:${port} ${isException ? 'refuses' : 'does not answer'}: ${text}.`,
      );
    }
  }

  #forget(): void {
    this.#client?.destroy(() => undefined);
    this.#client = null;
  }
}

/** What can be asked while nobody else asks. */
export interface ModbusConversation {
  read(at: number, length: number, table?: ModbusTable): Promise<readonly number[]>;
  write(at: number, words: readonly number[]): Promise<void>;
}
