/**
 * `npm run bench [-- subject …]`: every figure beside its floor in the same run, and whether its goal is reached.
 * `fleet=1000` is the subject `fleet` with so many.
 */
import { loadavg, cpus } from 'node:os';
import { appends } from './appends.ts';
import { commandLatency } from './commands.ts';
import { crowd } from './crowd.ts';
import { decode } from './decode.ts';
import { dispatch } from './dispatch.ts';
import { files } from './files.ts';
import { fleets } from './fleet.ts';
import { inspector, scrub } from './inspector.ts';
import { logBytes } from './logBytes.ts';
import { memory } from './memory.ts';
import { pace } from './pace.ts';
import { planning } from './plans.ts';
import { poll } from './poll.ts';
import { postgres } from './postgres.ts';
import { push } from './push.ts';
import { day, resources } from './resources.ts';
import { replay } from './replay.ts';
import { signed } from './signed.ts';
import { start } from './start.ts';
import { steps } from './steps.ts';
import type { Figure, Subject } from './support/figure.ts';
import { linesOf, summaryOf } from './support/print.ts';

const subjects: readonly Subject[] = [
  decode,
  steps,
  appends,
  start,
  commandLatency,
  poll,
  pace,
  signed,
  crowd,
  resources,
  day,
  push,
  logBytes,
  memory,
  planning,
  replay,
  inspector,
  scrub,
  dispatch,
  files,
  postgres,
  ...fleets,
];

const wanted = new Map(
  process.argv.slice(2).map((given) => {
    const [name = '', count] = given.split('=');
    return [name, count === undefined ? undefined : Number(count)];
  }),
);
const unknown = [...wanted.keys()].find((name) => subjects.every((subject) => subject.name !== name));
if (unknown !== undefined) {
  console.error(`There is no subject "${unknown}": choose among ${subjects.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const startedAt = performance.now();
const all: Figure[] = [];
for (const subject of subjects.filter(({ name }) => wanted.size === 0 || wanted.has(name))) {
  const figures = await subject.measure(wanted.get(subject.name));
  all.push(...figures);
  for (const line of linesOf(subject, figures)) console.log(line);
}
for (const line of summaryOf(all)) console.log(line);
const seconds = Math.round((performance.now() - startedAt) / 1_000);
// Ratios bear a busy machine well; figures in seconds and milliseconds do not.
console.log(
  `Node ${process.version}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} at the end, ${seconds} s.`,
);
process.exit(0);
