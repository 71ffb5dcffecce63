import type { Entry } from '../../../facts/entry.ts';
import type { LogRepaired } from '../../../facts/input.ts';
import { readEndMark, type EndMark } from '../endMark.ts';
import { LogError, withoutAdvice } from '../../errors.ts';
import type { Checkpoint, EventLog } from '../../eventLog.ts';
import type { Head } from '../../head.ts';
import { endOf as endOfGap, entriesIn, type Gap } from '../../gaps.ts';
import { emptyHead, hashWire } from '../../hashChain.ts';
import { Database, type Restored } from '../levelDatabase.ts';
import { openLevelEventLog } from '../levelEventLog.ts';
import { type LogPaths, logPaths, makeDirectory } from '../logDirectory.ts';
import { logFormat, type Marker, newerError, readMarker, wholeFormat } from '../logMarker.ts';
import { inflate, keyOf, type LogView, type Meta } from '../../logView.ts';
import { headAt } from '../../logWriter.ts';
import { unpackCheckpoint } from '../../packing.ts';
import { sealGaps } from '../../seals.ts';
import { type ProvenLoss, Prover } from './prove.ts';
import { Scratch } from './scratch.ts';
import { salvageFiles } from './sources.ts';

/** A damaged log that lies in a database of many. */
export interface DamagedLog {
  /** In words. */
  readonly place: string;
  /** Where it ends, as stands beside its entries. */
  readonly head: Head;
  readonly view: LogView;
}

/** Where a damaged log lies, where what is saved of it goes, and when. */
export interface RestoreOptions {
  /** A data directory, or a log elsewhere. */
  readonly from: string | DamagedLog;
  readonly to: string;
  /** UTC ms. */
  readonly now: number;
  /** Whether the database counts where the marks say otherwise. */
  readonly ignoreMarks: boolean;
}

/** What was saved, as an open log that nobody has written to yet, and what to say of it. */
export interface RestoredLog {
  readonly log: EventLog;
  readonly fact: LogRepaired;
  /** Those of the damaged log, which are not taken over: they may rest on what is gone, or say what is not so. */
  readonly checkpoints: ReadonlyMap<string, Checkpoint>;
}

/** What stands outside the database, as far as it can be read. */
interface ReadableMarks {
  readonly marker: Marker | undefined;
  readonly endMark: EndMark | undefined;
}

/** @limit Entries that are written into the new log at a time. */
const atOnce = 1_000;
/** @limit Lost stretches that are named one by one. */
const namedStretches = 100;

const marksOf = async (paths: LogPaths, findings: string[]): Promise<ReadableMarks> => {
  const readable = async <T>(read: Promise<T>): Promise<T | undefined> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof LogError) || error.code === 'newer') throw error;
      findings.push(withoutAdvice(error));
      return undefined;
    }
  };
  return { marker: await readable(readMarker(paths)), endMark: await readable(readEndMark(paths)) };
};

const headsOf = ({ marker, endMark }: ReadableMarks): readonly Head[] =>
  [marker?.settled, marker?.head, endMark?.head].filter(
    (head): head is Head => head !== undefined && head.position >= 0,
  );

/** Where the log ended, when the marks know that for sure. */
const endOf = ({ marker, endMark }: ReadableMarks): Head | null => {
  const ends = [
    ...(endMark === undefined ? [] : [endMark.head]),
    ...(marker === undefined || (marker.open && endMark === undefined) ? [] : [marker.head]),
  ];
  return ends.reduce<Head | null>((last, head) => (last === null || head.position > last.position ? head : last), null);
};

/** The text of a meta value that may be damaged. */
const metaText = async (scratch: Scratch, name: string): Promise<string | undefined> => {
  const bytes = await scratch.get(`!meta!${name}`);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
};

const contradiction = (place: string): LogError =>
  new LogError(
    'corrupt',
    `The database ${place} and the marks beside it tell of different logs or different times: put back what belongs together; or, if the database is the one to save, repair it with --ignore-marks.`,
  );

const metaOf = async (place: string, scratch: Scratch, marks: ReadableMarks, now: number): Promise<Meta> => {
  const text = await metaText(scratch, 'log');
  const meta = text === undefined ? undefined : (JSON.parse(text) as Meta);
  const marked = [marks.marker?.createdAt, marks.endMark?.createdAt].filter((each) => each !== undefined);
  if (meta !== undefined && meta.format > logFormat) throw newerError();
  if (meta !== undefined && marked.some((createdAt) => createdAt !== meta.createdAt)) throw contradiction(place);
  return meta ?? { format: wholeFormat, createdAt: marked[0] ?? now };
};

