import { latestHorizon, planCompaction } from '../../shell/compaction.ts';
import type { Entry } from '../../facts/entry.ts';
import { type DiskUse, diskUseOf } from '../../store/diskLog.ts';
import type { EventLog, LogStats } from '../../store/eventLog.ts';
import { entriesIn } from '../../store/gaps.ts';
import { UnreadableFact } from '../../facts/upcast.ts';
import { counted } from '../../telling/words.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { logTimeZone, reading, stateOf, type OpenReading } from '../reading.ts';
import { isoOrNull } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { labelledText, roomOf } from '../prose.ts';
import { bytesText, tableText } from '../table.ts';
import { momentText } from './entryColumns.ts';

const dayMs = 86_400_000;

/** What a log is made of. */
interface Contents {
  readonly types: Map<string, number>;
  runs: number;
  first: Entry | null;
  last: Entry | null;
}

/** What a compaction would let go of now. */
interface Compactable {
  readonly entries: number;
  /** As JSON, before LevelDB packs it. */
  readonly bytes: number;
}

const add = (contents: Contents, entry: Entry): void => {
  contents.types.set(entry.type, (contents.types.get(entry.type) ?? 0) + 1);
  if (entry.type === 'AgentStarted') contents.runs += 1;
  contents.first ??= entry;
  contents.last = entry;
};

const contentsOf = async (log: EventLog): Promise<Contents> => {
  const contents: Contents = { types: new Map(), runs: 0, first: null, last: null };
  for await (const entry of log.read()) add(contents, entry);
  return contents;
};

/** Null for a log that this release cannot fold. */
const compactableOf = async (
  opened: OpenReading,
): Promise<{ readonly timeZone: string; readonly compactable: Compactable | null }> => {
  const { log, settings, here } = opened;
  try {
    const { state } = await stateOf(opened);
    const beforeAt = Math.min(here.now - settings.replayRetentionDays * dayMs, latestHorizon(state, here.now));
    let bytes = 0;
    const plan = await planCompaction(log, {
      beforeAt,
      limit: Infinity,
      onGone: (entry) => (bytes += JSON.stringify(entry).length),
    });
    return {
      timeZone: logTimeZone(state, opened),
      compactable: { entries: plan === null ? 0 : entriesIn(plan.gaps), bytes },
    };
  } catch (error) {
    if (error instanceof UnreadableFact) return { timeZone: here.timeZone, compactable: null };
    throw error;
  }
};

/** Everything that is told. */
interface Statistics extends LogStats {
  /** Null of a log that has no files of its own. */
  readonly use: DiskUse | null;
  readonly contents: Contents;
  readonly positions: number;
  readonly compactable: Compactable | null;
}

const documentOf = (
  { contents: { first, last, runs }, positions, entries, use, compactable }: Statistics,
  types: readonly (readonly [string, number])[],
) => ({
  entries,
  positions,
  bytes: use?.bytes ?? null,
  ...(use?.parts ?? {}),
  freeBytes: use?.freeBytes ?? null,
  compactable,
  firstAt: isoOrNull(first?.recordedAt ?? null),
  lastAt: isoOrNull(last?.recordedAt ?? null),
  runs,
  types: Object.fromEntries(types),
});

const diskLines = (use: DiskUse | null, days: number): readonly (readonly [string, string])[] => {
  if (use === null) return [];
  const { bytes, freeBytes, parts } = use;
  return [
    ['on disk', `${bytesText(bytes)}${days >= 1 ? `, ${bytesText(bytes / days)} per day` : ''}`],
    ...(parts === undefined
      ? []
      : [
          [
            'of it',
            `entries ${bytesText(parts.entriesBytes)}, XML ${bytesText(parts.xmlBytes)}, checkpoints ${bytesText(parts.checkpointsBytes)} (before LevelDB packs them)`,
          ] as const,
        ]),
    ['disk left', freeBytes === undefined ? '–' : bytesText(freeBytes)],
  ];
};

const gapLines = ({ positions, entries, use }: Statistics): readonly (readonly [string, string])[] =>
  positions === entries
    ? []
    : [
        [
          'gone',
          `${counted(positions - entries, 'entry', 'entries')}${use?.parts === undefined ? '' : `, in ${counted(use.parts.gaps, 'gap')}`}: "ven log list --type LogCompacted --type LogRepaired --last all" says why`,
        ],
      ];

const linesOf = (statistics: Statistics, timeZone: string): readonly (readonly [string, string])[] => {
  const {
    contents: { first, last, runs },
    entries,
    use,
    compactable,
  } = statistics;
  const days = first === null || last === null ? 0 : Math.max(last.recordedAt - first.recordedAt, 1) / dayMs;
  return [
    ['entries', String(entries)],
    ...gapLines(statistics),
    ['runs', String(runs)],
    ['first', first === null ? '–' : momentText(first.recordedAt, timeZone)],
    ['last', last === null ? '–' : momentText(last.recordedAt, timeZone)],
    ...diskLines(use, days),
    [
      'old',
      compactable === null
        ? '–'
        : compactable.entries === 0
          ? 'nothing that "ven log compact" would let go of'
          : `"ven log compact" would let go of ${counted(compactable.entries, 'entry', 'entries')}, ${bytesText(compactable.bytes)}`,
    ],
  ];
};

/** The body of `ven log stats`. */
export const logStats = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { log } = opened;
    const { timeZone, compactable } = await compactableOf(opened);
    const statistics: Statistics = {
      ...(await log.stats()),
      use: await diskUseOf(log, { parts: true }),
      contents: await contentsOf(log),
      positions: log.durableHead.position + 1,
      compactable,
    };
    const byType = [...statistics.contents.types].sort(
      ([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1),
    );
    const { stdout } = surroundings;
    if (given.switches.has('json')) {
      stdout.write(`${JSON.stringify(documentOf(statistics, byType))}\n`);
      return EXIT.success;
    }
    stdout.write(`${labelledText(linesOf(statistics, timeZone), roomOf(stdout))}\n`);
    stdout.write(
      tableText(
        ['fact', 'entries'],
        byType.map(([type, count]) => [type, String(count)]),
        { rightFrom: 1 },
      ),
    );
    return EXIT.success;
  });
