/**
 * A simulated month of the agent of `ven run`, in a process that holds nothing else: the VTN is asked by messages to the
 * parent process. Says its memory after each day.
 */
import { useLittleMemory } from '../../src/adapters/process/littleMemory.ts';

// As `ven run` begins: before anything else is loaded.
useLittleMemory();
await import('../support/liveMonth.ts');
