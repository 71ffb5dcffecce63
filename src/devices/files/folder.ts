/**
 * A folder in which files of a meter land, or of many: which of them are whole, and what they tell. Nothing in it is changed.
 *
 * A file that tells of ten thousand meters is read once, and each of them takes what is its own.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FileReading } from '../../files/fileReading.ts';
import type { ReadingRows } from '../../files/kept/keptReadings.ts';
import { longestFileBytes } from '../../files/fileText.ts';
import type { Layout } from '../../files/layout.ts';
import { meterFromBytes } from '../../files/meterFromBytes.ts';
import { UnusableFile } from '../../files/unusableFile.ts';
import type { Journal } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import { clockAsideText } from '../../text/clockAside.ts';
import { FileLags } from './lags.ts';
import { type Contradiction, intervalOf, type IntervalLedger, type ToldInterval } from './ledger.ts';

/** A file that was written to within this time may not be whole. @unit ms */
export const stillWrittenMs = 60_000;

/** Names that programs give to what is not whole yet, and to what is none of ours. */
const isUnfinished = (name: string): boolean => /^[.~]|~$|\.(?:tmp|part|partial|crdownload|filepart|swp)$/i.test(name);

/** What a folder is read with. */
export interface MeterFolderOptions {
  readonly folder: string;
  readonly layout: Layout;
  readonly timeZone: string;
  readonly now: () => number;
  readonly journal: Journal;
}

/** A meter of which the files of a folder tell. */
export interface FolderMeter {
  readonly resourceID: string;
  /** What the files call it; null: they tell of one alone. */
  readonly fileDevice: string | null;
  readonly ledger: IntervalLedger;
}

/** A folder of many is not looked at again within this time: each of its meters asks for a look. @unit ms */
const lookedAtMs = 1_000;

/** @limit An interval that ends this far ahead of our clock has not been measured. @unit ms */
const aheadMs = 300_000;

/** @limit Meters that are named in one sentence. */
const namesTold = 5;

const listed = (names: readonly string[]): string =>
  names.length <= namesTold
    ? names.join(', ')
    : `${names.slice(0, namesTold).join(', ')} and ${names.length - namesTold} more`;

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

/** A folder of files of meters, as far as it has been looked at. */
export class MeterFolder {
  readonly #options: MeterFolderOptions;
  readonly #taken = new Map<string, FileStanding>();
  readonly #contents = new Set<string>();
  readonly #meters = new Map<string, FolderMeter>();
  #looking: Promise<void> | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  readonly #lags = new FileLags();

  constructor(options: MeterFolderOptions) {
    this.#options = options;
  }

