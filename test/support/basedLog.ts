import { baseCheckpointOf, Fold } from '../../src/shell/fold.ts';
import type { Checkpoint, EventLog } from '../../src/store/eventLog.ts';
import type { Head } from '../../src/store/head.ts';
import { headAt } from '../../src/store/logWriter.ts';

/** The state of the agent at the end of the step that holds a position, as the checkpoint of a base. */
export const baseOf = async (log: EventLog, position: number): Promise<Checkpoint> => {
  const fold = new Fold();
  let head: Head = log.base;
  for await (const entry of log.read()) {
    if (entry.direction === 'in' && entry.position > position) break;
    fold.take(entry);
    head = headAt(entry);
  }
  return baseCheckpointOf(fold.state, head);
};

/** A log that holds nothing of what came before a base, and of what was known there only these checkpoints. */
export const basedLog = (log: EventLog, base: Head, checkpoints: readonly Checkpoint[]): EventLog => ({
  base,
  get head() {
    return log.head;
  },
  get durableHead() {
    return log.durableHead;
  },
  append: (drafts, wires) => log.append(drafts, wires),
  read: ({ from = 0, ...range } = {}) => log.read({ from: Math.max(from, base.position + 1), ...range }),
  verify: (from = 0) => log.verify(Math.max(from, base.position + 1)),
  wire: (position) => log.wire(position),
  forgetWires: (recordedBefore) => log.forgetWires(recordedBefore),
  forgetEntries: (gaps, base, checkpoints) => log.forgetEntries(gaps, base, checkpoints),
  loadCheckpoint: async (name) => checkpoints.find((each) => each.name === name),
  saveCheckpoint: (checkpoint) => log.saveCheckpoint(checkpoint),
  follow: (listener, closing) => log.follow(listener, closing),
  stats: () => log.stats(),
  close: () => log.close(),
});
