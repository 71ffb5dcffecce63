import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** Which side of a rule a test tells: that it is kept, or what becomes of that which breaks it or lies outside of it. */
export type Side = '+' | '-';

/** A test's word that it tells one side of a row. */
export interface Declaration {
  readonly row: string;
  readonly side: Side;
  /** The test's title as it stands in the source. */
  readonly title: string;
  /** From the repository, with slashes. */
  readonly file: string;
}

const tag = /^\s*\/\/\s*@row\b/;

const shape = /^\/\/ @row(?: [+-]\d+\.\d+(?:-\d+)?)+$/;

/** What a chain of calls and properties begins with, and the properties: `it` and `each` of `it.each(table)(title, …)`. */
const chainOf = (expression: ts.Expression): readonly string[] => {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isCallExpression(expression)) return chainOf(expression.expression);
  if (ts.isPropertyAccessExpression(expression)) return [...chainOf(expression.expression), expression.name.text];
  return [];
};

/** The title of a test that runs; undefined for anything else, `it.skip` and `it.todo` included. */
const titleOf = (node: ts.Node): string | undefined => {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return undefined;
  const [name, ...properties] = chainOf(node.expression.expression);
  const [title] = node.expression.arguments;
  if (!(name === 'it' || name === 'test') || properties.some((each) => each === 'skip' || each === 'todo'))
    return undefined;
  if (title === undefined) return undefined;
  if (ts.isStringLiteralLike(title)) return title.text;
  return ts.isTemplateExpression(title) ? title.getText().slice(1, -1) : undefined;
};

const linesAbove = (node: ts.Node, source: string): readonly string[] =>
  (ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []).map(({ pos, end }) => source.slice(pos, end).trim());

/** The rows that the tests of a file tell: comments directly above a test. */
export const declarationsIn = (source: string, file: string): readonly Declaration[] => {
  if (!source.includes('@row')) return [];
  const found: Declaration[] = [];
  const visit = (node: ts.Node): void => {
    const title = titleOf(node);
    if (title !== undefined)
      for (const line of linesAbove(node, source).filter((each) => shape.test(each)))
        for (const word of line.split(' ').slice(2))
          found.push({ row: word.slice(1), side: word.startsWith('+') ? '+' : '-', title, file });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true));
  return found;
};

/** Lines that look like a declaration and are not read as one: in the wrong place, or miswritten. */
export const strayDeclarations = (
  source: string,
  file: string,
  declared = declarationsIn(source, file),
): readonly string[] => {
  const words = source.split('\n').flatMap((line) => (tag.test(line) ? [line.trim().split(/\s+/).length - 2] : []));
  const meant = words.reduce((sum, each) => sum + Math.max(each, 1), 0);
  const read = declared.length;
  return meant === read
    ? []
    : [
        `${file}: ${meant - read} rows of @row lines are not read; write "// @row +7.8 -7.7" directly above a test that runs.`,
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
