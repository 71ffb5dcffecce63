import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { backUpLog } from '../../store/level/backup.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { isBegun, noLogYet } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { isoText } from '../rows.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { bytesText } from '../table.ts';

const placeFor = (given: ParsedArguments, directory: string): string => {
  const out = given.text('out');
  if (out === undefined) throw new UsageError('A backup needs a place: write --out DIRECTORY, best on another disk.');
  const place = resolve(out);
  if (`${place}${sep}`.startsWith(`${directory}${sep}`))
    throw new UsageError(
      `${place} lies in the data directory, and would go with it: name a place elsewhere with --out.`,
    );
  if (existsSync(place))
    throw new CommandFailure(`${place} is there already: name another directory with --out, or remove it.`);
  return place;
};

/** The body of `ven log backup`. The agent, if one runs, is not asked and not disturbed. */
export const logBackup = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { dataDirectory: directory } = configurationFor(given, surroundings).settings;
  if (!isBegun(directory)) throw noLogYet(directory);
  const out = placeFor(given, directory);
  const partial = `${out}.${process.pid}.partial`;
  const now = surroundings.now();
  try {
    const { head, entries, bytes } = await backUpLog(directory, partial, now);
    await rename(partial, out);
    const text = given.switches.has('json')
      ? JSON.stringify({ out, entries, bytes, position: head.position, hash: head.hash, at: isoText(now) })
      : [
          `Copied ${counted(entries, 'entry', 'entries')} (${bytesText(bytes)}) up to position ${head.position} into ${out}, and proved the copy whole.`,
          'Configuration, key and token are not in it: keep those by themselves. "ven log restored" says how it is put back.',
        ].join('\n');
    say(surroundings.stdout, `${text}\n`);
    return EXIT.success;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};
