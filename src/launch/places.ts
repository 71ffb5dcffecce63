import { fileURLToPath } from 'node:url';

/** The program's first chunk, beside the launcher. */
export const firstChunk = (launcher: string): string => fileURLToPath(new URL('./program.cjs', launcher));

/** Where compiled code lies, beside the launcher: who may write there may change the program itself. */
export const compiledDirectory = (launcher: string): string => fileURLToPath(new URL('./compiled', launcher));
