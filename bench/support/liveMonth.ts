import type { Transport } from '../../src/shell/ports.ts';
import { directTransport } from './directTransport.ts';
import { dayMs, type DayTold, type MonthPlan, type VtnAsked } from './month.ts';
import { startSimulatedVen } from './simulatedVen.ts';
import { simulationStart } from './simulation.ts';
import { VirtualTime } from '../../test/support/virtualTime.ts';

const { directory, days, pollFreqMs } = JSON.parse(process.argv[2] ?? '{}') as MonthPlan;
const time = new VirtualTime(simulationStart);

/** One question at a time: the agent never has two requests under way. */
const ask = (question: VtnAsked): Promise<string> =>
  new Promise((resolve) => {
    process.once('message', (answer) => resolve(String(answer)));
    process.send?.(question);
  });

const transport: Transport = directTransport(
  (service, body) => ask({ kind: 'asked', at: time.now(), service, body }),
  () => time.now(),
);
const ven = await startSimulatedVen(directory, time, transport, { minimumPollFreqMs: pollFreqMs });
for (let day = 1; day <= days; day += 1) {
  await ven.runTo(simulationStart + day * dayMs);
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({
    kind: 'day',
    day,
    rss,
    heapUsed,
    entries: ven.hosted.log.head.position + 1,
    cpuMs: Math.round((user + system) / 1_000),
  } satisfies DayTold);
}
await ven.stop();
process.send?.({ kind: 'end' });
