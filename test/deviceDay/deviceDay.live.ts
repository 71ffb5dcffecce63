/**
 * A whole day of the programme with real strangers: a battery at mosquitto, a SunSpec store by pymodbus, and a flow of Node-RED that
 * overrides the battery when it is dear; and with what goes wrong on an ordinary bad day.
 *
 * Time is the day's own and stands still while anybody of them speaks, so that nothing rests on how fast this machine is.
 */
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDevice } from '../../src/devices/registry.ts';
import { optimise } from '../../src/dispatch/optimiser.ts';
import type { Facts, FactType } from '../../src/facts/fact.ts';
import { upcast } from '../../src/facts/upcast.ts';
import { dayOf, hoursOf, daySpan, localHourOf, nextDay } from '../../src/programme/calendar.ts';
import { publishOverMqtt } from '../../src/publishing/mqtt/homeAssistant.ts';
import { topicsOf } from '../../src/publishing/mqtt/topics.ts';
import type { Publisher } from '../../src/publishing/publisher.ts';
import { foldLog } from '../../src/shell/fold.ts';
import { operatorArrival, type OperatorCommand } from '../../src/shell/operatorCommands.ts';
import type { Device } from '../../src/shell/ports.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { LiveProjections } from '../../src/store/live/liveProjections.ts';
import { dearEvening } from '../inspector/support/siteWorld.ts';
import { at, timeZone } from '../scenarios/support/day.ts';
import { AgentWorld, memoryStorage } from '../support/agentWorld.ts';
import { booksOf, vtnLedger } from '../support/ledgers.ts';
import { hasMosquitto, startMosquitto, stranger } from '../support/mosquitto.ts';
import { hasNodeRed, startNodeRed } from '../support/nodeRed.ts';
import { hasSunspec, startSunspec } from '../support/sunspec.ts';
import type { VirtualTime } from '../support/virtualTime.ts';
import { HomeBattery, type Registers } from './homeBattery.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Strangers go by the machine's clock, so what they are told to end has to end after it. */
const today = nextDay(nextDay(dayOf(Date.now(), timeZone), timeZone), timeZone);
const { day } = today;

type Node = Readonly<Record<string, unknown>>;

