import type { Entry } from '../../facts/entry.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hereOf, reading } from '../reading.ts';
import { isoOrNull } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';
import { momentText } from './entryColumns.ts';

const dayMs = 86_400_000;

/** What a log is made of. */
interface Contents {
  readonly types: Map<string, number>;
  runs: number;
  first: Entry | null;
  last: Entry | null;
}

const add = (contents: Contents, entry: Entry): void => {
  contents.types.set(entry.type, (contents.types.get(entry.type) ?? 0) + 1);
  if (entry.type === 'AgentStarted') contents.runs += 1;
  contents.first ??= entry;
  contents.last = entry;
};

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(2)} MiB`;

/** The body of `ven log stats`. */
export const logStats = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { log } = opened;
    const { timeZone } = await hereOf(opened);
    const contents: Contents = { types: new Map(), runs: 0, first: null, last: null };
    for await (const entry of log.read()) add(contents, entry);
    const { entries, bytes, freeBytes } = await log.stats();
    const { types, runs, first, last } = contents;
    const days = first === null || last === null ? 0 : Math.max(last.recordedAt - first.recordedAt, 1) / dayMs;
    const byType = [...types].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    if (given.switches.has('json')) {
      const document = { entries, bytes, freeBytes: freeBytes ?? null, firstAt: isoOrNull(first?.recordedAt ?? null), lastAt: isoOrNull(last?.recordedAt ?? null), runs, types: Object.fromEntries(byType) };
      surroundings.stdout.write(`${JSON.stringify(document)}\n`);
      return EXIT.success;
    }
    const lines: readonly (readonly [string, string])[] = [
      ['entries', String(entries)],
      ['runs', String(runs)],
      ['first', first === null ? '–' : momentText(first.recordedAt, timeZone)],
      ['last', last === null ? '–' : momentText(last.recordedAt, timeZone)],
      ['on disk', `${megabytes(bytes)}${days >= 1 ? `, ${megabytes(bytes / days)} per day` : ''}`],
      ['disk left', freeBytes === undefined ? '–' : megabytes(freeBytes)],
    ];
    surroundings.stdout.write(`${lines.map(([name, value]) => `${name.padEnd(10)} ${value}\n`).join('')}\n`);
    surroundings.stdout.write(tableText(['fact', 'entries'], byType.map(([type, count]) => [type, String(count)]), { rightFrom: 1 }));
    return EXIT.success;
  });
