/** What `ven run` reads at its start, and holds in memory for months, whether it is used or not. */
import { describe, expect, it } from 'vitest';
import { imports } from './support/imports.ts';

/** The process and its command; all that they import, and what that imports, save what is read only when it is needed. */
const roots: readonly string[] = ['cli/ven.ts', 'cli/run/run.ts'];

const atStart = imports.filter(({ isTypeOnly, isLazy }) => !isTypeOnly && !isLazy);

const readFrom = (from: readonly string[]): ReadonlySet<string> => {
  const reached = new Set(from);
  // A set that grows while it is walked is walked to its end.
  for (const path of reached) for (const { to } of atStart.filter((each) => each.from === path)) reached.add(to);
  return reached;
};

const read = readFrom(roots);
const ours = new Set(imports.map(({ from }) => from));
const files = [...read].filter((path) => ours.has(path));

describe('a quiet ven run', () => {
  it('reads these libraries and no other: one that is used on demand is imported when it is', () => {
    const libraries = imports
      .filter(({ from, to, isOurs }) => !isOurs && !to.startsWith('node:') && read.has(from) && read.has(to))
      .map(({ to }) => to);
    expect([...new Set(libraries)].sort()).toEqual([
      'decimal.js',
      'fast-xml-parser',
      'level',
      'rxjs',
      'saxes',
      'temporal-polyfill',
      'xmlbuilder2',
      'xstate',
      'zod',
    ]);
  });

  it('reads nothing of what others are there for: settling, bundles, replay, the page, the test VTN', () => {
    const others = ['settlement', 'bundle', 'recording', 'vtn', 'inspector/drawing', 'inspector/page'];
    expect(files.filter((path) => others.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
  });

  it('reads the machines, and so this test looks where it should', () => {
    expect(files).toContain('machines/ven.ts');
    expect(files.length).toBeGreaterThan(200);
  });
});
