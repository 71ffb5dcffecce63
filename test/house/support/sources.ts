/**
 * The source of the house, parsed once for all checks of a test file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository's root. */
export const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** A file of src: its path from there, with slashes, and its tree. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** Files below a folder, by their paths from the repository's root. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile())
    .map((each) => relative(repository, join(each.parentPath, each.name)).replaceAll('\\', '/'))
    .sort();

const parse = (path: string): SourceFile => {
  const text = readFileSync(join(repository, path), 'utf8');
  return {
    path: path.replace(/^src\//, ''),
    text,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true),
  };
};

/** All of src. */
export const sources: readonly SourceFile[] = filesBelow('src')
  .filter((path) => /\.tsx?$/.test(path))
  .map(parse);

/** `file:line`, so that an editor finds it. */
export const placeOf = ({ path, tree }: SourceFile, node: ts.Node): string =>
  `src/${path}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;

/** Whether a path lies in one of some folders or is one of some files. */
export const isIn = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`));
