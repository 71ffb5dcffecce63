import { MemoryDisk } from '../../../../src/store/memory/memoryEventLog.ts';
import type { Run } from '../run.ts';
import type { Adversity } from './adversity.ts';

/** What somebody has who copies a disk now. */
export const copyOf = (disk: MemoryDisk): MemoryDisk => {
  const copy = new MemoryDisk();
  for (const text of disk.texts) copy.texts.push(text); // more of them than a call takes arguments
  for (const [position, wire] of disk.wires) copy.wires.set(position, wire);
  for (const [name, text] of disk.checkpoints) copy.checkpoints.set(name, text);
  copy.base = disk.base;
  copy.forgottenBefore = disk.forgottenBefore;
  return copy;
};

/** How many entries two disks have in common: a backup may be of a course of things that another backup has undone since. */
export const sharedEntries = ({ texts }: MemoryDisk, other: MemoryDisk): number => {
  const parting = texts.findIndex((text, at) => text !== '' && other.texts[at] !== '' && text !== other.texts[at]);
  return parting === -1 ? texts.length : parting;
};

/**
 * Takes a backup, and brings it back a while later, in place of what has been written since: other files, which the agent of before knows
 * nothing of. Where the directory has gone meanwhile, somebody is at that already.
 */
export const restoreBackup = (
  run: Run,
  { ageMs, downMs }: Extract<Adversity, { readonly do: 'restoreBackup' }>,
): boolean => {
  const { world, directory } = run;
  const backup = run.backUp();
  world.time.ringIn(ageMs, () => {
    if (run.healedAt !== 0 || directory?.departures.at(-1)?.isOver === false) return;
    run.kill(downMs);
    const shared = sharedEntries(backup, run.disk);
    run.undone.push(run.disk);
    run.bringBack(backup);
    run.restored(shared);
    run.seen.add('a backup was brought back');
  });
  return true;
};