/** What is proved on its way into the new log. */
class Rebuilding {
  readonly prover: Prover;
  readonly gaps: Gap[] = [];
  entries = 0;
  lostWires = 0;
  readonly #scratch: Scratch;
  readonly #database: Database;
  readonly #forgottenBefore: number;
  #waiting: Restored[] = [];

  constructor(scratch: Scratch, database: Database, prover: Prover, forgottenBefore: number) {
    this.#scratch = scratch;
    this.#database = database;
    this.prover = prover;
    this.#forgottenBefore = forgottenBefore;
  }

  async run(): Promise<void> {
    for await (const [key, bytes] of this.#scratch.latest('!entries!')) {
      for (const proved of this.prover.take(Number(key), Buffer.from(bytes).toString('utf8'))) {
        if ('gap' in proved) this.#keepGap(proved.gap, proved.text);
        else await this.#keep(proved.entry, proved.text);
      }
      if (this.#waiting.length >= atOnce) await this.#write();
    }
    await this.#write();
  }

  #keepGap(gap: Gap, text: string): void {
    this.gaps.push(gap);
    this.#waiting.push({ position: gap.from, text });
  }

  async #keep(entry: Entry, text: string): Promise<void> {
    this.entries += 1;
    const wire = entry.wireHash === undefined ? undefined : await this.#wireOf(entry, entry.wireHash);
    this.#waiting.push({ position: entry.position, text, ...(wire === undefined ? {} : { wire }) });
  }

  /** The XML if it is the one that was kept; an empty place if it should be there and is not. */
  async #wireOf({ position, recordedAt }: Entry, wireHash: string): Promise<Uint8Array | undefined> {
    const wire = await this.#scratch.get(`!wires!${keyOf(position)}`);
    if (wire !== undefined && wire.length > 0 && isWire(position, wire, wireHash)) return wire;
    if (wire === undefined && recordedAt < this.#forgottenBefore) return undefined;
    this.lostWires += 1;
    return new Uint8Array(0);
  }

  async #write(): Promise<void> {
    if (this.#waiting.length > 0) await this.#database.restore(this.#waiting);
    this.#waiting = [];
  }
}

