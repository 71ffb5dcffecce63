/** What is said of a moment to whoever has ten seconds: the headline, its three clauses, and health, on agents that live. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApiAnswer } from '../../../src/inspector/api/paths.ts';
import { rowsOfDay } from '../../../src/inspector/page/plan/rows.ts';
import { alarmHeadlines } from '../../../src/telling/alarmHeadlines.ts';
import { at, worldOn, type DayOptions } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { batteryWorld } from '../support/batteryWorld.ts';
import { atRest, inspecting, living } from '../support/inspecting.ts';
import { aBattery, siteWorld } from '../support/siteWorld.ts';

type State = ApiAnswer<'state'>;
type Verdict = State['verdict'];
type Health = ApiAnswer<'health'>;

const eve = '2026-11-23';
const day = '2026-11-24';

/** Starts an agent and whoever looks at it. */
const watching = async (world: AgentWorld): Promise<() => Promise<State>> => {
  await world.start();
  onTestFinished(() => world.stop());
  const { get } = await inspecting(living(world));
  return async () => (await get('/api/v1/state')).json();
};

interface Looking {
  readonly world: AgentWorld;
  readonly state: () => Promise<State>;
  readonly verdict: () => Promise<Verdict>;
  readonly health: () => Promise<Health>;
}

/** An agent that has its prices, and whoever looks at it. */
const looking = async (options: Partial<DayOptions> = {}, hours = 17.5): Promise<Looking> => {
  const { world } = worldOn({ day: eve, hour: 16, vtn: { pollFreq: 'PT10M' }, ...options });
  const state = await watching(world);
  const { get } = await inspecting(living(world));
  await world.runTo(at(eve, hours));
  return {
    world,
    state,
    verdict: async () => (await state()).verdict,
    health: async () => (await get('/healthz')).json(),
  };
};

const clause = ({ clauses }: Verdict, wanted: string): string =>
  clauses.find(({ name }) => name === wanted)?.text ?? '';

const contactOf = ({ checks }: Health): string => checks.find(({ check }) => check === 'contact')?.text ?? '';

describe('a moment at which all is well', () => {
  it('is said in a few words with the price, and what is done, earned and next', async () => {
    const { state } = await looking({}, 41);
    const { verdict, prices, today } = await state();
    expect(verdict.level).toBe('well');
    expect(verdict.headline).toMatch(
      /^All is well\. (?:Buying|Selling|Resting) at (?:−?\d+\.\d\u202f¢|−?\$\d+\.\d\d)\.$/,
    );
    expect(prices.now).not.toBeNull();
    expect(verdict.clauses.map(({ name }) => name)).toEqual(['Doing', 'Money', 'Next']);
    expect(clause(verdict, 'Money')).toMatch(/^[+−]?\$\d+\.\d\d so far today/);
    expect(today.knownUntil).toBeGreaterThan(at(day, 15));
    expect(verdict.others).toEqual([]);
  });

  it('says of several devices how many do what, and of none that it rests of which nothing is told', async () => {
    const devices = [aBattery('first'), aBattery('second'), aBattery('third')];
    const world = siteWorld(day, 0.5, devices, {}, { shadowed: ['third'] });
    const state = await watching(world);
    await world.runTo(at(day, 2));
    const [, ...counts] =
      /^(\d) buy, (\d) sell, (\d) rest, 1 in shadow\.$/.exec(clause((await state()).verdict, 'Doing')) ?? [];
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(2);
  });

  it('knows the money of the first day since the first reading, for nothing was lost before', async () => {
    const { state } = await looking();
    expect((await state()).today.knownUntil).toBe(at(eve, 17));
  });

  it('sums the money of the day’s hours with the sign of whom it comes to', async () => {
    const { world, state } = await looking({}, 41);
    const { today } = await state();
    const { get } = await inspecting(living(world));
    const told = (await get(`/api/v1/days/${day}`)).json<ApiAnswer<'day'>>();
    const past = told.devices.flatMap(({ hours }) => hours.filter(({ startAt }) => startAt < at(day, 17)));
    const sum = past.reduce((total, { amountUsd }) => total - Number(amountUsd ?? 0), 0);
    expect(past.some(({ amountUsd }) => amountUsd !== null && Number(amountUsd) !== 0)).toBe(true);
    expect(Number(today.soFarUsd)).toBeCloseTo(sum, 9);
  });
});

