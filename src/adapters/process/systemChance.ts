import { randomBytes, randomInt } from 'node:crypto';
import type { Chance } from '../../shell/ports.ts';

/** Chance, and a name for a run of the process. */
export interface SystemChance extends Chance {
  /** Eight hexadecimal digits. */
  runID(): string;
}

/** Chance from the operating system. */
export const systemChance: SystemChance = {
  uint32: () => randomInt(0x1_0000_0000),
  runID: () => randomBytes(4).toString('hex'),
};
