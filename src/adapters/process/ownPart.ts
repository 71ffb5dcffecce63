import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A file of this program that runs in a process of its own, and what Node is told to run it. */
export interface OwnPart {
  readonly path: string;
  readonly execArgv: readonly string[];
}

/** The first of these places, seen from `from`, where the part is: beside the sources, or in the bundle. @throws Error when it is at none of them */
export const ownPart = (places: readonly string[], from: string, doing: string): OwnPart => {
  const path = places.map((place) => fileURLToPath(new URL(place, from))).find((place) => existsSync(place));
  if (path === undefined) throw new Error(`The part that ${doing} is missing from this installation; install it anew.`);
  const loader = path.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(path).resolve('tsx')).href] : [];
  return { path, execArgv: loader };
};
