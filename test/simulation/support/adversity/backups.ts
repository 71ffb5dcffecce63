import { MemoryDisk } from '../../../../src/store/memoryEventLog.ts';
import type { Run } from '../run.ts';
import type { Adversity } from './adversity.ts';

/** Writes one disk over another, as somebody does who brings a backup back. */
export const overwrite = (disk: MemoryDisk, from: MemoryDisk): void => {
  disk.texts.splice(0, disk.texts.length, ...from.texts);
  disk.wires.clear();
  for (const [position, wire] of from.wires) disk.wires.set(position, wire);
  disk.checkpoints.clear();
  for (const [name, text] of from.checkpoints) disk.checkpoints.set(name, text);
  disk.base = from.base;
  disk.forgottenBefore = from.forgottenBefore;
};

/** How many entries two disks have in common: a backup may be of a course of things that another backup has undone since. */
export const sharedEntries = ({ texts }: MemoryDisk, other: MemoryDisk): number => {
  const parting = texts.findIndex((text, at) => text !== '' && other.texts[at] !== '' && text !== other.texts[at]);
  return parting === -1 ? texts.length : parting;
};

/** Takes a backup, and brings it back a while later, in place of what has been written since. */
export const restoreBackup = (
  run: Run,
  { ageMs, downMs }: Extract<Adversity, { readonly do: 'restoreBackup' }>,
): boolean => {
  const { world, disk } = run;
  const backup = new MemoryDisk();
  overwrite(backup, disk);
  world.time.ringIn(ageMs, () => {
    if (run.healedAt !== 0) return;
    run.kill(downMs);
    const shared = sharedEntries(backup, disk);
    overwrite(disk, backup);
    run.restored(shared);
  });
  return true;
};
