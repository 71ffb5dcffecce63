import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hourOfNamedDay } from '../../src/cli/explain/subject.ts';
import { COMMANDS } from '../../src/cli/commands/table.ts';
import { main } from '../../src/cli/main.ts';
import { at, resourceID, worldOn } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { stage } from '../support/surroundings.ts';
import { call, objects } from './support/call.ts';
import { copyLog } from './support/dayLog.ts';

const eve = '2026-10-31';
const day = '2026-11-01';
const loadEventID = 'evening-load';

interface Told {
  readonly about: string;
  readonly summary: readonly string[];
  readonly facts: readonly {
    readonly position: number;
    readonly type: string;
    readonly sentence: string;
    readonly remark: string | null;
    readonly cause: number | null;
    readonly depth: number;
    readonly xml?: string | null;
    readonly data: Record<string, unknown>;
  }[];
}

/** The day on which the clocks repeat an hour: prices are renamed in the night, a DR event is cancelled, the report's answer is lost, and the agent is killed. */
const liveThrough = async (): Promise<AgentWorld> => {
  const { world } = worldOn({ day: eve, hour: 15, vtn: { pollFreq: 'PT5M' } });
  await world.start();
  world.vtn.events.add({
    eventID: loadEventID,
    startAt: at(eve, 19),
    lengthMs: 3_600_000,
    rampUpMs: 900_000,
    signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
  });
  await world.runTo(at(eve, 19, 30));
  world.vtn.events.cancel(loadEventID);
  await world.runTo(at(eve, 20));
  world.vtn.restart({ registrations: 'forgotten', events: 'renamed' });
  await world.runTo(at(day, 2));
  world.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
  await world.runTo(at(day, 25, 2));
  world.vtn.faults.next({ do: 'status', status: 503, on: 'oadrPoll' });
  await world.runTo(at(day, 26));
  await world.stop();
  return world;
};

