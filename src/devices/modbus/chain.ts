/** Which models a SunSpec device has, and where: each names its length, and so where the next one is. */
import { DeviceError } from '../deviceError.ts';
import type { ModbusConversation } from './connection.ts';
import { textAt } from './points.ts';

/** `SunS` */
const mark: readonly number[] = [0x5375, 0x6e53];
const endOfChain = 0xffff;

/** @limit Models of a device; a chain that goes on for longer does not end. */
const mostModels = 100;

/** A model and its place. `length`: with its number and length. */
export interface ModelPlace {
  readonly at: number;
  readonly length: number;
}

/** Who a device is, and its models; of several with one number the first. */
export interface Chain {
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly places: ReadonlyMap<number, ModelPlace>;
  /** Where it broke off without its end mark; null where it ended. */
  readonly brokenOffAt: number | null;
}

/** What a device tells, or something else where it refuses: an exception is an answer, and a silent device is silent everywhere. */
export const unlessRefused = async <T, U>(ask: () => Promise<T>, otherwise: U): Promise<T | U> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DeviceError && error.quality === 'Device Failure') return otherwise;
    throw error;
  }
};

const registersAt = (line: ModbusConversation, at: number, length: number): Promise<readonly number[]> =>
  unlessRefused(() => line.read(at, length), []);

const beginningOf = async (
  line: ModbusConversation,
  baseAddresses: readonly number[],
  resourceID: string,
): Promise<number> => {
  for (const at of baseAddresses) {
    const words = await registersAt(line, at, 2);
    if (words[0] === mark[0] && words[1] === mark[1]) return at + 2;
  }
  throw new DeviceError(
    'Configuration Error',
    `${resourceID} has no SunSpec models at ${baseAddresses.join(', ')}: see whether it speaks SunSpec and has it switched on, its unitID (SMA has 126, KOSTAL 71 at port 1502) and its baseAddresses.`,
  );
};

/** Walks the chain. @throws DeviceError when there is none, or it does not end */
export const walkChain = async (
  line: ModbusConversation,
  baseAddresses: readonly number[],
  resourceID: string,
): Promise<Chain> => {
  const places = new Map<number, ModelPlace>();
  let at = await beginningOf(line, baseAddresses, resourceID);
  for (let count = 0; count < mostModels; count += 1) {
    const words = await registersAt(line, at, 2);
    const [id = endOfChain, length = 0] = words;
    if (id === endOfChain) {
      const common = places.get(1);
      const registers = common === undefined ? [] : await line.read(common.at, Math.min(common.length, 68));
      return {
        // What was found before a refusal is there all the same.
        brokenOffAt: words.length === 0 ? at : null,
        manufacturer: textAt(registers, 2, 16),
        model: textAt(registers, 18, 16),
        serialNumber: textAt(registers, 50, 16),
        places,
      };
    }
    if (!places.has(id)) places.set(id, { at, length: length + 2 });
    at += length + 2;
    if (at > 65_500) break;
  }
  throw new DeviceError(
    'Device Failure',
    `The chain of SunSpec models of ${resourceID} does not end; its map is broken.`,
  );
};
