/** What the planner was asked, kept beside the log: whoever explains a plan says the same with it as by the steps that led to it. */
import { hash as digest } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { Fold } from '../../src/shell/fold.ts';
import { instructionArrival, type InstructionAsked } from '../../src/shell/instructions.ts';
import {
  daysKept,
  KeptQuestions,
  questionsCheckpoints,
  questionsIn,
  questionsVersion,
} from '../../src/shell/keptQuestions.ts';
import { planQuestion } from '../../src/shell/planQuestion.ts';
import type { QuestionPut } from '../../src/shell/siteProblem.ts';
import { canonicalJson } from '../../src/store/canonicalJson.ts';
import type { Checkpoint } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { aBattery, aHeater, siteWorld } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { call } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const day = '2026-11-27';
const now = at(day, 12, 5);
let world: AgentWorld;

beforeAll(async () => {
  // Given two batteries, one in shadow, a heater, a reserve, an override and a wish for once
  const devices = [aBattery('first'), aBattery('second'), aHeater('heater')];
  world = siteWorld(day, 8, devices, { reserve: 0.2 }, { shadowed: ['second'], keepsQuestions: true });
  await world.start();
  const say = (asked: InstructionAsked): void => {
    if (world.agent === null) throw new Error('No agent runs.');
    world.agent.take(instructionArrival(world.agent.state, world.time.now(), { ...asked, by: 'ven' }));
  };
  await world.runTo(at(day, 9, 30));
  say({ resourceID: 'first', action: 'hold', forMs: 3_600_000 });
  say({ resourceID: 'second', kind: 'keep', stateOfCharge: 0.4, endAt: at(day, 20) });
  await world.runTo(now);
  await world.stop();
});

const keptIn = async (log: AgentWorld['log']): Promise<readonly Checkpoint[]> =>
  (await Promise.all(questionsCheckpoints.map((name) => log.loadCheckpoint(name)))).flatMap((each) => each ?? []);

/** The log as it is, with what is kept of questions as it is changed; with nothing, if it is not. */
const logWith = async (change?: (kept: Checkpoint) => Checkpoint): Promise<string> => {
  const data = mkdtempSync(join(tmpdir(), 'questions-'));
  await copyLog(world.log, data);
  const log = await openLevelEventLog(data, { createdAt: 0 });
  for (const kept of await keptIn(world.log)) if (change !== undefined) await log.saveCheckpoint(change(kept));
  await log.close();
  return data;
};

/** All prices of import another one: nobody who takes this up says what the log says. */
const falsified = (kept: Checkpoint): Checkpoint => ({
  ...kept,
  state: JSON.parse(
    JSON.stringify(kept.state).replaceAll(/"importUsdPerKwh":"[^"]*"/g, '"importUsdPerKwh":"0.5"'),
  ) as unknown,
});

const ways: readonly (readonly [string, ...string[]])[] = [
  ['plan'],
  ['plan', '--why', '18:00'],
  ['plan', '--device', 'second'],
  ['plan', '--review', '--day', day],
  ['explain', `${day} 18:00`],
];

const toldOf = async (data: string, asked = ways): Promise<readonly string[]> => {
  const told: string[] = [];
  for (const [command, ...rest] of asked) {
    const { stdout, stderr } = await call.at(now)(command, '--data', data, ...rest);
    told.push(`${stdout}${stderr}`);
  }
  return told;
};

