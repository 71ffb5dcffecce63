import { beforeAll, describe, expect, it } from 'vitest';
import type { BundleLog } from '../../src/bundle/openBundle.ts';
import { isPlayedPush } from '../../src/recording/awaitedPushes.ts';
import { isPush, replyText, turnName } from '../../src/recording/recordedExchange.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { spikyPrices } from '../../src/vtn/events/prices.ts';
import type { Vtn } from '../../src/vtn/vtn.ts';
import { at, timeZone, worldOn } from '../scenarios/support/day.ts';
import { transportAddress, type AgentWorld } from '../support/agentWorld.ts';
import { pseudonymised } from './support/cutting.ts';
import { allPlayedAgainst, repeatedIn, turnsIn } from './support/played.ts';

/** An evening of a VEN that is pushed to is shown again to both sides: to VTNs, that are to push the same, and to VENs. */

const worldAt = (day: string, seed: number, settings: { readonly venID?: string } = {}): AgentWorld =>
  worldOn({
    day,
    hour: 16,
    seed,
    pushEveryMs: 1_000,
    vtn: { prices: spikyPrices({ seed: 1, timeZone }) },
    settings: { sampleEveryMs: 3_600_000, pollJitter: 0, backoffJitter: 0, ...settings },
  }).world;

/** What the VTN has in mind for the evening: a report, its end, a DR event whose reply is lost, and prices at five by itself. */
const script = async ({ vtn }: AgentWorld, day: string, until: (due: number) => Promise<void>): Promise<void> => {
  await until(at(day, 16, 10));
  const [reportRequestID = ''] = vtn.askReport({ kind: 'periodic' });
  await until(at(day, 16, 20));
  vtn.cancelReports(false, [reportRequestID]);
  await until(at(day, 16, 30));
  vtn.faults.next({ do: 'pushReplyLost' });
  vtn.events.add({
    startAt: at(day, 19),
    lengthMs: 3_600_000,
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
  });
};

let recorded: BundleLog;

beforeAll(async () => {
  const world = worldAt('2026-11-12', 1);
  await world.start();
  await script(world, '2026-11-12', (due) => world.runTo(due));
  await world.runTo(at('2026-11-12', 17, 30));
  await world.stop();
  const { bundle, bytes } = await pseudonymised(world.log);
  expect(bytes.includes(Buffer.from(new URL(transportAddress).host))).toBe(false);
  recorded = bundle;
});

/** What the evening was, in a line for each push: first what there was when the VEN registered. */
const pushedTurns = [
  'oadrDistributeEvent -> an empty body',
  'oadrCreateReport -> oadrCreatedReport 200',
  'oadrCancelReport -> oadrCanceledReport 200',
  'oadrDistributeEvent -> an empty body',
  'oadrDistributeEvent -> an empty body',
  'oadrDistributeEvent -> an empty body',
];

describe('the log of a VEN that is pushed to', () => {
  it('tells each push as a turn in its place, and what was said to it; under pseudonyms it concludes the same', async () => {
    const turns = await turnsIn(recorded);
    const pushes = turns.filter(isPush);
    expect(pushes.map((push) => `${turnName(push)} -> ${replyText(push.reply)}`)).toEqual(pushedTurns);
    const places = turns.map(({ position }) => position);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(pushes[3]?.xml === pushes[4]?.xml).toBe(true);
    const { divergences } = await foldLog(recorded, { verify: true });
    expect(divergences).toEqual([]);
  });
});

describe('a VTN to which the VEN’s half is played', () => {
  /** The same evening at a VTN of now, which is told to push somewhere else. */
  const playedTo = async (prepare: (vtn: Vtn) => void = () => undefined) => {
    const world = worldAt('2026-11-12', 5);
    prepare(world.vtn);
    const until = (due: number): Promise<void> => world.time.sleep(due - world.time.now());
    const [played] = await Promise.all([allPlayedAgainst(recorded, world), script(world, '2026-11-12', until)]);
    return { played, world };
  };

  it('given it pushes the same, then every push is found as recorded, and answered as it was under the names of now', async () => {
    const { played, world } = await playedTo();
    expect(played.flatMap(({ differences }) => differences)).toEqual([]);
    expect(played.filter(isPlayedPush).map(({ name, said }) => `${name} -> ${said ?? ''}`)).toEqual(pushedTurns);
    expect(world.vtn.registrations()).toMatchObject([{ pushTo: 'https://tester.example' }]);
    expect(world.vtn.pushes.records.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(world.vtn.complaints).toEqual([]);
  });

  it('given it pushes no prices, then the one push is named that never came', async () => {
    const { played } = await playedTo((vtn) => vtn.events.withhold('2026-11-13'));
    const missing = played.filter(isPlayedPush).filter(({ said }) => said === null);
    expect(missing.map(({ name, push }) => [name, (push?.at ?? 0) >= at('2026-11-12', 17)])).toEqual([
      ['oadrDistributeEvent', true],
    ]);
  });
});

describe('a VTN that repeats the recorded one', () => {
  const shownTo = async (world: AgentWorld) => {
    const repeated = await repeatedIn(world, recorded);
    await world.start();
    await world.runTo(at('2026-12-02', 18));
    await world.stop();
    return { ...repeated, world };
  };

  it('pushes what was pushed, in its order, to where the VEN says, and finds that it says the same', async () => {
    const { vtn, pushes, requests, world } = await shownTo(worldAt('2026-12-02', 9, { venID: 'another.ven' }));
    expect(pushes.map(({ push, said }) => `${turnName(push)} -> ${said ?? ''}`)).toEqual(pushedTurns);
    expect([...pushes, ...requests].flatMap(({ differences }) => differences)).toEqual([]);
    expect(vtn.left()).toEqual([]);
    expect(vtn.complaints).toEqual([]);
    const facts = (await world.entries()).map(({ type }) => type);
    expect(facts.filter((type) => type === 'RequestReceived')).toHaveLength(6);
    // What came twice was taken once.
    const replies = (await world.entries()).filter(({ type }) => type === 'ReplyRequested');
    expect(replies.filter(({ data }) => 'repeats' in (data as object))).toHaveLength(1);
  });

  it('given a VEN that polls, then nothing can be pushed, and each push is named', async () => {
    const world = worldOn({
      ...{ day: '2026-12-02', hour: 16, seed: 9 },
      settings: { sampleEveryMs: 3_600_000, pollJitter: 0 },
    }).world;
    const { pushes } = await shownTo(world);
    expect(pushes.length).toBeGreaterThan(2);
    for (const { said, differences } of pushes) {
      expect(said).toBeNull();
      expect(differences).toMatchObject([{ now: 'the VEN has told no address' }]);
    }
  });
});
