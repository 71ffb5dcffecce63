import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EndMarker } from '../../src/store/level/endMark.ts';
import { logPaths } from '../../src/store/level/logDirectory.ts';
import { createdAt } from './support.ts';

const fullDevice = '/dev/full';
const ownFiles = '/proc/self/fd';

const target = (name: string): string | null => {
  try {
    return readlinkSync(`${ownFiles}/${name}`);
  } catch {
    return null;
  }
};

/** How many files of this process are open there. */
const openAt = (path: string): number => readdirSync(ownFiles).filter((name) => target(name) === path).length;

describe.runIf(existsSync(fullDevice) && existsSync(ownFiles))('the mark of where a log ends', () => {
  it('given a disk that takes nothing, when it is begun, then it says so and leaves no file open', async () => {
    const paths = { ...logPaths('/nowhere'), endMark: fullDevice };
    const begun = EndMarker.begin(paths, { createdAt, head: { position: 0, hash: '' } });
    await expect(begun).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(openAt(fullDevice)).toBe(0);
  });
});
