/** Every path answers what its schema says, on logs that were lived. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { apiPaths, type ApiAnswer, type ApiName, type ApiPath } from '../../../src/inspector/api/paths.ts';
import { errorAnswer } from '../../../src/inspector/api/shapes.ts';
import { machineIDs } from '../../../src/inspector/charts/charts.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';
import { at } from '../../scenarios/support/day.ts';
import { atRest, inspecting, livedDay, living, livingDay, type Inspecting } from '../support/inspecting.ts';

/** With polls enough for spans of them. */
const autumn = livedDay('2026-11-01', '2026-10-31', {});
const fewPolls = { vtn: { pollFreq: 'PT10M' } };

/** Asks, holds the answer against the schema, and gives it. */
const answerOf = async <Name extends ApiName>(
  { get }: Inspecting,
  name: Name,
  path: string = apiPaths[name].path,
): Promise<ApiAnswer<Name>> => {
  const { status, headers, json } = await get(path);
  expect(`${path} ${status}`).toBe(`${path} 200`);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  const schema = (apiPaths[name] as ApiPath).answer as z.ZodType;
  // Strictly: what is answered beyond the schema would be a promise that nobody wrote down.
  const answer = json();
  expect(schema.parse(answer)).toEqual(answer);
  return answer as ApiAnswer<Name>;
};

/** What a program would act on is not told where nobody knows it any more. */
const isRefusedAtRest = async ({ get }: Inspecting, path: string): Promise<void> => {
  const refused = await get(path);
  const { error } = errorAnswer.parse(refused.json());
  expect([path, refused.status, error.code]).toEqual([path, 503, 'atRest']);
  expect(error.message).toMatch(
    /^The agent has not run since 2026-11-02 0\d:\d\d -05:00\. Which prices hold now is not known\.$/,
  );
};

const headOf = ({ log }: AgentWorld): number => log.durableHead.position;

describe('every path', () => {
  it('given a day at rest, when each is asked, then its answer is what the schema says', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const parts: Readonly<Record<string, string>> = {
      position: '7',
      day: '2026-11-01',
      month: '2026-11',
      machine: 'ven',
    };
    const asked = new Set<string>();
    for (const [name, { path, answer, atRest: atRestText, contentType }] of Object.entries(
      apiPaths as Readonly<Record<string, ApiPath>>,
    )) {
      if (['stream', 'health', 'plan', 'why', 'review', 'wrote', 'fork'].includes(name)) continue; // told in their own tests
      const query = { place: `?time=${at('2026-11-01', 3)}`, where: '?q=fact%20=%20MeterRead%20and%20soc%20>%205' }[
        name
      ];
      const filled = `${path.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '')}${query ?? ''}`;
      if (atRestText !== undefined) await isRefusedAtRest(opened, filled);
      else if (answer !== undefined) await answerOf(opened, name as ApiName, filled);
      else expect((await opened.get(filled)).headers['content-type']).toBe(contentType);
      asked.add(name);
    }
    expect(asked.size).toBe(Object.keys(apiPaths).length - 7);
  });

  it('given an agent that runs, when the moment changes, then every kind of moment is what the schema says', async () => {
    const world = await livingDay('2026-11-01', '2026-10-31', fewPolls);
    const opened = await inspecting(living(world));
    const now = await answerOf(opened, 'state');
    expect(now).toMatchObject({
      isLive: true,
      asOf: at('2026-11-01', 30),
      agent: { isRunning: true },
      registration: { status: 'registered' },
    });
    expect(now.streams.map(({ stream }) => stream)).toEqual(expect.arrayContaining(['ven', 'exchange', 'watch']));
    expect(now.timers[0]?.dueAt).toBeGreaterThan(now.asOf);
    const head = headOf(world);
    for (const position of [0, 1, Math.floor(head / 3), Math.floor(head / 2), head]) {
      const state = await answerOf(opened, 'state', `/api/v1/state?at=${position}`);
      expect(state.isLive).toBe(false);
      expect(state.position).toBeGreaterThanOrEqual(position);
    }
    await world.stop();
  });
});

