import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { circleIn, type Import } from './support/imports.ts';
import { blindCastsOf, defaultExportsOf, exportsOf, worldlyUsesOf } from './support/language.ts';
import { namesakesIn } from './support/namesakes.ts';
import { isIn, type SourceFile } from './support/sources.ts';

/** A file that is not there. */
const file = (text: string, path = 'agent/made.ts'): SourceFile => ({
  path,
  text,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
});

const link = (from: string, to: string): Import => ({
  from,
  to,
  place: from,
  isOurs: true,
  isTypeOnly: false,
  isLazy: false,
});

/** Checks that find nothing prove nothing: here each is shown what it is to find. */
describe('the checks of the house find', () => {
  it('a circle of imports, along its files', () => {
    expect(circleIn([link('a', 'b'), link('b', 'c'), link('c', 'b')])).toEqual(['b', 'c', 'b']);
    expect(circleIn([link('a', 'b'), link('a', 'c'), link('b', 'c')])).toBeNull();
  });

  it('the clock, chance, timers and the process, and no harmless namesakes', () => {
    const uses = worldlyUsesOf(
      file(
        'const a = Date.now();\nconst b = new Date();\nconst c = Math.random();\nsetTimeout(() => process.exit(), 1);\nconst d = new Date(0);\nport.fetch();\nconst e = { process: 1 };',
      ),
    );
    expect(uses.map((use) => use.split(' ').slice(1).join(' '))).toEqual([
      'Date.now',
      'new Date()',
      'Math.random',
      'setTimeout',
      'process',
    ]);
  });

  it('casts that say something twice or nothing, and no other', () => {
    const casts = 'const a = b as unknown as C;\nconst d = e as never;\nconst f = (g as H) as any;\n';
    const others = 'const i = j as K;\nconst l = [1] as const;\nconst m = ([1] as const) as N;\n';
    expect(blindCastsOf(file(casts + others))).toEqual([1, 2, 3].map((line) => `src/agent/made.ts:${line}`));
  });

  it('default exports of both kinds', () => {
    expect(defaultExportsOf(file('const a = 1;\nexport default a;'))).toEqual(['src/agent/made.ts:2']);
    expect(defaultExportsOf(file('export default function a() {}'))).toHaveLength(1);
  });

  it('exports without a word', () => {
    const silent = exportsOf(
      file(
        '/** A. */\nexport const a = 1;\n\nexport const b = 2;\n\n// not a comment for readers\nexport interface C {}\n',
      ),
    ).filter(({ isDocumented }) => !isDocumented);
    expect(silent.map(({ name }) => name)).toEqual(['b', 'C']);
  });

  it('no fault where one comment serves several', () => {
    const texts = [
      '/** The list. */\nexport const names = [1] as const;\n\nexport type Name = (typeof names)[number];',
      '/** An element. */\nexport interface EiEvent {}\n\nexport const eiEvent = 1;',
      '/** A group. */\nexport const one = 1;\nexport const two = 2;',
    ];
    expect(texts.flatMap((text) => exportsOf(file(text))).every(({ isDocumented }) => isDocumented)).toBe(true);
    expect(
      exportsOf(file('/** What this file is. */\nimport x from "y";\nexport class Made {}')).every(
        ({ isDocumented }) => isDocumented,
      ),
    ).toBe(true);
  });

  it('a name that two types bear, one of them for others to use', () => {
    const [one, two] = [file('export interface Span {}', 'a.ts'), file('type Span = 1;', 'b.ts')];
    expect(namesakesIn([one, two])).toEqual(['Span: src/a.ts:1, src/b.ts:1']);
    expect(namesakesIn([two, file('type Span = 2;', 'c.ts')])).toEqual([]);
    expect(namesakesIn([one, file("type Span = ApiAnswer<'span'>;", 'inspector/answers/d.ts')])).toEqual([]);
    expect(namesakesIn([one, file('export type Span = 3;', 'inspector/page/server/answers.ts')])).toEqual([]);
    expect(namesakesIn([one, file('export type Span = 3;', 'inspector/page/other.ts')])).toHaveLength(1);
  });

  it('that a folder is not its neighbour with a longer name', () => {
    expect(isIn('store/projections/usage.ts', ['store'])).toBe(true);
    expect(isIn('storehouse/usage.ts', ['store'])).toBe(false);
  });
});
