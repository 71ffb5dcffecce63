/** What the simulation at scale is fed with: each figure with where it comes from, and whether it was measured. */

import { shardCount } from '../../src/store/postgres/tables.ts';
import { usualConnectionsPerSecond } from '../../src/adapters/config/fleetFile.ts';
import { usualLimits } from '../../src/fleet/host.ts';
import { usualRetentionDays, usualSettings } from './settings.ts';

/** One figure that the simulation starts from. */
export interface ScaleInput {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  /** Where it comes from. */
  readonly from: string;
  readonly kind: 'measured' | 'estimated' | 'setting' | 'stated';
}

const measured = (value: number, unit: string, what: string, from: string): ScaleInput => ({
  value,
  unit,
  what,
  from,
  kind: 'measured',
});
const estimated = (value: number, unit: string, what: string, from: string): ScaleInput => ({
  ...measured(value, unit, what, from),
  kind: 'estimated',
});
const setting = (value: number, unit: string, what: string, from: string): ScaleInput => ({
  ...measured(value, unit, what, from),
  kind: 'setting',
});
const stated = (value: number, unit: string, what: string, from: string): ScaleInput => ({
  ...measured(value, unit, what, from),
  kind: 'stated',
});

const performancePage = '[performance](performance.md)';
const golden = 'the golden log of machines 3, autumn: one battery, read and planned each hour';
const prototype = 'a prototype on two cores, before it was built';

/** All inputs, by name. */
export const scaleInputs = {
  pollMs: measured(0.49, 'ms of a core', 'a quiet poll, everything included', performancePage),
  stepMs: measured(0.053, 'ms of a core', 'a step in memory', `${performancePage}: 18,731 a second`),
  decodeMs: measured(
    0.506,
    'ms of a core',
    'decoding a message with a day’s prices',
    `${performancePage}: 1,975 a second`,
  ),
  encodeMs: measured(0.931, 'ms of a core', 'encoding the report of a day', `${performancePage}: 1,074 a second`),
  planMs: measured(7.5, 'ms of a core', 'planning a day of one battery, in a process of its own', performancePage),
  handshakeMs: measured(
    2.5,
    'ms of a core',
    'a TLS handshake with certificates on both sides',
    `${prototype}: 400 a second`,
  ),
  appendsPerSecond: measured(
    25_000,
    'entries/s',
    'durable appends of one PostgreSQL, grouped',
    `${prototype}: 21,001 to 29,658 with 64 writers, the client beside it`,
  ),
  commitMs: measured(8, 'ms', 'from an append to its acknowledgement', `${prototype}: p99 7 to 11 ms with 64 writers`),
  takeOverMs: measured(
    0.27,
    'ms',
    'taking over a VEN with its state and its last 20 entries',
    `${prototype}: 2.7 s for 10,000`,
  ),
  entriesADay: measured(308, 'entries', 'what a VEN records in a day', `${golden}; the median of 15 days`),
  bytesADay: measured(185_000, 'bytes', 'the same as JSON; 65 kB had been estimated', golden),
  xmlBytesADay: measured(34_000, 'bytes', 'XML of a day, packed', golden),
  hourEntries: measured(3, 'entries', 'a reading at the full hour, in two steps', golden),
  planEntries: measured(3, 'entries', 'a plan, in two steps', golden),
  priceEntries: measured(
    7,
    'entries',
    'the step that takes a day’s prices over and asks for the answer to be sent',
    golden,
  ),
  answerEntries: measured(1, 'entries', 'the VTN’s acknowledgement of it', golden),
  reportEntries: measured(4, 'entries', 'a day’s report and its acknowledgement, in two steps', golden),
  rowBytes: estimated(
    250,
    'bytes',
    'what an entry takes beside its JSON: columns, two hashes, index',
    'the columns of `ven.entry`',
  ),
  walFactor: estimated(
    2,
    '',
    'WAL for each byte that is stored',
    'index and head rows, whole pages after a checkpoint',
  ),
  venBytes: measured(
    24_500,
    'bytes',
    'heap of a VEN between polls',
    'a heap snapshot of 120; the goal is 20 kB resident',
  ),
  deviceBytes: estimated(
    120_000,
    'bytes',
    'heap of a device of a VEN that has ten thousand and holds five weeks of hours',
    '[performance](performance.md): 4.3 kB at a start, which has the goal of 6 kB, and 33 days of 3.5 kB',
  ),
  deviceMessages: measured(114, 'messages', 'a day’s report of 10,000 devices', 'ten thousand in a list'),
  deviceReportBytes: measured(70e6, 'bytes', 'the same, on the wire', 'ten thousand in a list'),
  deviceEncodeMs: measured(1_300, 'ms of a core', 'encoding it', 'ten thousand in a list'),
  startExchanges: measured(5, 'exchanges', 'a start until polls begin', golden),
  pollEveryMs: setting(usualSettings.defaultPollFreqMs, 'ms', 'poll interval', '`defaultPollFreqMs`'),
  pollJitter: setting(usualSettings.pollJitter, '', 'part of it that is added by chance', '`pollJitter`'),
  leaseMs: setting(15_000, 'ms', 'lease of a worker', '`--lease`'),
  connectionsPerSecond: setting(
    usualConnectionsPerSecond,
    '/s',
    'connections that one worker makes',
    '`connectionsPerSecond`',
  ),
  spreadMs: setting(usualLimits.spreadMs, 'ms', 'over which starts are spread', '`spreadMs`'),
  shards: setting(
    shardCount,
    'shards',
    'into which VENs are divided',
    '[0051](decisions/0051-a-fleets-logs-in-postgresql.md)',
  ),
  lateMs: setting(250, 'ms', 'after which a poll counts as late', 'the goal for 10,000 VENs in a process'),
  retentionDays: setting(usualRetentionDays, 'days', 'entries are kept in their months', '`replayRetentionDays`'),
  coreUsdPerMonth: stated(25, 'USD', 'a core with 4 GB, a month', 'a usual price of a cloud'),
  serverUsdPerMonth: stated(
    800,
    'USD',
    'a PostgreSQL with 8 cores and a synchronous standby, a month',
    'a usual price of a cloud',
  ),
  storageUsdPerGbMonth: stated(0.2, 'USD', 'a GB on both, a month', 'a usual price of a cloud'),
} as const satisfies Readonly<Record<string, ScaleInput>>;

/** The figures alone. */
export type ScaleFigures = { readonly [Name in keyof typeof scaleInputs]: number };

/** Every input's value, or another one where a trial says so. */
export const figuresWith = (other: Partial<ScaleFigures> = {}): ScaleFigures => ({
  ...(Object.fromEntries(Object.entries(scaleInputs).map(([name, { value }]) => [name, value])) as ScaleFigures),
  ...other,
});
