/**
 * The agent of `ven run` with its real clock, connection and log, polling as fast as it is allowed to, which is faster than
 * its configuration would let anyone set it: a thousand polls then take seconds. Says what a number of polls cost.
 */
import { useLittleMemory } from '../../src/adapters/process/littleMemory.ts';

// As `ven run` begins: before anything else is loaded.
useLittleMemory();
await import('../support/pollForEver.ts');
