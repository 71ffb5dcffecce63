/** The process of one worker of the fleet's demo: it ends with the demo, however that ends. */
import { reasonOf } from '../../../core/failure.ts';
import { DemoWorker } from './demoWorker.ts';
import type { WorkerOrder, WorkerWord } from './messages.ts';

const say = (word: WorkerWord): void => {
  // Where the demo was killed nobody hears it, and this process ends as well.
  if (process.connected) process.send?.(word, undefined, undefined, () => undefined);
};

const worker = new DemoWorker(say);

process.on('message', (order: WorkerOrder) => {
  worker
    .hear(order)
    .then((isOver) => {
      if (isOver) process.disconnect();
    })
    .catch((error: unknown) => {
      say({ kind: 'said', sentence: `A worker failed: ${reasonOf(error)}` });
      process.exitCode = 1;
      process.disconnect();
    });
});
process.on('disconnect', () => process.exit());
// A terminal tells all processes at once; the demo ends its workers in good order.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
