/** A day that was lived through by an agent, with all that can stand in its way, as the log tells it afterwards. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCode.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { ApiAnswer } from '../../src/inspector/api/paths.ts';
import { apiPaths } from '../../src/inspector/api/paths.ts';
import { hourMs, daySpan } from '../../src/programme/calendar.ts';
import { sumOf, differenceOf } from '../../src/programme/money.ts';
import { meteredHours } from '../../src/review/hours.ts';
import type { DayReview } from '../../src/review/terms.ts';
import { instructionArrival } from '../../src/shell/instructions.ts';
import { stepsInCents } from '../../src/review/cents.ts';
import { stepNames } from '../../src/review/words.ts';
import { dollars } from '../../src/settlement/page/numbers.ts';
import { viewsOf } from '../../src/cli/views.ts';
import { ledgerProjection } from '../../src/settlement/ledger.ts';
import { call } from '../cli/support/call.ts';
import { copyLog } from '../cli/support/dayLog.ts';
import { atRest, inspecting } from '../inspector/support/inspecting.ts';
import { at, resourceID, timeZone } from '../scenarios/support/day.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { batteryWorld, day, eve, livedThrough, reviewOf, reviewsOf } from './support/batteryWorld.ts';

let world: AgentWorld;
let review: DayReview;
let data = '';

const evening = (usd: (hour: number) => string): string[] => Array.from({ length: 24 }, (_, hour) => usd(hour));

beforeAll(async () => {
  // Given a battery with a reserve that says for half a day to be fuller than it is, an hour whose register could not be read,
  // prices that are revised in the afternoon, and a person who holds it in the dear evening
  world = batteryWorld(
    {
      lie: (boundaryAt) => (boundaryAt >= at(day, 1) && boundaryAt < at(day, 8) ? 0.3 : 0),
      isLost: (boundaryAt) => boundaryAt === at(day, 22),
    },
    { reserve: 0.2 },
  );
  await livedThrough(world, async () => {
    await world.runTo(at(day, 15, 30));
    world.vtn.events.modifyPrices(
      day,
      evening((hour) => (hour === 18 || hour === 21 ? '0.9000' : hour < 6 ? '0.0400' : '0.1500')),
    );
    await world.runTo(at(day, 18, 0));
    const { agent, time } = world;
    if (agent === null) throw new Error('Nobody is there to be told.');
    agent.take(
      instructionArrival(agent.state, time.now(), {
        by: 'ven',
        resourceID,
        action: 'hold',
        endAt: at(day, 19),
      }),
    );
  });
  data = mkdtempSync(join(tmpdir(), 'review-'));
  await copyLog(world.log, data);
  review = await reviewOf(world);
});

const differenceIn = (name: string): number => Number(review.steps.find(({ step }) => step === name)?.differenceUsd);
const sum = (): string => sumOf(review.steps.map(({ differenceUsd }) => differenceUsd));

describe('a day that was lived through', () => {
  it('is split without remainder, and every cause is found', () => {
    const [possible, metered] = [review.steps[0], review.steps.at(-1)];
    expect(sum()).toBe(differenceOf(metered?.valueUsd ?? '', possible?.valueUsd ?? ''));
    for (const cause of ['wishes', 'prices', 'stateOfCharge', 'overrides', 'metered'])
      expect(`${cause} ${differenceIn(cause) < -0.005}`).toBe(`${cause} true`);
    expect(review.overrides).toMatchObject([{ resourceID, action: 'hold', startAt: at(day, 18), endAt: at(day, 19) }]);
    expect(Number(review.overrides[0]?.costUsd)).toBeGreaterThan(0.05);
  });

  it('names the hours that were not metered, on both sides of the reading that is lost', () => {
    expect(review.openHours).toEqual([
      { resourceID, startAt: at(day, 21), endAt: at(day, 22), open: 'notMetered' },
      { resourceID, startAt: at(day, 22), endAt: at(day, 23), open: 'notMetered' },
    ]);
  });

  it('is told by ven plan --review in 80 columns, and to programs with all digits', async () => {
    const { stdout, exitCode, stderr } = await call.in(80)('plan', '--data', data, '--review', '--day', day);
    expect(stderr).toBe('');
    expect(exitCode).toBe(EXIT.success);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/nothing in the way +[+−]\$\d/);
    expect(stdout).toMatch(/You earned [+−]?\$\d+\.\d\d; the plan expected/);
    expect(stdout).toMatch(/was not metered: nothing of it/);
    const told = JSON.parse((await call('plan', '--data', data, '--review', '--day', day, '--json')).stdout) as {
      readonly days: readonly { readonly steps: DayReview['steps'] }[];
    };
    expect(told.days[0]?.steps).toEqual(review.steps);
  });

  it('of days without a plan or without metering says so, and counts nothing', async () => {
    const dates = ['2026-06-09', eve, day, '2026-06-13'];
    const reviews = await reviewsOf(
      world,
      dates.map((date) => daySpan(date, timeZone)),
    );
    expect(reviews.map((each) => ('steps' in each ? each.day : each.because))).toEqual(['noPlan', eve, day, 'ahead']);
    // The agent was started in the afternoon: the eve is told from then on.
    const first = reviews[1] as DayReview;
    expect(first.startAt).toBeGreaterThanOrEqual(at(eve, 15));
    expect((first.endAt - first.startAt) % hourMs).toBe(0);
    const { stdout } = await call('plan', '--data', data, '--review', '--day', '2026-06-09');
    expect(stdout).toMatch(/2026-06-09 had no plan\. There is nothing to look back upon\./);
  });

  it('goes on to what was billed, where a bill is given: what it leaves out and states less is the last step', async () => {
    const { ledger } = await viewsOf(world.log, { ledger: ledgerProjection() });
    const hours = meteredHours(ledger, resourceID, review).filter(({ cashUsd }) => cashUsd !== null);
    // The bill leaves out the first hour that came to something, and is right in all others.
    const lost = hours.find(({ cashUsd }) => Number(cashUsd) > 0.05);
    const rows = hours
      .filter((hour) => hour !== lost)
      .map(({ startAt, importWattHours, exportWattHours, cashUsd }) =>
        [
          new Date(startAt).toISOString(),
          ((importWattHours ?? 0) - (exportWattHours ?? 0)) / 1_000,
          differenceOf('0', cashUsd ?? '0'),
        ].join(','),
      );
    const bill = join(data, '..', `bill-${process.pid}.csv`);
    writeFileSync(bill, `Start,Net kWh,Amount ($)\n${rows.join('\n')}\n`);
    const args = ['--review', '--day', day, '--bill', bill, '--columns', 'time=Start,kwh=Net kWh,amount=Amount ($)'];
    const { stdout, stderr, exitCode } = await call('plan', '--data', data, ...args, '--json');
    expect(`${exitCode} ${exitCode === EXIT.success ? '' : stderr}`).toBe(`${EXIT.success} `);
    const [told] = (JSON.parse(stdout) as { readonly days: readonly Pick<DayReview, 'steps' | 'unbilled'>[] }).days;
    const billed = told?.steps.at(-1);
    expect(billed).toMatchObject({ step: 'billed', differenceUsd: differenceOf('0', lost?.cashUsd ?? '') });
    expect(told?.unbilled).toContainEqual({
      startAt: new Date(lost?.startAt ?? 0).toISOString(),
      endAt: new Date(lost?.endAt ?? 0).toISOString(),
    });
    const text = (await call('plan', '--data', data, ...args)).stdout;
    expect(text).toMatch(/as billed +[+−]\$\d/);
    expect(text).toMatch(/the bill −\$\d/);
    expect(text).toMatch(/is not on the bill/);
  });

  it('is part of a settlement and of its page where that is asked for, with the same figures', async () => {
    const html = join(mkdtempSync(join(tmpdir(), 'page-')), 'day.html');
    const args = ['--data', data, '--day', day, '--review'];
    const { stdout, stderr, exitCode } = await call('settle', ...args, '--html', html);
    expect(`${exitCode} ${exitCode === EXIT.success ? '' : stderr}`).toBe(`${EXIT.success} `);
    const byPlan = (await call('plan', '--data', data, '--review', '--day', day)).stdout;
    expect(stdout.endsWith(byPlan)).toBe(true);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<h2 id="review">Earned, planned, possible</h2>');
    for (const { step, valueUsd } of stepsInCents(review.steps)) {
      const row = new RegExp(`${stepNames[step]}</th>.*?</tr>`, 's').exec(page)?.[0] ?? '';
      expect(row).toContain(`>${dollars(valueUsd)}<`);
    }
    expect(await call('settle', '--data', data, '--day', day)).toMatchObject({
      stdout: stdout.slice(0, -byPlan.length - 1),
    });
  });

  it('is told by the API as by the log, and once for all who ask', async () => {
    let planned = 0;
    const { get } = await inspecting(atRest(world.log), {
      planner: { plan: (problem) => ((planned += 1), optimise(problem)) },
    });
    const told = (await get(`/api/v1/review?day=${day}`)).json<ApiAnswer<'review'>>();
    expect(apiPaths.review.answer.parse(told)).toEqual(told);
    expect(told.review?.steps).toEqual(review.steps);
    const before = planned;
    expect(before).toBeGreaterThan(20);
    expect((await get(`/api/v1/review?day=${day}`)).json<ApiAnswer<'review'>>().review).toEqual(told.review);
    expect(planned).toBe(before);
    expect((await get('/api/v1/review?day=2026-06-09')).json()).toMatchObject({ review: null, because: 'noPlan' });
    expect((await get('/api/v1/review?day=noon')).status).toBe(400);
  });
});
