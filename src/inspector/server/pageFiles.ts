/** The page's files, as its build left them in a directory: read once, served by name, and nothing else of the disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { HttpAnswer } from './respond.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** What the page consists of, by path. */
export type PageFiles = ReadonlyMap<string, HttpAnswer>;

const withoutPage: HttpAnswer = {
  contentType: 'text/plain; charset=utf-8',
  body: 'The inspector runs, and its page has not been built: run "npm run build". The API answers at /api/v1/openapi.json.\n',
};

const fileNames = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};

/** Reads the page of a directory; where there is none, a sentence says so. */
export const readPage = (directory: string | null): PageFiles => {
  const files = new Map<string, HttpAnswer>();
  for (const name of directory === null ? [] : fileNames(directory)) {
    const contentType = contentTypes[extname(name)];
    if (contentType !== undefined)
      files.set(`/${name}`, { contentType, body: readFileSync(join(directory as string, name)) });
  }
  files.set('/', files.get('/index.html') ?? withoutPage);
  return files;
};
