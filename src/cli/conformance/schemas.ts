/** The schemas of the standard, which may not ship with us: messages are held against them by xmllint, where both are there. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from '../exitCode.ts';

/** What came of validating texts. */
export type Validation =
  | { readonly kind: 'run'; readonly hash: string; readonly faults: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'not run'; readonly because: string };

const rootSchema = 'oadr_20b.xsd';

/** SHA-256 over all schema files, by name and content. */
const hashOf = (directory: string): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory)
    .filter((each) => each.endsWith('.xsd'))
    .sort())
    hash
      .update(name)
      .update('\0')
      .update(readFileSync(join(directory, name)))
      .update('\0');
  return hash.digest('hex');
};

/** @limit What xmllint may say of all messages. @unit bytes */
const mostOutput = 64 * 1024 * 1024;

const xmllint = (
  schema: string,
  files: readonly string[],
): Promise<{ readonly said: string; readonly isThere: boolean }> =>
  new Promise((resolve) => {
    execFile(
      'xmllint',
      ['--noout', '--nonet', '--schema', schema, ...files],
      { maxBuffer: mostOutput },
      (error, _stdout, stderr) =>
        resolve({ said: stderr, isThere: (error as NodeJS.ErrnoException | null)?.code !== 'ENOENT' }),
    );
  });

/** @limit Files named in one call. */
const filesAtOnce = 500;

/** Validates texts, each once. `directory`: where the schemas are, if anywhere; `scratch`: a directory of our own. */
export const validateTexts = async (
  texts: ReadonlySet<string>,
  directory: string | undefined,
  scratch: string,
): Promise<Validation> => {
  if (directory === undefined) return { kind: 'not run', because: 'no --schemas are given' };
  const schema = join(directory, rootSchema);
  if (!existsSync(schema))
    throw new CommandFailure(
      `There is no ${rootSchema} in ${directory}: give --schemas the directory with the OpenADR 2.0b schema files, as they are handed out to members of the Alliance.`,
    );
  const all = [...texts];
  const fileOf = (index: number): string => join(scratch, `message-${index}.xml`);
  all.forEach((xml, index) => writeFileSync(fileOf(index), xml, { mode: 0o600 }));
  const faults = new Map<string, string[]>();
  for (let from = 0; from < all.length; from += filesAtOnce) {
    const files = all.slice(from, from + filesAtOnce).map((_, index) => fileOf(from + index));
    const { said, isThere } = await xmllint(schema, files);
    if (!isThere) return { kind: 'not run', because: 'xmllint is not there (it comes with libxml2-utils)' };
    const validated = new Set<number>();
    for (const line of said.split('\n')) {
      const [, number, fault] = /message-(\d+)\.xml(?::\d+)?[: ]+(.*)$/.exec(line) ?? [];
      if (number === undefined || fault === undefined) continue;
      const text = all[Number(number)] ?? '';
      if (fault === 'validates') validated.add(Number(number));
      else faults.set(text, [...(faults.get(text) ?? []), fault.replaceAll(/\{[^}]*\}/g, '')]);
    }
    // What is not said to be valid is not: no silence counts as a yes.
    files.forEach((_, index) => {
      const text = all[from + index] ?? '';
      if (!validated.has(from + index) && !faults.has(text)) faults.set(text, ['xmllint did not say that it is valid']);
    });
  }
  return { kind: 'run', hash: hashOf(directory), faults };
};
