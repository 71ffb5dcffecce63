import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { decimalOf, decimalText } from '../../src/programme/decimal.ts';
import { sumOf } from '../../src/programme/money.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { resourceID } from '../scenarios/support/day.ts';
import { call, objects } from './support/call.ts';
import { dayLog } from './support/dayLog.ts';

interface Day {
  readonly day: string;
  readonly eve: string;
  readonly hours: number;
}

const days: readonly Day[] = [
  { day: '2026-06-10', eve: '2026-06-09', hours: 24 },
  { day: '2026-03-08', eve: '2026-03-07', hours: 23 },
  { day: '2026-11-01', eve: '2026-10-31', hours: 25 },
];

describe.each(days)('the log of $day, a day of $hours hours', ({ day, eve, hours }) => {
  let directory = '';
  let world: AgentWorld;
  beforeAll(async () => {
    ({ directory, world } = await dayLog(day, eve));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const on = (...args: string[]) => call(...args, '--data', directory);

  it('gives its prices hour by hour, exact, as the VTN has them', async () => {
    const { exitCode, stdout } = await on('prices', '--day', day, '--json');
    const rows = objects<{ startAt: string; usdPerKwh: string; minutes: number }>(stdout);
    expect(exitCode).toBe(EXIT.success);
    expect(rows.map(({ usdPerKwh }) => usdPerKwh)).toEqual(
      world.vtn.pricesOf(day)?.map((price) => decimalText(shiftless(price))),
    );
    expect(rows).toHaveLength(hours);
    expect(new Set(rows.map(({ minutes }) => minutes))).toEqual(new Set([60]));
  });

  it('gives the same usage and amounts that the VTN has booked', async () => {
    const { stdout } = await on('usage', '--day', day, '--json');
    const rows = objects<{ energyWattHours: number; amountUsd: string; delivery: string }>(stdout);
    const booked = world.vtn.bookingOf(day);
    expect(rows).toHaveLength(hours);
    expect(rows.map(({ energyWattHours }) => energyWattHours)).toEqual(
      booked.hours.map(({ energyKilowattHours }) => Math.round(Number(energyKilowattHours) * 1_000)),
    );
    expect(sumOf(rows.map(({ amountUsd }) => amountUsd))).toBe(decimalText(decimalOf(booked.totals.amountUsd)));
    expect(new Set(rows.map(({ delivery }) => delivery))).toEqual(new Set(['acknowledged']));
  });

  it('counts the deliveries of the day, and tells each', async () => {
    const counted = objects((await on('deliveries', '--from', day, '--to', day, '--json')).stdout);
    expect(counted).toMatchObject([{ day, resourceID, hours, acknowledged: hours, owed: 0, inDoubt: 0 }]);
    const told = objects<{ status: string; reportRequestIDs: string[] }>(
      (await on('deliveries', '--day', day, '--json')).stdout,
    );
    expect(told).toHaveLength(hours);
    for (const hour of told) expect(hour).toMatchObject({ status: 'acknowledged', responseCodes: ['200'] });
  });

  it('shows people local times with their offset, each hour once', async () => {
    const { stdout } = await on('usage', '--day', day);
    const local = [...stdout.matchAll(/\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d/g)].map(([text]) => text);
    expect(local).toHaveLength(hours);
    expect(new Set(local).size).toBe(hours);
    expect(local[0]).toMatch(new RegExp(`^${day} 00:00`));
  });

  it('writes a header and a line for each hour as CSV, every line as wide', async () => {
    for (const command of ['prices', 'usage', 'deliveries']) {
      const lines = (await on(command, '--day', day, '--csv')).stdout.trim().split('\n');
      expect(lines).toHaveLength(hours + 1);
      expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
    }
  });

  it('is replayed to the letter, and is whole', async () => {
    const replayed = await on('replay', '--verify', '--json');
    expect(replayed.exitCode).toBe(EXIT.success);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ divergences: [], uncompared: 0 });
    expect(JSON.parse((await on('log', 'verify', '--json')).stdout)).toMatchObject({
      whole: true,
      position: world.log.durableHead.position,
    });
  });

  it('tells where the VEN stands', async () => {
    const status = JSON.parse((await on('status', '--json')).stdout) as Record<string, unknown>;
    expect(status).toMatchObject({
      agent: { running: false, stoppedBecause: 'test', starts: 1 },
      registration: { status: 'registered' },
      hours: { owed: 0, inDoubt: 0 },
      devices: [{ resourceID }],
      alarms: [],
    });
    expect((status['hours'] as { acknowledged: number }).acknowledged).toBeGreaterThanOrEqual(hours);
    const { stdout } = await on('status');
    expect(stdout).toContain('does not run; it was stopped (test)');
    expect(stdout).not.toMatch(/undefined|NaN|\[object/);
  });

  it('speaks as of its end where no agent writes it any more, and says since when', async () => {
    const late = call.at(world.time.now() + 7 * 86_400_000);
    const status = JSON.parse((await late('status', '--json', '--data', directory)).stdout) as {
      at: string;
      notRunSince: string;
    };
    expect(status.at).toBe(status.notRunSince);
    const { stdout } = await late('status', '--data', directory);
    expect(stdout).toMatch(
      /at rest +The agent has not run since \d{4}-\d\d-\d\d \d\d:\d\d -0[45]:00 \(.*\): all of this is as of then\./,
    );
    expect(stdout).not.toMatch(/; set to |price now/);
    const settled = JSON.parse(
      (await late('settle', '--month', day.slice(0, 7), '--json', '--data', directory)).stdout,
    ) as {
      asOf: { at: string };
      atRest: string;
      exceptions: { startAt: string }[];
    };
    expect(settled.asOf.at).toBe(status.notRunSince);
    expect(settled.atRest).toContain('The agent has not run since');
    expect(settled.exceptions.filter(({ startAt }) => startAt >= settled.asOf.at)).toEqual([]);
  });
});

const shiftless = (price: string) => decimalOf(price);

describe('the entries of a log', () => {
  let directory = '';
  let world: AgentWorld;
  beforeAll(async () => {
    ({ directory, world } = await dayLog('2026-06-10', '2026-06-09'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const on = (...args: string[]) => call(...args, '--data', directory);
  const last = () => world.log.durableHead.position;

  it('are listed whole as JSON, as the log holds them', async () => {
    const all = objects((await on('log', 'list', '--last', 'all', '--json')).stdout);
    expect(all).toEqual(await world.entries());
  });

  it('are found by fact, stream, position, day and time', async () => {
    const types = async (...args: string[]) =>
      objects<{ type: string; stream: string; position: number; recordedAt: number }>(
        (await on('log', 'list', '--json', ...args)).stdout,
      );
    expect((await types('--type', 'UsageDeliveryAcknowledged', '--last', 'all')).length).toBeGreaterThan(0);
    expect(
      new Set((await types('--stream', 'drEvent', '--last', 'all')).map(({ stream }) => stream.split('/')[0])),
    ).toEqual(new Set(['drEvent']));
    expect((await types('--from', '10', '--to', '12')).map(({ position }) => position)).toEqual([10, 11, 12]);
    expect((await types('--last', '5')).map(({ position }) => position)).toEqual([
      last() - 4,
      last() - 3,
      last() - 2,
      last() - 1,
      last(),
    ]);
    const evening = await types('--from', '2026-06-10 17:00', '--to', '2026-06-10T23:00:00Z');
    expect(evening.length).toBeGreaterThan(0);
    for (const { recordedAt } of evening)
      expect([Date.parse('2026-06-10T21:00Z') <= recordedAt, recordedAt < Date.parse('2026-06-10T23:00Z')]).toEqual([
        true,
        true,
      ]);
  });

  it('are shown with what led to them, and with their XML', async () => {
    const [accepted] = objects<{ position: number; cause: number }>(
      (await on('log', 'list', '--type', 'DrEventAccepted', '--last', '1', '--json')).stdout,
    );
    const { stdout } = await on('log', 'show', String(accepted?.position));
    expect(stdout).toContain('It follows from');
    expect(stdout).toContain('oadrDistributeEvent received');
    const message = await on('log', 'show', String(accepted?.cause), '--xml');
    expect(message.stdout).toMatch(/\n {2}<[^>]*oadrSignedObject>\n {4}<[^>]*oadrDistributeEvent/);
    const { xml } = JSON.parse((await on('log', 'show', String(accepted?.cause), '--json')).stdout) as { xml: string };
    expect(xml).toBe(await world.log.wire(accepted?.cause ?? -1));
  });

  it('replayed up to a time give what was known then', async () => {
    const before = JSON.parse((await on('replay', '--until', '2026-06-09 16:55', '--json')).stdout) as {
      streams: object;
      position: number;
    };
    const after = JSON.parse((await on('replay', '--until', '2026-06-09 17:30', '--json')).stdout) as {
      streams: object;
      position: number;
    };
    const events = (streams: object): number =>
      Object.keys(streams).filter((stream) => stream.startsWith('drEvent/')).length;
    expect(events(after.streams)).toBe(events(before.streams) + 1);
    expect(before.position).toBeLessThan(after.position);
    const { exitCode, stdout } = await on('replay', '--verify', '--until', String(Math.floor(last() / 2)));
    expect(exitCode).toBe(EXIT.success);
    expect(stdout).toContain('to the letter');
  });

  it('are counted', async () => {
    const stats = JSON.parse((await on('log', 'stats', '--json')).stdout) as {
      entries: number;
      runs: number;
      types: Record<string, number>;
    };
    expect(stats).toMatchObject({ entries: last() + 1, runs: 1 });
    expect(Object.values(stats.types).reduce((sum, count) => sum + count, 0)).toBe(last() + 1);
  });

  it.each([
    [
      ['usage', '--day', '2026-02-30'],
      EXIT.usage,
      /^"2026-02-30" is no day of the calendar: write it as 2026-11-01, or as today, yesterday or tomorrow\.$/,
    ],
    [
      ['usage', '--day', '2020-01-01'],
      EXIT.failure,
      /^Nothing was metered then: there are readings from 2026-06-09 to 2026-06-11\.$/,
    ],
    [['prices', '--day', '2020-01-01'], EXIT.failure, /^No price is known for that time: there are prices from /],
    [
      ['prices', '--from', '2026-06-11', '--to', '2026-06-10'],
      EXIT.usage,
      /^The time from 2026-06-11 to 2026-06-10 has no length: let --from be the earlier of the two\.$/,
    ],
    [['prices', '--day', 'today', '--from', 'today'], EXIT.usage, /^The option --day says it all/],
    [['prices', '--json', '--csv'], EXIT.usage, /^The options --json and --csv exclude each other/],
    [['log', 'show', '1000000'], EXIT.failure, /^The log has no position 1000000: its last one is \d+\.$/],
    [['log', 'show', '-1'], EXIT.usage, /has no option -1/],
    [['log', 'show', '1.5'], EXIT.usage, /^"1\.5" is no position: positions are whole numbers from 0 on/],
    [['log', 'list', '--type', 'UsageDu'], EXIT.usage, /^There is no fact "UsageDu"\. Did you mean "UsageDue"\?/],
    [['log', 'list', '--last', '0'], EXIT.usage, /^"0" is no number of entries/],
    [['log', 'list', '--from', 'noon'], EXIT.usage, /^"noon" is no time/],
    [['log', 'list', '--stream', 'nobody'], EXIT.failure, /^No entry is like that; the log has entries 0 to \d+\.$/],
    [
      ['log'],
      EXIT.usage,
      /^"ven log" needs to know what: list, show, follow, where, fork, stats, verify, compact, repair, backup or restored\./,
    ],
    [['log', 'lst'], EXIT.usage, /^There is no "ven log lst": .* Did you mean "list"\?/],
    [['log', 'follow'], EXIT.failure, /^No agent runs on /],
    [['replay', '--until', '1000000'], EXIT.failure, /^The log has no position 1000000/],
    [['opt', 'x', 'optMaybe'], EXIT.usage, /^"optMaybe" is no answer to a DR event: write optIn or optOut\.$/],
    [['opt', 'x', 'optOut'], EXIT.failure, /^No agent runs on /],
    [['register'], EXIT.failure, /^No agent runs on /],
    [['deliveries', '--release'], EXIT.failure, /^No agent runs on /],
  ])('answer %j with one sentence', async (args, exitCode, sentence) => {
    const ended = await on(...args);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stdout).toBe('');
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr.trim()).toMatch(sentence);
  });

  it('that are damaged end the command with the code of an unsafe log', async () => {
    const { directory: other } = await dayLog('2026-06-10', '2026-06-09');
    const log = await (
      await import('../../src/store/level/levelEventLog.ts')
    ).openLevelEventLog(other, { createdAt: 0 });
    await log.close();
    const { Level } = await import('level');
    const level = new Level(`${other}/log`);
    const entries = level.sublevel('entries');
    const [key = ''] = await entries.keys({ gte: String(20).padStart(16, '0'), limit: 1 }).all();
    await entries.put(key, ((await entries.get(key)) ?? '').replace('"recordedAt":', '"recordedAt":1'));
    await level.close();
    const ended = await call('log', 'verify', '--data', other);
    expect(ended.exitCode).toBe(EXIT.logUnsafe);
    expect(ended.stderr).toContain('The log is damaged at position 20');
    rmSync(other, { recursive: true, force: true });
  });
});

describe('a log that the machines would write otherwise', () => {
  it('is told with position, cause, and both sides; and ends with 1', async () => {
    const { directory, world } = await dayLog('2026-06-10', '2026-06-09');
    const { copyLog } = await import('./support/dayLog.ts');
    const { openMemoryEventLog } = await import('../../src/store/memory/memoryEventLog.ts');
    const forged = openMemoryEventLog();
    let position = -1;
    for (const { position: at, hash: _hash, wireHash: _wire, ...draft } of await world.entries()) {
      const isTarget = position === -1 && draft.type === 'UsageDue';
      if (isTarget) position = at;
      await forged.append([isTarget ? { ...draft, data: { ...(draft.data as object), deliveryID: 'forged' } } : draft]);
    }
    rmSync(directory, { recursive: true, force: true });
    await copyLog(forged, directory);
    const { exitCode, stdout } = await call('replay', '--verify', '--data', directory);
    expect(exitCode).toBe(EXIT.failure);
    expect(stdout).toContain(`Position ${position} differs: what follows is not what was recorded. It follows from`);
    expect(stdout).toMatch(/"deliveryID": "forged",? +≠ +"deliveryID": /);
    expect((await call('replay', '--data', directory)).exitCode).toBe(EXIT.success);
    rmSync(directory, { recursive: true, force: true });
  });
});

describe('where there is no log yet', () => {
  it.each([
    ['status'],
    ['prices'],
    ['usage'],
    ['deliveries'],
    ['log', 'list'],
    ['log', 'verify'],
    ['replay'],
    ['register'],
  ])('%s %s says what to do', async (...args) => {
    const { exitCode, stderr } = await call(...args, '--data', '/nowhere/at/all');
    expect(exitCode).toBe(EXIT.failure);
    expect(stderr).toBe(
      'There is no log in /nowhere/at/all yet: start the agent with "ven run", try "ven demo", or name another directory with --data.\n',
    );
  });

  it('says of a bundle that it is not there, and not that an agent is to be started', async () => {
    const { stderr } = await call('status', '--data', '/nowhere/fault.bundle.gz');
    expect(stderr).toBe('There is no bundle /nowhere/fault.bundle.gz: check its path.\n');
  });
});
