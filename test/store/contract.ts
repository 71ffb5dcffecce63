import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/facts/entry.ts';
import { LogError } from '../../src/store/errors.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import { settingsHash } from '../../src/store/settingsHash.ts';
import { genesisHash, hashEntry, hashWire } from '../../src/store/hashChain.ts';
import { triesOf } from '../support/leftOut.ts';
import { anyAppend, createdAt, draft, drafts, type Ground, readAll, withLog } from './support.ts';

/** What every log promises, whatever it writes on. */
export const keepsTheContract = (ground: () => Ground, numRuns = triesOf(40)): void => {
  it('an empty log has its head before the first position', () =>
    withLog(ground(), async (log) => {
      expect(log.head).toEqual({ position: -1, hash: genesisHash });
      expect(log.durableHead).toEqual(log.head);
      expect(await readAll(log)).toEqual([]);
      expect(await log.verify()).toEqual(log.head);
    }));

  it('entries come back as they were appended, in their places and chained', () =>
    withLog(ground(), async (log) => {
      const { entries: appended } = await log.append([
        draft({ price: '0.23' }, { chance: 7, requestID: 'q1' }),
        draft([1, 'two', null], { cause: 0 }),
      ]);
      expect(appended).toMatchObject([
        { position: 0, data: { price: '0.23' }, chance: 7, requestID: 'q1', cause: null },
        { position: 1, data: [1, 'two', null], cause: 0 },
      ]);
      expect(await readAll(log)).toEqual(appended);
      expect(appended[0]?.hash).toBe(hashEntry(genesisHash, appended[0] as Entry));
      expect(appended[1]?.hash).toBe(hashEntry(appended[0]?.hash ?? '', appended[1] as Entry));
    }));

  it('positions are given during the call, and the durable head follows when the disk has answered', () =>
    withLog(ground(), async (log) => {
      const first = log.append(drafts(2));
      const second = log.append(drafts(3));
      expect(log.head.position).toBe(4);
      expect(log.durableHead.position).toBe(-1);
      expect((await first).entries.map(({ position }) => position)).toEqual([0, 1]);
      expect((await second).entries.map(({ position }) => position)).toEqual([2, 3, 4]);
      expect(log.durableHead).toEqual(log.head);
    }));

  it('an append of nothing writes nothing', () =>
    withLog(ground(), async (log) => {
      expect((await log.append([])).entries).toEqual([]);
      expect(log.head.position).toBe(-1);
    }));

  it('a hundred appends at once become durable in the order of the calls', () =>
    withLog(ground(), async (log) => {
      const order: number[] = [];
      await Promise.all(drafts(100).map((one, number) => log.append([one]).then(() => order.push(number))));
      expect(order).toEqual(Array.from({ length: 100 }, (_, number) => number));
      expect((await readAll(log)).map(({ data }) => data)).toEqual(drafts(100).map(({ data }) => data));
    }));

  it('what the caller does to its draft afterwards changes nothing', () =>
    withLog(ground(), async (log) => {
      const data = { amount: 1 };
      const appending = log.append([draft(data)]);
      data.amount = 2;
      const {
        entries: [entry],
      } = await appending;
      expect(entry?.data).toEqual({ amount: 1 });
      expect((await readAll(log))[0]?.data).toEqual({ amount: 1 });
    }));

  it.each([
    ['NaN', { sum: Number.NaN }, /\$\.data\.sum is NaN/],
    ['a Date', { at: new Date(0) }, /\$\.data\.at is a Date/],
    ['undefined in a list', { list: [1, undefined] }, /\$\.data\.list\[1\] is a value of type undefined/],
    ['a bigint', 1n, /\$\.data is a value of type bigint/],
  ])('%s is refused with its path, nothing is given a place, and the log goes on', (_, data, complaint) =>
    withLog(ground(), async (log) => {
      await expect(log.append([draft(), draft(data)])).rejects.toThrow(complaint);
      expect(log.head.position).toBe(-1);
      expect((await log.append([draft('next')])).entries).toMatchObject([{ position: 0 }]);
    }),
  );

  it('a member that is undefined is left out, as JSON does', () =>
    withLog(ground(), async (log) => {
      const {
        entries: [entry],
      } = await log.append([draft({ a: undefined, b: 1 })]);
      expect(Object.keys(entry?.data as object)).toEqual(['b']);
    }));

  describe('reading', () => {
    it('both ends are included, and a range beyond the head ends there', () =>
      withLog(ground(), async (log) => {
        await log.append(drafts(10));
        const positions = async (from?: number, to?: number) =>
          (await readAll(log, from, to)).map(({ position }) => position);
        expect(await positions(3, 5)).toEqual([3, 4, 5]);
        expect(await positions(8, 99)).toEqual([8, 9]);
        expect(await positions(10)).toEqual([]);
        expect(await positions(5, 4)).toEqual([]);
        expect(await positions(-5, 1)).toEqual([0, 1]);
      }));

    it('a reading ends at the durable head of its beginning', () =>
      withLog(ground(), async (log) => {
        await log.append(drafts(3));
        const seen: number[] = [];
        for await (const { position } of log.read()) {
          seen.push(position);
          await log.append([draft()]);
        }
        expect(seen).toEqual([0, 1, 2]);
      }));

    it('a reading may be given up half way', () =>
      withLog(ground(), async (log) => {
        await log.append(drafts(3_000));
        for await (const { position } of log.read()) if (position === 7) break;
        expect((await readAll(log)).length).toBe(3_000);
      }));
  });

  describe('following', () => {
    it('a follower hears every entry once, in order, when it is durable', () =>
      withLog(ground(), async (log) => {
        await log.append(drafts(2));
        const heard: [position: number, durable: number][] = [];
        log.follow(({ position }) => heard.push([position, log.durableHead.position]));
        await Promise.all([log.append(drafts(2)), log.append(drafts(1))]);
        expect(heard).toEqual([
          [2, 2],
          [3, 3],
          [4, 4],
        ]);
      }));

    it('one that begins while another is being told misses none and repeats none', () =>
      withLog(ground(), async (log) => {
        const late: number[] = [];
        log.follow(({ position }) => {
          if (position === 1) log.follow((entry) => late.push(entry.position));
        });
        await log.append(drafts(4));
        expect(late).toEqual([2, 3]);
      }));

    it('one that has stopped hears no more', () =>
      withLog(ground(), async (log) => {
        const heard: number[] = [];
        const stop = log.follow(({ position }) => {
          heard.push(position);
          if (position === 1) stop();
        });
        await log.append(drafts(3));
        expect(heard).toEqual([0, 1]);
      }));

    it('a follower may append, and all hear that later', () =>
      withLog(ground(), async (log) => {
        const heard: unknown[] = [];
        log.follow(({ data }) => void (data === 'question' && log.append([draft('answer')])));
        log.follow(({ data }) => heard.push(data));
        await log.append([draft('question'), draft('between')]);
        await log.append([draft('end')]);
        expect(heard).toEqual(['question', 'between', 'answer', 'end']);
      }));

    it('closing tells the followers, who may still save a checkpoint', async () => {
      const place = ground();
      const log = await place.open();
      await log.append(drafts(1));
      log.follow(
        () => undefined,
        () => log.saveCheckpoint({ name: 'p', version: '1', ...log.durableHead, state: 'last' }),
      );
      await log.close();
      await withLog(place, async (reopened) =>
        expect(await reopened.loadCheckpoint('p')).toMatchObject({ position: 0, state: 'last' }),
      );
    });
  });

  describe('the XML beside an entry', () => {
    const xml = '<oadrPoll>Zählerstand ✓</oadrPoll>';

    it('is kept under the position and sealed by the wireHash', () =>
      withLog(ground(), async (log) => {
        const {
          entries: [first, second],
        } = await log.append([draft(), draft()], [{ index: 1, xml }]);
        expect(first).not.toHaveProperty('wireHash');
        expect(second?.wireHash).toBe(hashWire(xml));
        expect(await log.wire(0)).toBeUndefined();
        expect(await log.wire(1)).toBe(xml);
      }));

    it('must agree with a wireHash the draft already has', () =>
      withLog(ground(), async (log) => {
        await log.append([draft(null, { wireHash: hashWire(xml) })], [{ index: 0, xml }]);
        await expect(log.append([draft(null, { wireHash: hashWire('other') })], [{ index: 0, xml }])).rejects.toThrow(
          /is not that of its XML/,
        );
        await expect(log.append([draft(null, { wireHash: hashWire(xml) })])).rejects.toThrow(/its XML was not given/);
      }));

    it('must belong to a draft, and each draft has one', () =>
      withLog(ground(), async (log) => {
        await expect(log.append([draft()], [{ index: 1, xml }])).rejects.toThrow(/draft 1 of an append of 1/);
        await expect(
          log.append(
            [draft()],
            [
              { index: 0, xml },
              { index: 0, xml },
            ],
          ),
        ).rejects.toThrow(/twice/);
        expect(log.head.position).toBe(-1);
      }));

    it('is forgotten by when it was recorded, and the entry stays', () =>
      withLog(ground(), async (log) => {
        const at = (recordedAt: number) => draft(null, { recordedAt });
        await log.append(
          [at(createdAt + 5), at(createdAt), at(createdAt + 9)],
          [0, 1, 2].map((index) => ({ index, xml: `${xml}${index}` })),
        );
        expect(await log.forgetWires(createdAt + 6)).toBe(2);
        expect(await log.forgetWires(createdAt + 6)).toBe(0);
        expect(await Promise.all([0, 1, 2].map((position) => log.wire(position)))).toEqual([
          undefined,
          undefined,
          `${xml}2`,
        ]);
        expect((await readAll(log)).map(({ wireHash }) => wireHash)).toEqual(
          [0, 1, 2].map((index) => hashWire(`${xml}${index}`)),
        );
        expect(await log.verify()).toEqual(log.head);
      }));
  });

  describe('closing', () => {
    it('waits for what was appended before', async () => {
      const place = ground();
      const log = await place.open();
      const appending = log.append(drafts(50));
      await log.close();
      expect((await appending).entries.length).toBe(50);
      await withLog(place, async (reopened) => expect((await readAll(reopened)).length).toBe(50));
    });

    it('afterwards everything is refused, and closing again is no harm', async () => {
      const place = ground();
      const log = await place.open();
      await log.close();
      await log.close();
      const refused: Promise<unknown>[] = [
        log.append([draft()]),
        log.wire(0),
        log.stats(),
        log.loadCheckpoint('p'),
        log.forgetWires(0),
        log.verify(),
      ];
      for (const refusal of refused) await expect(refusal).rejects.toMatchObject({ code: 'closed' });
      expect(() => log.follow(() => undefined)).toThrow(LogError);
      place.remove();
    });

    it('a second log on the same ground is refused as locked', () => {
      const place = ground();
      return withLog(place, async () => {
        await expect(place.open()).rejects.toMatchObject({ name: 'LogError', code: 'locked' });
      });
    });
  });

  describe('settings that a start only names', () => {
    const settings = { venID: 'ven', devices: [{ resourceID: 'battery' }] };
    const started = (data: object) => draft({ versions: { machines: '3' }, ...data }, { type: 'AgentStarted' });
    const whole = started({ settings, settingsHash: settingsHash(settings) });
    const naming = started({ settingsHash: settingsHash(settings) });
    const others = { ...settings, devices: [] };

    it('given that the last start or change before has them, then the log is whole', () =>
      withLog(ground(), async (log) => {
        await log.append([started({ settings: others }), draft(), whole, draft(), naming, naming]);
        expect(await log.verify()).toEqual(log.head);
        const named = started({ settingsHash: settingsHash(others) });
        await log.append([draft({ settings: others, changed: ['devices'] }, { type: 'SettingsChanged' }), named]);
        expect(await log.verify()).toEqual(log.head);
      }));

    it.each([
      ['no entry before has any', [draft(), naming], 1, 'no entry before it has any'],
      ['those before are others', [started({ settings: others }), draft(), naming], 2, 'position 0, the last ones'],
      ['it has others itself', [started({ settings: others, settingsHash: settingsHash(settings) })], 0, 'position 0'],
    ])('given that %s, then the start and what it names are told', (_, entries, position, reason) =>
      withLog(ground(), async (log) => {
        await log.append(entries);
        const refused = expect(log.verify()).rejects;
        await refused.toMatchObject({ code: 'corrupt', position });
        await expect(log.verify()).rejects.toThrow(reason);
        await expect(log.verify()).rejects.toThrow(settingsHash(settings));
      }),
    );

    it('given that a repair says that entries before the start are lost, then it is no finding, and behind it is one', () =>
      withLog(ground(), async (log) => {
        const seal = { fromPosition: 0, toPosition: 1, gaps: 0, entries: 0, digest: hashWire('') };
        const lost = [{ fromPosition: 0, toPosition: 0, toAt: createdAt }];
        const repaired = draft({ lost, lostWires: 0, lostEntries: 1, seal }, { type: 'LogRepaired' });
        await log.append([draft(), naming, repaired]);
        expect(await log.verify()).toEqual(log.head);
        await log.append([naming]);
        await expect(log.verify()).rejects.toMatchObject({ code: 'corrupt', position: 3 });
      }));
  });

  it('stats count the entries', () =>
    withLog(ground(), async (log) => {
      await log.append(drafts(10));
      expect(await log.stats()).toEqual({ entries: 10 });
    }));

  it('checkpoints are kept by name, the last one counts, and one never saved is undefined', () =>
    withLog(ground(), async (log) => {
      const checkpoint = { name: 'prices', version: '1', position: 4, hash: genesisHash, state: { days: [1, 2] } };
      expect(await log.loadCheckpoint('prices')).toBeUndefined();
      await log.saveCheckpoint(checkpoint);
      await log.saveCheckpoint({ ...checkpoint, position: 5 });
      expect(await log.loadCheckpoint('prices')).toEqual({ ...checkpoint, position: 5 });
    }));

  it('whatever is appended, read, followed and reopened, the log says what a list would say', () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 12 }), async (steps) => {
        const place = ground();
        let log = await place.open();
        const model: Modelled[] = [];
        try {
          for (const step of steps) log = await take(step, log, model, place.open);
          expect(await readAll(log)).toEqual(model.map(({ entry }) => entry));
          for (const { entry, xml } of model) expect(await log.wire(entry.position)).toBe(xml);
          expect(await log.verify()).toEqual(log.durableHead);
        } finally {
          await log.close();
          place.remove();
        }
      }),
      { numRuns },
    ));
};

