import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { upcast } from '../../../../src/facts/upcast.ts';
import { Fold, type Ground } from '../../../../src/shell/fold.ts';
import { isGapText } from '../../../../src/store/gaps.ts';
import { parseEntry } from '../../../../src/store/hashChain.ts';
import { type MemoryDisk, openMemoryEventLog } from '../../../../src/store/memory/memoryEventLog.ts';
import type { Check } from '../check.ts';
import { copyOf, sharedEntries } from './backups.ts';

/** Logs that gave way to others: what is recorded in them happened all the same, and must fold to itself. */

/** Reads disks that nobody writes any more: an entry that several of them have is read once, for there may be dozens of them. */
export const diskReader = (): ((disk: MemoryDisk) => readonly KnownEntry[]) => {
  const read = new Map<string, KnownEntry>();
  const entryAt = (position: number, text: string): KnownEntry => {
    const entry = read.get(text) ?? upcast(parseEntry(position, text));
    read.set(text, entry);
    return entry;
  };
  return ({ texts }) =>
    texts.flatMap((text, position) => (text === '' || isGapText(text) ? [] : [entryAt(position, text)]));
};

/** A state after so many entries of a disk, which others may have in common with it. */
interface Parting {
  readonly disk: MemoryDisk;
  readonly ground: Ground;
}

/** The latest state that holds for a disk too: not one of before a repair, after which the streams of that disk began anew. */
const groundFor = (partings: readonly Parting[], disk: MemoryDisk): Ground | null =>
  partings
    .filter(
      ({ disk: other, ground: { position } }) => position > disk.base.position && position < sharedEntries(other, disk),
    )
    .map(({ ground }) => ground)
    .reduce<Ground | null>((latest, ground) => (ground.position > (latest?.position ?? -1) ? ground : latest), null);

/** Folds each log as it is, every entry that several have in common once, and says where today's conclusions are others. */
export const divergencesIn = async (
  disks: readonly MemoryDisk[],
  entriesOn = diskReader(),
): Promise<readonly string[]> => {
  const partings: Parting[] = [];
  const found: string[] = [];
  for (const [index, disk] of disks.entries()) {
    const log = openMemoryEventLog({ disk: copyOf(disk) });
    const ground = groundFor(partings, disk);
    const fold = ground === null ? await Fold.of(log, { verify: true }) : new Fold({ ...ground, verify: true });
    const parts = new Set(disks.slice(index + 1).map((other) => sharedEntries(disk, other) - 1));
    for (const entry of entriesOn(disk)) {
      if (entry.position <= fold.position) continue;
      fold.take(entry);
      const { state, position } = fold;
      if (parts.has(position)) partings.push({ disk, ground: { state, position, foundation: 'checkpoint' } });
    }
    for (const divergence of fold.finish().divergences.slice(0, 3))
      found.push(`4: in a log that gave way, ${JSON.stringify(divergence).slice(0, 500)}`);
  }
  return found;
};

/** What must hold of a log alone, of each that gave way; one that was put back is looked at with the others. */
export const goneLogsHold =
  (checks: readonly Check[]): Check =>
  async ({ run, folded }) => {
    const gone = [...new Set(run.undone)].filter((disk) => disk !== run.disk);
    const entriesOn = diskReader();
    const found = [...(await divergencesIn(gone, entriesOn))];
    for (const disk of gone) {
      const entries = entriesOn(disk);
      for (const check of checks)
        for (const what of await check({ run, folded, entries })) found.push(`${what}, in a log that gave way`);
    }
    return found;
  };