describe('ven explain', () => {
  let directory: string;
  let world: AgentWorld;
  beforeAll(async () => {
    world = await liveThrough();
    directory = mkdtempSync(join(tmpdir(), 'ven-explain-'));
    await copyLog(world.log, directory);
  });

  const on = (...args: readonly string[]) => call('explain', ...args, '--data', directory);
  const told = async (...args: readonly string[]): Promise<Told> => {
    const [stories] = objects<readonly Told[]>((await on(...args, '--json')).stdout);
    expect(stories).toHaveLength(1);
    return stories?.[0] as Told;
  };
  const typesOf = ({ facts }: Told): readonly string[] => facts.map(({ type }) => type);

  it('given an hour whose report met with a fault, when it is explained, then its prices, readings, each sending and what became of it are told in order', async () => {
    const story = await told('2026-11-01T12:00');
    expect(story.about).toContain(resourceID);
    expect(story.summary[0]).toMatch(
      /^Its price is 0\.\d+ USD\/kWh: DR event \S+, version 0, received 2026-10-31 20:\d\d -04:00 \(position \d+\)\.$/,
    );
    expect(story.summary[1]).toMatch(/^It measured −?\d+\.\d{3} kWh net\.$/);
    expect(story.summary[2]).toMatch(
      /^The VTN has acknowledged it with −?\d+\.\d{3} kWh under \S+ \(position \d+\)\. An earlier sending of it is in doubt, so the VTN may have counted it twice\.$/,
    );
    expect(typesOf(story).filter((type) => type === 'PricesReceived')).toHaveLength(2);
    expect(typesOf(story).filter((type) => type === 'MeterRead')).toHaveLength(2);
    const delivery = typesOf(story).filter((type) =>
      /^(SendRequested|ExchangeFailed|UsageDelivery\w+|BackoffStarted)$/.test(type),
    );
    expect(delivery).toEqual([
      'UsageDeliveryReleased',
      'SendRequested',
      'UsageDeliveryStarted',
      'ExchangeFailed',
      'UsageDeliveryDoubted',
      'BackoffStarted',
      'SendRequested',
      'UsageDeliveryStarted',
      'UsageDeliveryAcknowledged',
    ]);
    const positions = story.facts.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(
      story.facts
        .filter(({ type }) => type === 'UsageDue')
        .every(({ remark }) => /^This hour in it: −?\d+\.\d{3} kWh\.$/.test(remark ?? '')),
    ).toBe(true);
  });

  it('given what a name is of, when it is explained, then it is told as by the name alone, and a position is no DR event', async () => {
    expect(await told('--event', loadEventID)).toEqual(await told(loadEventID));
    const ofPosition = await on('--event', '17');
    expect(ofPosition.exitCode).toBe(1);
    expect(ofPosition.stderr).toContain('no DR event, report request or delivery "17"');
    expect((await told('17')).about).not.toContain('DR event 17');
    expect((await on('--event', loadEventID, '17')).exitCode).toBe(2);
    expect((await on()).exitCode).toBe(2);
  });

  it('given the two hours that the clocks show alike, when one is named without its offset, then both are named; with it, then they have different readings', async () => {
    const { exitCode, stderr } = await on('2026-11-01 01:00');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'The clocks show "2026-11-01 01:00" twice: write 2026-11-01T01:00-04:00 for the first and 2026-11-01T01:00-05:00 for the second.\n',
    );
    const first = await told('2026-11-01T01:00-04:00');
    const second = await told('2026-11-01T01:00-05:00');
    const readings = ({ facts }: Told) =>
      facts.flatMap(({ type, data }) => (type === 'MeterRead' ? [data['boundaryAt']] : []));
    expect(readings(first)).toEqual([at(day, 1), at(day, 2)]);
    expect(readings(second)).toEqual([at(day, 2), at(day, 3)]);
    expect((await on('2026-11-01T05:30Z')).stdout).toBe((await on('2026-11-01T01:00-04:00')).stdout);
  });

  it('given an hour as the clock shows it, when it is named without its day, then it is that hour of today', () => {
    const here = { timeZone: 'America/New_York', now: Date.parse('2026-11-02T17:00:00Z') };
    const hour = (startAt: string) => ({
      kind: 'hour',
      startAt: Date.parse(startAt),
      endAt: Date.parse(startAt) + 3_600_000,
    });
    expect(hourOfNamedDay('14:00', here)).toEqual(hour('2026-11-02T19:00Z'));
    expect(hourOfNamedDay('9:30', here)).toEqual(hour('2026-11-02T14:00Z'));
    expect(hourOfNamedDay('tomorrow 06:00', here)).toEqual(hour('2026-11-03T11:00Z'));
    for (const other of ['14', '25:00', '14:60', 'evening 14:00', 'evening-load'])
      expect(hourOfNamedDay(other, here)).toBeNull();
    expect(() => hourOfNamedDay('yesterday 01:00', here)).toThrow('The clocks show "2026-11-01 01:00" twice');
  });

  it('given an hour that the clocks skip, when it is named, then it is said not to exist', async () => {
    const { exitCode, stderr } = await on('2026-03-08T02:00');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'There is no "2026-03-08T02:00" in America/New_York: the day or the hour does not exist there.\n',
    );
  });

  it('given a DR event, when it is explained, then it is received, answered, near, active, cancelled and answered, each with its position', async () => {
    const story = await told(loadEventID);
    const facts = story.facts
      .filter(({ type }) => type.startsWith('DrEvent'))
      .map(({ type, data }) => (type === 'DrEventStatusChanged' ? data['status'] : type));
    expect(facts.slice(0, 3)).toEqual(['DrEventAccepted', 'far', 'DrEventAnswered']);
    expect(facts.filter((fact) => fact !== 'DrEventAnswered')).toEqual([
      'DrEventAccepted',
      'far',
      'near',
      'active',
      'DrEventCancelled',
      'cancelled',
    ]);
    expect(story.summary[1]).toMatch(/^It is cancelled \(position \d+\), cancelled at position \d+\.$/);
    expect(typesOf(story)[0]).toBe('MessageReceived');
    expect(typesOf(story)).toContain('SendRequested');
    expect(story.facts.every(({ sentence }) => sentence.endsWith('.'))).toBe(true);
  });

  it('given a report request and a delivery, when they are explained, then the delivery is part of the request', async () => {
    const hour = await told('2026-11-01T12:00');
    const due = hour.facts.findLast(({ type }) => type === 'UsageDue');
    const delivery = await told(String(due?.data['deliveryID']));
    const request = await told(String(due?.data['reportRequestID']));
    const positions = new Set(request.facts.map(({ position }) => position));
    expect(delivery.facts.length).toBeGreaterThan(4);
    expect(delivery.facts.every(({ position }) => positions.has(position))).toBe(true);
    expect(delivery.summary).toEqual([
      `It was sent 1 time.`,
      expect.stringMatching(/^The VTN has acknowledged it \(position \d+\)\.$/),
    ]);
    expect(typesOf(request)).toContain('ReportRequestAccepted');
    expect(request.summary.at(-1)).toMatch(/^It is (in force\.|over \(position \d+\): \w+\.)$/);
  });

  it('given a position, when it is explained, then its causes lead to it and all that followed hangs on it', async () => {
    const hour = await told('2026-11-01T12:00');
    const sent = hour.facts.find(({ type }) => type === 'SendRequested');
    const story = await told(String(sent?.position));
    const place = story.facts.findIndex(({ position }) => position === sent?.position);
    expect(place).toBeGreaterThan(0);
    story.facts.slice(0, place).forEach(({ position }, index) => expect(story.facts[index + 1]?.cause).toBe(position));
    const byPosition = new Map(story.facts.map((fact) => [fact.position, fact]));
    for (const { cause, depth } of story.facts.slice(place + 1))
      expect(byPosition.get(cause as number)?.depth).toBe(depth - 1);
    expect(typesOf(story)).toContain('UsageDeliveryDoubted');
    expect(typesOf(story)).not.toContain('AgentStopped');
  });

  it('given --xml, when something is explained, then the messages stand under their sentences', async () => {
    const story = await told(loadEventID, '--xml');
    const message = story.facts.find(({ type }) => type === 'MessageReceived');
    expect(message?.xml).toContain(loadEventID);
    expect((await on(loadEventID)).stdout).not.toContain('oadrDistributeEvent>');
    expect((await on(loadEventID, '--xml')).stdout).toContain('oadrDistributeEvent>');
  });

  it('given a terminal, when x is pressed twice and then q, then the messages come and go', async () => {
    const given = stage(['explain', loadEventID, '--data', directory], { XDG_DATA_HOME: '/nowhere' });
    const keys = ['x', 'x', 'q'];
    const exitCode = await main(
      { ...given.surroundings, pressedKey: () => Promise.resolve(keys.shift() ?? 'q') },
      COMMANDS,
    );
    expect(exitCode).toBe(0);
    expect(keys).toEqual([]);
    expect(given.stdout().split('DR event evening-load\n\n')).toHaveLength(4);
    expect(given.stdout().match(/<\/[^>]*oadrDistributeEvent>/g)?.length).toBeGreaterThan(0);
  });

  it('given a name that is nearly one, when it is explained, then the nearest is named', async () => {
    const { exitCode, stderr } = await on('evening-lod');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'The log knows no DR event, report request or delivery "evening-lod", and it is no position or hour. The nearest name is "evening-load". "ven log list" shows what there is.\n',
    );
  });

  it('given an hour of which nothing is recorded, when it is explained, then that is said', async () => {
    const { exitCode, stderr } = await on('2026-05-01T12:00');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Nothing is recorded of that hour');
  });
});