const flowAt = (brokerUrl: string): readonly Node[] => {
  const { hostname, port } = new URL(brokerUrl);
  const flow = JSON.parse(readFileSync('docs/guides/node-red-flow.json', 'utf8')) as readonly Node[];
  return flow.map((node) => (node['type'] === 'mqtt-broker' ? { ...node, broker: hostname, port } : node));
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits, by the machine's clock, until it is so. */
const until = async (isSo: () => boolean, what: string): Promise<void> => {
  for (let tries = 0; !isSo(); tries += 1) {
    if (tries > 1_200) throw new Error(`${what} did not come about.`);
    await pause(25);
  }
};

const signed16 = (value: number): number => value & 0xffff;

const store = [
  [1, { Mn: 'Acme', Md: 'Store 5', SN: 'S-1', Vr: '1.0' }],
  [701, { W: 0, W_SF: 0, TotWhInj: 80_000, TotWhAbs: 123_450, TotWh_SF: 0, St: 1 }],
  [704, { WSetEna: 0, WSetMod: 0, WSet: 0, WSet_SF: 0, WSetRvrtTms: 0, WSetEnaRvrt: 0 }],
  [713, { WHRtg: 1_000, SoC: 500, Sta: 0, WH_SF: 1, Pct_SF: signed16(-1) }],
] as const;

/** Time stands still while a device is spoken with; before that it has lived until now. */
const inTime = (device: Device, time: VirtualTime, live: () => Promise<unknown>): Device => ({
  resourceID: device.resourceID,
  read: (boundaryAt) => time.hold(live().then(() => device.read(boundaryAt))),
  apply: (setpoint) => time.hold(live().then(() => device.apply(setpoint))),
  release: () => time.hold(live().then(() => device.release())),
});

it('the battery at the broker does what it was told until that is over, and counts it', async () => {
  let now = Date.parse('2026-11-02T12:00:00Z');
  const said: string[] = [];
  let tell = (_topic: string, _text: string): void => undefined;
  const battery = new HomeBattery(
    { hear: (listener) => (tell = listener), say: async (_topic, text) => void said.push(text) },
    () => now,
  );
  const before = battery.registers;
  const validUntil = new Date(now + hourMs / 2).toISOString();
  tell(HomeBattery.topics.set, JSON.stringify({ demandWatts: -4_000, validUntil }));
  now += hourMs;
  expect(battery.registers.exportWattHours - before.exportWattHours).toBeCloseTo(2_000, 6);
  expect(battery.isLeftToItself).toBe(true);
  await battery.tell();
  const [told] = said.map((text) => JSON.parse(text) as { readonly soc: number; readonly power: number });
  expect(told?.power).toBe(0);
  expect(told?.soc).toBeCloseTo(50 - (2_000 / Math.sqrt(0.9) / 13_500) * 100, 6);
});

it.skipIf(!hasMosquitto || !hasNodeRed || !hasSunspec)(
  'a battery at mosquitto, a SunSpec store and a flow of Node-RED are driven through a day with faults',
  { timeout: 900_000 },
  async () => {
    const broker = await startMosquitto();
    const home = await stranger(broker.url);
    const simulator = await startSunspec(store);
    const settings = settingsSchema.parse({
      dataDirectory: 'unused',
      venID: 'my.ven',
      timeZone,
      mqtt: { brokerUrl: broker.url },
      preferences: { reserve: 0.1 },
      devices: [
        {
          kind: 'mqtt',
          resourceID: 'battery',
          brokerUrl: broker.url,
          capacityWattHours: 13_500,
          maxChargeWatts: 5_000,
          maxDischargeWatts: 5_000,
          timeField: 'time',
          setpointTopic: HomeBattery.topics.set,
          state: {
            power: { topic: HomeBattery.topics.state, field: 'power' },
            stateOfCharge: { topic: HomeBattery.topics.state, field: 'soc', factor: 0.01 },
            importRegister: { topic: HomeBattery.topics.state, field: 'in' },
            exportRegister: { topic: HomeBattery.topics.state, field: 'out' },
          },
        },
        {
          kind: 'sunspec',
          resourceID: 'store',
          host: '127.0.0.1',
          port: simulator.port,
          replyTimeoutMs: 1_000,
          capacityWattHours: 10_000,
          maxChargeWatts: 4_000,
          maxDischargeWatts: 4_000,
        },
      ],
    });
    if (settings.mqtt === undefined) throw new Error('The broker is configured.');
    const { mqtt } = settings;

    // Given a command that lies at the broker since long ago.
    const { overrideSet } = topicsOf(mqtt, 'my.ven').device('battery');
    const stale = JSON.stringify({ action: 'charge', powerWatts: 5_000, forMs: hourMs });
    await home.client.publishAsync(overrideSet, stale, { qos: 1, retain: true });

    const devices: Device[] = [];
    const world = new AgentWorld({
      startAt: at(day, -8),
      storage: memoryStorage(),
      vtn: {
        pollFreq: 'PT10M',
        status: 'never',
        prices: {
          unit: 'usd_per_kwh',
          pricesOf: (each) => hoursOf(each).map((hour) => dearEvening[localHourOf(hour, timeZone)] ?? '0.1'),
        },
      },
      planner: { plan: optimise },
      settings: venSettingsOf(settings),
    });
    const { time } = world;
    // Pauses that devices are granted are of the day's time, too.
    const elapsedMs = performance.now.bind(performance);
    const begunAt = time.now();
    const passing = vi.spyOn(performance, 'now').mockImplementation(() => elapsedMs() + time.now() - begunAt);
    onTestFinished(() => passing.mockRestore());
    const battery = new HomeBattery(
      {
        hear: (listener) => home.client.on('message', (topic, payload) => listener(topic, payload.toString())),
        say: async (topic, text) => void (await home.client.publishAsync(topic, text, { qos: 1 })),
      },
      () => time.now(),
    );
    let isBrokerUp = true;
    const lines: string[] = [];
    const write = (text: string): void => void lines.push(text);
    const journal = { info: write, warn: write, error: write, debug: () => undefined };
    for (const device of settings.devices) {
      const opened = await openDevice({
        device,
        timeZone,
        now: () => time.now(),
        resumeFrom: null,
        resumeSetpoints: [],
        journal,
      } as Parameters<typeof openDevice>[0]);
      onTestFinished(async () => opened.close?.());
      // It tells how it stands until that is heard; where the broker is gone, it is not.
      const heard = async (): Promise<void> => {
        for (let tries = 0; isBrokerUp && tries < 200; tries += 1) {
          await battery.tell();
          await pause(tries === 0 ? 5 : 25);
          const said = await opened.read(time.now()).catch(() => null);
          if (said !== null && said.readAt === time.now()) return;
        }
      };
      const live = device.kind === 'mqtt' ? heard : () => simulator.setClock(time.now());
      const told = inTime(opened, time, live);
      devices.push(told);
      (world.ports.devices as Map<string, Device>).set(told.resourceID, told);
    }

    const command = (asked: OperatorCommand): void => {
      if (world.agent === null) throw new Error('Nobody is there to be told.');
      world.agent.take(operatorArrival(world.agent.state, time.now(), asked, 'mqtt'));
    };
    const publishers: Publisher[] = [];
    const publish = async (): Promise<void> => {
      const projections = new LiveProjections(world.log, { onFault: ({ error }) => lines.push(String(error)) });
      publishers.push(
        await publishOverMqtt(
          {
            settings: venSettingsOf(settings),
            version: '0',
            state: () => {
              if (world.agent === null) throw new Error('Nobody is there to tell.');
              return world.agent.state;
            },
            isRecorded: () => world.log.durableHead.position === world.log.head.position,
            projections,
            operator: { take: (_subject, read) => Promise.resolve(command(read())) },
            clock: time,
            alarms: time,
            journal,
          },
          mqtt,
        ),
      );
    };
    const dataOf = async <T extends FactType>(type: T): Promise<readonly Facts[T][]> =>
      (await world.entries()).map(upcast).flatMap((entry) => (entry.type === type ? [entry.data as Facts[T]] : []));
    const alarms = (): readonly string[] => Object.keys(world.agent?.state.alarms ?? {});

    /** What the devices themselves know of each full hour. */
    const known = new Map<number, Registers>();
    const runTo = async (hours: number, minutes = 0): Promise<void> => {
      const end = at(day, hours, minutes);
      for (let hour = Math.floor(time.now() / hourMs + 1) * hourMs; hour <= end; hour += hourMs) {
        await world.runTo(hour - 1);
        time.ringIn(1, () => known.set(time.now(), battery.registers));
        await world.runTo(hour + 1_000);
      }
      await world.runTo(end);
    };

    // When the day before ends: nobody trusts them yet, and nothing is told to either.
    await world.start();
    await publish();
    await runTo(-6.9);
    expect([battery.orders, await simulator.raw(704, 'WSetEna')]).toEqual([[], 0]);
    for (const resourceID of ['battery', 'store']) command({ type: 'DeviceTrusted', resourceID });
    const nodeRed = await startNodeRed(flowAt(broker.url));
    await runTo(6);
    expect(battery.orders.length).toBeGreaterThan(0);
    expect(alarms()).toEqual([]);

    // A level that cannot be, until half past six.
    battery.says = 6_400;
    await runTo(6, 16);
    expect(alarms()).toEqual(['deviceImplausible battery']);
    battery.says = null;
    await runTo(6, 46);
    expect(alarms()).toEqual([]);

    // The broker is killed for an hour: the battery is silent, the store goes on.
    await runTo(8, 50);
    await broker.stop('SIGKILL');
    isBrokerUp = false;
    await runTo(9, 20);
    expect(alarms()).toContain('meterSilent battery');
    await runTo(9, 50);
    await broker.start();
    isBrokerUp = true;
    await until(() => home.client.connected, 'the stranger’s connection');
    await runTo(10, 20);
    expect(alarms()).toEqual([]);

    // The store answers nobody for an hour.
    await runTo(11, 5);
    await simulator.fault('silent');
    await runTo(11, 50);
    expect(alarms()).toContain('meterSilent store');
    await simulator.fault('normal');
    await runTo(12, 20);
    expect(alarms()).toEqual([]);

    // The agent is killed, and comes again within two hours: what the devices were told was over by then.
    await runTo(13, 5);
    world.crash();
    for (const publisher of publishers.splice(0)) await publisher.close();
    await runTo(14, 30);
    await simulator.setClock(time.now());
    expect([battery.isLeftToItself, await simulator.raw(704, 'WSetEna')]).toEqual([true, 0]);
    await runTo(14, 50);
    await world.start();
    await publish();
    await runTo(15, 50);

    // Node-RED is started anew before the dear hours, and overrides the battery in each of them.
    nodeRed.kill('SIGKILL');
    await startNodeRed(flowAt(broker.url));
    const isOverridden = (): boolean =>
      world.agent?.state.views.instructions !== undefined &&
      home.heard.some(({ topic, text }) => topic.endsWith('/answers') && text.includes('"accepted":true'));
    for (const hour of [17, 18, 19]) {
      await runTo(hour, 0.5);
      const before = (await dataOf('OperatorInstructed')).length;
      let count = before;
      await until(() => isOverridden(), 'an answer of Node-RED').catch(() => undefined);
      for (let tries = 0; count === before && count < hour - 16 && tries < 400; tries += 1) {
        await pause(25);
        await time.settle();
        count = (await dataOf('OperatorInstructed')).length;
      }
      // The store takes what it is told, and does nothing of it in the dearest hour.
      if (hour === 18) await simulator.fault('stuck');
      await runTo(hour, 59);
      if (hour !== 18) continue;
      expect(alarms()).toEqual(['setpointFailed store']);
      await simulator.fault('normal');
    }
    await runTo(21);
    expect(alarms()).toEqual([]);
    await runTo(26);

    // Then the battery did what the flow asked, three times, and the stale command was heard by nobody.
    const instructed = (await dataOf('OperatorInstructed')).filter(({ endAt }) => endAt > at(day, 12));
    expect(instructed).toHaveLength(3);
    for (const each of instructed)
      expect(each).toMatchObject({ by: 'mqtt', instruction: { action: 'discharge', powerWatts: 2_500 } });
    for (const { demandWatts } of battery.orders) expect(Math.abs(demandWatts ?? 0)).toBeLessThanOrEqual(5_000);

    // Every hour of the battery that could be read is in the VTN's books as the battery itself knows it; the others are told as not measured.
    const books = await booksOf(world.log, timeZone);
    const hours = hoursOf(daySpan(day, timeZone));
    const measured = books.metered('battery', day);
    const booked = vtnLedger(world.vtn, 'battery', day);
    measured.forEach((wattHours, place) => {
      const [from, to] = [known.get(hours[place] ?? 0), known.get((hours[place] ?? 0) + hourMs)];
      if (wattHours === null || from === undefined || to === undefined) return;
      const net = to.importWattHours - from.importWattHours - (to.exportWattHours - from.exportWattHours);
      expect(Math.abs(wattHours - net)).toBeLessThanOrEqual(3);
      const line = booked.find(({ startAt }) => startAt === hours[place]);
      expect(Number(line?.energyKilowattHours) * 1_000).toBeCloseTo(wattHours, 3);
    });
    // 08:00 and 09:00 for want of a reading at 09:00, by the broker; 13:00 and 14:00 for want of one at 14:00, by our own death.
    const unmeasured = measured.flatMap((wattHours, hour) => (wattHours === null ? [hour] : []));
    expect(unmeasured).toEqual([8, 9, 13, 14]);
    expect(books.metered('store', day).flatMap((wattHours, hour) => (wattHours === null ? [hour] : []))).toEqual([
      13, 14,
    ]);
    const sold = measured[18] ?? 0;
    expect(sold).toBeLessThan(-2_000);

    // And all of it follows from the record; at the end both are left to themselves.
    expect((await foldLog(world.log, { verify: true })).divergences).toEqual([]);
    await world.stop();
    expect([battery.isLeftToItself, await simulator.raw(704, 'WSetEna')]).toEqual([true, 0]);
    for (const publisher of publishers) await publisher.close();
  },
);
