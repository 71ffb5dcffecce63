/**
 * Plans in a process of its own, so that polling never waits for one and its memory is given back: it starts when a plan is
 * wanted, and ends when none was for a while, when it has grown too large, or with this process, however that ends.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Explainer, PlanWhy, WhyQuestion } from '../../dispatch/explain/why.ts';
import type { Planner } from '../../dispatch/planner.ts';
import type { PlanningProblem } from '../../dispatch/planningProblem.ts';
import type { DevicePlan, SitePlan } from '../../dispatch/sitePlan.ts';
import { ownPart } from '../process/ownPart.ts';

/** What is asked of the process: a plan, or why one is as it is. */
export type PlanQuestion = { readonly number: number } & (
  { readonly problem: PlanningProblem } | { readonly why: WhyQuestion }
);

/**
 * What it answers: what each device is to do, one after the other, so that a large plan is no long message that polling waits
 * for; then all else of the plan, or why there is none.
 */
export type PlanReply = { readonly number: number } & (
  | { readonly device: DevicePlan }
  | { readonly residentBytes: number; readonly plan: Omit<SitePlan, 'devices'> }
  | { readonly residentBytes: number; readonly why: PlanWhy }
  | { readonly residentBytes: number; readonly error: string }
);

/** How long the process is kept, and how much it may take. */
export interface PlannerLimits {
  /** @unit ms */
  readonly idleMs?: number;
  /** @unit ms */
  readonly planMs?: number;
  /** @unit bytes */
  readonly residentBytes?: number;
}

/** @limit How long the process waits for another question. @unit ms */
const usualIdleMs = 60_000;

/** @limit How long a plan may take; less than the agent waits for it. @unit ms */
const usualPlanMs = 50_000;

/** @limit The memory of the process; one of a hundred devices in slots of five minutes needs some 400 MB. @unit bytes */
const usualResidentBytes = 640 * 2 ** 20;

/** @limit What of it JavaScript may take. @unit MB */
const heapMegabytes = 320;

/** @limit And what of that what is new may take: left to itself it grows in steps of its own, however little lives. @unit MB */
const newMegabytes = 4;

/** How often the memory of a process at work is looked at. @unit ms */
const watchEveryMs = 250;

/** How long a process that was told to end may take. @unit ms */
const endMs = 2_000;

/** Where the process's code is: beside this file in the sources, or in the bundle. */
const places = ['./planningChild.ts', './planning/child.mjs', '../planning/child.mjs'];

const start = (): ChildProcess => {
  const { path, execArgv } = ownPart(places, import.meta.url, 'makes plans');
  return fork(path, [], {
    execArgv: [`--max-old-space-size=${heapMegabytes}`, `--max-semi-space-size=${newMegabytes}`, ...execArgv],
    // It needs nothing of the surroundings, and they may hold secrets.
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
};

const pageBytes = 4_096;

/** The memory a process has at this moment; null where the system does not say. */
const residentBytesOf = async (pid: number | undefined): Promise<number | null> => {
  const text = await readFile(`/proc/${pid ?? 0}/statm`, 'utf8').catch(() => null);
  const pages = Number(text?.split(' ')[1]);
  return Number.isFinite(pages) && text !== null ? pages * pageBytes : null;
};

/** What came back. */
type BroughtBack = SitePlan | PlanWhy;

/** A question that waits for its answer. */
interface Waiting {
  readonly devices: DevicePlan[];
  readonly resolve: (answer: BroughtBack) => void;
  readonly reject: (error: Error) => void;
}

/** The process as long as there is one. */
class PlanningChild {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly gone: Promise<void>;
  #isLeft = false;
  #isEnding = false;
  #residentBytes = 0;

  constructor() {
    this.#child = start();
    this.gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#fail(`the planner’s process ended with ${signal ?? `code ${code ?? 'unknown'}`}`);
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#fail(`the planner’s process cannot be used: ${error.message}`);
        resolve();
      });
    });
    this.#child.on('message', (reply: PlanReply) => this.#hear(reply));
  }

  get isUsable(): boolean {
    return !this.#isLeft && this.#child.connected;
  }

  get residentBytes(): number {
    return this.#residentBytes;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  ask(question: PlanQuestion): Promise<BroughtBack> {
    this.#child.ref();
    this.#child.channel?.ref();
    return new Promise<BroughtBack>((resolve, reject) => {
      this.#waiting.set(question.number, { devices: [], resolve, reject });
      this.#child.send(question, (error) => {
        if (error !== null) this.#fail(`the planner’s process cannot be asked: ${error.message}`);
      });
    }).finally(() => {
      if (this.#waiting.size > 0 || this.#isEnding) return;
      this.#child.unref();
      this.#child.channel?.unref();
    });
  }

  /** Ends it, at once where it does not end by itself; who waits is told why. */
  async end(why: string, isPatient = true): Promise<void> {
    this.#isLeft = this.#isEnding = true;
    this.#fail(why);
    // Whoever waits for its end has nothing else that would keep this process until then.
    this.#child.ref();
    if (this.#child.connected) this.#child.disconnect();
    if (!isPatient) this.#child.kill('SIGKILL');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), endMs);
    impatience.unref();
    await this.gone;
    clearTimeout(impatience);
  }

  #hear(reply: PlanReply): void {
    const waiting = this.#waiting.get(reply.number);
    if ('device' in reply) return void waiting?.devices.push(reply.device);
    this.#residentBytes = reply.residentBytes;
    this.#waiting.delete(reply.number);
    if ('plan' in reply) waiting?.resolve({ ...reply.plan, devices: waiting.devices });
    else if ('why' in reply) waiting?.resolve(reply.why);
    else waiting?.reject(new Error(reply.error));
  }

  #fail(why: string): void {
    this.#isLeft = true;
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}