describe('what the planner was asked', () => {
  it('given an agent that planned, then each question is kept, to the letter as the log gives it', async () => {
    const kept = new KeptQuestions(world.log);
    const fold = await Fold.of(world.log);
    const found: string[] = [];
    for await (const recorded of world.log.read()) {
      fold.take(recorded);
      const entry = upcast(recorded);
      if (entry.type !== 'PlanRequested') continue;
      found.push(canonicalJson(planQuestion(fold.known, entry.data)));
      expect(canonicalJson(await kept.of(entry)), `position ${entry.position}`).toBe(found.at(-1));
    }
    expect(found.length).toBeGreaterThan(4);
    // A question that is put in another way than before is another version: raise the number in `questionsVersion`, then change this.
    expect({
      version: questionsVersion,
      digest: digest('sha256', found.join('\n')).slice(0, 16),
    }).toMatchInlineSnapshot(`
      {
        "digest": "4e2434ea95722fbd",
        "version": "question 3 of machines 3, usage 8 keeping 3196800000 ms, deliveries 8 keeping 3196800000 ms, prices 2 keeping 691200000 ms, instructions 1 keeping 3196800000 ms, trust 1",
      }
    `);
  });

  it('given a log with it and one without, when plans and hours are explained, then both say the same', async () => {
    const without = await toldOf(await logWith());
    expect(await toldOf(await logWith((kept) => kept))).toEqual(without);
    expect(without.join('\n')).toMatch(/The plan is worth[^]*A person[^]*In shadow/);
  });

  it('given one that is false, then it is taken up if it is of this version and of that entry, and else by nobody', async () => {
    const plan = [['plan', '--json'] as const];
    const without = await toldOf(await logWith(), plan);
    expect(await toldOf(await logWith(falsified), plan)).not.toEqual(without);
    const other = await logWith((kept) => ({ ...falsified(kept), version: 'another' }));
    expect(await toldOf(other, plan)).toEqual(without);
    const strange = await logWith((kept) => ({
      ...falsified(kept),
      state: JSON.parse(
        JSON.stringify(falsified(kept).state).replaceAll(/"hash":"[^"]*"/g, `"hash":"${'0'.repeat(64)}"`),
      ) as unknown,
    }));
    expect(await toldOf(strange, plan)).toEqual(without);
    expect((await call('log', 'verify', '--data', strange)).exitCode).toBe(EXIT.success);
  });

  it('given one that says otherwise than the log, then ven log verify tells it', async () => {
    const data = await logWith(falsified);
    const { stderr, exitCode } = await call('log', 'verify', '--data', data);
    expect(exitCode).toBe(EXIT.logUnsafe);
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /The checkpoint questions \d+ says of position \d+ what the entries before it do not give/,
    );
  });
});

describe('how much of it is kept', () => {
  const dayMs = 86_400_000;
  const question = (name: string, length = 10): QuestionPut => ({
    fromAt: 0,
    toAt: 1,
    timeZone: 'UTC',
    moneyScope: 'device',
    site: {},
    prices: [],
    driven: [],
    shadowed: [],
    overrides: [],
    constraints: [],
    running: { [name.repeat(length)]: [] },
  });
  /** A log in which a plan was asked for at each instant. */
  const askedAt = async (...instants: readonly number[]) => {
    const log = openMemoryEventLog();
    for (const recordedAt of instants)
      await log.append([
        {
          recordedAt,
          runID: 'run00001',
          stream: 'site',
          type: 'PlanRequested',
          version: 1,
          direction: 'out' as const,
          data: { fromAt: 0, toAt: 1, because: 'a test' },
          cause: null,
        },
      ]);
    const keeper = new KeptQuestions(log);
    const found = async (): Promise<readonly boolean[]> => {
      const kept = new KeptQuestions(log);
      const all: boolean[] = [];
      for await (const entry of log.read()) all.push((await kept.of(entry)) !== null);
      return all;
    };
    return { log, keeper, found };
  };

  it('is five weeks: a day takes the place of the one before them', async () => {
    const { log, keeper, found } = await askedAt(dayMs, 2 * dayMs, (daysKept + 1) * dayMs);
    for (const position of [0, 1, 2]) keeper.keep(position, question('q'));
    await keeper.settled;
    expect(await found()).toEqual([false, true, true]);
    expect(await keptIn(log)).toHaveLength(2);
  });

  it('of a day with very large ones, is the last ones that fit; of one that fits nowhere, nothing', async () => {
    const { log, keeper, found } = await askedAt(1, 2, 3, 4);
    for (const position of [0, 1, 2]) keeper.keep(position, question('q', 400_000));
    await keeper.settled;
    expect(await found()).toEqual([false, true, true, false]);
    expect(questionsIn((await keptIn(log))[0]).map(({ position }) => position)).toEqual([1, 2]);
    keeper.keep(3, question('q', 1_100_000));
    await keeper.settled;
    expect(await found()).toEqual([false, false, false, false]);
  });

  it('and nothing where no plan was asked for, or the disk refuses it', async () => {
    const { log, keeper, found } = await askedAt(1);
    const refusing = new Proxy(log, {
      get: (target, name) =>
        name === 'saveCheckpoint'
          ? () => Promise.reject(new Error('the disk is full'))
          : (target[name as keyof typeof target] as () => unknown).bind(target),
    });
    const refused = new KeptQuestions(refusing);
    refused.keep(0, question('q'));
    await refused.settled;
    keeper.keep(7, question('q'));
    await keeper.settled;
    expect(await found()).toEqual([false]);
  });
});
