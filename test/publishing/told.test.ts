/** What others are told of devices beside their figures: reserve, wishes, trust, DR events; and as what Home Assistant has them. */
import { expect, it } from 'vitest';
import { newsOf } from '../../src/publishing/news.ts';
import { discoveryOf } from '../../src/publishing/mqtt/discovery.ts';
import { messagesOf } from '../../src/publishing/mqtt/messages.ts';
import { topicsOf } from '../../src/publishing/mqtt/topics.ts';
import { operatorArrival, type OperatorCommand } from '../../src/shell/operatorCommands.ts';
import { aBattery, aHeater, siteWorld } from '../inspector/support/siteWorld.ts';
import { at } from '../scenarios/support/day.ts';

const day = '2026-11-27';
const topics = topicsOf({ baseTopic: 'ter-ven', discoveryPrefix: 'homeassistant' }, 'my.ven');
const own = topics.device('battery');

const living = async () => {
  const night = { days: ['fri' as const], from: '22:00', to: '06:00', stateOfCharge: 0.6 };
  const preferences = { reserve: 0.2, reserveTimes: [night] };
  const world = siteWorld(day, 8, [aBattery('battery')], preferences, { shadowed: ['battery'] });
  await world.start();
  await world.runTo(at(day, 9.2));
  const { agent } = world;
  if (agent === null) throw new Error('No agent runs.');
  const say = async (command: OperatorCommand): Promise<void> => {
    agent.take(operatorArrival(agent.state, world.time.now(), command, 'mqtt'));
    await world.runTo(world.time.now() + 60_000);
  };
  const told = (topic: string, when = world.time.now()): unknown => {
    const news = newsOf(agent.state, when);
    return news === null ? null : JSON.parse(messagesOf(topics, news, when).get(topic) ?? 'null');
  };
  return { world, agent, say, told };
};

it('tells the reserve that is kept now, whoever said so, and for how long', async () => {
  const { world, say, told } = await living();
  expect(told(own.reserve)).toEqual({ percent: 20, until: null });
  expect(told(own.reserve, at(day, 23))).toEqual({ percent: 60, until: null });
  await say({
    type: 'OperatorInstructed',
    resourceID: 'battery',
    kind: 'keep',
    stateOfCharge: 0,
    endAt: at(day, 23.5),
  });
  const until = new Date(at(day, 23.5)).toISOString();
  expect(told(own.reserve, at(day, 23))).toEqual({ percent: 0, until });
  expect(told(own.wishes)).toEqual({ wishes: [{ kind: 'keep', percent: 0, until }] });
  await say({ type: 'OperatorReleased', resourceID: 'battery', kind: 'keep' });
  expect(told(own.reserve)).toEqual({ percent: 20, until: null });
  await world.stop();
});

it('tells whether a device is trusted, and what became of that', async () => {
  const { world, say, told } = await living();
  expect([told(own.trust), told(own.state)]).toMatchObject([{ trust: 'untrusted' }, { mode: 'shadow' }]);
  await say({ type: 'DeviceTrusted', resourceID: 'battery' });
  expect([told(own.trust), told(own.state)]).toMatchObject([{ trust: 'trusted' }, { mode: 'told' }]);
  await say({ type: 'DeviceDistrusted', resourceID: 'battery' });
  expect([told(own.trust), told(own.state)]).toMatchObject([{ trust: 'untrusted' }, { mode: 'shadow' }]);
  await world.stop();
});

it('tells the DR events that can be answered, with the answer', async () => {
  const { world, say, told } = await living();
  const eventID = world.vtn.events.priceEventOf(day) ?? '';
  const listed = (optType: string): object => ({ drEvents: [{ eventID, status: 'active', optType }] });
  expect(told(topics.drEvents)).toMatchObject(listed('optIn'));
  await say({ type: 'OperatorOpted', eventID, optType: 'optOut' });
  expect(told(topics.drEvents)).toMatchObject(listed('optOut'));
  await world.stop();
});