describe('the state', () => {
  it('given each moment of a day, when it is asked for, then it is what a person would have seen then', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const when = (iso: string): Promise<ApiAnswer<'state'>> => answerOf(opened, 'state', `/api/v1/state?at=${iso}`);
    const beforePrices = await when('2026-10-31T20:30:00Z');
    expect(beforePrices).toMatchObject({
      verdict: { level: 'well' },
      prices: { days: [{ day: '2026-10-31' }, { day: '2026-11-01', hours: 25, pricedHours: 0 }] },
      hours: { acknowledged: 0 },
    });
    const evening = await when('2026-10-31T23:00:00Z');
    expect(evening.prices.days[1]).toMatchObject({ day: '2026-11-01', hours: 25, pricedHours: 25 });
    expect(evening.drEvents.some(({ status, optType }) => status === 'far' && optType === 'optIn')).toBe(true);
    const next = await when('2026-11-02T10:00:00Z');
    // The 25 hours of the day, and what of the eve was metered since the afternoon's start.
    expect(next.hours.acknowledged).toBeGreaterThanOrEqual(25);
    expect(next.hours).toMatchObject({ pending: 0, inDoubt: 0, rejected: 0 });
  });

  it('given a delay that runs, when it is shown, then it bears its name in the chart, its state and the transition it takes', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const { timers, streams } = await answerOf(opened, 'state', '/api/v1/state?at=2026-11-01T12:10:00Z');
    const poll = timers.find(({ delay }) => delay === 'oadrRequestedOadrPollFreq');
    expect(poll).toMatchObject({
      stream: 'ven',
      stateID: 'ven.registered.polling.waiting',
      transitionID: 'ven.registered.polling.waiting--after.oadrRequestedOadrPollFreq--0',
    });
    const ven = streams.find(({ stream }) => stream === 'ven');
    expect(ven?.activeStateIDs).toEqual([
      'ven',
      'ven.registered',
      'ven.registered.polling',
      'ven.registered.polling.waiting',
      'ven.registered.reporting',
      'ven.registered.answering',
      'ven.registered.answering.taken',
      'ven.registered.reporting.idle',
    ]);
    const { svg } = await answerOf(opened, 'machine', '/api/v1/machines/ven');
    for (const id of [...(ven?.activeStateIDs ?? []), poll?.transitionID]) expect(svg).toContain(`id="${id}"`);
    for (const { timer, transitionID } of timers) expect(`${timer} ${transitionID === null}`).toBe(`${timer} false`);
  });
});

