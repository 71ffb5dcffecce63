import { Agent as HttpAgent, createServer, request as begin } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SystemClock } from '../src/adapters/time/systemClock.ts';
import { MessageVeil } from '../src/adapters/secrets/messageVeil.ts';
import { veiledAnswerer } from '../src/adapters/http/guardedAnswerer.ts';
import { startPushServer } from '../src/adapters/http/pushServer.ts';
import { hostAgent } from '../src/cli/run/agentHost.ts';
import { encodePayload } from '../src/protocol/payload.ts';
import type { OadrServiceName } from '../src/protocol/types/enumerations.ts';
import type { InboundAnswerer } from '../src/shell/ports.ts';
import type { DrEventScript } from '../src/vtn/events/drEvents.ts';
import { serviceUrl } from '../src/vtn/pushing.ts';
import { createVtn } from '../src/vtn/vtn.ts';
import { directTransport } from './support/directTransport.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, readable, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { silentLogger } from './support/silentLogger.ts';
import { defaultSettings } from './support/venSettings.ts';

const rounds = 40;
const hourMs = 3_600_000;
/** Pushes in a second of the flood, and how long it lasts. @unit s */
const floodPerSecond = 1_000;
const floodSeconds = 5;

/** Prices that are pushed to see when they are acted on. */
const priceRounds = 7;

interface Timed {
  readonly status: number;
  readonly ms: number;
}

/** What something took, by the clock and of CPU time of this process, in which VEN, VTN and whoever pushes are. @unit ms */
interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

const costOf = async (once: () => Promise<void>): Promise<Cost> => {
  const [before, startedAt] = [process.cpuUsage(), performance.now()];
  await once();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1_000 };
};

const middle = (costs: readonly Cost[], of: keyof Cost): number => median(costs.map((cost) => cost[of]));

const post = (url: string, body: string, agent: HttpAgent): Promise<Timed> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = { 'Content-Type': 'application/xml', 'Content-Length': String(Buffer.byteLength(body)) };
    const request = begin(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - startedAt }));
    });
    request.once('error', reject);
    request.end(body);
  });

/** Sends at a pace, without waiting for answers, over a few connections. */
const flood = async (url: string, body: string): Promise<readonly Timed[]> => {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 16 });
  const sent: Promise<Timed>[] = [];
  const perTick = floodPerSecond / 100;
  for (let tick = 0; tick < floodSeconds * 100; tick += 1) {
    for (let count = 0; count < perTick; count += 1) sent.push(post(url, body, agent));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const all = await Promise.all(sent);
  agent.destroy();
  return all;
};

const heapMegabytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
};

/** Prices of the hours to come, others in each round. */
const pricesFrom = (now: number, round: number): DrEventScript => ({
  startAt: Math.ceil(now / hourMs) * hourMs,
  lengthMs: 12 * hourMs,
  signals: [
    {
      signalName: 'ELECTRICITY_PRICE',
      signalType: 'price',
      values: Array.from({ length: 12 }, (_, hour) => (0.1 + ((hour * 7 + round * 5) % 12) / 20).toFixed(3)),
      itemBase: {
        element: 'currencyPerKWh',
        itemDescription: 'currencyPerKWh',
        itemUnits: 'USD',
        siScaleCode: 'none',
      },
    },
  ],
});

/** A bare server of Node's that reads the body and says 200. */
const bareServer = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'Content-Length': '0' }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
};

