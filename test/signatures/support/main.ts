/** `npm run fuzz:signatures`: see scripts/fuzzSignatures.mjs. */
import { parseArgs } from 'node:util';
import { fuzzed } from './fuzzing.ts';
import { keyFor, rsaKeyOf } from './signing.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
/** Mutants between two lines that tell how far it is. */
const round = 5_000;
const total = { mutants: 0, taken: 0, refused: {} as Record<string, number> };
const keys = [rsaKeyOf('vtn'), keyFor('vtn')] as const;

for (let number = 0; total.mutants < count; number += 1) {
  const { mutants, taken, refused, faults } = fuzzed(
    keys[number % 2] as (typeof keys)[number],
    Math.min(round, count - total.mutants),
    seed + number,
  );
  total.mutants += mutants;
  total.taken += taken;
  for (const [fault, times] of Object.entries(refused)) total.refused[fault] = (total.refused[fault] ?? 0) + times;
  if (faults.length > 0) {
    console.error(faults.join('\n'));
    process.exit(1);
  }
  console.log(
    `${total.mutants} mutants of seed ${seed}: ${total.taken} as they were signed, refused ${JSON.stringify(total.refused)}`,
  );
}
const { user, system } = process.cpuUsage();
console.log(`${Math.round(total.mutants / ((user + system) / 1e6))} mutants in a second of CPU, the start included.`);