describe('entries', () => {
  it('given windows in both directions, when they are put together, then they are the whole log once', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    for (const order of ['asc', 'desc'] as const) {
      const positions: number[] = [];
      for (
        let next: number | null = order === 'asc' ? 0 : headOf(world), count = 0;
        next !== null && count < 50;
        count += 1
      ) {
        const window: ApiAnswer<'entries'> = await answerOf(
          opened,
          'entries',
          `/api/v1/entries?order=${order}&limit=97&${order === 'asc' ? 'from' : 'to'}=${next}`,
        );
        positions.push(...window.entries.map(({ position }) => position));
        ({ next } = window);
      }
      const all = Array.from({ length: headOf(world) + 1 }, (_, position) => position);
      expect(positions).toEqual(order === 'asc' ? all : all.reverse());
    }
  });

  it('given a filter, when rows are asked for by their number, then they are those of the list, and the total is right', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const whole = await answerOf(
      opened,
      'entries',
      '/api/v1/entries?stream=drEvent&type=DrEventAccepted&type=DrEventAnswered&limit=1000',
    );
    expect(whole.total).toBe(whole.entries.length);
    expect(new Set(whole.entries.map(({ type }) => type))).toEqual(new Set(['DrEventAccepted', 'DrEventAnswered']));
    const some = await answerOf(
      opened,
      'entries',
      '/api/v1/entries?stream=drEvent&type=DrEventAccepted&type=DrEventAnswered&offset=1&limit=2',
    );
    expect(some.entries).toEqual(whole.entries.slice(1, 3));
    const faults = await answerOf(opened, 'entries', '/api/v1/entries?lane=reports&direction=in');
    expect(faults.entries.every(({ lane, direction }) => lane === 'reports' && direction === 'in')).toBe(true);
  });

  it('given a text, when it is searched for, then it is found in type, stream, data and, on request, in the XML', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const found = async (query: string): Promise<number> =>
      (await answerOf(opened, 'entries', `/api/v1/entries?${query}`)).entries.length;
    expect(await found('search=ReportsRegistered')).toBeGreaterThan(0);
    expect(await found('search=drevent%20accepted')).toBeGreaterThan(0);
    expect(await found('search=electricity_price')).toBeGreaterThan(0);
    const onlyInXml = 'search=oadrSignedObject&type=SendRequested';
    expect(await found(onlyInXml)).toBe(0);
    expect(await found(`${onlyInXml}&xml=true`)).toBeGreaterThan(0);
    expect(await found('search=nothing+of+the+kind')).toBe(0);
  });

  it('given a message, when its entry is opened, then both directions, what led to it and the one before it are there', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const { entries } = await answerOf(
      opened,
      'entries',
      '/api/v1/entries?type=SendRequested&search=oadrUpdateReport&order=desc&limit=1',
    );
    const { entry, causes, consequences, wire, exchange, previous } = await answerOf(
      opened,
      'entry',
      `/api/v1/entries/${entries[0]?.position}`,
    );
    expect(entry).toMatchObject({ type: 'SendRequested', message: 'oadrUpdateReport', direction: 'out' });
    expect(wire?.xml).toContain('oadrUpdateReport');
    expect(wire?.pretty.split('\n').length).toBeGreaterThan(20);
    expect(exchange?.request?.position).toBe(entry.position);
    expect(exchange?.reply).toMatchObject({ message: 'oadrUpdatedReport' });
    expect(exchange?.reply?.wire?.xml).toContain('oadrUpdatedReport');
    expect(consequences.map(({ cause }) => cause)).toContain(entry.position);
    expect(causes.at(-1)?.position).toBe(entry.cause);
    expect(previous).toMatchObject({ message: 'oadrUpdateReport' });
    expect(previous?.position).toBeLessThan(entry.position);
    const reply = await answerOf(opened, 'entry', `/api/v1/entries/${exchange?.reply?.position}`);
    expect(reply.exchange?.request?.position).toBe(entry.position);
  });
});

describe('days', () => {
  it.each([
    ['2026-11-01', '2026-10-31', 25],
    ['2026-03-08', '2026-03-07', 23],
    ['2026-06-10', '2026-06-09', 24],
  ] as const)(
    'given %s, when it is asked for, then each of its hours is there with its price, energy and delivery',
    async (day, eve, hours) => {
      const world = await (day === '2026-11-01' ? autumn : livedDay(day, eve, fewPolls));
      const opened = await inspecting(atRest(world.log));
      const answer = await answerOf(opened, 'day', `/api/v1/days/${day}`);
      expect(answer.previous).toBe(eve);
      expect(answer.prices.length).toBe(hours);
      const [device] = answer.devices;
      expect(device?.hours.length).toBe(hours);
      expect(
        device?.hours.every(
          ({ delivery, usdPerKwh, amountUsd, energyWattHours }) =>
            delivery === 'acknowledged' && usdPerKwh !== null && amountUsd !== null && energyWattHours !== null,
        ),
      ).toBe(true);
      for (const { importWattHours, exportWattHours, energyWattHours } of device?.hours ?? [])
        expect((importWattHours ?? 0) - (exportWattHours ?? 0)).toBe(energyWattHours);
      const offsets = device?.hours.map(({ offset }) => offset) ?? [];
      expect(new Set(offsets).size).toBe(hours === 24 ? 1 : 2);
      const month = await answerOf(opened, 'month', `/api/v1/months/${day.slice(0, 7)}`);
      expect(
        month.devices[0]?.days.find((each) => each.day === day)?.hours.map(({ energyWattHours }) => energyWattHours),
      ).toEqual(device?.hours.map(({ energyWattHours }) => energyWattHours));
    },
  );

  it('given a moment of the past, when the day is asked for, then what came later is not known yet', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const noon = await answerOf(opened, 'day', '/api/v1/days/2026-11-01?at=2026-11-01T17:10:00Z');
    const { hours } = noon.devices[0] as (typeof noon.devices)[number];
    expect(hours.filter(({ energyWattHours }) => energyWattHours !== null).length).toBe(13);
    expect(new Set(hours.map(({ delivery }) => delivery))).toEqual(new Set(['notDue']));
  });
});

