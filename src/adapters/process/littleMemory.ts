import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Takes one setting of V8. */
export type SetFlag = (flag: string) => void;

/**
 * V8 reserves for speed what a process needs that computes all day. A VEN computes for a millisecond in ten seconds, for
 * months, and lives in less memory when
 *
 * - new objects have a megabyte or two instead of sixteen,
 * - old ones are looked through once they are a fifth more instead of four times as many,
 * - and at once rather than bit by bit, for what is looked through bit by bit is looked through whenever little happens: to
 *   V8 a VEN is idle from its start on, and it goes through all objects again and again in its first minutes, which costs
 *   as much as the polls do, for two megabytes. At once it takes some ten milliseconds.
 */
const frugal: readonly string[] = [
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=20',
  '--no-incremental-marking',
];

/**
 * What a start calls often is compiled to the fastest code, and then called once in ten seconds: that takes half a
 * millisecond of every poll of the first minutes, and the compiler's own pages for ever. With thirty times the patience of V8
 * only what really computes long, as a replay does, is compiled so. The settings have other names in each V8; these are
 * the ones of Node 20, 22, 24 and 26, and another one is left as it is, for it may take them otherwise or complain of them.
 */
const patient: Readonly<Record<string, string>> = {
  '11.3.': '--interrupt-budget=2000000',
  '12.4.': '--invocation-count-for-turbofan=90000',
  '13.6.': '--invocation-count-for-turbofan=90000',
  '14.6.': '--invocation-count-for-turbofan=90000',
};

const triedV8 = (version: string): string | undefined =>
  Object.keys(patient).find((known) => version.startsWith(known));

/** Whether the settings are those of a V8 with which they were tried. */
export const isTriedV8 = (version: string): boolean => triedV8(version) !== undefined;

/**
 * What a process keeps for ten thousand VENs is looked through in half a second, beside everything else. Left to itself V8 lets it become
 * four times as much before it does so; it is to be less than half as much more.
 */
const ofAFleet = '--heap-growing-percent=40';

/**
 * What ten thousand starts leave behind is spread over all pages of the heap, between what lives, so that the system gets none of
 * them back. Once what lives is moved together it is less than half; that takes some milliseconds for each megabyte of it.
 */
const movedTogether = '--compact-on-every-full-gc';

const collect = (set: SetFlag): void => {
  // Only a new context is given the function.
  set('--expose-gc');
  (runInNewContext('gc') as () => void)();
  set('--no-expose-gc');
};

/** Has this process hold little beside what lives, where that is much, and let go of the rest now. Without effect in an untried V8. */
export const useFleetMemory = (version: string = process.versions.v8, set: SetFlag = setFlagsFromString): void => {
  if (!isTriedV8(version)) return;
  set(ofAFleet);
  set(movedTogether);
  collect(set);
  set(movedTogether.replace('--', '--no-'));
};

/** Has this process get along with little; to be called before anything else is loaded. Without effect in an untried V8. */
export const useLittleMemory = (version: string = process.versions.v8, set: SetFlag = setFlagsFromString): void => {
  const tried = triedV8(version);
  if (tried !== undefined) [...frugal, patient[tried]!].forEach(set);
};
