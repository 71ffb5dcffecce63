import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A test file's word that it tells a row; without text, another file says what the row is about. */
export interface Declaration {
  readonly row: string;
  readonly text?: string;
  /** From the repository, with slashes. */
  readonly file: string;
}

const shape = /^\/\/ @row (\S+)(?: \| (.*))?$/;

/** The rows that the first lines of a test file name: comment lines before anything else. */
export const declarationsIn = (source: string, file: string): readonly Declaration[] => {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return (end === -1 ? lines : lines.slice(0, end)).flatMap((line) => {
    const [, row, text] = shape.exec(line.trimEnd()) ?? [];
    if (row === undefined) return [];
    return [{ row, file, ...(text === undefined ? {} : { text: text.trim() }) }];
  });
};

/** Lines that look like a declaration and are not read as one: in the wrong place, or miswritten. */
export const strayDeclarations = (source: string, file: string): readonly string[] => {
  const read = declarationsIn(source, file).length;
  const meant = source.split('\n').filter((line) => /^\/\/\s*@row\b/.test(line)).length;
  return meant === read
    ? []
    : [
        `${file}: ${meant - read} @row lines are not read; write "// @row 7.8 | text" in the first lines of the file, before anything else.`,
      ];
};

const testFilesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return testFilesBelow(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });

/** All test files of the repository with their text, in the order of their names. */
export const testSources = (repository: string): readonly (readonly [file: string, source: string])[] =>
  testFilesBelow(join(repository, 'test'))
    .map((path) => [relative(repository, path).split(sep).join('/'), readFileSync(path, 'utf8')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
