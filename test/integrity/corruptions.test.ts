import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCheckpoints } from '../../src/cli/log/checkpoints.ts';
import { recordRepair } from '../../src/shell/repair.ts';
import type { Entry } from '../../src/facts/entry.ts';
import { LogError } from '../../src/store/errors.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { restoreLog } from '../../src/store/level/repair/restore.ts';
import { isWhole } from '../support/leftOut.ts';
import { answersOf, createdAt, harmBy, prepareGround, restore, type Ground } from './damagedLogs.ts';

/** A share of them; all thousand, or others: `CORRUPTIONS=1000 SEED=1 npx vitest run test/integrity/corruptions.test.ts`. */
const count = Number(process.env['CORRUPTIONS'] ?? (isWhole(process.env) ? 120 : 40));
const firstSeed = Number(process.env['SEED'] ?? 1);

/** However many they are, and however busy the machine: one that is given up goes on beside the next, in the same files. @unit ms */
const timeout = Math.max(600_000, count * 10_000);

type Verdict = 'refused' | 'found by verify' | 'harmless';

const refusal = (error: unknown): string => {
  if (error instanceof LogError) return error.message;
  throw error;
};

/** What those who read the log get: a refusal, or an answer that must be that of the whole log. */
const judge = async (ground: Ground, harm: string): Promise<Verdict> => {
  const log = await openLevelEventLog(ground.work, { createdAt, create: false }).catch(refusal);
  if (typeof log === 'string') return 'refused';
  try {
    const answers = await answersOf(log).catch((error: unknown) => ({ refusal: refusal(error) }));
    if (typeof answers !== 'string') return 'refused';
    expect(answers === ground.answers, `${harm} changed an answer without a word`).toBe(true);
    const found = await log
      .verify()
      .then(() => checkCheckpoints(log))
      .then(() => null, refusal);
    return found === null ? 'harmless' : 'found by verify';
  } finally {
    await log.close();
  }
};

describe(`${count} corruptions of a log by chance`, () => {
  let ground: Ground;
  const verdicts = new Map<Verdict, number>();
  beforeAll(async () => {
    ground = await prepareGround();
  });
  afterAll(() => rmSync(ground.root, { recursive: true, force: true }));

  it('are each refused, found or harmless, and none changes an answer without a word', { timeout }, async () => {
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
      restore(ground);
      const harm = `seed ${seed}, ${harmBy(ground, seed)}`;
      const verdict = await judge(ground, harm).catch((error: unknown) =>
        expect.fail(`${harm}: ${String((error as Error).stack)}`),
      );
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    console.log(
      `${count} corruptions: ${[...verdicts].map(([verdict, number]) => `${number} ${verdict}`).join(', ')}.`,
    );
    expect(verdicts.get('refused') ?? 0).toBeGreaterThan(count / 3);
  });

  it('leave a log from which a repair saves only what was there, and says what is not', { timeout }, async () => {
    const original = new Map(ground.entries.map((entry) => [entry.position, entry]));
    let lossy = 0;
    for (let seed = firstSeed; seed < firstSeed + Math.min(count, isWhole(process.env) ? 25 : 10); seed += 1) {
      restore(ground);
      const harm = `seed ${seed}, ${harmBy(ground, seed)}`;
      const to = join(ground.root, 'saved');
      rmSync(to, { recursive: true, force: true });
      const restored = await restoreLog({ from: ground.work, to, now: 1_900_000_000_000, ignoreMarks: false }).catch(
        refusal,
      );
      if (typeof restored === 'string') continue;
      const { log, fact } = restored;
      const { outputs } = await recordRepair(log, fact, { recordedAt: 1_900_000_000_000, runID: 'repair', chance: 1 });
      const saved: Entry[] = [];
      for await (const entry of log.read()) saved.push(entry);
      const old = saved.slice(0, saved.length - 1 - outputs.length);
      for (const entry of old) expect(entry, harm).toEqual(original.get(entry.position));
      expect(await log.verify(), harm).toEqual(log.head);
      expect(old.length === original.size || fact.lost.length > 0, `${harm}: entries are lost without a word`).toBe(
        true,
      );
      if (fact.lost.length > 0) lossy += 1;
      await log.close();
    }
    expect(lossy).toBeGreaterThan(1);
  });
});
