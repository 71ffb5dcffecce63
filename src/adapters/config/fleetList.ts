/** Changes the list of VENs beside a fleet's file, in one step, and leaves it as it was where the change cannot be used. */
import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../configurationError.ts';
import type { FleetFile } from './fleetFile.ts';
import { replaceFile } from './replaceFile.ts';

/** A VEN as a list has it. */
export type ListRow = Readonly<Record<string, unknown>> & { readonly venID: string };

/** What the rows become. */
type Change = (rows: readonly ListRow[]) => readonly ListRow[];

const unchangeable = (sentence: string): ConfigurationError => new ConfigurationError([sentence]);

const rowsOf = (path: string, text: string): readonly ListRow[] => {
  try {
    const rows: unknown = JSON.parse(text);
    if (Array.isArray(rows)) return rows as readonly ListRow[];
  } catch {
    // It may be CSV, or hold comments, which would be lost.
  }
  throw unchangeable(
    `The list ${path} is no plain JSON, so a command would spoil it: change it yourself, and say "ven fleet reload".`,
  );
};

/** Changes the list, and tries it: when that fails the list is again what it was. @throws whatever the trying throws; ConfigurationError */
export const changeList = async <Tried>(
  { path, vensPath }: Pick<FleetFile, 'path' | 'vensPath'>,
  change: Change,
  tryIt: () => Promise<Tried>,
): Promise<Tried> => {
  if (vensPath === null)
    throw unchangeable(
      `The VENs stand in ${path} itself, which commands leave alone: list them in a file that "vensFile" names, or change it yourself and say "ven fleet reload".`,
    );
  const before = readFileSync(vensPath, 'utf8');
  replaceFile(vensPath, `${JSON.stringify(change(rowsOf(vensPath, before)), null, 1)}\n`);
  try {
    return await tryIt();
  } catch (error) {
    replaceFile(vensPath, before);
    throw error;
  }
};