it('tells what is opted by EiOpt and holds, so that it can be taken back by its optID', async () => {
  const { world, say, told } = await living();
  const opts = (): readonly Readonly<Record<string, unknown>>[] =>
    (told(topics.opts) as { readonly opts: readonly Readonly<Record<string, unknown>>[] }).opts;
  await say({
    type: 'OptGiven',
    optType: 'optOut',
    optReason: 'mustRun',
    windows: [{ startAt: at(day, 17), endAt: at(day, 20) }],
    every: 'week',
    times: 2,
  });
  const iso = (onDay: string, hour: number): string => new Date(at(onDay, hour)).toISOString();
  const windows = [day, '2026-12-04'].map((onDay) => ({ start: iso(onDay, 17), end: iso(onDay, 20) }));
  expect(opts()).toMatchObject([{ optType: 'optOut', optReason: 'mustRun', windows }]);
  await say({ type: 'OptTakenBack', optID: opts()[0]?.['optID'] });
  expect(opts()).toEqual([]);
  await world.stop();
});

it('tells of a load what it has drawn of its need, and of nothing else a need', async () => {
  const world = siteWorld(day, 4, [aHeater('heater'), aBattery('battery')], {});
  await world.start();
  await world.runTo(at(day, 5.1));
  const { agent } = world;
  if (agent === null) throw new Error('No agent runs.');
  const news = newsOf(agent.state, world.time.now());
  if (news === null) throw new Error('Nothing is told.');
  const heater = topics.device('heater');
  const messages = messagesOf(topics, news, world.time.now());
  const told = JSON.parse(messages.get(heater.need) ?? 'null') as { readonly drawnWattHours: number };
  const iso = (onDay: string, hour: number): string => new Date(at(onDay, hour)).toISOString();
  expect(told).toMatchObject({ energyWattHours: 4_800, since: iso('2026-11-26', 6.5), until: iso(day, 6.5) });
  expect(told.drawnWattHours).toBeGreaterThan(0);
  expect(messages.has(own.need)).toBe(false);
  const { devices = [] } = agent.state.settings ?? {};
  const documents = discoveryOf(topics, { venName: 'it', version: '1', devices, takesCommands: true, mayTrust: true });
  const componentsOf = (topic: string): object => (documents.get(topic) as { readonly components: object }).components;
  expect(componentsOf(heater.discovery)).toMatchObject({
    need: { state_topic: heater.need, device_class: 'energy', unit_of_measurement: 'Wh', state_class: 'total' },
  });
  expect(Object.keys(componentsOf(heater.discovery))).not.toContain('state_of_charge');
  expect(Object.keys(componentsOf(own.discovery))).not.toContain('need');
  await world.stop();
});

it('has Home Assistant set only what it may set', async () => {
  const { world, agent } = await living();
  const devices = agent.state.settings?.devices ?? [];
  const platformsOf = (takesCommands: boolean, mayTrust: boolean): object => {
    const document = discoveryOf(topics, { venName: 'it', version: '1', devices, takesCommands, mayTrust }).get(
      own.discovery,
    ) as {
      readonly components: Readonly<Record<string, { readonly platform: string; readonly command_topic?: string }>>;
    };
    return Object.fromEntries(
      ['override', 'reserve', 'trust'].map((name) => {
        const { platform, command_topic: set } = document.components[name] ?? { platform: 'none' };
        return [name, set === undefined ? platform : `${platform} ${set.slice(set.lastIndexOf('battery'))}`];
      }),
    );
  };
  const settable = { override: 'select battery/override/set', reserve: 'number battery/reserve/set' };
  expect(platformsOf(true, true)).toEqual({ ...settable, trust: 'switch battery/trust/set' });
  expect(platformsOf(true, false)).toEqual({ ...settable, trust: 'sensor' });
  expect(platformsOf(false, true)).toEqual({ override: 'sensor', reserve: 'sensor', trust: 'sensor' });
  await world.stop();
});