/** A planner in a process of its own, who can also say why. */
export class PlannerProcess implements Planner, Explainer {
  readonly #idleMs: number;
  readonly #planMs: number;
  readonly #residentBytes: number;
  #child: PlanningChild | null = null;
  #idle: NodeJS.Timeout | undefined;
  #questions = 0;
  #underWay = 0;

  constructor({ idleMs = usualIdleMs, planMs = usualPlanMs, residentBytes = usualResidentBytes }: PlannerLimits = {}) {
    this.#idleMs = idleMs;
    this.#planMs = planMs;
    this.#residentBytes = residentBytes;
  }

  /** The process's number; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.isUsable === true ? this.#child.pid : undefined;
  }

  plan(problem: PlanningProblem): Promise<SitePlan> {
    return this.#ask<SitePlan>({ problem });
  }

  explain(why: WhyQuestion): Promise<PlanWhy> {
    return this.#ask<PlanWhy>({ why });
  }

  async #ask<Answer extends BroughtBack>(
    asked: { readonly problem: PlanningProblem } | { readonly why: WhyQuestion },
  ): Promise<Answer> {
    clearTimeout(this.#idle);
    const child = this.#child?.isUsable === true ? this.#child : (this.#child = new PlanningChild());
    this.#underWay += 1;
    const giveUp = setTimeout(
      () => void child.end(`the planner took longer than ${this.#planMs / 1_000} s`, false),
      this.#planMs,
    );
    const watch = setInterval(() => void this.#watch(child), watchEveryMs);
    try {
      return (await child.ask({ number: (this.#questions += 1), ...asked })) as Answer;
    } finally {
      clearTimeout(giveUp);
      clearInterval(watch);
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#rest(child);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const child = this.#child;
    this.#child = null;
    await child?.end('the planner was closed');
  }

  /** Nobody asks: it is kept for a while, unless it has become too large. */
  #rest(child: PlanningChild): void {
    const end = (why: string): void => {
      if (this.#child === child) this.#child = null;
      void child.end(why);
    };
    if (child.residentBytes > this.#residentBytes) return end('the planner’s process had grown too large');
    this.#idle = setTimeout(() => end('nobody asked the planner any more'), this.#idleMs);
    this.#idle.unref();
  }

  async #watch(child: PlanningChild): Promise<void> {
    const bytes = await residentBytesOf(child.pid);
    if (bytes === null || bytes <= this.#residentBytes) return;
    const megabytes = Math.round(this.#residentBytes / 2 ** 20);
    await child.end(`the planner needed more than ${megabytes} MB`, false);
  }
}
