/** The program is read with code that V8 made of it before, and is the same program without. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writeCompiledCode } from '../../src/launch/compiledCode.ts';
import { Program, type ReadChunk } from '../../src/launch/program.ts';
import { builtVen } from '../cli/support/build.ts';

const first = `"use strict";
const { twice } = require("./second.cjs");
exports.answer = twice(21);
exports.here = [__filename, __dirname];
exports.isStrict = (function () { return this === undefined; })();
exports.joined = require("node:path").join("a", "b");
`;
const second = `"use strict";
exports.twice = (number) => number * 2;
exports.times = (globalThis.readTimes = (globalThis.readTimes ?? 0) + 1);
`;

let directory: string;
let compiled: string;
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ven-launch-'));
  compiled = at('compiled');
  writeFileSync(at('first.cjs'), first);
  writeFileSync(at('second.cjs'), second);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the program, and tells of its chunks as they were read. */
const ran = (): readonly ReadChunk[] => {
  const program = new Program(compiled);
  const read: ReadChunk[] = [];
  program.onRead = (chunk) => void read.push(chunk);
  expect(program.run(at('first.cjs'))).toMatchObject({ answer: 42 });
  return read;
};

/** Runs the program and writes down what V8 made of it. */
const compile = (): void => {
  const chunks = ran().map(
    ({ file, script, source }) => [basename(file), { code: script.createCachedData(), source }] as const,
  );
  writeCompiledCode(compiled, new Map(chunks));
};

/** Of each chunk that is read with code, whether V8 took it. */
const taken = (): readonly (readonly [string, boolean])[] =>
  ran().flatMap(({ file, script }) =>
    script.cachedDataRejected === undefined ? [] : [[basename(file), !script.cachedDataRejected] as const],
  );

const codeFile = (): string => join(compiled, readdirSync(compiled)[0] ?? '');

describe('a program read by its launcher', () => {
  it('given chunks that need others, then each is run once, in strict mode, and knows where it is', () => {
    const before = (globalThis as { readTimes?: number }).readTimes ?? 0;
    const program = new Program(compiled);
    expect(program.run(at('first.cjs'))).toEqual({
      answer: 42,
      here: [at('first.cjs'), directory],
      isStrict: true,
      joined: join('a', 'b'),
    });
    expect(program.run(at('second.cjs'))).toMatchObject({ times: before + 1 });
  });

  it('given a chunk that throws, then the stack names its file and its line', () => {
    writeFileSync(at('first.cjs'), '"use strict";\n\nthrow new Error("on the third");\n');
    expect(() => new Program(compiled).run(at('first.cjs'))).toThrow(
      expect.objectContaining({ stack: expect.stringContaining(`${at('first.cjs')}:3:`) as string }) as Error,
    );
  });

  it('given code that was made before, then V8 takes it for every chunk', () => {
    expect(taken()).toEqual([]);
    compile();
    expect(taken()).toEqual([
      ['first.cjs', true],
      ['second.cjs', true],
    ]);
  });

  it('given a source that changed and is as long as before, then its code is not run', () => {
    compile();
    writeFileSync(at('second.cjs'), second.replace('* 2', '* 3'));
    expect(new Program(compiled).run(at('first.cjs'))).toMatchObject({ answer: 63 });
  });

  it('given code that a disk has damaged or cut off, then the program runs without it', () => {
    compile();
    const whole = readFileSync(codeFile());
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 10]! ^= 1;
    writeFileSync(codeFile(), damaged);
    expect(taken()).toEqual([['first.cjs', true]]);
    for (const length of [0, 3, 40, whole.length - 10]) {
      writeFileSync(codeFile(), whole.subarray(0, length));
      taken();
    }
    writeFileSync(codeFile(), Buffer.concat([Buffer.from([255, 255, 255, 255]), whole.subarray(4)]));
    expect(taken()).toEqual([]);
  });

  it('given V8 with other flags than the code was made with, then there is none for it', () => {
    compile();
    try {
      setFlagsFromString('--allow-natives-syntax');
      expect(taken()).toEqual([]);
    } finally {
      setFlagsFromString('--no-allow-natives-syntax');
    }
    expect(taken()).toHaveLength(2);
  });
});

describe('the built ven', () => {
  it('given that a command was recorded, then code lies beside it, and it says the same with it as without', async () => {
    // A copy that nobody has compiled ahead, beside the build, from where it finds what is not bundled.
    const build = dirname(dirname(await builtVen()));
    const bare = mkdtempSync(`${build}-bare-`);
    onTestFinished(() => rmSync(bare, { recursive: true, force: true }));
    cpSync(build, bare, { recursive: true, filter: (path) => basename(path) !== 'compiled' });
    const ven = join(bare, 'cli', 'ven.mjs');
    const run = (file: string): string => spawnSync(process.execPath, [file, 'help'], { encoding: 'utf8' }).stdout;
    const said = run(ven);
    expect(said).toContain('ven run');
    expect(run(join(dirname(ven), 'recorded.mjs'))).toBe(said);
    expect(readdirSync(join(dirname(ven), 'compiled')).length).toBeGreaterThan(0);
    expect(run(ven)).toBe(said);
  });
});
