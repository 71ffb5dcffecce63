import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useFleetMemory, useLittleMemory } from '../../src/adapters/process/littleMemory.ts';

const source = join(import.meta.dirname, '..', '..', 'src', 'adapters', 'process', 'littleMemory.ts');

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

/** Keeps much and replaces all of it again and again, and tells how large the heap became. */
const manyReplaced = (first: string): string => `
  ${first}
  const { getHeapStatistics } = await import('node:v8');
  const kept = [];
  let most = 0;
  for (let count = 0; count < 2_000_000; count += 1) {
    kept[(count * 7919) % 300_000] = { count, beside: [count] };
    if (count % 50_000 === 0) most = Math.max(most, getHeapStatistics().total_heap_size);
  }
  console.log(most);
`;

/** Keeps few of many things, and tells how much room what has lived long takes after that. */
const fewKept = (then: string): string => `
  const { getHeapSpaceStatistics } = await import('node:v8');
  const little = await import(${JSON.stringify(source)});
  let kept = Array.from({ length: 300_000 }, (_, count) => ({ count, beside: [count] }));
  kept = kept.filter(({ count }) => count % 50 === 0);
  ${then}
  const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  console.log(kept.length > 0 && space_size);
`;

const toldBy = (text: string): number =>
  Number(
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

const roomForNewObjects = (first: string): number => toldBy(program(first));

/** Calls a function so many times, and tells whether V8 made the fastest code of it. */
const isCompiledAfter = (calls: number, first: string): boolean => {
  const text = `
    ${first}
    const { setImmediate: turn } = await import('node:timers/promises');
    const adding = (sum) => {
      for (let count = 0; count < 50; count += 1) sum += count % 7;
      return sum;
    };
    const isOptimised = () => %ActiveTierIsTurbofan(adding);
    const call = async () => {
      let sum = 0;
      for (let count = 1; count <= ${calls} && !isOptimised(); count += 1) {
        sum = adding(sum);
        if (count % 100 === 0) await turn();
      }
    };
    // Or else it becomes a part of what calls it.
    %NeverOptimizeFunction(call);
    await call();
    console.log(isOptimised());
  `;
  // Where another thread compiles, a busy machine decides when that is done.
  const args = [
    '--allow-natives-syntax',
    '--no-concurrent-recompilation',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    text,
  ];
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }) === 'true\n';
};

describe('a process that is to get along with little memory', () => {
  it('given much that lives a little, when it was told so, then new objects have a small room, and otherwise a large one', () => {
    const frugal = roomForNewObjects(`(await import(${JSON.stringify(source)})).useLittleMemory();`);
    expect(frugal).toBeLessThan(6_000_000);
    expect(roomForNewObjects('')).toBeGreaterThanOrEqual(2 * frugal);
  });

  it('given what is called often at a start, then it is not compiled further, and what computes long is', () => {
    const frugal = `(await import(${JSON.stringify(source)})).useLittleMemory();`;
    expect(isCompiledAfter(1_000, '')).toBe(true);
    expect(isCompiledAfter(1_000, frugal)).toBe(false);
    expect(isCompiledAfter(1_000_000, frugal)).toBe(true);
  });

  it('given a fleet that keeps much, when it was told so, then the heap has little beside what lives', () => {
    const fleet = `(await import(${JSON.stringify(source)})).useFleetMemory();`;
    expect(toldBy(manyReplaced(fleet))).toBeLessThan(0.75 * toldBy(manyReplaced('')));
  });

  it('given a fleet of whose start little is left, when it is told so, then the rest is let go of, and nothing else changes', () => {
    const letGo = 'little.useFleetMemory(); if (globalThis.gc !== undefined) throw new Error("There is a gc.");';
    expect(toldBy(fewKept(letGo))).toBeLessThan(0.6 * toldBy(fewKept('')));
  });

  it('given a V8 that was not tried, when it is told so, then V8 is left as it is', () => {
    const set: string[] = [];
    useLittleMemory('99.0.1', (flag) => set.push(flag));
    useFleetMemory('99.0.1', (flag) => set.push(flag));
    expect(set).toEqual([]);
    useLittleMemory('12.4.254.21-node.33', (flag) => set.push(flag));
    expect(set.length).toBeGreaterThan(0);
  });
});
