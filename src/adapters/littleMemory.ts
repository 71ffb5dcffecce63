import { setFlagsFromString } from 'node:v8';

/** Takes one setting of V8. */
export type SetFlag = (flag: string) => void;

/**
 * V8 reserves for speed what a process needs that computes all day. A VEN computes for a millisecond in ten seconds, for
 * months, and lives in half of the memory when
 *
 * - new objects have a megabyte or two instead of sixteen,
 * - old ones are looked through once they are a fifth more instead of four times as many,
 * - undici's HTTP parser, a single huge function of WebAssembly, is not optimised: that takes 60 MB for a moment and 10 MB
 *   for ever, at the very first reply, for a parser that reads a kilobyte at a time.
 */
const flags = [
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=20',
  '--wasm-lazy-compilation',
  '--no-wasm-dynamic-tiering',
  '--no-wasm-tier-up',
];

/** V8 as it is in Node 20 and in Node 22, where this was tried; another one may take these flags otherwise, or complain of them. */
const triedVersions: readonly string[] = ['11.3.', '12.4.'];

/** Has this process get along with little memory; to be called before the HTTP client is loaded. Without effect in an untried V8. */
export const useLittleMemory = (version: string = process.versions.v8, set: SetFlag = setFlagsFromString): void => {
  if (triedVersions.some((tried) => version.startsWith(tried))) flags.forEach(set);
};
