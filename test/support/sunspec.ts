import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sharedDirectory } from './shared.ts';
import { freePort } from './freePort.ts';
import { patienceMs } from './patience.ts';

const models = join(sharedDirectory, 'sunspec');
const python = '/usr/bin/python3';

/** Why there is no SunSpec device to test with; null when there is one. */
const lack = !existsSync(join(models, 'model_704.json'))
  ? `the published SunSpec models are not in ${models}`
  : spawnSync(python, ['-c', 'import pymodbus.server, serial']).status === 0
    ? null
    : 'pymodbus (python3-pymodbus, python3-serial, python3-serial-asyncio) is not installed';

/** Whether there is a SunSpec device to test with; tests that are skipped for the lack of it say so. */
export const hasSunspec = lack === null;
if (lack !== null) console.warn(`SunSpec over Modbus is not tried, because ${lack}.`);

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

/** What is wrong with it. */
type Fault =
  'normal' | 'silent' | 'slow' | 'deaf' | 'stuck' | 'strict' | 'timeless' | 'busy' | 'narrow' | 'narrow counters';

/** A device by pymodbus, in a process of its own. */
export class SunspecSimulator {
  readonly port: number;
  readonly #arguments: readonly string[];
  #child: ChildProcess | null = null;
  #said = '';

  constructor(port: number, given: readonly string[]) {
    this.port = port;
    this.#arguments = given;
  }

  async start(): Promise<void> {
    const child = spawn(python, [...this.#arguments], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr?.on('data', (text: Buffer) => (complaint += text.toString()));
    child.stdout?.on('data', (text: Buffer) => (this.#said += text.toString()));
    this.#child = child;
    const deadline = Date.now() + patienceMs;
    while (!(await accepts(this.port))) {
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error(`The simulator does not listen: ${complaint}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** normal, silent, slow (0.4 s an answer), deaf (takes nothing), stuck (takes it and does nothing), strict (takes a power only while it is enabled), timeless (never reverts), busy (every fifth time), narrow (takes 40 registers at once at most), narrow counters (of 32 bits). */
  fault(name: Fault): Promise<string> {
    return this.#ask(name);
  }

  /** Its clock is set, and it has lived until then. UTC ms. */
  setClock(at: number): Promise<string> {
    return this.#ask(`clock ${at / 1_000}`);
  }

  /** What stands in a point, raw. */
  async raw(model: number, point: string): Promise<number> {
    return (JSON.parse(await this.#ask(`dump ${model} ${point}`)) as Record<string, number>)[point] ?? Number.NaN;
  }

  /** The address of a point. */
  async where(model: number, point: string): Promise<number> {
    return JSON.parse(await this.#ask(`where ${model} ${point}`)) as number;
  }

  async #ask(line: string): Promise<string> {
    const before = this.#said.length;
    this.#child?.stdin?.write(`${line}\n`);
    while (!this.#said.slice(before).includes('\n')) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.#said.slice(before).trim();
  }
}

/** How a model lies, where the published models at hand do not have it. */
export interface SunspecLayout {
  readonly points: readonly { readonly name: string; readonly type: string; readonly size: number }[];
}

/** A device with these models; points by name, raw. */
export const startSunspec = async (
  described: readonly (readonly [number, Readonly<Record<string, number | string>>])[],
  base = 40_000,
  /** Models that it lists and refuses to tell; `end`: it has no mark at the end of its chain. */
  refused: readonly (number | 'end')[] = [],
  layouts: Readonly<Record<number, SunspecLayout>> = {},
): Promise<SunspecSimulator> => {
  const folder = mkdtempSync(join(tmpdir(), 'ven-sunspec-'));
  const description = join(folder, 'device.json');
  writeFileSync(description, JSON.stringify({ models: described, refused, layouts }));
  const port = await freePort();
  const script = join(import.meta.dirname, 'sunspecSimulator.py');
  const simulator = new SunspecSimulator(port, [script, models, String(port), String(base), description]);
  onTestFinished(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await simulator.start();
  return simulator;
};
