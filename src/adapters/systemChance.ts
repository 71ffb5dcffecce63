import { randomBytes, randomInt } from 'node:crypto';

/** Gives what must not be foreseen; drawn once per input fact and recorded with it. */
export interface Chance {
  /** An unsigned 32-bit number. */
  uint32(): number;
  /** A short name for this run of the process, of eight hexadecimal digits. */
  runID(): string;
}

/** Chance from the operating system. */
export const systemChance: Chance = {
  uint32: () => randomInt(0x1_0000_0000),
  runID: () => randomBytes(4).toString('hex'),
};