const isWire = (position: number, wire: Uint8Array, wireHash: string): boolean => {
  try {
    return hashWire(inflate(position, wire)) === wireHash;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
};

const stretchOf =
  (now: number) =>
  ({ fromPosition, toPosition, before, after }: ProvenLoss): LogRepaired['lost'][number] => ({
    fromPosition,
    ...(toPosition === null ? {} : { toPosition }),
    ...(before === null ? {} : { fromAt: before.recordedAt }),
    toAt: Math.max(after?.recordedAt ?? now, before?.recordedAt ?? 0), // a clock may have been set back
  });

/** All stretches, or those that can be named and the rest as one. */
const stretchesOf = (losses: readonly ProvenLoss[], now: number): LogRepaired['lost'] => {
  if (losses.length <= namedStretches) return losses.map(stretchOf(now));
  const rest = losses.slice(namedStretches - 1);
  const joined = {
    ...(rest[0] as ProvenLoss),
    toPosition: rest.at(-1)?.toPosition ?? null,
    after: rest.at(-1)?.after ?? null,
  };
  return [...losses.slice(0, namedStretches - 1), joined].map(stretchOf(now));
};

const lostIn = (losses: readonly ProvenLoss[]): number =>
  losses.reduce(
    (sum, { fromPosition, toPosition }) => sum + (toPosition === null ? 0 : toPosition - fromPosition + 1),
    0,
  );

const checkpointsIn = async (scratch: Scratch): Promise<ReadonlyMap<string, Checkpoint>> => {
  const checkpoints = new Map<string, Checkpoint>();
  for await (const [name, packed] of scratch.latest('!checkpoints!')) {
    const checkpoint = unpackCheckpoint(packed);
    if (checkpoint !== undefined) checkpoints.set(name, checkpoint);
  }
  return checkpoints;
};

/** What was known at places that are saved, when nothing was lost; otherwise it may rest on what is gone. */
const restoreRest = async (
  scratch: Scratch,
  database: Database,
  meta: Meta,
  { prover, gaps }: Rebuilding,
): Promise<void> => {
  const isWhole = prover.losses.length === 0;
  const checkpoints: [string, Uint8Array][] = [];
  if (isWhole)
    for await (const [name, packed] of scratch.latest('!checkpoints!'))
      if (name.startsWith('base')) checkpoints.push([name, packed]);
  const base = isWhole
    ? (JSON.parse(
        (await metaText(scratch, 'base')) ??
          JSON.stringify(gaps.at(-1) === undefined ? emptyHead : endOfGap(gaps.at(-1) as Gap)),
      ) as Head)
    : emptyHead;
  const kept: [string, string][] = [
    ['log', JSON.stringify(meta)],
    ['base', JSON.stringify({ ...headAt(base), forgotten: entriesIn(gaps) })],
  ];
  const forgottenBefore = await metaText(scratch, 'forgottenBefore');
  if (forgottenBefore !== undefined) kept.push(['forgottenBefore', forgottenBefore]);
  await database.restoreRest(checkpoints, kept);
};

/** What a repair reads, wherever it lies. */
interface Source {
  readonly place: string;
  marks(findings: string[]): Promise<ReadableMarks>;
  /** Reads everything that is there; returns what is wrong with where it lies. */
  salvage(scratch: Scratch): Promise<readonly string[]>;
}

const directorySource = (directory: string): Source => {
  const paths = logPaths(directory);
  return {
    place: paths.database,
    marks: (findings) => marksOf(paths, findings),
    salvage: (scratch) => salvageFiles(paths.database, scratch),
  };
};

/** A database knows for sure where a log ends: entry and end are written together. */
const databaseSource = ({ place, head, view }: DamagedLog): Source => ({
  place,
  marks: async () => {
    const createdAt = (await view.readMeta())?.createdAt;
    return { marker: undefined, endMark: createdAt === undefined ? undefined : { createdAt, head } };
  },
  salvage: async (scratch) => {
    for await (const [key, value] of view.stored()) await scratch.add([{ key, number: 0, value }]);
    return [];
  },
});

/**
 * Saves what can be proved of a damaged log into a new one, in a directory that is not there yet. Nothing of the damaged
 * log is changed. The new log keeps positions and hashes; gaps stand in the places of what is lost.
 *
 * @throws LogError `newer`, or `corrupt` when database and marks do not belong together or nothing can be saved
 */
export const restoreLog = async ({ from, to, now, ignoreMarks }: RestoreOptions): Promise<RestoredLog> => {
  const source = typeof from === 'string' ? directorySource(from) : databaseSource(from);
  const target = logPaths(to);
  const findings: string[] = [];
  const found = await source.marks(findings);
  const marks = ignoreMarks ? { marker: undefined, endMark: undefined } : found;
  await makeDirectory(target);
  const scratch = await Scratch.open(`${to}/scratch`);
  try {
    findings.push(...(await source.salvage(scratch)));
    const meta = await metaOf(source.place, scratch, marks, now);
    const forgottenBefore = Number((await metaText(scratch, 'forgottenBefore')) ?? Number.NEGATIVE_INFINITY);
    const database = await Database.open(target, true);
    const rebuilding = new Rebuilding(
      scratch,
      database,
      new Prover(headsOf(marks), marks.marker?.first),
      forgottenBefore,
    );
    const { prover, gaps } = rebuilding;
    try {
      await rebuilding.run();
      if (prover.contradicted !== null) throw contradiction(source.place);
      if (rebuilding.entries === 0)
        throw new LogError(
          'corrupt',
          `Nothing of the log in ${typeof from === 'string' ? from : from.place} can be proved, so there is nothing to save: restore it from a backup.`,
        );
      prover.finish(endOf(marks)?.position ?? null);
      await restoreRest(scratch, database, meta, rebuilding);
    } finally {
      await database.close();
    }
    const headBefore = endOf(found);
    const fact: LogRepaired = {
      findings,
      lost: stretchesOf(prover.losses, now),
      lostEntries: lostIn(prover.losses),
      lostWires: rebuilding.lostWires,
      ...(headBefore === null ? {} : { headBefore }),
      headAfter: prover.head,
      seal: sealGaps(0, prover.head.position, gaps),
    };
    return {
      log: await openLevelEventLog(to, { createdAt: meta.createdAt }),
      fact,
      checkpoints: await checkpointsIn(scratch),
    };
  } finally {
    await scratch.remove();
  }
};
