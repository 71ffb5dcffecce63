/**
 * `npm run at-scale`: simulates a million VENs, keeps what came of it in scripts/atScale/findings.json, and writes docs/at-scale.md.
 *
 *   npm run at-scale -- --vens 100000 --workers 10     another fleet, told on the terminal and not kept
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { scaleFindings, smallTrial, usualTrial } from './atScale/course.ts';
import { scaleFiles } from './atScale/files.ts';
import { scalePage } from './atScale/page.ts';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: { vens: { type: 'string' }, workers: { type: 'string' }, seed: { type: 'string' } },
});

const whole = (name: string, text: string | undefined, otherwise: number): number => {
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value >= 1 && value <= 10_000_000) return value;
  process.stderr.write(`--${name} is "${text}": write a whole number from 1 to 10000000.\n`);
  process.exit(2);
};

const trial = {
  vens: whole('vens', values.vens, usualTrial.vens),
  workers: whole('workers', values.workers, usualTrial.workers),
  seed: values.seed ?? usualTrial.seed,
};
const findings = scaleFindings(trial);
if (Object.keys(values).length > 0) process.stdout.write(scalePage(findings));
else {
  const kept = { usual: findings, small: scaleFindings(smallTrial) };
  writeFileSync(join(repository, 'scripts', 'atScale', 'findings.json'), `${JSON.stringify(kept)}\n`);
  for (const [path, text] of scaleFiles(repository)) writeFileSync(join(repository, path), text);
  process.stdout.write('wrote docs/at-scale.md\n');
}
