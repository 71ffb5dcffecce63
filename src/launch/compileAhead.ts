/**
 * `npm run build` ends with this: it lives a day of the demo, and then has each of the commands that people wait for run
 * once, and the agent start twice, so that V8 has compiled what they need. The code lies beside the program from then on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiledDirectory } from './places.ts';

const beside = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/** As deploy/ven.service starts the agent: V8 compiles otherwise where its flags are others. */
const asService = ['--disallow-code-generation-from-strings', '--disable-proto=delete'];

/** @limit How long one of the steps may take, on however busy a machine. @unit ms */
const patienceMs = 120_000;

interface AheadStep {
  readonly program: 'ven.mjs' | 'recorded.mjs';
  readonly flags?: readonly string[];
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The words with which it has done what was wanted of it; without them it ends by itself. */
  readonly until?: string;
}

interface Running {
  readonly child: ChildProcess;
  /** What it has said, once it has done what was wanted. @throws Error when it ends before, or takes too long */
  readonly said: Promise<string>;
}

const begin = ({ program, flags = [], args, environment = {}, until }: AheadStep): Running => {
  const child = spawn(process.execPath, [...flags, beside(program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    timeout: patienceMs,
  });
  const said = new Promise<string>((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += String(chunk);
      if (until !== undefined && text.includes(until)) resolve(text);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => {
      if (until === undefined && code === 0) resolve(text);
      else reject(new Error(`ven ${args.join(' ')} ended with ${code}. It said: ${text.slice(-1_000)}`));
    });
  });
  return { child, said };
};

const end = async ({ child }: Running): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const isOver = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await isOver;
};

/** What people wait for. */
const asked = (hour: string): readonly (readonly string[])[] => [
  ['status'],
  ['settle'],
  ['usage'],
  ['prices'],
  ['deliveries'],
  ['log', 'list'],
  ['plan'],
  ['explain', hour],
];

const record = (...args: readonly string[]): Promise<string> => begin({ program: 'recorded.mjs', args }).said;

const recordCommands = async (data: string, hour: string): Promise<void> => {
  await record('help');
  for (const words of asked(hour)) await record(...words, '--data', data);
};

const recordStarts = async (directory: string): Promise<void> => {
  const vtn = begin({ program: 'ven.mjs', args: ['vtn', '--port', '0'], until: 'listens at' });
  try {
    const [url = ''] = /https?:\/\/\S+/.exec(await vtn.said) ?? [];
    for (const [index, flags] of [[], asService].entries()) {
      const home = join(directory, `ven-${index}`);
      const environment = { VEN_VTN_URL: url, XDG_STATE_HOME: home };
      const args = ['run', '--data', join(home, 'data')];
      for (const _ of ['a new log', 'one that is there']) {
        const ven = begin({ program: 'recorded.mjs', flags, args, environment, until: 'Registered with' });
        await ven.said;
        await end(ven);
      }
    }
  } finally {
    await end(vtn);
  }
};

const compileAhead = async (): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-compiled-'));
  try {
    rmSync(compiledDirectory(import.meta.url), { recursive: true, force: true });
    const data = join(directory, 'demo');
    await begin({ program: 'ven.mjs', args: ['demo', '--no-inspect', '--lapse', '100000', '--data', data] }).said;
    await recordCommands(data, '12:00');
    await recordStarts(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const bornAt = performance.now();
try {
  await compileAhead();
  process.stdout.write(`The program was compiled ahead in ${((performance.now() - bornAt) / 1000).toFixed(1)} s.\n`);
} catch (error) {
  // What was built is whole without it.
  process.stderr.write(
    `The program could not be compiled ahead: it starts a tenth of a second later, and is otherwise the same. ${String(error)}\n`,
  );
}