describe('a VTN that is gone', () => {
  it('is told within one poll interval, costs nothing while prices are known, and its failures are counted', async () => {
    const { world, state, health } = await looking();
    expect(contactOf(await health())).toBe('The VTN answers.');
    world.isVtnUp = false;
    await world.runTo(at(eve, 17, 41));
    const { verdict, contact } = await state();
    expect(verdict).toMatchObject({
      level: 'attention',
      headline: 'The VTN does not answer. Nothing lost.',
      others: [],
    });
    expect(clause(verdict, 'Cause')).toMatch(/^Nobody listens there \(nobody listens\); last answer 17:\d\d:\d\d\.$/);
    expect(clause(verdict, 'Money')).toBe(
      'None at stake. Prices are known until Tue 24:00; hours to come are kept and sent later.',
    );
    expect(verdict.clauses.at(-1)?.command).toBe('ven doctor');
    expect(contact.failuresInARow).toBeGreaterThan(0);
    const told = await health();
    expect(contactOf(told)).toMatch(
      /^The VTN has not answered since 2026-11-23T22:.*Z\. It is tried again; \d+ tr.* failed, the last: refused: nobody listens\.$/,
    );
    expect(told.status).toBe('healthy'); // it is being mended: a supervisor is not to kill for it
    await world.runTo(at(eve, 18));
    expect((await state()).contact.failuresInARow).toBeGreaterThan(contact.failuresInARow);
    expect((await health()).status).toBe('unhealthy');
  });

  it('is grave once the prices in hand end within the hour, and when they have ended', async () => {
    const { world, verdict } = await looking();
    world.isVtnUp = false;
    await world.runTo(at(day, 23, 30));
    const ending = await verdict();
    expect(ending.level).toBe('trouble');
    expect(ending.headline).toBe('The VTN does not answer: prices end at 24:00.');
    await world.runTo(at(day, 24, 30));
    expect((await verdict()).headline).toBe('The VTN does not answer: no price now.');
    expect(clause(await verdict(), 'Money')).toBe('Not known: this hour has no price.');
  });

  it('is over with the first answer, though that is only counted and not written yet', async () => {
    const { world, verdict, state, health } = await looking();
    world.isVtnUp = false;
    await world.runTo(at(eve, 17, 41));
    world.isVtnUp = true;
    await world.runTo(at(eve, 17, 59));
    expect((await verdict()).level).toBe('well');
    expect((await state()).contact.failuresInARow).toBe(0);
    expect(contactOf(await health())).toBe('The VTN answers.');
  });

  it('that answers with errors is told so', async () => {
    const { world, verdict } = await looking({ vtn: { pollFreq: 'PT1M' } });
    world.vtn.faults.next({ do: 'status', status: 500, times: 50 });
    await world.runTo(at(eve, 17, 33));
    expect(clause(await verdict(), 'To do')).toMatch(/^Nothing: it tries again by itself\./);
    expect((await verdict()).headline).toBe('The VTN answers with errors. Nothing lost.');
  });

  it('that turns us away is one worry, with its cause said once and what a person may do', async () => {
    const { world, state } = await looking({ vtn: { pollFreq: 'PT1M' } });
    world.isVtnUp = false;
    await world.runTo(at(eve, 17, 50));
    world.isVtnUp = true;
    world.vtn.faults.next({ do: 'status', status: 401, times: 50 });
    await world.runTo(at(eve, 18));
    const {
      alarms,
      verdict: { headline, clauses, others },
    } = await state();
    expect(alarms.map(({ alarm }) => alarm)).toEqual(['vtnUnreachable', 'credentialsRefused']);
    expect(headline).toBe('The VTN turns us away.');
    expect(clauses.find(({ name }) => name === 'Cause')?.text).toBe('The VTN or the way to it refuses us.');
    expect(others.map((each) => each.headline)).toEqual([]);
  });

  it('whose clock contradicts ours puts money in doubt, and says by how much and what to do in a sentence each', async () => {
    const { world, state } = await looking({ vtn: { pollFreq: 'PT1M' } });
    world.jump(-3 * 3_600_000);
    await world.runTo(world.time.now() + 120_000);
    const { verdict } = await state();
    expect(verdict.headline).toBe('The clocks differ.');
    expect(clause(verdict, 'Cause')).toBe('The VTN’s clock is 3 h ahead of ours.');
    expect(clause(verdict, 'Money')).toMatch(/^Not known: [^.]*\.$/);
    expect(clause(verdict, 'To do')).toMatch(/^Set this machine’s clock [^.]*\.$/);
  });

  it('is nobody’s trouble any more when the agent has stopped', async () => {
    const { world } = await looking();
    world.isVtnUp = false;
    await world.runTo(at(eve, 17, 41));
    await world.stop();
    const { get } = await inspecting(atRest(world.log));
    const { verdict } = (await get('/api/v1/state')).json<State>();
    expect(verdict.headline).not.toContain('does not answer');
  });
});

