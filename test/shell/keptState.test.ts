/** The state that an agent keeps of its log, so that the next start folds little. */
import { expect, it } from 'vitest';
import { stateCheckpoint } from '../../src/store/checkpointNames.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';

it('given an agent that is killed each 1,200 entries, when the second life has passed 2,000, then the state is kept, and the third folds little', async () => {
  const disk = new MemoryDisk();
  const world = new AgentWorld({ startAt: Date.UTC(2026, 5, 10, 12), storage: memoryStorage(disk) });
  const live = async (): Promise<void> => {
    const agent = await world.start();
    for (let told = 0; told < 1_200; told += 1)
      agent.take({
        stream: 'agent',
        input: { type: 'SecondAgentSuspected', data: { by: 'anchor', isSuspected: true, detail: 'told again' } },
      });
    await world.time.settle();
    world.crash();
  };
  await live();
  expect(disk.checkpoints.has(stateCheckpoint)).toBe(false);
  await live();
  const log = openMemoryEventLog({ disk });
  const kept = await log.loadCheckpoint(stateCheckpoint);
  expect(log.head.position - (kept?.position ?? 0)).toBeLessThan(2_000);
});
