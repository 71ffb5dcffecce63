/** A folder in which files of a meter land: which of them are whole, and what they tell. Nothing in it is changed. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FileReading } from '../../settlement/files/fileReading.ts';
import { longestFileBytes } from '../../settlement/files/fileText.ts';
import type { Layout } from '../../settlement/files/layout.ts';
import { meterFromBytes } from '../../settlement/files/meterFromBytes.ts';
import { UnusableFile } from '../../settlement/files/unusableFile.ts';
import type { Journal } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import { type Contradiction, intervalOf, type IntervalLedger, type ToldInterval } from './ledger.ts';

/** A file that was written to within this time may not be whole. @unit ms */
export const stillWrittenMs = 60_000;

/** Names that programs give to what is not whole yet, and to what is none of ours. */
const isUnfinished = (name: string): boolean => /^[.~]|~$|\.(?:tmp|part|partial|crdownload|filepart|swp)$/i.test(name);

/** What a folder is read with. */
export interface MeterFolderOptions {
  readonly resourceID: string;
  readonly folder: string;
  readonly layout: Layout;
  /** What the files call the meter; null: they tell of one alone. */
  readonly fileDevice: string | null;
  readonly timeZone: string;
  readonly now: () => number;
  readonly journal: Journal;
  readonly ledger: IntervalLedger;
}

/** How a file stood when it was looked at. */
interface FileStanding {
  readonly name: string;
  readonly size: number;
  readonly changedAt: number;
}

const asIso = (at: number): string => new Date(at).toISOString();

const contradictionText = ([first, ...more]: readonly Contradiction[], resourceID: string): string | null => {
  if (first === undefined) return null;
  const { known, told } = first;
  const energy = ({ startAt, endAt, importWattHours, exportWattHours, file, line }: ToldInterval): string =>
    `${importWattHours} Wh drawn and ${exportWattHours} Wh delivered from ${asIso(startAt)} to ${asIso(endAt)} (${file}, ${line})`;
  const others = more.length === 0 ? '' : `, and so with ${more.length} more`;
  return `${resourceID}: ${energy(told)} differs from ${energy(known)}${others}; what was told first stays.`;
};

/** A folder of files of one meter, as far as it has been looked at. */
export class MeterFolder {
  readonly #options: MeterFolderOptions;
  readonly #taken = new Map<string, FileStanding>();
  readonly #contents = new Set<string>();
  #looking: Promise<void> | null = null;

  constructor(options: MeterFolderOptions) {
    this.#options = options;
  }

  /** Takes what has come since the last look. @throws DeviceError when the folder cannot be read */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const standings = await this.#standings();
    for (const standing of standings) {
      const { name, changedAt } = standing;
      const age = this.#options.now() - changedAt;
      if (isDeepStrictEqual(this.#taken.get(name), standing) || (age >= 0 && age < stillWrittenMs)) continue;
      await this.#take(standing);
    }
  }

  /** Whatever lies in the folder, the oldest first. */
  async #standings(): Promise<readonly FileStanding[]> {
    const { folder, resourceID } = this.#options;
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      const names = entries.filter((entry) => !entry.isDirectory() && !isUnfinished(entry.name));
      const found = await Promise.all(names.map(({ name }) => this.#standing(name)));
      return found
        .filter((each) => each !== null)
        .sort((a, b) => a.changedAt - b.changedAt || (a.name < b.name ? -1 : 1));
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw new DeviceError(
        'Configuration Error',
        `The folder ${folder} of ${resourceID} cannot be read (${code}): correct the path, or its permissions.`,
      );
    }
  }

  /** Null when it is gone by now, or is no file. */
  async #standing(name: string): Promise<FileStanding | null> {
    try {
      const found = await stat(join(this.#options.folder, name));
      return found.isFile() ? { name, size: found.size, changedAt: found.mtimeMs } : null;
    } catch {
      return null;
    }
  }

  async #take(standing: FileStanding): Promise<void> {
    const { resourceID, journal } = this.#options;
    try {
      await this.#read(standing);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        error instanceof UnusableFile
          ? error.message
          : `${standing.name}: the file cannot be read (${code ?? 'it is damaged'}); check it, and its permissions.`;
      journal.warn(`A file of ${resourceID} is not counted, and stays where it is: ${why}`);
      this.#taken.set(standing.name, standing);
    }
  }

  async #read(standing: FileStanding): Promise<void> {
    const { name, size } = standing;
    const { folder, layout, timeZone, ledger, journal, resourceID } = this.#options;
    if (size > longestFileBytes)
      throw new UnusableFile(`${name}: the file has ${size} bytes, and the limit is ${longestFileBytes}; divide it.`);
    const bytes = await readFile(join(folder, name));
    // It was written to meanwhile: it is looked at again.
    if (!isDeepStrictEqual(await this.#standing(name), standing)) return;
    const content = createHash('sha256').update(bytes).digest('hex');
    if (this.#contents.has(content)) {
      this.#taken.set(name, standing);
      journal.info(`${resourceID}: ${name} holds what another file held, and is counted once.`);
      return;
    }
    const { readings, notes } = meterFromBytes(name, bytes, layout, timeZone, true);
    const intervals = this.#own(name, readings);
    const contradictions = contradictionText(ledger.take(intervals), resourceID);
    this.#taken.set(name, standing);
    this.#contents.add(content);
    const [first, last] = [intervals[0], intervals.at(-1)];
    if (first !== undefined && last !== undefined)
      journal.info(`${resourceID}: ${name} tells from ${asIso(first.startAt)} to ${asIso(last.endAt)}.`, { notes });
    if (contradictions !== null) journal.warn(contradictions);
  }

  /** What a file tells of this meter. */
  #own(name: string, readings: readonly FileReading[]): readonly ToldInterval[] {
    const { fileDevice, resourceID } = this.#options;
    const told = new Set(readings.map(({ device }) => device));
    const names = [...told].map((each) => each ?? 'one without a name').join(', ');
    if (fileDevice === null && told.size > 1)
      throw new UnusableFile(
        `${name}: it tells of several meters (${names}); say which is ${resourceID} with fileDevice.`,
      );
    const own = fileDevice === null ? readings : readings.filter(({ device }) => device === fileDevice);
    if (own.length === 0)
      throw new UnusableFile(
        `${name}: it tells nothing of ${fileDevice ?? resourceID}, only of ${names}; see fileDevice.`,
      );
    return own.map((reading) => intervalOf(name, reading));
  }
}
