/**
 * The types that a file declares, read with the TypeScript compiler: names, fields and what is said about them.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { readComment, type Comment } from './comment.ts';

/** A field of an interface. */
export interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
  readonly comment: Comment | null;
}

/** An interface (with fields) or another type (with its text). */
export interface Declaration {
  readonly name: string;
  readonly comment: Comment | null;
  /** Null for a type that is no interface. */
  readonly fields: readonly Field[] | null;
  readonly text: string;
  readonly extends: readonly string[];
}

/** The comment right before a node; earlier ones belong to something else. */
export const commentOf = (node: ts.Node): Comment | null => {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const last = docs.at(-1);
  return last === undefined ? null : readComment(last.getText());
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').replace(/^\| /, '').replace(/\{ readonly /g, '{ ').replace(/; readonly /g, '; ');

const fieldOf = (member: ts.TypeElement): readonly Field[] =>
  ts.isPropertySignature(member)
    ? [
        {
          name: member.name.getText(),
          isOptional: member.questionToken !== undefined,
          type: oneLine(member.type?.getText() ?? 'unknown'),
          comment: commentOf(member),
        },
      ]
    : [];

const declarationOf = (statement: ts.Statement): readonly Declaration[] => {
  if (ts.isInterfaceDeclaration(statement)) {
    const bases = (statement.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText()));
    const fields = statement.members.flatMap(fieldOf);
    return [{ name: statement.name.text, comment: commentOf(statement), fields, text: '', extends: bases }];
  }
  if (ts.isTypeAliasDeclaration(statement)) {
    return [{ name: statement.name.text, comment: commentOf(statement), fields: null, text: oneLine(statement.type.getText()), extends: [] }];
  }
  return [];
};

/** Reads the declarations of a file, in its order. */
export const readDeclarations = (path: string): readonly Declaration[] => {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap(declarationOf);
};
