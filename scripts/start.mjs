/**
 * `npm start`: installs and builds when needed, then becomes `ven` in this very process,
 * so that signals, exit code and terminal are the command's own and nothing has to be forwarded.
 *
 *   npm start                     ven demo
 *   npm start -- -v my.ven -u …   ven run -v my.ven -u …
 *   npm start -- prices           ven prices
 */
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded, installWhenNeeded, requireNode } from './prepare.mjs';

requireNode();
await installWhenNeeded();
const ven = await buildWhenNeeded();

const given = process.argv.slice(2);
process.argv = [process.execPath, ven, ...(given.length === 0 ? ['demo'] : given)];
await import(pathToFileURL(ven).href);