  /** Another meter: what was read already is read once more for it. */
  join(meter: FolderMeter): void {
    this.#meters.set(meter.resourceID, meter);
    this.#taken.clear();
    this.#contents.clear();
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** A meter that is let go. */
  leave(resourceID: string): void {
    this.#meters.delete(resourceID);
  }

  /** Takes what has come since the last look. @throws DeviceError when the folder cannot be read */
  look(): Promise<void> {
    const agoMs = this.#options.now() - this.#lookedAt;
    if (this.#looking === null && this.#meters.size > 1 && agoMs >= 0 && agoMs < lookedAtMs) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const standings = await this.#standings();
    this.#lookedAt = this.#options.now();
    for (const standing of standings) {
      const { name, changedAt } = standing;
      const age = this.#options.now() - changedAt;
      if (isDeepStrictEqual(this.#taken.get(name), standing) || (age >= 0 && age < stillWrittenMs)) continue;
      await this.#take(standing);
    }
  }

  /** Whatever lies in the folder, the oldest first. */
  async #standings(): Promise<readonly FileStanding[]> {
    const { folder } = this.#options;
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
        `The folder ${folder} of ${this.#names()} cannot be read (${code}): correct the path, or its permissions.`,
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
    const { journal } = this.#options;
    try {
      await this.#read(standing);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        error instanceof UnusableFile
          ? error.message
          : `${standing.name}: the file cannot be read (${code ?? 'it is damaged'}); check it, and its permissions.`;
      journal.warn(`A file of ${this.#names()} is not counted, and stays where it is: ${why}`);
      this.#taken.set(standing.name, standing);
    }
  }

  async #read(standing: FileStanding): Promise<void> {
    const { name, size } = standing;
    const { folder, layout, timeZone, journal } = this.#options;
    if (size > longestFileBytes)
      throw new UnusableFile(`${name}: the file has ${size} bytes, and the limit is ${longestFileBytes}; divide it.`);
    const bytes = await readFile(join(folder, name));
    // It was written to meanwhile: it is looked at again.
    if (!isDeepStrictEqual(await this.#standing(name), standing)) return;
    const content = createHash('sha256').update(bytes).digest('hex');
    if (this.#contents.has(content)) {
      this.#taken.set(name, standing);
      journal.info(`${this.#names()}: ${name} holds what another file held, and is counted once.`);
      return;
    }
    const { readings, notes } = meterFromBytes(name, bytes, layout, timeZone, true);
    const all = this.#own(name, readings);
    const now = this.#options.now();
    const own = all.map(([meter, each]) => [meter, each.filter(({ endAt }) => endAt <= now + aheadMs)] as const);
    this.#tellTimes(name, all, now);
    this.#taken.set(name, standing);
    this.#contents.add(content);
    const intervals = own.flatMap(([, each]) => each);
    const fromAt = intervals.reduce((first, { startAt }) => Math.min(first, startAt), Infinity);
    const toAt = intervals.reduce((last, { endAt }) => Math.max(last, endAt), -Infinity);
    const told = listed(own.map(([{ resourceID }]) => resourceID));
    if (intervals.length > 0)
      journal.info(`${told}: ${name} tells from ${asIso(fromAt)} to ${asIso(toAt)}.`, { notes });
    const contradictions = own.flatMap(
      ([{ ledger, resourceID }, each]) => contradictionText(ledger.take(each), resourceID) ?? [],
    );
    for (const sentence of contradictions.slice(0, namesTold)) journal.warn(sentence);
    if (contradictions.length > namesTold)
      journal.warn(`And so it is with ${contradictions.length - namesTold} more meters of ${name}.`);
  }

  /** Whether the times of a file can be: what lies ahead cannot, and what is late by the offset of a zone is worth a look. */
  #tellTimes(name: string, told: readonly (readonly [FolderMeter, readonly ToldInterval[]])[], now: number): void {
    const { timeZone, journal } = this.#options;
    const names = listed(told.map(([{ resourceID }]) => resourceID));
    const ends = told.flatMap(([, each]) => each.map(({ endAt }) => endAt));
    const ahead = ends.filter((endAt) => endAt > now + aheadMs);
    const until = ends.reduce((last, endAt) => Math.max(last, endAt), Number.NEGATIVE_INFINITY);
    if (ahead.length > 0)
      journal.warn(
        `${names}: ${name} tells of energy until ${asIso(until)}, ${clockAsideText(until - now, now, timeZone)}: ${ahead.length} of its intervals lie ahead and are not counted. Where they are no forecast its times are told in another zone; say which in its columns (zone=…).`,
      );
    const lag = this.#lags.hear(now, until, timeZone);
    if (lag !== null)
      journal.warn(
        `${names}: each file tells until ${clockAsideText(-lag, now, timeZone)}, the newest one (${name}) too: either they come so late, or their times are wrong; compare an hour with the meter.`,
      );
  }

  #names(): string {
    return listed([...this.#meters.keys()]);
  }

  /** What a file tells of each meter. */
  #own(name: string, readings: ReadingRows): readonly (readonly [FolderMeter, readonly ToldInterval[]])[] {
    const told = new Map<string | null, FileReading[]>();
    for (const reading of readings) {
      const beside = told.get(reading.device);
      if (beside === undefined) told.set(reading.device, [reading]);
      else beside.push(reading);
    }
    const names = listed([...told.keys()].map((each) => each ?? 'one without a name'));
    const meters = [...this.#meters.values()];
    const nameless = meters.find(({ fileDevice }) => fileDevice === null);
    if (nameless !== undefined && told.size > 1)
      throw new UnusableFile(
        `${name}: it tells of several meters (${names}); say which is ${nameless.resourceID} with fileDevice.`,
      );
    const own = meters.flatMap((meter): readonly (readonly [FolderMeter, readonly ToldInterval[]])[] => {
      const its = meter.fileDevice === null ? [...told.values()].flat() : (told.get(meter.fileDevice) ?? []);
      return its.length === 0 ? [] : [[meter, its.map((reading) => intervalOf(name, reading))]];
    });
    if (own.length === 0)
      throw new UnusableFile(
        `${name}: it tells nothing of ${listed(meters.map(({ fileDevice, resourceID }) => fileDevice ?? resourceID))}, only of ${names}; see fileDevice.`,
      );
    return own;
  }
}

const folders = new WeakMap<Journal, Map<string, MeterFolder>>();

/** The folder of a meter: one for all meters of one agent whose files land together and are told apart by their names. */
export const folderOf = (options: MeterFolderOptions, columns: string | undefined, meter: FolderMeter): MeterFolder => {
  const known = folders.get(options.journal) ?? new Map<string, MeterFolder>();
  folders.set(options.journal, known);
  const key = JSON.stringify([options.folder, columns, options.timeZone]);
  const shared = meter.fileDevice === null ? undefined : known.get(key);
  const folder = shared ?? new MeterFolder(options);
  if (meter.fileDevice !== null) known.set(key, folder);
  folder.join(meter);
  return folder;
};
