/**
 * Stryker's runner for our tests: the files are read once, and a mutant is switched on in what is already there.
 *
 * Stryker's own for vitest reads every file anew for each mutant, which is seconds where a test takes milliseconds.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { PluginKind, commonTokens, declareClassPlugin, tokens } from '@stryker-mutator/api/plugin';
import { rooms, testFilesOf } from './rooms.mjs';

/** A test that a mutant keeps waiting this long will never end: its usual time many times over, and something for a busy machine. */
const patienceMs = (usualMs) => 5_000 + 20 * usualMs;

/** A test that took longer than this of a processor without a mutant is not run again to see whether a mutant left something behind. */
const quickMs = 200;

/** So many tests that caught a mutant are asked about the next one before all others. */
const remembered = 12;

/** Beside the results of the room, for the shares to come. */
const durationsFile = process.env.MUTANTS_DURATIONS;

const readDurations = () => (existsSync(durationsFile) ? JSON.parse(readFileSync(durationsFile, 'utf8')) : {});

/** What @vitest/runner wants to know before it reads a file. */
const configOf = (root) => ({
  root,
  name: '',
  setupFiles: [],
  passWithNoTests: true,
  allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list', shuffle: false, concurrent: false },
  maxConcurrency: 1,
  testTimeout: 0,
  hookTimeout: 0,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  strictTags: false,
});

const testsOf = (task) => (task.type === 'test' ? [task] : task.tasks.flatMap(testsOf));

const nameOf = (task) => (task.suite === undefined ? task.name : `${nameOf(task.suite)} › ${task.name}`);

const idOf = (test) => `${test.file.name}#${nameOf(test)}`;

/** The suites around a test, the file first. */
const around = (test) => {
  const suites = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) suites.unshift(suite);
  return suites.includes(test.file) ? suites : [test.file, ...suites];
};

class InPlaceRunner {
  #tests = [];
  #durations = readDurations();
  #faults = [];
  #prepared = new Set();
  #tried = 0;
  #isSpoilt = false;
  /** Of the tests that caught a mutant, the latest first: its neighbour is mostly caught by the same. */
  #lately = [];
  #withinMs;
  #oneIn = Number(process.env.MUTANTS_ONE_IN);
  #from = Number(process.env.MUTANTS_FROM);

  static inject = tokens(commonTokens.logger);

  constructor(log) {
    this.log = log;
    this.mutants = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
  }

