import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const assignments = /^Environment=(.*)$/gm;

/** What `deploy/ven.service` sets for the agent's process: memory is measured as people run it. */
export const serviceEnvironment = (): Readonly<Record<string, string>> => {
  const unit = readFileSync(join(process.env['TER_VEN_BENCH_REPOSITORY'] ?? '.', 'deploy', 'ven.service'), 'utf8');
  const pairs = [...unit.matchAll(assignments)].flatMap(([, text = '']) =>
    text.split(' ').map((pair) => pair.split('=') as [string, string]),
  );
  return Object.fromEntries(pairs);
};
