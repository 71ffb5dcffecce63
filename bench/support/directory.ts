import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends an empty directory. */
export const withDirectory = async <Result>(body: (directory: string) => Promise<Result>): Promise<Result> => {
  const directory = mkdtempSync(join(tmpdir(), 'ter-ven-bench-'));
  try {
    return await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
