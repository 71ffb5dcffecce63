import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Environment } from '../../../src/adapters/config/configSources.ts';
import { COMMANDS } from '../../../src/cli/commands/table.ts';
import { main } from '../../../src/cli/main.ts';
import { surroundingsOf } from '../../../src/cli/surroundings.ts';
import { patienceMs } from '../../support/patience.ts';
import { builtVen } from './build.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `ven` that runs, and what it has said. */
abstract class RunningVen {
  stdout = '';
  stderr = '';
  abstract readonly ended: Promise<Ending>;
  #look: () => void = () => undefined;

  abstract get hasEnded(): boolean;
  abstract kill(signal: NodeJS.Signals): Promise<Ending>;

  /** What the pattern found in either output, as soon as it does. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
      if (found !== null) return found;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.hasEnded)
        throw new Error(
          `ven did not say ${pattern}${this.hasEnded ? ' before it ended' : ''}:\n${this.stdout}\n${this.stderr}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 500));
        this.#look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  protected hear(which: 'stdout' | 'stderr', text: string): void {
    this[which] += text;
    this.look();
  }

  protected look(): void {
    this.#look();
  }
}

/** A `ven` that runs as a process of its own. */
export class VenProcess extends RunningVen {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    child.stdout?.on('data', (text: Buffer) => this.hear('stdout', text.toString()));
    child.stderr?.on('data', (text: Buffer) => this.hear('stderr', text.toString()));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
        this.look();
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** A `ven` that runs in this process, at a tenth of the cost. */
class VenHere extends RunningVen {
  readonly ended: Promise<Ending>;
  readonly #stopping = new AbortController();
  #hasEnded = false;

  constructor(args: readonly string[], environment: Environment) {
    super();
    const output = (which: 'stdout' | 'stderr') => ({ write: (text: string) => this.hear(which, text) });
    const [stdout, stderr] = [output('stdout'), output('stderr')];
    const stopSignal = (): AbortSignal => this.#stopping.signal;
    this.ended = main(surroundingsOf({ args, environment, stdout, stderr, stopSignal }), COMMANDS).then((code) => {
      this.#hasEnded = true;
      this.look();
      return { code, signal: null };
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** As a signal that `ven` takes for the wish to end. */
  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.#stopping.abort(signal);
    return this.ended;
  }
}

/** The environment of a person who has set nothing. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VEN_'))),
  VEN_ANCHOR_DIRECTORY: 'none', // a test remembers nothing in the home of who runs it
});

/** Starts `ven`; whatever is left of it ends with the test. */
export const startVen = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<VenProcess> => {
  const child = spawn(process.execPath, [await builtVen(), ...args], {
    env: { ...plainEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = new VenProcess(child);
  onTestFinished(async () => {
    if (!started.hasEnded) await started.kill('SIGKILL');
  });
  return started;
};

/** What a signal, a log or a terminal of its own belongs to. */
const processes = new Set(['run', 'demo', 'inspect', 'fleet']);

/** Runs `ven` to its end: as a process where one belongs to it; what only asks is answered here. */
export const ven = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ending & { readonly stdout: string; readonly stderr: string }> => {
  const started = processes.has(args[0] ?? '')
    ? await startVen(args, environment)
    : new VenHere(args, { ...plainEnvironment(), ...environment });
  const ending = await started.ended;
  return { ...ending, stdout: started.stdout, stderr: started.stderr };
};

const vtnArguments = (token: string, args: readonly string[]): readonly string[] => [
  ...['vtn', '--port', '0', '--poll-freq', 'PT1S', '--token', token],
  ...args,
];

/** A VTN, and the URL of its token's path. */
interface Started<Vtn extends RunningVen> {
  readonly vtn: Vtn;
  readonly url: string;
}

const listening = async <Vtn extends RunningVen>(vtn: Vtn, token: string): Promise<Started<Vtn>> => {
  const [, port] = await vtn.until(/127\.0\.0\.1:(\d+)/);
  return { vtn, url: `http://127.0.0.1:${port}/${token}/OpenADR2/Simple/2.0b` };
};

const usualToken = 'auth-token';

/** A VTN as a process: it hears every poll at its time, whatever the test is busy with. */
export const startVtnProcess = async (): Promise<Started<VenProcess>> =>
  listening(await startVen(vtnArguments(usualToken, [])), usualToken);

/** What a VTN says against the VEN, but for the pace of its polls: a busy machine hears them late, so time is virtual where that is judged. */
export const complaintsIn = ({ stdout }: RunningVen): readonly string[] =>
  stdout.split('\n').filter((line) => line.startsWith('complaint') && !/ The VEN polled \d+ ms after /.test(line));

/** A VTN in this process, for those who look at the VEN. */
export const startVtn = async (args: readonly string[] = [], token = usualToken): Promise<Started<RunningVen>> => {
  const vtn = new VenHere(vtnArguments(token, args), plainEnvironment());
  onTestFinished(() => vtn.kill('SIGTERM').then(() => undefined));
  return listening(vtn, token);
};

/** A directory that goes with the test. */
export const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
