import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOwnAuthority } from '../src/adapters/tls/ownAuthority.ts';
import { hourMs } from '../src/programme/calendar.ts';
import type { VtnServerOptions } from '../src/vtn/http/vtnServer.ts';
import { startChild } from './support/child.ts';
import { type CrowdOrder, crowdPollMs, type CrowdWay } from './support/crowdOrder.ts';
import { withDirectory } from './support/directory.ts';
import { atMost, type Figure, readable, type Subject } from './support/figure.ts';
import type { CrowdCost } from './support/fleetCost.ts';
import { withVtn } from './support/vtn.ts';

/** VENs of one process, unless an argument says another number: `npm run bench -- fleet=1000`. */
const usualCount = 10_000;

/** How long all have polled before anything is counted, for what sleeps does so after some polls, and how long is counted. @unit ms */
const settleMs = 30_000;
const windowMs = 20_000;

/** What is to be reached with ten thousand: of a core, and for each VEN. */
const goals: Readonly<Record<CrowdWay, { readonly memoryKb: number; readonly againSeconds: number }>> = {
  'shared pool': { memoryKb: 20, againSeconds: 60 },
  'own socket': { memoryKb: 50, againSeconds: 90 },
  'mutual TLS': { memoryKb: 150, againSeconds: 90 },
};
const cpuShare = 0.6;
const p99Ms = 250;

/** Runs a process with many pollers, until it has told what it cost or only until all poll. */
const crowd = async (program: string, order: CrowdOrder): Promise<CrowdCost> => {
  const child = startChild(program, [JSON.stringify(order)], { execArgv: ['--expose-gc'] });
  try {
    await child.next();
    return (await child.next()) as CrowdCost;
  } finally {
    child.process.kill('SIGKILL');
    await child.end();
  }
};

const certificates = async (
  directory: string,
): Promise<{ readonly files: NonNullable<CrowdOrder['tls']>; readonly listening: VtnServerOptions }> => {
  const { ca, vtn, ven } = await makeOwnAuthority(Date.now());
  const place = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  return {
    files: {
      ca: place('ca.pem', ca),
      certificate: place('ven.pem', ven.certificate),
      key: place('ven.key', ven.key),
    },
    listening: {
      tls: { key: vtn.key, cert: vtn.certificate, ca, requestCert: true, rejectUnauthorized: true },
    },
  };
};

const figuresOf = (
  { way, count }: CrowdOrder,
  fresh: CrowdCost,
  again: CrowdCost,
  bare: CrowdCost,
): readonly Figure[] => {
  const { memoryKb, againSeconds } = goals[way];
  const share = ({ cpuMs, windowMs: ms }: CrowdCost): number => (cpuMs / ms) * 100;
  const figure = (
    name: string,
    unit: string,
    of: (cost: CrowdCost) => number,
    cost: CrowdCost,
    most?: number,
  ): Figure => ({
    name: `${way}: ${name}`,
    value: `${readable(of(cost))} ${unit}`,
    floor: { name: 'undici alone', value: `${readable(of(bare))} ${unit}` },
    ratio: `${(of(cost) / of(bare)).toPrecision(2)} ×`,
    ...(most === undefined ? {} : { goal: atMost(of(cost), most, unit) }),
  });
  const cpuGoal = (cpuShare * 100 * count) / usualCount;
  return [
    figure('CPU of the process', '% of a core', share, fresh, cpuGoal),
    figure('CPU for each poll', 'ms', ({ cpuMs, polls }) => cpuMs / polls, fresh),
    figure('from when a poll was due to its answer, median', 'ms', (cost) => cost.p50Ms, fresh),
    figure('the same, p99', 'ms', (cost) => cost.p99Ms, fresh, p99Ms),
    figure('resident memory for each VEN', 'kB', ({ residentKb }) => residentKb, fresh, memoryKb),
    figure('alive on the heap for each VEN', 'kB', ({ heapKb }) => heapKb, fresh),
    figure('resident memory for each VEN, restored', 'kB', ({ residentKb }) => residentKb, again, memoryKb),
    figure('alive on the heap for each VEN, restored', 'kB', ({ heapKb }) => heapKb, again),
    figure('CPU of the process, restored', '% of a core', share, again, cpuGoal),
    figure('CPU for each VEN until it polls, restored', 'ms', ({ startCpuMs }) => startCpuMs, again),
    figure('all restored and polling after a kill', 's', ({ startSeconds }) => startSeconds, again, againSeconds),
  ];
};

