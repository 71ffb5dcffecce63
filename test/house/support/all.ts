/** All of src, parsed once for whoever looks at all of it: it takes seconds and two hundred megabytes, so nobody else reads this file. */
import { filesBelow } from './files.ts';
import { importsOf, type Import } from './imports.ts';
import { parsed, type SourceFile } from './sources.ts';

/** All of src. */
export const sources: readonly SourceFile[] = filesBelow('src')
  .filter((path) => /\.tsx?$/.test(path))
  .map(parsed);

/** Every import of src. */
export const imports: readonly Import[] = sources.flatMap(importsOf);
