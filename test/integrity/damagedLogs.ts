/** A small log of an agent on disk, and what can happen to its files. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldLog, saveState } from '../../src/shell/fold.ts';
import { toPlain } from '../../src/core/plainState.ts';
import { viewsOf } from '../../src/cli/views.ts';
import type { Draft, Entry } from '../../src/facts/entry.ts';
import { daySpan } from '../../src/programme/calendar.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { settle } from '../../src/settlement/settle.ts';
import type { EventLog, Wire } from '../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../src/store/level/levelEventLog.ts';
import { deliveriesProjection } from '../../src/store/projections/deliveries.ts';
import { pricesProjection } from '../../src/store/projections/prices.ts';
import { usageProjection } from '../../src/store/projections/usage.ts';
import { createRandom, type Random } from '../../src/vtn/random.ts';
import { at, timeZone, worldOn } from '../scenarios/support/day.ts';

/** When these logs were begun. */
export const createdAt = 7;

const day = '2026-06-10';

/** The entries of a day and a half with prices, readings and a report that was acknowledged, with their XML. */
const liveADay = async (seed: number): Promise<EventLog> => {
  const { world } = worldOn({
    day: '2026-06-09',
    hour: 16,
    seed,
    vtn: { pollFreq: 'PT30M' },
    settings: { sampleEveryMs: 3_600_000 },
  });
  await world.start();
  await world.runTo(at(day, 30));
  await world.stop();
  return world.log;
};

/** Writes a log in several runs, so that there are table files as well as a write-ahead file; `between` is called after each. */
const writeInRuns = async (
  log: EventLog,
  directory: string,
  runs: number,
  between: (run: number) => void,
): Promise<void> => {
  const all: { draft: Draft; xml: string | undefined }[] = [];
  for await (const { position, hash: _hash, ...draft } of log.read())
    all.push({ draft, xml: await log.wire(position) });
  const share = Math.ceil(all.length / runs);
  for (let run = 0; run < runs; run += 1) {
    const opened = await openLevelEventLog(directory, { createdAt });
    for (let index = run * share; index < Math.min(all.length, (run + 1) * share); index += 20) {
      const some = all.slice(index, Math.min(index + 20, (run + 1) * share));
      const wires: Wire[] = some.flatMap(({ xml }, place) => (xml === undefined ? [] : [{ index: place, xml }]));
      await opened.append(
        some.map(({ draft }) => draft),
        wires,
      );
    }
    if (run === 1) await saveState(opened, (await foldLog(opened)).state, opened.head.position, opened.head.hash);
    await opened.close();
    between(run);
  }
};

/** What everybody who reads a log relies on: prices, usage, deliveries, the ledger, and what the agent would go on from. */
export const answersOf = async (log: EventLog): Promise<string> => {
  const { faults, ledger, ...views } = await viewsOf(log, {
    prices: pricesProjection(),
    usage: usageProjection(),
    deliveries: deliveriesProjection(),
    ledger: ledgerProjection(),
  });
  const { startAt, endAt } = daySpan(day, timeZone);
  const settlement = settle(ledger, {
    startAt,
    endAt,
    timeZone,
    asOf: { position: log.durableHead.position, at: endAt + 6 * 3_600_000 } as never,
  });
  const { views: agentViews, settings } = toPlain((await foldLog(log, { fromCheckpoint: true })).state);
  return JSON.stringify({
    faults,
    views,
    lines: settlement.lines,
    exceptions: settlement.exceptions,
    totals: settlement.totals,
    agentViews,
    settings,
  });
};

/** A log that is whole, and others whose files may get mixed up with its. */
export interface Ground {
  readonly root: string;
  readonly whole: string;
  readonly earlier: string;
  readonly other: string;
  readonly work: string;
  readonly entries: readonly Entry[];
  readonly answers: string;
}

