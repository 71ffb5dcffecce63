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
import { serviceUrl } from '../src/vtn/pushing.ts';
import { createVtn } from '../src/vtn/vtn.ts';
import { directTransport } from './support/directTransport.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, readable, type Figure, type Subject } from './support/figure.ts';
import { median } from './support/measure.ts';
import { silentLogger } from './support/silentLogger.ts';
import { defaultSettings } from './support/venSettings.ts';

const rounds = 40;
/** Pushes in a second of the flood, and how long it lasts. @unit s */
const floodPerSecond = 1_000;
const floodSeconds = 5;

interface Timed {
  readonly status: number;
  readonly ms: number;
}

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
  const bodyOf = (round: number): string => {
    const { venID = '' } = vtn.registrations()[0] ?? {};
    vtn.events.add({
      startAt: clock.now() + round * 60_000 + 3_600_000,
      lengthMs: 60_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
    });
    const list = vtn.handle('EiEvent', { message: 'oadrRequestEvent', requestID: `r${round}`, venID });
    if (list.message?.message !== 'oadrDistributeEvent') throw new Error('The VTN lists no DR events.');
    return encodePayload({ ...list.message, requestID: `p${round}` });
  };
  const ours: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const body = bodyOf(round);
    floor.push((await post(bare.url, body, agent)).ms);
    const { status, ms } = await post(url, body, agent);
    if (status !== 200) throw new Error(`A push was answered with ${status}.`);
    ours.push(ms);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }

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
      value: `${readable(median(ours))} ms`,
      floor: { name: 'a bare Node server that says 200', value: `${readable(median(floor))} ms` },
      ratio: `× ${readable(median(ours) / median(floor))}`,
      goal: atMost(median(ours), 100, 'ms'),
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
