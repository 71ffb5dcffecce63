import { describe, expect, it } from 'vitest';
import { anchorAhead, anchorOf, type AnchoredLog } from '../../src/cli/run/anchorage.ts';
import { restoredFactOf } from '../../src/cli/log/restored.ts';
import type { Anchor } from '../../src/adapters/log/anchors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import type { MemoryDisk } from '../../src/store/memory/memoryEventLog.ts';
import { copyOf } from '../simulation/support/adversity/backups.ts';
import { createdAt, draft, memoryGround } from '../store/support.ts';

/** Which loss a repair has taken into account, and which came after it. */

const owner = { venID: 'my.ven', vtn: 'https://vtn.example', directory: '/var/lib/ven' };

const groundOf = (disk: MemoryDisk) => {
  const ground = memoryGround();
  Object.assign(ground.disk, { texts: disk.texts });
  return ground;
};

const anchored = (log: EventLog): AnchoredLog => ({
  createdAt,
  durableHead: log.durableHead,
  read: (range) => log.read(range),
});

/** A run writes so many entries. */
const run = (log: EventLog, runID: string, count: number, at = createdAt) =>
  log.append(Array.from({ length: count }, () => draft(null, { runID, recordedAt: at })));

const anchorBy = (log: EventLog, runID: string, writtenAt = createdAt): Anchor =>
  anchorOf(anchored(log), { owner, runID, now: () => writtenAt }, true);

/** A log of which ten entries are left of thirty, as `ven log restored` goes on with it. */
const restored = async (at = createdAt) => {
  const ground = memoryGround();
  const log = await ground.open();
  await run(log, 'first', 10);
  const older = copyOf(ground.disk);
  await run(log, 'second', 20);
  const known = anchorBy(log, 'second');
  const left = groundOf(older);
  const again = await left.open();
  const data = await restoredFactOf(anchored(again), known, at);
  await again.append([draft(data, { type: 'LogRepaired', runID: 'restoring', recordedAt: at })]);
  return { known, log: again, disk: left.disk };
};

describe('an anchor that knows more than a log holds', () => {
  it('given the loss that was taken into account, then nobody is asked again', async () => {
    const { known, log } = await restored();
    expect(await anchorAhead(anchored(log), [known])).toBeNull();
  });

  it.each([
    ['an older copy once more', 1],
    ['a clock that was set back since', -1],
  ])('given %s, before the log is as long as it was, then somebody is asked', async (_, hours) => {
    const { log, disk } = await restored();
    const at = createdAt + hours * 3_600_000;
    await run(log, 'third', 3, at);
    const older = copyOf(disk);
    await run(log, 'third', 4, at);
    const anchor = anchorBy(log, 'third', at);
    const copy = await groundOf(older).open();
    expect(await anchorAhead(anchored(copy), [anchor])).toEqual(anchor);
  });

  it('given an anchor that lagged behind what a repair lost, then nobody is asked', async () => {
    const { known, log } = await restored();
    expect(await anchorAhead(anchored(log), [{ ...known, position: 25, hash: 'of an entry that is lost' }])).toBeNull();
  });
});
