/** How many devices stand: counted, and those first that need a look. */
import type { DeviceMode } from '../../shell/deviceStanding.ts';
import { counted } from '../../telling/words.ts';
import { worstFirst } from './paging.ts';

/** What is known of each of them. */
export interface KnownStanding {
  readonly resourceID: string;
  readonly mode: DeviceMode;
  /** As programs read it; null when it was never read. */
  readonly readAt: string | null;
  readonly online: boolean | null;
}

const newestOf = (devices: readonly KnownStanding[]): string =>
  devices.reduce((newest, { readAt }) => (readAt !== null && readAt > newest ? readAt : newest), '');

/** Its last reading is older than that of the others: theirs are of the same boundary. */
const isBehind = ({ readAt }: KnownStanding, newest: string): boolean => readAt !== null && readAt < newest;

/** Those that were never read, those that are not there, those whose reading is old, the oldest first; then those in shadow. */
export const needingALook = <Device extends KnownStanding>(devices: readonly Device[]): readonly Device[] =>
  worstFirst(devices, [
    ({ readAt }) => (readAt === null ? 1 : 0),
    ({ online }) => (online === false ? 1 : 0),
    ({ readAt }) => (readAt === null ? 0 : -Date.parse(readAt)),
    ({ mode }) => (mode === 'shadow' ? 1 : 0),
  ]);

/** All of them in a sentence: how many there are, and of which something is to be said. */
export const standingOfMany = (devices: readonly KnownStanding[]): string => {
  const newest = newestOf(devices);
  const parts: readonly (readonly [number, string])[] = [
    [devices.filter(({ readAt }) => readAt === null).length, 'never read'],
    [devices.filter(({ online }) => online === false).length, 'not there'],
    [devices.filter((device) => isBehind(device, newest)).length, 'read less lately than others'],
    [devices.filter(({ mode }) => mode === 'shadow').length, 'in shadow'],
    [devices.filter(({ mode }) => mode === 'told').length, 'told what to do'],
    [devices.filter(({ mode }) => mode === 'readOnly').length, 'only read'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return `${counted(devices.length, 'device')}: ${said.join(', ')}.`;
};