interface Modelled {
  readonly entry: Entry;
  readonly xml: string | undefined;
}

type Append = typeof anyAppend extends fc.Arbitrary<infer Value> ? Value : never;
type Step =
  | { readonly kind: 'append'; readonly together: readonly Append[] }
  | { readonly kind: 'read'; readonly from: number; readonly to: number }
  | { readonly kind: 'reopen' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      together: fc.array(anyAppend, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), from: fc.nat(30), to: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

/** Does a step to the log and to the list, and compares what they answer. */
const take = async (step: Step, log: EventLog, model: Modelled[], open: () => Promise<EventLog>): Promise<EventLog> => {
  if (step.kind === 'reopen') {
    await log.close();
    const reopened = await open();
    expect(reopened.head).toEqual(log.head);
    return reopened;
  }
  if (step.kind === 'read') {
    const expected = model
      .map(({ entry }) => entry)
      .filter(({ position }) => position >= step.from && position <= step.to);
    expect(await readAll(log, step.from, step.to)).toEqual(expected);
    return log;
  }
  const followed: Entry[] = [];
  const stop = log.follow((entry) => followed.push(entry));
  const answers = await Promise.all(step.together.map(({ drafts: some, wires }) => log.append(some, wires)));
  stop();
  expect(followed).toEqual(answers.flatMap(({ entries }) => entries));
  answers.forEach(({ entries }, call) => model.push(...modelled(entries, step.together[call] as Append)));
  return log;
};

/** Pairs entries with the drafts they must resemble and the XML they were given. */
const modelled = (entries: readonly Entry[], { drafts: some, wires }: Append): Modelled[] =>
  entries.map((entry, index) => {
    const { hash: _hash, position: _position, wireHash: _wireHash, ...rest } = entry;
    expect(rest).toEqual(JSON.parse(JSON.stringify(some[index])));
    return { entry, xml: wires.find((wire) => wire.index === index)?.xml };
  });
