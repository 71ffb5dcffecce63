/** A file of the source, parsed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repository } from './files.ts';

/** A file of src: its path from there, with slashes, and its tree. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Reads a file of src, given by its path from the root. */
export const parsed = (path: string): SourceFile => {
  const text = readFileSync(join(repository, path), 'utf8');
  return {
    path: path.replace(/^src\//, ''),
    text,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
  };
};

/** `file:line`, so that an editor finds it. */
export const placeOf = ({ path, tree }: SourceFile, node: ts.Node): string =>
  `src/${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;

/** Whether a path lies in one of some folders or is one of some files. */
export const isIn = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`));