/** Makes the ground; `root` is to be removed by the caller. */
export const prepareGround = async (): Promise<Ground> => {
  const root = mkdtempSync(join(tmpdir(), 'ter-ven-damage-'));
  const [whole, earlier, other, work] = ['whole', 'earlier', 'other', 'work'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  const log = await liveADay(1);
  await writeInRuns(log, whole, 3, (run) => run === 1 && cpSync(whole, earlier, { recursive: true }));
  await writeInRuns(await liveADay(2), other, 3, () => undefined);
  cpSync(whole, work, { recursive: true });
  const opened = await openLevelEventLog(work, { createdAt, create: false });
  const entries: Entry[] = [];
  for await (const entry of opened.read()) entries.push(entry);
  const answers = await answersOf(opened);
  await opened.close();
  return { root, whole, earlier, other, work, entries, answers };
};

/** Puts a fresh copy of the whole log where it is to be damaged. */
export const restore = ({ whole, work }: Ground): void => {
  rmSync(work, { recursive: true, force: true });
  cpSync(whole, work, { recursive: true });
};

/** All files that matter, relative to the data directory. */
export const filesOf = (directory: string): readonly string[] =>
  [...readdirSync(join(directory, 'log')).map((name) => join('log', name)), 'log.json', 'log.end']
    .filter((name) => !/LOG|LOCK/.test(name) && existsSync(join(directory, name)))
    .sort();

/** A way in which files come to harm; says what it did. */
export type Harm = (ground: Ground, random: Random) => string;

const pickFile = ({ work }: Ground, random: Random): string => random.pick(filesOf(work) as [string, ...string[]]);

const altered = (ground: Ground, random: Random, alter: (bytes: Buffer) => void): string => {
  const name = pickFile(ground, random);
  const path = join(ground.work, name);
  const bytes = readFileSync(path);
  if (bytes.length > 0) alter(bytes);
  writeFileSync(path, bytes);
  return name;
};

const copied = (from: string, ground: Ground, random: Random): string => {
  const name = random.pick(filesOf(from) as [string, ...string[]]);
  cpSync(join(from, name), join(ground.work, name));
  return name;
};

const stretch = (bytes: Buffer, random: Random, longest: number): readonly [number, number] => {
  const start = random.integer(0, bytes.length - 1);
  return [start, Math.min(bytes.length, start + random.integer(1, longest))];
};

/** Every kind of harm, by name. */
export const harms: Readonly<Record<string, Harm>> = {
  'a flipped bit': (ground, random) =>
    altered(ground, random, (bytes) => (bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7))),
  'several flipped bits': (ground, random) =>
    altered(ground, random, (bytes) => {
      for (let count = random.integer(2, 8); count > 0; count -= 1)
        bytes[random.integer(0, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
    }),
  'zeroed bytes': (ground, random) =>
    altered(ground, random, (bytes) => void bytes.fill(0, ...stretch(bytes, random, 4_096))),
  'overwritten bytes': (ground, random) =>
    altered(ground, random, (bytes) => {
      const [from, to] = stretch(bytes, random, 512);
      for (let index = from; index < to; index += 1) bytes[index] = random.integer(0, 255);
    }),
  'a stretch cut out': (ground, random) => {
    const name = pickFile(ground, random);
    const bytes = readFileSync(join(ground.work, name));
    const [from, to] = bytes.length === 0 ? [0, 0] : stretch(bytes, random, 2_048);
    writeFileSync(join(ground.work, name), Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
    return name;
  },
  'a shortened file': (ground, random) => {
    const name = pickFile(ground, random);
    const path = join(ground.work, name);
    truncateSync(path, random.integer(0, readFileSync(path).length));
    return name;
  },
  'bytes at the end': (ground, random) => {
    const name = pickFile(ground, random);
    const path = join(ground.work, name);
    writeFileSync(
      path,
      Buffer.concat([
        readFileSync(path),
        Buffer.from(Array.from({ length: random.integer(1, 64) }, () => random.integer(0, 255))),
      ]),
    );
    return name;
  },
  'a removed file': (ground, random) => {
    const name = pickFile(ground, random);
    unlinkSync(join(ground.work, name));
    return name;
  },
  'two removed files': (ground, random) => {
    const names = [pickFile(ground, random), pickFile(ground, random)];
    for (const name of names) rmSync(join(ground.work, name), { force: true });
    return names.join(', ');
  },
  'a file in the place of another': (ground, random) => {
    const names = [pickFile(ground, random), pickFile(ground, random)] as const;
    if (names[0] !== names[1]) cpSync(join(ground.work, names[0]), join(ground.work, names[1]));
    return names.join(' over ');
  },
  'two swapped files': (ground, random) => {
    const [one, other] = [pickFile(ground, random), pickFile(ground, random)].map((name) =>
      join(ground.work, name),
    ) as [string, string];
    const [ofOne, ofOther] = [readFileSync(one), readFileSync(other)];
    writeFileSync(one, ofOther);
    writeFileSync(other, ofOne);
    return `${one} and ${other}`;
  },
  'a doubled file under a new number': (ground, random) => {
    const name = pickFile(ground, random);
    const copy = join('log', `${String(random.integer(1, 40)).padStart(6, '0')}.${random.pick(['ldb', 'log'])}`);
    if (name !== copy) cpSync(join(ground.work, name), join(ground.work, copy));
    return `${name} as ${copy}`;
  },
  'a file of an earlier copy': (ground, random) => copied(ground.earlier, ground, random),
  'a file of another log': (ground, random) => copied(ground.other, ground, random),
  'the database of an earlier copy': (ground) => {
    rmSync(join(ground.work, 'log'), { recursive: true });
    cpSync(join(ground.earlier, 'log'), join(ground.work, 'log'), { recursive: true });
    return 'log';
  },
};

/** Damages the work copy by chance: the same number does the same. */
export const harmBy = (ground: Ground, seed: number): string => {
  const random = createRandom('harm', seed);
  const kind = random.pick(Object.keys(harms) as [string, ...string[]]);
  return `${kind}: ${(harms[kind] as Harm)(ground, random)}`;
};
