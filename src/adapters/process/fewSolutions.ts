import { setFlagsFromString } from 'node:v8';
import { isTriedV8, type SetFlag } from './littleMemory.ts';

/**
 * What WebAssembly calls often V8 compiles a second time, to the fastest code. The solver is three megabytes of it: that
 * takes another core 0.4 s, for which the end of the process waits, and a few dozen small solutions are there before it pays.
 * To be called before the solver is loaded, by what asks it little and ends; without effect in an untried V8.
 */
export const expectFewSolutions = (version: string = process.versions.v8, set: SetFlag = setFlagsFromString): void => {
  if (isTriedV8(version)) set('--wasm-tiering-budget=1000000000');
};
