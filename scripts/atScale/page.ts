/** docs/at-scale.md and its charts, from what was simulated and from the inputs. */
import { lineChart } from './chart.ts';
import type { LagPair, ScaleFindings, WaveFindings } from './course.ts';
import { figuresWith, scaleInputs, type ScaleInput } from './inputs.ts';
import { usualWatchMs } from './wave.ts';
import { fleetSums, lineFigures, manyDevicesSums } from './sums.ts';

const number = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: 0 });

const seconds = (value: number | null): string =>
  value === null ? `over ${usualWatchMs / 1_000} s` : `${number(value, value < 10 ? 1 : 0)} s`;

const lags = ([median, most]: LagPair): string => (median === null ? '-' : `${seconds(median)}, ${seconds(most)}`);

const table = (titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${titles.join(' | ')} |`,
  `|${titles.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const inputRow = ({ what, value, unit, kind, from }: ScaleInput): readonly string[] => [
  what,
  `${number(value, 3)}${unit === '' ? '' : ` ${unit}`}`,
  kind,
  from,
];

/** @limit A lag within which prices are to be answered. @unit s */
const patienceS = 60;

const serversNeeded = ({ waves }: ScaleFindings): number | null =>
  waves.find(({ prices }) => (prices.lagS[1] ?? Infinity) <= patienceS)?.servers ?? null;

const waveRow = (
  name: string,
  { polls, slowestPollS, lagS, planLagS, handshakes, busiest }: WaveFindings,
): readonly string[] => [
  name,
  `${number((polls.late / polls.due) * 100, 2)} %`,
  `${number((polls.missed / polls.due) * 100, 2)} %`,
  seconds(slowestPollS),
  lags(lagS),
  lags(planLagS),
  number(handshakes),
  `${number(busiest * 100)} %`,
];

const outageRow = ({ minutes, jitter, refused, most, bound }: ScaleFindings['outages'][number]): readonly string[] => [
  `${minutes} min`,
  String(jitter),
  number(refused),
  number(most),
  number(bound),
  most <= bound ? 'kept' : 'NOT KEPT',
];

const bendsOfFleet = (findings: ScaleFindings): readonly string[] => {
  const { trial, waves, quiet, calm, workerLost, databaseLost } = findings;
  const sums = fleetSums({ ...trial, servers: 1 }, figuresWith());
  const one = waves[0];
  return [
    `1. **The database at the full hour and at 17:00.** All VENs read at the same instant, and take prices within one poll interval. One PostgreSQL answers for a million prices after ${lags(one?.prices.lagS ?? [null, null])} (p50, p99), ${serversNeeded(findings) ?? 'more'} of them within ${patienceS} s. The logs of a fleet are in one database: so many servers are so many fleets.`,
    `2. **The planner.** A worker plans for its ${number(sums.vensOfWorker)} VENs one after the other: with a server for every four workers, prices are in all its plans after ${seconds(calm.planLagS[1])}, when they have long been answered (${seconds(calm.lagS[1])}). It needs a core of its own.`,
    `3. **A worker that takes over.** Each start costs a handshake, of which there are ${scaleInputs.connectionsPerSecond.value} a second at most: beside its own polls the busiest survivor of four needs ${number(workerLost.busiest * 100)} % of a core for a minute, and ${number((workerLost.polls.late / workerLost.polls.due) * 100)} % of polls are late.`,
    `4. **Polls at the full hour.** Even with nothing else the slowest poll takes ${seconds(quiet.slowestPollS)}, for here all is done in the order in which it is due, and the readings of all VENs stand before it. The goal of ${scaleInputs.lateMs.value} ms is kept by ${number((quiet.polls.inTime / quiet.polls.due) * 100, 1)} % of them. A worker does better: [its polls go first](decisions/0070-polls-do-not-stand-behind-a-full-hour.md), and the readings take that much longer.`,
    `5. **The number of shards.** Of ${scaleInputs.shards.value} shards ${trial.workers} workers have two or three each: the busiest has ${number(sums.vensOfBusiestWorker)} VENs for ${number(sums.vensOfWorker)}, and polls alone take ${number(sums.pollShare * 100)} % of its core. More than ${scaleInputs.shards.value} workers are of no use.`,
    `6. **A database that is away for a minute.** Workers stop acting, as they must, and begin ${number(sums.vensOfWorker)} VENs again at their pace: prices that come just then are answered after ${lags(databaseLost.lagS)}.`,
  ];
};

const fleetTable = ({ trial }: ScaleFindings): readonly string[] =>
  table(
    ['PostgreSQL servers', 'entries, WAL', 'kept in all', 'partitions a server, a month of one', 'a VEN for a year'],
    [1, 8, 25].map((servers) => {
      const sums = fleetSums({ ...trial, servers }, figuresWith());
      return [
        String(servers),
        `${number(sums.entriesPerSecond)} /s on average, ${number(sums.walGbADay)} GB a day`,
        `${number(sums.storedTb)} TB`,
        `${sums.partitions}, ${number(sums.monthGb)} GB`,
        `$${number(sums.usdPerVenYear, 2)}`,
      ];
    }),
  );

const devicesTable = (): readonly string[] =>
  table(
    ['devices', 'heap', 'a day’s report', 'over its one line', 'readings of an hour on disk', 'the offer, one message'],
    [10_000, 100_000, 1_000_000].map((devices) => {
      const sums = manyDevicesSums(devices, figuresWith());
      return [
        number(devices),
        `${number(sums.heapGb, 1)} GB`,
        `${number(sums.messages)} messages, ${number(sums.reportGb, 2)} GB, ${number(sums.encodeS)} s of a core`,
        `${number(sums.lineMinutes, 1)} min`,
        `${number(sums.readingsS)} s (CPU ${number(sums.readingsCpuS)} s)`,
        `${number(sums.offerMb)} MB`,
      ];
    }),
  );

const largestOffer = (): number => Math.floor(lineFigures.longestTextBytes / lineFigures.offerBytesOfDevice);

/** The page. */
export const scalePage = (findings: ScaleFindings): string => {
  const { trial, waves, outages, quiet, calm, workerLost, databaseLost } = findings;
  return [
    '# At scale',
    '',
    '<!-- Generated by `npm run docs` from scripts/atScale and from what `npm run at-scale` simulated. -->',
    '',
    `${number(trial.vens)} VENs on ${number(trial.workers)} workers, and one VEN with a million devices: nobody has run either. This is a simulation with the costs below, seeded ("${trial.seed}"), by the`,
    'functions by which VENs really back off and workers really pace. `npm run at-scale` simulates anew (a minute or two) and writes this page; a test',
    'holds the model in small against what was kept. Where a cost is of another machine or an estimate, so is what follows from it.',
    '',
    '## Where it bends first',
    '',
    ...bendsOfFleet(findings),
    '',
    '## A million VENs: 17:00 and midnight',
    '',
    'From the instant at which the VTN has the prices, or at which the day is over, to the acknowledgement by the VTN (p50, p99). Four workers are lived through for six minutes,',
    'with their part of the servers; the others fare as they do. "In plans" is when the planner has used the prices.',
    '',
    '![Lag of prices by number of servers](pictures/at-scale-prices.svg)',
    '',
    ...table(
      ['PostgreSQL servers', 'prices acknowledged', 'in plans', 'reports acknowledged'],
      waves.map(({ servers, prices, reports }) => [
        String(servers),
        lags(prices.lagS),
        lags(prices.planLagS),
        lags(reports.lagS),
      ]),
    ),
    '',
    '## Something is lost at 17:00',
    '',
    'Four workers with 10,000 VENs each and a PostgreSQL of their own. Late is a poll that took more than a quarter of a second, missed is one that was due while nobody acted for the VEN.',
    '',
    ...table(
      [
        '',
        'late',
        'missed',
        'slowest poll',
        'prices acknowledged',
        'in plans',
        'handshakes in a second',
        'busiest core',
      ],
      [
        waveRow('a full hour without prices', quiet),
        waveRow('prices', calm),
        waveRow('and a worker is lost', workerLost),
        waveRow('or the database, for a minute', databaseLost),
      ],
    ),
    '',
    '## The VTN is down for all',
    '',
    'What the VTN of all VENs hears in a second when it is back, at the most. It should be no more than max(10, 3 N / spread), where the spread is the pause in which the VENs are by then. With the jitter that a',
    'single home has (0.1) they come back in a crowd, for their pauses have hardly drifted apart; VENs of a fleet therefore have more of it, unless their settings say otherwise.',
    '',
    '![VENs that come back in each second after an hour](pictures/at-scale-outage.svg)',
    '',
    ...table(
      ['outage', '`backoffJitter`', 'requests in vain', 'most in a second', 'bound', ''],
      outages.map(outageRow),
    ),
    '',
    'This is when VENs want to ask again. A worker makes no more than 150 connections a second beside that, which is not counted here: where VENs have certificates, a crowd waits there.',
    '',
    '## What it stores and costs',
    '',
    ...fleetTable(findings),
    '',
    `A worker has two cores and ${number(fleetSums({ ...trial, servers: 1 }, figuresWith()).heapGb, 1)} GB of heap. Of the cost storage for ${scaleInputs.retentionDays.value} days is the most: a shorter \`replayRetentionDays\` is cheaper than any machine.`,
    '',
    '## One VEN with a million devices',
    '',
    'Everything of one VEN is one after the other: one process, one log, one line to the VTN.',
    '',
    ...devicesTable(),
    '',
    `It bends first at the **heap**: the engine's limit of 4 GB is reached at ${number(Math.floor(4e9 / scaleInputs.deviceBytes.value))} devices. The **one message** that offers all devices is longer than a text can be (512 MB) from about`,
    `${number(largestOffer())} devices on, at an estimated ${number(lineFigures.offerBytesOfDevice)} bytes each. The line (${lineFigures.roundTripMs} ms there and back and ${number(lineFigures.bytesPerSecond / 1e6, 1)} MB/s, both stated) would be busy, and bear it. Several VENs are the answer, not a larger one.`,
    '',
    '## Inputs',
    '',
    ...table(['what', 'figure', '', 'from'], Object.values(scaleInputs).map(inputRow)),
    '',
  ].join('\n');
};

/** The charts, by path. */
export const scaleCharts = ({ waves, outages, trial }: ScaleFindings): ReadonlyMap<string, string> => {
  const hours = outages.filter(({ minutes }) => minutes === 60);
  const longest = Math.max(...hours.map(({ returns }) => returns.length));
  return new Map([
    [
      'docs/pictures/at-scale-prices.svg',
      lineChart({
        id: 'at-scale-prices',
        title: 'Lag of prices by number of servers',
        description: `Seconds until 99 of 100 of ${number(trial.vens)} VENs have their prices acknowledged, for ${waves.map(({ servers }) => servers).join(', ')} PostgreSQL servers.`,
        lines: [
          { name: 'acknowledged, p99', values: waves.map(({ prices }) => prices.lagS[1] ?? usualWatchMs / 1_000) },
          { name: 'one minute', values: waves.map(() => patienceS), isLimit: true },
        ],
        ends: [`${waves[0]?.servers ?? ''} server`, `${waves.at(-1)?.servers ?? ''} servers`],
        unit: 's',
      }),
    ],
    [
      'docs/pictures/at-scale-outage.svg',
      lineChart({
        id: 'at-scale-outage',
        title: 'VENs that come back in each second after an hour',
        description:
          'With the jitter of a single home they come in a crowd that passes the bound; with that of a fleet they come evenly.',
        lines: [
          ...hours.map(({ jitter, returns }) => ({ name: `jitter ${jitter}`, values: returns })),
          { name: 'bound', values: Array.from({ length: longest }, () => hours[0]?.bound ?? 0), isLimit: true },
        ],
        ends: ['the VTN is back', `${longest} s later`],
        unit: 'VENs a second',
      }),
    ],
  ]);
};