const measured = async (directory: string): Promise<readonly Figure[]> => {
  const clock = new SystemClock(() => undefined);
  const transportAddress = 'http://127.0.0.1:1';
  const vtn = createVtn({ clock, status: 'never' });
  let answerer: InboundAnswerer | null = null;
  const hosted = await hostAgent({
    settings: { ...defaultSettings(directory), push: '127.0.0.1:0', transportAddress },
    clock,
    alarms: clock,
    transport: directTransport(
      (service: OadrServiceName, body) => vtn.handle(service, body).body,
      () => clock.now(),
    ),
    listener: { answerWith: (next) => (answerer = next) },
    logger: silentLogger(),
  });
  const server = await startPushServer({
    address: '127.0.0.1',
    port: 0,
    transportAddress,
    answerer: veiledAnswerer(
      (request) => answerer?.(request) ?? Promise.resolve({ httpStatus: 503, body: '' }),
      new MessageVeil(''),
    ),
    onStranger: () => undefined,
    now: () => clock.now(),
  });
  const bare = await bareServer();
  while (vtn.registrations().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  const base = `http://127.0.0.1:${server.port}`;
  const url = serviceUrl(base, 'EiEvent');
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const listOf = (requestID: string): string => {
    const { venID = '' } = vtn.registrations()[0] ?? {};
    const list = vtn.handle('EiEvent', { message: 'oadrRequestEvent', requestID: `for ${requestID}`, venID });
    if (list.message?.message !== 'oadrDistributeEvent') throw new Error('The VTN lists no DR events.');
    return encodePayload({ ...list.message, requestID });
  };
  const bodyOf = (round: number): string => {
    vtn.events.add({
      startAt: clock.now() + round * 60_000 + 3_600_000,
      lengthMs: 60_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    return listOf(`p${round}`);
  };
  const push = async (to: string, body: string): Promise<void> => {
    const { status } = await post(to, body, agent);
    if (status !== 200) throw new Error(`A push was answered with ${status}.`);
  };
  const ours: Cost[] = [];
  const floor: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const body = bodyOf(round);
    floor.push(await costOf(() => push(bare.url, body)));
    ours.push(await costOf(() => push(url, body)));
    await new Promise((resolve) => setTimeout(resolve, 60));
  }

  const heard = new Map<string, () => void>();
  const stopHearing = hosted.log.follow(({ type }) => heard.get(type)?.());
  const acted: Cost[] = [];
  const eventID = vtn.events.add(pricesFrom(clock.now(), 0));
  for (let round = 1; round <= priceRounds; round += 1) {
    vtn.events.modify(eventID, pricesFrom(clock.now(), round));
    const body = listOf(`prices${round}`);
    const isPlanned = new Promise<void>((resolve) => heard.set('PlanMade', resolve));
    acted.push(
      await costOf(async () => {
        await push(url, body);
        await isPlanned;
      }),
    );
  }
  stopHearing();

  const [entriesBefore, heapBefore] = [hosted.log.head.position, heapMegabytes()];
  const delays: number[] = [];
  let expectedAt = performance.now() + 10;
  const ticking = setInterval(() => {
    delays.push(Math.max(0, performance.now() - expectedAt));
    expectedAt = performance.now() + 10;
  }, 10);
  const answers = await flood(url, bodyOf(rounds));
  clearInterval(ticking);
  const [entries, heap] = [hosted.log.head.position - entriesBefore, heapMegabytes() - heapBefore];
  const taken = answers.filter(({ status }) => status === 200).length;

  agent.destroy();
  bare.close();
  await server.close();
  await hosted.stop('measured');
  clock.close();
  const worst = [...delays].sort((a, b) => a - b).at(Math.floor(delays.length * 0.99)) ?? 0;
  return [
    {
      name: 'a pushed DR event, recorded and answered',
      value: `${readable(middle(ours, 'ms'))} ms`,
      floor: { name: 'a bare Node server that says 200', value: `${readable(middle(floor, 'ms'))} ms` },
      ratio: `× ${readable(middle(ours, 'ms') / middle(floor, 'ms'))}`,
      goal: atMost(middle(ours, 'ms'), 100, 'ms'),
    },
    {
      name: 'the same, CPU time of VEN and pushing client',
      value: `${readable(middle(ours, 'cpuMs'))} ms`,
      floor: { name: 'a bare Node server that says 200', value: `${readable(middle(floor, 'cpuMs'))} ms` },
      ratio: `× ${readable(middle(ours, 'cpuMs') / middle(floor, 'cpuMs'))}`,
      goal: atMost(middle(ours, 'cpuMs'), 100, 'ms'),
    },
    {
      name: 'a pushed price, answered by oadrCreatedEvent and in the plan that devices follow',
      value: `${readable(middle(acted, 'ms'))} ms`,
      goal: atMost(middle(acted, 'ms'), 1_000, 'ms'),
    },
    {
      name: 'the same, CPU time without the planner’s own process',
      value: `${readable(middle(acted, 'cpuMs'))} ms`,
    },
    {
      name: `a flood of ${floodPerSecond}/s for ${floodSeconds} s: ${taken} of ${answers.length} taken; the loop is late by`,
      value: `${readable(worst)} ms (p99)`,
      goal: atMost(worst, 100, 'ms'),
    },
    {
      name: 'entries that the flood left',
      value: readable(Math.max(entries, 1)),
      goal: atMost(entries, 1_000, 'entries'),
    },
    { name: 'heap after the flood, more than before', value: `${heap.toFixed(1)} MB`, goal: atMost(heap, 20, 'MB') },
  ];
};

/** How soon what is pushed is answered, and what a flood of it costs. */
export const push: Subject = {
  name: 'push',
  title:
    'HTTP push on loopback, unencrypted: latency beside a bare server, and a flood from one peer; flood and VEN share a process',
  measure: () => withDirectory(measured),
};
