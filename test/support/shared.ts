import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The directory of schemas and real payloads: `TER_VEN_SHARED`, or `../shared` beside the repository. */
export const sharedDirectory = process.env['TER_VEN_SHARED'] ?? resolve(repository, '..', 'shared');

/** Whether schemas and payloads can be read; tests that need them skip, and say so, when they cannot. */
export const sharedIsPresent = existsSync(join(sharedDirectory, 'openadr', 'xsd', 'oadr_20b.xsd'));

/** Reads one file below the shared directory as text. */
export const readShared = (...path: string[]): string => readFileSync(join(sharedDirectory, ...path), 'utf8');

/** The file names of all payloads, or none when the shared directory is absent. */
export const payloadNames = (): string[] =>
  sharedIsPresent
    ? readdirSync(join(sharedDirectory, 'openadr', 'payloads'))
        .filter((name) => name.endsWith('.xml'))
        .sort()
    : [];

/** One payload's bytes, as a VTN or VEN would have sent them. */
export const readPayload = (name: string): Uint8Array =>
  readFileSync(join(sharedDirectory, 'openadr', 'payloads', name));
