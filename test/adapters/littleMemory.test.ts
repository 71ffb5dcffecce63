import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useLittleMemory } from '../../src/adapters/littleMemory.ts';

const source = join(import.meta.dirname, '..', '..', 'src', 'adapters', 'littleMemory.ts');

/** Makes much that lives a little, and tells how much room V8 has then taken for new objects. */
const program = (first: string): string => `
  ${first}
  const { getHeapSpaceStatistics } = await import('node:v8');
  const kept = [];
  for (let count = 0; count < 1_500_000; count += 1) {
    kept.push({ count });
    if (kept.length > 30_000) kept.splice(0, 20_000);
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);
`;

const roomForNewObjects = (first: string): number =>
  Number(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program(first)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

describe('a process that is to get along with little memory', () => {
  it('given much that lives a little, when it was told so, then new objects have a small room, and otherwise a large one', () => {
    const frugal = roomForNewObjects(`(await import(${JSON.stringify(source)})).useLittleMemory();`);
    expect(frugal).toBeLessThan(6_000_000);
    expect(roomForNewObjects('')).toBeGreaterThan(2 * frugal);
  });

  it('given a V8 that was not tried, when it is told so, then V8 is left as it is', () => {
    const set: string[] = [];
    useLittleMemory('99.0.1', (flag) => set.push(flag));
    expect(set).toEqual([]);
    useLittleMemory('12.4.254.21-node.33', (flag) => set.push(flag));
    expect(set.length).toBeGreaterThan(0);
  });
});
