/**
 * What stands in a file: its exports, their comments, and the names it takes from the world.
 */
import ts from 'typescript';
import { placeOf, type SourceFile } from './sources.ts';

/** Something a file offers to others. */
export interface Exported {
  readonly name: string;
  readonly place: string;
  readonly isDocumented: boolean;
}

const modifiersOf = (node: ts.Node): readonly ts.ModifierLike[] =>
  ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];

const has = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  modifiersOf(node).some((modifier) => modifier.kind === kind);

const isDocumented = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);

const nameOf = (statement: ts.Statement): string => {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  const { name } = statement as ts.DeclarationStatement;
  return name?.getText() ?? 'unnamed';
};

/** A type that only gives a name to what a value or another type says: `(typeof names)[number]`, `keyof Facts`. */
const isDerived = (statement: ts.Statement): boolean =>
  ts.isTypeAliasDeclaration(statement) && /^\(?(typeof|keyof|z\.infer)\b/.test(statement.type.getText());

const opening = (file: SourceFile): boolean => /^\s*\/\*\*/.test(file.text);

/** A thing named as its file is introduced by the comment the file opens with. */
const isTheFilesOwn = (file: SourceFile, name: string): boolean =>
  opening(file) && file.path.toLowerCase().endsWith(`/${name.toLowerCase()}.ts`);

/** Lines right under a documented one belong to it, like a list under its heading. */
const isInAGroup = (file: SourceFile, place: number): boolean => {
  const [before, statement] = [file.tree.statements[place - 1], file.tree.statements[place]];
  if (before === undefined || statement === undefined || statement.kind !== before.kind) return false;
  const lineOf = (position: number): number => file.tree.getLineAndCharacterOfPosition(position).line;
  const isRightUnder = lineOf(statement.getStart()) === lineOf(before.getEnd()) + 1;
  return isRightUnder && (isDocumented(before) || isInAGroup(file, place - 1));
};

/**
 * What a file declares and exports. One comment may serve two: the type and the codec of an element, a value and the type
 * derived from it, the members of a group, a file and the one thing it is named after.
 */
export const exportsOf = (file: SourceFile): readonly Exported[] => {
  const exported = file.tree.statements
    .map((statement, place) => ({ statement, place, name: nameOf(statement) }))
    .filter(({ statement }) => has(statement, ts.SyntaxKind.ExportKeyword));
  const documented = new Set(
    exported.filter(({ statement }) => isDocumented(statement)).map(({ name }) => name.toLowerCase()),
  );
  return exported.map(({ statement, place, name }) => ({
    name,
    place: placeOf(file, statement),
    isDocumented:
      documented.has(name.toLowerCase()) ||
      isDerived(statement) ||
      isInAGroup(file, place) ||
      isTheFilesOwn(file, name),
  }));
};

/** Places of default exports. */
export const defaultExportsOf = (file: SourceFile): readonly string[] =>
  file.tree.statements
    .filter((statement) => ts.isExportAssignment(statement) || has(statement, ts.SyntaxKind.DefaultKeyword))
    .map((statement) => placeOf(file, statement));

/** Words for a type that say nothing: whatever is called so passes for anything. */
const saysNothing: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.AnyKeyword, ts.SyntaxKind.NeverKeyword]);

/** Places at which the compiler is told something twice, or told nothing: casts over another cast, to `any` and to `never`. */
export const blindCastsOf = (file: SourceFile): readonly string[] => {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isAsExpression(node)) {
      let inner = node.expression;
      while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
      const isDouble = ts.isAsExpression(inner) && inner.type.getText(file.tree) !== 'const';
      if (isDouble || saysNothing.has(node.type.kind)) found.push(placeOf(file, node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
};

/** Clock, chance, timers and the process, as they are called without any import. */
const worldlyGlobals: ReadonlySet<string> = new Set([
  'process',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'fetch',
  'crypto',
  'navigator',
  'WebSocket',
]);

const isOnlyAName = (node: ts.Identifier, { parent }: ts.Identifier = node): boolean =>
  (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
  (ts.isPropertyAssignment(parent) && parent.name === node) ||
  (ts.isPropertySignature(parent) && parent.name === node) ||
  (ts.isPropertyDeclaration(parent) && parent.name === node) ||
  (ts.isMethodDeclaration(parent) && parent.name === node) ||
  (ts.isMethodSignature(parent) && parent.name === node) ||
  ts.isImportSpecifier(parent) ||
  ts.isBindingElement(parent) ||
  ts.isParameter(parent);

const isNamed = (node: ts.Node, name: string): boolean => ts.isIdentifier(node) && node.text === name;

const isCall = (node: ts.Node, object: string, property: string): boolean =>
  ts.isPropertyAccessExpression(node) && node.name.text === property && isNamed(node.expression, object);

const isClock = (node: ts.Node): boolean =>
  isCall(node, 'Date', 'now') ||
  (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0) ||
  isCall(node, 'Temporal', 'Now');

/** Where a file reaches for the world: `src/core/step.ts:12 Date.now`. */
export const worldlyUsesOf = (file: SourceFile): readonly string[] => {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isClock(node) || isCall(node, 'Math', 'random')) found.push(`${placeOf(file, node)} ${node.getText()}`);
    if (ts.isIdentifier(node) && worldlyGlobals.has(node.text) && !isOnlyAName(node))
      found.push(`${placeOf(file, node)} ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
};