describe('a log at rest', () => {
  it('has no agent that runs, though its last run could not say that it ended', async () => {
    const { world } = await looking({}, 18);
    world.crash();
    const { get } = await inspecting(atRest(world.log));
    const { agent, verdict } = (await get('/api/v1/state')).json<State>();
    expect(agent).toMatchObject({ isRunning: false, stoppedBecause: null });
    expect(clause(verdict, 'Doing')).toMatch(
      /^The agent has not run since Mon 23 Nov, 1\d:\d\d \(how it ended is not recorded\)\.$/,
    );
    expect(agent.notRunSince).toBe((await world.entries()).at(-1)?.recordedAt);
    const { status, checks } = (await get('/healthz')).json<Health>();
    expect([status, checks.map(({ text }) => text)]).toEqual([
      'unhealthy',
      [expect.stringMatching(/^The agent has not run since 2026-11-23 1\d:\d\d -05:00\. This is a log at rest\.$/)],
    ]);
    const earlier = (await get('/api/v1/state?at=20')).json<State>();
    expect(earlier.agent).toMatchObject({ isRunning: true, notRunSince: null });
  });
});

describe('a device that is silent', () => {
  it('is the trouble, with what is at stake in an hour of what it was told', async () => {
    const world = batteryWorld(eve, 16, { fromAt: at(day, 17, 15), toAt: at(day, 20) });
    const state = await watching(world);
    await world.runTo(at(day, 17, 10));
    const before = await state();
    expect(before.verdict.headline).toMatch(/^All is well\. Selling at /);
    expect(clause(before.verdict, 'Doing')).toMatch(
      /^The battery sells \d\.\d\u202fkW until \d\d:\d\d\. It is at \d+\u202f%\.$/,
    );
    await world.runTo(at(day, 17, 20));
    const { verdict, devices, prices } = await state();
    const watts = Math.abs(devices[0]?.setpoint?.demandWatts ?? 0);
    expect(watts).toBeGreaterThan(0);
    const stake = ((watts / 1_000) * Number(prices.now?.usdPerKwh)).toFixed(2);
    expect(verdict.level).toBe('trouble');
    expect(verdict.headline).toBe(`Battery silent: $${stake} an hour at stake.`);
    expect(clause(verdict, 'Cause')).toMatch(/does not answer for 17:\d\d;/);
    expect(clause(verdict, 'Cause')).toContain('Last reading 17:00.');
    await world.runTo(at(day, 20, 20));
    expect((await state()).verdict.level).toBe('well');
  });

  it('is drawn as having done nothing that nobody read, though it sold when it was heard last', async () => {
    const world = batteryWorld(eve, 16, { fromAt: at(day, 17, 15), toAt: at(day, 20) });
    const state = await watching(world);
    const { get } = await inspecting(living(world));
    await world.runTo(at(day, 18, 20));
    const shown = await state();
    const told = (await get(`/api/v1/days/${day}`)).json<ApiAnswer<'day'>>();
    const window = { fromAt: told.startAt, toAt: told.endAt, now: shown.asOf, timeZone: told.timeZone, midnights: [] };
    const [row] = rowsOfDay(told, shown, window);
    expect(told.devices[0]?.power.at(-1)?.powerWatts).toBeLessThan(0);
    expect(row?.silentSince).toBeLessThan(at(day, 18));
    expect(row?.hours.find(({ startAt }) => startAt === at(day, 18))).toMatchObject({ done: null, isReckoned: true });
  });
});

describe('the words of alarms', () => {
  it('are few', () => {
    for (const { words } of Object.values(alarmHeadlines)) {
      expect(words.split(' ').length).toBeLessThanOrEqual(8);
      expect(words).not.toMatch(/[.():]/);
    }
  });
});
