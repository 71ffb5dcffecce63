import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { patienceMs } from '../../support/patience.ts';
import { builtVen } from './build.ts';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A `ven` that runs as a process of its own. */
export class VenProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #look: () => void = () => undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (text: Buffer) => this.#hear('stdout', text));
    child.stderr?.on('data', (text: Buffer) => this.#hear('stderr', text));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
        this.#look();
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

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

  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  #hear(which: 'stdout' | 'stderr', text: Buffer): void {
    this[which] += text.toString();
    this.#look();
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

/** Runs `ven` to its end. */
export const ven = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ending & { readonly stdout: string; readonly stderr: string }> => {
  const started = await startVen(args, environment);
  const ending = await started.ended;
  return { ...ending, stdout: started.stdout, stderr: started.stderr };
};

/** A VTN as a process, and the URL of its token's path. */
export const startVtn = async (
  args: readonly string[] = [],
  token = 'auth-token',
): Promise<{ readonly vtn: VenProcess; readonly url: string }> => {
  const vtn = await startVen(['vtn', '--port', '0', '--poll-freq', 'PT1S', '--token', token, ...args]);
  const [, port] = await vtn.until(/127\.0\.0\.1:(\d+)/);
  return { vtn, url: `http://127.0.0.1:${port}/${token}/OpenADR2/Simple/2.0b` };
};

/** A directory that goes with the test. */
export const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-cli-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};
