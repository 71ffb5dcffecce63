/** The files of the house, for whoever looks at their names: to parse its source takes seconds, and what is parsed stays in memory. */
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Files below a folder, by their paths from the repository's root. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile())
    .map((each) => relative(repository, join(each.parentPath, each.name)).replaceAll('\\', '/'))
    .sort();
