/**
 * Who imports what.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import { placeOf, type SourceFile } from './sources.ts';

/** One import. `to`: a file of src, or a package. */
export interface Import {
  readonly from: string;
  readonly place: string;
  readonly to: string;
  readonly isOurs: boolean;
  /** Gone after compilation. */
  readonly isTypeOnly: boolean;
  /** Read only when it is needed. */
  readonly isLazy: boolean;
}

const isTypeOnly = (statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean => {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.every((each) => each.isTypeOnly)
  );
};

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const importOf = (file: SourceFile, node: ts.Node, specifier: string, typeOnly: boolean, isLazy = false): Import => {
  const isOurs = specifier.startsWith('.');
  const to = isOurs ? posix.join(posix.dirname(file.path), specifier) : packageOf(specifier);
  return { from: file.path, place: placeOf(file, node), to, isOurs, isTypeOnly: typeOnly, isLazy };
};

/** Imports within expressions: `await import('…')`. */
const dynamicImports = (file: SourceFile): readonly Import[] => {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteral(specifier))
        found.push(importOf(file, node, specifier.text, false, true));
    }
    ts.forEachChild(node, visit);
  };
  if (file.text.includes('import(')) visit(file.tree);
  return found;
};

/** What a file imports. */
export const importsOf = (file: SourceFile): readonly Import[] => [
  ...file.tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const specifier = statement.moduleSpecifier;
    return specifier !== undefined && ts.isStringLiteral(specifier)
      ? [importOf(file, statement, specifier.text, isTypeOnly(statement))]
      : [];
  }),
  ...dynamicImports(file),
];

/** The first circle among imports, as the files along it; null when there is none. */
export const circleIn = (all: readonly Import[]): readonly string[] | null => {
  const next = new Map<string, string[]>();
  for (const { from, to } of all) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): readonly string[] | null => {
    const met = trail.indexOf(path);
    if (met !== -1) return [...trail.slice(met), path];
    if (done.has(path)) return null;
    for (const to of next.get(path) ?? []) {
      const circle = walk(to, [...trail, path]);
      if (circle !== null) return circle;
    }
    done.add(path);
    return null;
  };
  for (const path of next.keys()) {
    const circle = walk(path, []);
    if (circle !== null) return circle;
  }
  return null;
};
