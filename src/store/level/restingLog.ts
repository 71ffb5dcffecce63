import { readEndMark } from './endMark.ts';
import { noLogOf } from '../errors.ts';
import type { DiskUse, DiskUseOptions, OnDisk } from '../diskLog.ts';
import type { Head } from '../head.ts';
import { emptyHead } from '../hashChain.ts';
import { explain } from './levelErrors.ts';
import { checkTables } from './files/checkFiles.ts';
import { lastValue, type Sorted, valueOf, valuesBetween } from './files/sorted.ts';
import { openStill, type Still } from './files/still.ts';
import { check, mayCreate, mustBelongTogether } from './levelOpening.ts';
import { bytesOnDisk, freeBytesOnDisk, logPaths, type LogPaths } from './logDirectory.ts';
import { readHeads } from './many/headsFile.ts';
import { logPrefixOf, storePaths, venKeyOf } from './many/storePaths.ts';
import { readMarker } from './logMarker.ts';
import { type Base, LogView, type Sublevel } from '../logView.ts';
import { ReadOnlyLog } from '../readOnlyLog.ts';

const text = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
const same = (bytes: Uint8Array): Uint8Array => bytes;

/** A sublevel of what lies there. */
const sublevelOf = <Value>(
  sources: readonly Sorted[],
  prefix: string,
  read: (bytes: Uint8Array) => Value,
): Sublevel<Value> => {
  return {
    get: async (key) => {
      const value = await valueOf(sources, prefix + key);
      return value === undefined ? undefined : read(value);
    },
    lastUpTo: async (key) => {
      const found = await lastValue(sources, prefix, prefix + key);
      return found === undefined ? undefined : [found[0].slice(prefix.length), read(found[1])];
    },
    values: async function* (from, to) {
      for await (const values of valuesBetween(sources, prefix + from, prefix + to)) yield values.map(read);
    },
  };
};

/** `log`: before which the keys of the log have where many lie in one database. */
const viewOf = ({ sources }: Still, log = ''): LogView =>
  new LogView({
    entries: sublevelOf(sources, `${log}!entries!`, text),
    wires: sublevelOf(sources, `${log}!wires!`, same),
    checkpoints: sublevelOf(sources, `${log}!checkpoints!`, same),
    meta: sublevelOf(sources, `${log}!meta!`, text),
  });

/** The parts of a log that lies open to be read. */
interface Opened {
  readonly paths: LogPaths;
  readonly still: Still;
  readonly view: LogView;
  readonly base: Base;
  readonly head: Head;
}

/** A log as it lay on its disk at one instant: everything can be read, and nothing is written, locked or waited for. */
class RestingLog extends ReadOnlyLog implements OnDisk {
  readonly #paths: LogPaths;

  constructor({ paths, still, view, base, head }: Opened) {
    super({ view, base, head, close: () => still.close() });
    this.#paths = paths;
  }

  async diskUse({ parts = false }: DiskUseOptions = {}): Promise<DiskUse> {
    return {
      ...(parts ? { parts: await this.view.parts() } : {}),
      bytes: bytesOnDisk(this.#paths),
      freeBytes: await freeBytesOnDisk(this.#paths),
    };
  }
}

/** How a log is opened for reading. */
export interface RestingOptions {
  /** Whether every table file is checked against its checksums first, those that nobody reads included. */
  readonly checkTables?: boolean;
}

/**
 * Opens the log in a data directory for those who only read, with the same doubts as the one who writes it.
 *
 * @throws LogError `io`, `missing`, `corrupt` or `newer`
 */
export const openRestingLog = async (
  directory: string,
  options: RestingOptions = {},
): Promise<ReadOnlyLog & OnDisk> => {
  const paths = logPaths(directory);
  let still: Still | undefined;
  try {
    // The marks first: whoever writes meanwhile makes the log longer than they say, never shorter.
    const marks = { begun: await readMarker(paths), endMark: await readEndMark(paths) };
    mayCreate(paths, marks, false);
    still = await openStill(paths.database);
    if (options.checkTables === true) await checkTables(paths.database);
    const view = viewOf(still);
    const marker = await mustBelongTogether(paths, view, marks);
    const base = await view.readBase();
    const remembered = [marker.head, marks.endMark?.head ?? emptyHead];
    const { head } = await check(view, { settled: marker.settled, base, remembered });
    return new RestingLog({ paths, still, view, base, head });
  } catch (error) {
    await still?.close();
    throw explain(error, directory);
  }
};

/**
 * Opens the log of one VEN in a store of many for those who only read, with the same doubts as the one who writes it.
 *
 * @throws LogError `io`, `missing`, `corrupt` or `newer`
 */
export const openRestingLogOf = async (directory: string, venID: string): Promise<ReadOnlyLog> => {
  const paths = storePaths(directory);
  const key = venKeyOf(venID);
  let still: Still | undefined;
  try {
    // The ends first: whoever writes meanwhile makes the logs longer than they say, never shorter.
    const ends = await readHeads(paths);
    still = await openStill(paths.database);
    const view = viewOf(still, logPrefixOf(key));
    if ((await view.readMeta()) === undefined) throw noLogOf(venID);
    const base = await view.readBase();
    const remembered = [ends?.heads.get(key) ?? emptyHead];
    const { head } = await check(view, { settled: await view.readSettled(), base, remembered });
    const opened = still;
    return new ReadOnlyLog({ view, base, head, close: () => opened.close() });
  } catch (error) {
    await still?.close();
    throw explain(error, `${directory} (VEN ${venID})`);
  }
};
