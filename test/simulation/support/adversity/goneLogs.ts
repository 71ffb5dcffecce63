import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { upcast } from '../../../../src/facts/upcast.ts';
import { Fold, type Ground } from '../../../../src/shell/fold.ts';
import { type MemoryDisk, openMemoryEventLog } from '../../../../src/store/memory/memoryEventLog.ts';
import type { Check } from '../check.ts';
import { copyOf, sharedEntries } from './backups.ts';

/** Logs that gave way to others: what is recorded in them happened all the same, and must fold to itself. */

/** What lies on a disk that nobody writes any more. */
export const entriesOn = async (disk: MemoryDisk): Promise<readonly KnownEntry[]> => {
  const entries: KnownEntry[] = [];
  for await (const entry of openMemoryEventLog({ disk: copyOf(disk) }).read()) entries.push(upcast(entry));
  return entries;
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
export const divergencesIn = async (disks: readonly MemoryDisk[]): Promise<readonly string[]> => {
  const partings: Parting[] = [];
  const found: string[] = [];
  for (const [index, disk] of disks.entries()) {
    const log = openMemoryEventLog({ disk: copyOf(disk) });
    const ground = groundFor(partings, disk);
    const fold = ground === null ? await Fold.of(log, { verify: true }) : new Fold({ ...ground, verify: true });
    const parts = new Set(disks.slice(index + 1).map((other) => sharedEntries(disk, other) - 1));
    for await (const entry of log.read({ from: fold.position + 1 })) {
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
    const found = [...(await divergencesIn(gone))];
    for (const disk of gone) {
      const entries = await entriesOn(disk);
      for (const check of checks)
        for (const what of await check({ run, folded, entries })) found.push(`${what}, in a log that gave way`);
    }
    return found;
  };