describe('the timeline', () => {
  it('given any number of buckets, when they are added up, then each entry is counted once', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    for (const buckets of [1, 7, 600, 2_000]) {
      const { lanes, isComplete } = await answerOf(opened, 'timeline', `/api/v1/timeline?buckets=${buckets}`);
      expect(isComplete).toBe(true);
      const counted = lanes.flatMap((lane) => lane.buckets).reduce((sum, { entries }) => sum + entries, 0);
      expect(counted).toBe(headOf(world) + 1);
    }
  });

  it('given a part of the log, when it is asked for, then its flags and spans are told', async () => {
    const world = await autumn;
    const opened = await inspecting(atRest(world.log));
    const { moments, spans, lanes } = await answerOf(
      opened,
      'timeline',
      `/api/v1/timeline?from=${at('2026-10-31', 16)}&to=${at('2026-11-02', 6)}`,
    );
    expect(moments.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'AgentStarted',
        'Registered',
        'DrEventAccepted',
        'UsageDeliveryAcknowledged',
        'AgentStopped',
      ]),
    );
    expect(spans.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['run', 'drEvent']));
    const polls = lanes.find(({ lane }) => lane === 'polls');
    expect(polls?.buckets.reduce((sum, { weight }) => sum + weight, 0)).toBeGreaterThan(1_000);
    const noon = await answerOf(opened, 'place', `/api/v1/place?time=${at('2026-11-01', 12)}`);
    expect(noon.recordedAt).toBeLessThanOrEqual(at('2026-11-01', 12));
    expect((await answerOf(opened, 'place', '/api/v1/place?time=0')).position).toBe(-1);
  });
});

describe('machines', () => {
  it('given each machine, when it is asked for, then its picture has a group for every state and drawn transition of its chart', async () => {
    const opened = await inspecting(atRest((await autumn).log));
    const { machines } = await answerOf(opened, 'machines');
    expect(machines.map(({ machine }) => machine)).toEqual(machineIDs);
    for (const { machine } of machines) {
      const { chart, svg } = await answerOf(opened, 'machine', `/api/v1/machines/${machine}`);
      expect(svg).not.toContain('<style');
      const ids = (state: typeof chart): string[] => [state.id, ...state.states.flatMap(ids)];
      for (const id of ids(chart)) expect(svg).toContain(`id="${id}"`);
      const alone = await opened.get(`/api/v1/machines/${machine}/picture.svg`);
      expect(alone.headers['content-type']).toBe('image/svg+xml');
      expect(alone.text).toContain('<style>');
    }
  });

  it('given the registration, when the transitions up to it are asked for, then they are those of the chart, the latest first', async () => {
    const opened = await inspecting(atRest((await autumn).log));
    const { entries } = await answerOf(opened, 'entries', '/api/v1/entries?type=Registered&limit=1');
    const { transitions } = await answerOf(
      opened,
      'transitions',
      `/api/v1/transitions?stream=ven&at=${entries[0]?.position}&limit=5`,
    );
    expect(transitions[0]).toMatchObject({ stream: 'ven', event: 'reply.received' });
    expect(transitions[0]?.left.some((id) => id.startsWith('ven.registering.'))).toBe(true);
    const { chart } = await answerOf(opened, 'machine', '/api/v1/machines/ven');
    const known = new Set<string>();
    const collect = (state: typeof chart): void => {
      for (const { id } of state.transitions) known.add(id);
      state.states.forEach(collect);
    };
    collect(chart);
    for (const { transitionIDs } of transitions)
      for (const id of transitionIDs) expect(known.has(id) ? id : `${id} is unknown`).toBe(id);
    expect(transitions.some(({ transitionIDs }) => transitionIDs.length > 0)).toBe(true);
  });
});