  /** Nothing is ever read anew: of a mutant that is met while files are read and by a test as well, only the test is asked. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    process.on('unhandledRejection', (fault) => this.#faults.push(fault));
    const { register: readTypeScript } = await import('tsx/esm/api');
    readTypeScript();
    register('./resolve.mjs', import.meta.url);
    const { collectTests } = await import('@vitest/runner');
    const room = rooms.find(({ name }) => name === process.env.MUTANTS_ROOM);
    const { withinMs = Number.POSITIVE_INFINITY, longestMs = Number.POSITIVE_INFINITY } = room;
    this.#withinMs = withinMs;
    const runner = {
      config: configOf(process.cwd()),
      trace: (_name, attributes, act) => (act ?? attributes)(),
      importFile: (path) => import(pathToFileURL(path).href),
    };
    const files = await collectTests(
      testFilesOf(room).map((path) => resolve(path)),
      runner,
    );
    for (const { name, result } of files)
      if (result?.state === 'fail') throw new Error(`${name} cannot be read: ${result.errors?.[0]?.stack}`);
    this.#tests = files
      .flatMap(testsOf)
      .filter(({ mode }) => mode === 'run' || mode === 'queued')
      .filter((test) => this.#usualMs(test) <= longestMs);
  }

  async dryRun() {
    const tests = [];
    for (const test of this.#tests) {
      const id = idOf(test);
      this.mutants.currentTestId = id;
      const before = process.cpuUsage();
      const fault = await this.#faultOf(test, 120_000);
      const { user, system } = process.cpuUsage(before);
      const timeSpentMs = (user + system) / 1_000;
      this.mutants.currentTestId = undefined;
      this.#durations[id] = timeSpentMs;
      const told = { id, name: id, fileName: test.file.name, timeSpentMs };
      tests.push(
        fault === undefined ? { ...told, status: 0 } : { ...told, status: 1, failureMessage: String(fault.stack) },
      );
    }
    writeFileSync(durationsFile, JSON.stringify(this.#durations));
    return { status: 'complete', tests, mutantCoverage: this.mutants.mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, hitLimit }) {
    if (Number(activeMutant.id) % this.#oneIn !== this.#from)
      return { status: 'error', errorMessage: 'not in the sample' };
    if (this.#isSpoilt) throw new Error('a mutant left something behind: a new process begins');
    this.#tried += 1;
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const tests = this.#inTurn(this.#tests.filter((test) => wanted?.has(idOf(test)) ?? true));
    for (const [index, test] of tests.entries()) {
      Object.assign(this.mutants, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
      const fault = await this.#faultOf(test, patienceMs(this.#usualMs(test)));
      const { hitCount } = this.mutants;
      Object.assign(this.mutants, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
      if (fault === undefined) continue;
      if (hitCount > hitLimit || fault === tooLong) return { status: 'timeout', reason: String(fault.message) };
      await this.#nothingIsLeft(test);
      this.#lately = [test, ...this.#lately.filter((other) => other !== test)].slice(0, remembered);
      return {
        status: 'killed',
        killedBy: [idOf(test)],
        failureMessage: String(fault?.message ?? fault).slice(0, 500),
        nrOfTests: index + 1,
      };
    }
    return { status: 'survived', nrOfTests: tests.length };
  }

  /** What it took of a processor when no mutant was there. */
  #usualMs(test) {
    return this.#durations[idOf(test)] ?? 0;
  }

  /** The quickest, as many as take no longer than the room allows, but two in any case; those that caught a neighbour first. */
  #inTurn(tests) {
    const turn = (test) => (this.#lately.includes(test) ? this.#lately.indexOf(test) : remembered);
    const usualMs = (test) => this.#usualMs(test);
    let takenMs = 0;
    return tests
      .toSorted((one, other) => usualMs(one) - usualMs(other))
      .filter((test, index) => (takenMs += usualMs(test)) <= this.#withinMs || index < 2)
      .toSorted((one, other) => turn(one) - turn(other));
  }

  /**
   * A mutant may leave something wrong behind, such as an answer that is kept for the next who asks: then Stryker begins a new process.
   *
   * Where this is not the first mutant of the process, an earlier one may have spoilt it, and this one is tried again.
   */
  async #nothingIsLeft(test) {
    const usualMs = this.#usualMs(test);
    if (usualMs > quickMs) return;
    const fault = await this.#faultOf(test, patienceMs(usualMs));
    if (fault === undefined) return;
    this.log.info(`${idOf(test)} fails after a mutant was switched off: ${fault.message}`);
    this.#isSpoilt = true;
    if (this.#tried > 1) throw fault;
  }

  async #faultOf(test, withinMs) {
    const { getFn, getHooks } = await import('@vitest/runner');
    const { finishTest } = await import('./vitest.mjs');
    this.#faults.length = 0;
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(reject, withinMs, tooLong)));
    const ran = this.#run(test, { getFn, getHooks, finishTest });
    ran.catch(() => undefined);
    try {
      await Promise.race([ran, late]);
      return this.#faults[0];
    } catch (fault) {
      return fault ?? new Error('nothing was thrown with a fault');
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(test, { getFn, getHooks, finishTest }) {
    const suites = around(test);
    for (const suite of suites) {
      if (this.#prepared.has(suite)) continue;
      this.#prepared.add(suite);
      for (const hook of getHooks(suite).beforeAll) await hook(suite);
    }
    test.result = { state: 'run' };
    try {
      for (const suite of suites) for (const hook of getHooks(suite).beforeEach) await hook(test.context, suite);
      await getFn(test)();
    } finally {
      for (const suite of suites.toReversed())
        for (const hook of getHooks(suite).afterEach) await hook(test.context, suite);
      await finishTest();
    }
  }
}

const tooLong = new Error('a test did not end');

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-place', InPlaceRunner)];
