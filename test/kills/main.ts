/**
 * The built agent beside the built VTN, on a fast clock, killed as by a power failure at moments that a seed chooses: while it starts, registers,
 * reads meters, takes prices, reports. At the end log, told lines and the VTN's books are held against each other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../support/freePort.ts';
import { FastClock, hasFastClock, noFastClock } from './fastClock.ts';
import { answersOf, problemsOf } from './judge.ts';
import { runVen, type Told } from './ven.ts';

const { values } = parseArgs({
  options: {
    ven: { type: 'string', default: '' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    lapse: { type: 'string', default: '120' },
    from: { type: 'string', default: '15' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (!hasFastClock) {
  say(noFastClock);
  process.exit(0);
}

/** Numbers from 0 to 1 by chance, the same for the same seed. */
let chance = (Number(values.seed) * 2_654_435_761) >>> 0;
const draw = (): number => (chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

/** How long a life lasts by the machine's clock: two in five end while the agent still starts. @unit ms */
const lifeMs = (): number => (draw() < 0.4 ? draw() * 1_000 : 1_000 + draw() * 4_000);

const hourMs = 3_600_000;

const kills = Number(values.kills);
/** Midnight in New York; the hour of the eve at which it begins is given. */
const midnightAt = Date.UTC(2026, 5, 2, 4);
const clock = new FastClock(midnightAt - (24 - Number(values.from)) * hourMs, Number(values.lapse));
const root = mkdtempSync(join(tmpdir(), 'ven-kills-'));
const data = join(root, 'log');
const port = await freePort();
const vtn = runVen(values.ven, ['vtn', '--port', String(port), '--seed', values.seed], clock);
await vtn.until(/listens at/);
const url = `http://127.0.0.1:${port}/auth-token/OpenADR2/Simple/2.0b`;
const live = () => runVen(values.ven, ['run', '-u', url, '-d', data], clock);

const told: Told[] = [];
for (let killed = 0; killed < kills; killed += 1) {
  const agent = live();
  await new Promise((resolve) => setTimeout(resolve, lifeMs()));
  const ending = await agent.kill('SIGKILL');
  if (ending !== 'SIGKILL') {
    say(`Life ${killed + 1} ended by itself (${ending}):\n${agent.text()}`);
    process.exit(1);
  }
  told.push(...agent.told());
  if (killed % 20 === 19) say(`${killed + 1} kills, it is ${new Date(clock.now()).toISOString().slice(0, 16)}`);
}

// A last life without a kill, until the day that is over has been reported: over midnight, and two hours for what is owed.
const last = live();
await clock.pass(Math.max(midnightAt - clock.now(), 0) + 2 * hourMs);
const ending = await last.kill('SIGTERM');
told.push(...last.told());
await vtn.kill('SIGINT');

const problems = problemsOf(await answersOf(values.ven, data, clock), { told, books: vtn.text(), ending, midnightAt });
for (const problem of problems) say(`Broken: ${problem}`);
say(
  `${kills} kills of seed ${values.seed}, ${told.length} facts told, until ${new Date(clock.now()).toISOString().slice(0, 16)}: ${problems.length === 0 ? 'nothing is lost, nothing is booked twice' : `${problems.length} faults, in ${data}`}.`,
);
if (problems.length === 0) rmSync(root, { recursive: true, force: true });
process.exit(problems.length === 0 ? 0 : 1);