describe('programs', () => {
  it('given prices in hand, when evcc and EMHASS ask, then they get what they can read, from the running hour on', async () => {
    const world = await livingDay('2026-06-10', '2026-06-09');
    await world.runTo(at('2026-06-10', 18, 20) + 86_400_000); // the evening of the next day, with tomorrow's prices
    const opened = await inspecting(living(world));
    const rates = await answerOf(opened, 'evcc');
    expect(rates[0]?.start).toBe('2026-06-11T22:00:00Z');
    expect(rates.length).toBe(6 + 24);
    for (const [index, { start, end }] of rates.entries()) {
      expect(Date.parse(end) - Date.parse(start)).toBe(3_600_000);
      expect(rates[index + 1]?.start ?? end).toBe(end);
    }
    // evcc holds a rate from its start to before its end, and searches them as they come: sorted, apart, in RFC 3339.
    const rateAt = (instant: number) =>
      rates.filter(({ start, end }) => Date.parse(start) <= instant && instant < Date.parse(end));
    const { prices: steps } = await answerOf(opened, 'prices');
    for (let instant = Date.parse('2026-06-11T22:00Z'); instant < Date.parse('2026-06-13T04:00Z'); instant += 900_000) {
      const price = steps.find(({ startAt, endAt }) => startAt <= instant && instant < endAt);
      expect(rateAt(instant).map(({ value }) => value)).toEqual([Number(price?.usdPerKwh)]);
    }
    expect(
      rates.every(({ start, end }) => [start, end].every((each) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(each))),
    ).toBe(true);
    const hourly = await answerOf(opened, 'emhass', '/api/v1/prices/emhass?step=60&shape=list');
    expect(hourly.load_cost_forecast).toEqual(rates.map(({ value }) => value));
    expect(hourly).toMatchObject({ prediction_horizon: 30, prod_price_forecast: hourly.load_cost_forecast });
    const halves = await answerOf(opened, 'emhass', '/api/v1/prices/emhass?steps=8&shape=list');
    expect(halves.load_cost_forecast).toEqual([0, 1, 1, 2, 2, 3, 3, 4].map((hour) => rates[hour]?.value));
    const timed = await answerOf(opened, 'emhass', '/api/v1/prices/emhass?step=60');
    expect(timed.load_cost_forecast).toEqual(Object.fromEntries(rates.map(({ start, value }) => [start, value])));
    const timedHalves = await answerOf(opened, 'emhass', '/api/v1/prices/emhass?step=30');
    expect(Object.keys(timedHalves.load_cost_forecast).slice(0, 2)).toEqual([
      '2026-06-11T22:00:00Z', // the running one, for an EMHASS that begins with it
      '2026-06-11T22:30:00Z',
    ]);
    expect(timedHalves.prediction_horizon).toBe(59);
    expect(steps.length).toBe(48);
    await world.stop();
  });

  it('given a day that was delivered, when its reports are asked for, then they are acknowledged and hold the day', async () => {
    const opened = await inspecting(atRest((await autumn).log));
    const { deliveries } = await answerOf(opened, 'deliveries', '/api/v1/deliveries?from=2026-10-31&to=2026-11-02');
    const told = deliveries.filter(({ status }) => status === 'acknowledged').flatMap(({ usage }) => usage);
    expect(
      told.some(
        ({ fromAt, toAt, intervals, measured }) =>
          fromAt <= at('2026-11-01', 0) && toAt >= at('2026-11-01', 25) && intervals >= 25 && measured >= 25,
      ),
    ).toBe(true);
  });
});

describe('bad questions', () => {
  it.each([
    ['/api/v1/state?at=yesterday', 400, /at=yesterday/],
    ['/api/v1/state?at=999999', 404, /no position 999999: its last one is/],
    ['/api/v1/state?At=3', 400, /no parameter "At" here: use at/],
    ['/api/v1/entries?limit=5000', 400, /limit=5000/],
    ['/api/v1/entries?limit=-1', 400, /limit=-1/],
    ['/api/v1/entries/abc', 400, /"abc" is no position/],
    ['/api/v1/entries/999999', 404, /no position 999999/],
    ['/api/v1/days/2026-02-30', 400, /no day of the calendar/],
    ['/api/v1/days/%E0%A4%A', 400, /cannot be read/],
    ['/api/v1/months/2026-13', 400, /is no month/],
    ['/api/v1/machines/toaster', 404, /no machine "toaster"/],
    ['/api/v1/nothing', 404, /nothing at this path/],
    ['/api/v2/state', 404, /nothing at this path/],
  ])('given %s, when it is asked, then it is refused with %i in one sentence', async (path, status, sentence) => {
    const { get } = await inspecting(atRest((await autumn).log));
    const heard = await get(path);
    expect(heard.status).toBe(status);
    expect(heard.json<{ error: { message: string } }>().error.message).toMatch(sentence);
  });
});
