/**
 * One word, one meaning: the name of an exported type is the name of nothing else.
 */
import ts from 'typescript';
import { isIn, placeOf, type SourceFile } from './sources.ts';

interface Named {
  readonly name: string;
  readonly place: string;
  readonly isExported: boolean;
}

/** Says what the API says, under the API's names, on purpose: the page has no other words for what it is answered. */
const mirror = 'inspector/page/server/answers.ts';

/** A world of its own, the browser's; what it does not export, nobody else reads. */
const page = 'inspector/page';

/** A name for a part of what the API answers: `ApiAnswer<'state'>['streams']`. */
const isOfTheApi = (statement: ts.Statement): boolean =>
  ts.isTypeAliasDeclaration(statement) && /^(ApiAnswer<|[A-Z]\w*\[')/.test(statement.type.getText());

const namedIn = (file: SourceFile): readonly Named[] =>
  file.tree.statements.flatMap((statement) => {
    const isType =
      ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
    if (!isType || statement.name === undefined) return [];
    const isExported = (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported && (isIn(file.path, [page]) || isOfTheApi(statement))) return [];
    return [{ name: statement.name.text, place: placeOf(file, statement), isExported }];
  });

/** Types that share the name of an exported one, each with its places. */
export const namesakesIn = (files: readonly SourceFile[]): readonly string[] => {
  const byName = new Map<string, Named[]>();
  for (const named of files.filter(({ path }) => path !== mirror).flatMap(namedIn))
    byName.set(named.name, [...(byName.get(named.name) ?? []), named]);
  return [...byName]
    .filter(([, all]) => all.length > 1 && all.some(({ isExported }) => isExported))
    .map(([name, all]) => `${name}: ${all.map(({ place }) => place).join(', ')}`);
};
