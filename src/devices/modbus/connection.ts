/** Modbus TCP: one thing after the other on one connection, opened when it is needed and anew after a failure. */
import type { ModbusRTU } from 'modbus-serial/ModbusRTU';
import { DeviceError } from '../deviceError.ts';

/** @limit Registers in one request; and as few as a device may take that refuses more. */
const registersAtOnce = { most: 120, least: 8 };

/** What a device says that takes fewer registers at once than the standard allows (illegal data value). */
const tooMany = 3;

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

/** Exceptions that mean "not now": acknowledged, and busy. What was asked is asked again. */
const notNow: readonly (number | undefined)[] = [5, 6];

/** Exceptions of a gateway before the device: it has no way to it, or no answer of it. */
const ofGateway: readonly (number | undefined)[] = [10, 11];

/** @limit How often what a device is too busy for is asked again. */
const mostAskedAgain = 20;

/** @unit ms */
const askedAgainAfterMs = 100;

/** What a device answered instead. */
class ModbusException extends DeviceError {
  readonly code: number;
  constructor(code: number, ...[quality, text]: ConstructorParameters<typeof DeviceError>) {
    super(quality, text);
    this.code = code;
  }
}

/** What went wrong, in words; an exception of the device is not a broken line, and no refusal where it means "not now". */
const wordsOf = (
  error: unknown,
): {
  readonly text: string;
  readonly code: number | undefined;
  readonly isNotNow: boolean;
  readonly isRefusal: boolean;
} => {
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
  const isNotNow = notNow.includes(modbusCode);
  return {
    text: text.replace(/\.$/, ''),
    code: modbusCode,
    isNotNow,
    isRefusal: modbusCode !== undefined && !isNotNow && !ofGateway.includes(modbusCode),
  };
};

/** The connection to one device. */
export class ModbusConnection {
  readonly #address: ModbusAddress;
  #client: ModbusRTU | null = null;
  /** Ends the wait for an answer that does not come any more, because the line is broken off; null while nobody waits. */
  #giveUp: ((error: Error) => void) | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #openings = 0;
  #registersAtOnce = registersAtOnce.most;

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
      const count = Math.min(this.#registersAtOnce, length - words.length);
      const from = at + words.length;
      try {
        const { data } = await this.#or(client, () =>
          table === 'holding' ? client.readHoldingRegisters(from, count) : client.readInputRegisters(from, count),
        );
        words.push(...data);
      } catch (error) {
        const isTooMuch = error instanceof ModbusException && error.code === tooMany;
        if (!isTooMuch || count <= registersAtOnce.least) throw error;
        this.#registersAtOnce = Math.max(registersAtOnce.least, Math.floor(count / 2));
      }
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
    client.on('close', () => {
      if (this.#client === client) this.#giveUp?.(new Error('the connection was broken off'));
    });
    await this.#or(client, () => client.connectTCP(host, { port, timeout: replyTimeoutMs }));
    client.setID(unitID);
    client.setTimeout(replyTimeoutMs);
    this.#client = client;
    this.#openings += 1;
    return client;
  }

  /** A line that failed is opened anew; an exception is the device's answer. */
  async #or<T>(client: ModbusRTU, ask: () => Promise<T>, askedAgain = 0): Promise<T> {
    try {
      return await this.#answerOf(ask);
    } catch (error) {
      const { text, code, isNotNow, isRefusal } = wordsOf(error);
      if (isNotNow && askedAgain < mostAskedAgain) {
        await new Promise((resolve) => setTimeout(resolve, askedAgainAfterMs));
        return this.#or(client, ask, askedAgain + 1);
      }
      const { resourceID, host, port } = this.#address;
      const said = [
        isRefusal ? 'Device Failure' : 'Comm Failure',
        `${resourceID} at ${host}:${port} ${isRefusal ? 'refuses' : isNotNow ? 'is too busy' : 'does not answer'}: ${text}.`,
      ] as const;
      if (code !== undefined) throw new ModbusException(code, ...said);
      if (this.#client === client) this.#client = null;
      client.destroy(() => undefined);
      throw new DeviceError(...said);
    }
  }

  #answerOf<T>(ask: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#giveUp = reject;
      ask().then(resolve, reject);
    }).finally(() => (this.#giveUp = null));
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
