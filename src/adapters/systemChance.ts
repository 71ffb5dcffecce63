import { randomBytes, randomInt } from 'node:crypto';
import type { Chance } from '../agent/ports.ts';

/** Chance from the operating system. */
export const systemChance: Chance = {
  uint32: () => randomInt(0x1_0000_0000),
};

/** A name for this run of the process, of eight hexadecimal digits. */
export const newRunID = (): string => randomBytes(4).toString('hex');
