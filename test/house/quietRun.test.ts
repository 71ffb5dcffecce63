/** What `ven run` reads at its start, and holds in memory for months, whether it is used or not. */
import { describe, expect, it } from 'vitest';
import { importsOf, type Import } from './support/imports.ts';
import { parsed } from './support/sources.ts';

/** The process and its command; all that they import, and what that imports, save what is read only when it is needed. */
const roots: readonly string[] = ['cli/ven.ts', 'cli/run/run.ts'];

const files = new Set(roots);
const imports: Import[] = [];
// A set that grows while it is walked is walked to its end.
for (const path of files)
  for (const each of importsOf(parsed(`src/${path}`))) {
    if (each.isTypeOnly || each.isLazy) continue;
    imports.push(each);
    if (each.isOurs) files.add(each.to);
  }

describe('a quiet ven run', () => {
  it('reads these libraries and no other: one that is used on demand is imported when it is', () => {
    const libraries = imports.filter(({ to, isOurs }) => !isOurs && !to.startsWith('node:')).map(({ to }) => to);
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
    expect([...files].filter((path) => others.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
  });

  it('reads the machines, and so this test looks where it should', () => {
    expect(files).toContain('machines/ven.ts');
    expect(files.size).toBeGreaterThan(200);
  });
});