const measure = (way: CrowdWay, count: number): Promise<readonly Figure[]> =>
  withDirectory(async (directory) => {
    const secured = way === 'mutual TLS' ? await certificates(directory) : null;
    return withVtn(
      { pollFreq: 'PT10S', status: 'never', remembers: 1_000 },
      async (url) => {
        const order: CrowdOrder = {
          url,
          directory,
          count,
          way,
          settleMs,
          windowMs,
          ...(secured === null ? {} : { tls: secured.files }),
        };
        const fresh = await crowd('fleetOfVens', order);
        const again = await crowd('fleetOfVens', order);
        return figuresOf(order, fresh, again, await crowd('barePollers', order));
      },
      { token: null, ...secured?.listening },
    );
  });

/** For how long polls are counted once the hour is full, and how long a VEN may take to start before it. @unit ms */
const hourWindowMs = 60_000;
const startMs = (count: number): number => 60_000 + 25 * count;

/** Polls of the minute in which all VENs read their meters and make their plans. */
const measureHour = (count: number): Promise<readonly Figure[]> =>
  withDirectory((directory) => {
    const begun = Date.now();
    const fullHour = Math.ceil((begun + startMs(count)) / hourMs) * hourMs;
    const aheadMs = fullHour - startMs(count) - begun;
    return withVtn(
      { pollFreq: 'PT10S', status: 'never', remembers: 1_000 },
      async (url) => {
        const order: CrowdOrder = {
          ...{ url, directory, count, aheadMs, settleMs },
          way: 'shared pool',
          windowMs: hourWindowMs,
          countedFrom: fullHour,
        };
        const { cpuMs, windowMs: ms, polls, p50Ms, p99Ms: p99, longestMs } = await crowd('fleetOfVens', order);
        const expected = (count * ms) / crowdPollMs;
        return [
          {
            name: 'CPU of the process in the minute after a full hour',
            value: `${readable((cpuMs / ms) * 100)} % of a core`,
          },
          {
            name: 'polls that were answered, of those that were due',
            value: `${readable((polls / expected) * 100)} %`,
          },
          { name: 'from when a poll was due to its answer, median', value: `${readable(p50Ms)} ms` },
          { name: 'the same, p99', value: `${readable(p99)} ms`, goal: atMost(p99, p99Ms, 'ms') },
          { name: 'the same, the longest', value: `${readable(longestMs)} ms` },
        ];
      },
      { token: null },
      aheadMs,
    );
  });

const subjectOf = (name: string, way: CrowdWay, title: string): Subject => ({
  name,
  title: `${title}, each with a battery and polling each 10 s, killed and restored; beside undici alone polling as often`,
  measure: (count = usualCount) => measure(way, count),
});

/** Many VENs in one process, at the pace of real use, beside as many pollers without anything; three times some minutes. */
export const fleets: readonly Subject[] = [
  subjectOf('fleet', 'shared pool', 'Many VENs in one process that share connections'),
  {
    name: 'fleet-hour',
    title: 'Many VENs in one process that share connections, in the minute after a full hour',
    measure: (count = usualCount) => measureHour(count),
  },
  subjectOf('fleet-sockets', 'own socket', 'Many VENs in one process, each with a connection of its own'),
  subjectOf('fleet-tls', 'mutual TLS', 'Many VENs in one process, each with a certificate and a connection of its own'),
];
