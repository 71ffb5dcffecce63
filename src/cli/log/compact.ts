import { compactLog, latestHorizon, type Compacted } from '../../shell/compaction.ts';
import { foldLog } from '../../shell/fold.ts';
import { reachAgent } from '../../adapters/control/controlClient.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import { factVersions } from '../../facts/fact.ts';
import type { LogCompacted } from '../../facts/input.ts';
import { dayOf } from '../../programme/calendar.ts';
import { diskUseOf } from '../../store/diskLog.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { openLevelEventLog } from '../../store/level/levelEventLog.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { agentOn, isBegun, isFleet, manyVens, noLogYet } from '../control/openLog.ts';
import { databaseGiven, withStoredLog } from '../control/storedLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { isoText } from '../rows.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { bytesText } from '../table.ts';
import { dayNamed, type Here } from '../when.ts';

const dayMs = 86_400_000;

const letsGoByItself = (who: string): CommandFailure =>
  new CommandFailure(
    `${who}; it lets go of what is older than "replayRetentionDays" and "xmlRetentionDays" say, by itself and every day: change those, or stop it first.`,
  );

/** Does something with one log of a fleet that does not run. */
const withStoppedOfFleet = async <Result>(
  directory: string,
  ven: string | undefined,
  now: number,
  use: (log: EventLog) => Promise<Result>,
): Promise<Result> => {
  if (ven === undefined) throw manyVens(directory);
  const host = await reachAgent(directory);
  host?.close();
  if (host !== null) throw letsGoByItself(`A fleet runs on ${directory}`);
  const { openLevelLogStore } = await import('../../store/level/levelLogStore.ts');
  const store = await openLevelLogStore(directory, { createdAt: () => now, create: false });
  try {
    return await use(await store.open(ven, { createIfMissing: false }));
  } finally {
    await store.close();
  }
};

const openStopped = async (directory: string, now: number): Promise<EventLog> => {
  if (!isBegun(directory)) throw noLogYet(directory);
  const agent = await agentOn(directory);
  await agent?.close();
  if (agent === null) return openLevelEventLog(directory, { createdAt: now, create: false, checkTables: true });
  throw letsGoByItself(`An agent runs on ${directory} (process ${agent.pid})`);
};

/** What is asked for: what may go of the entries, and of the XML. UTC ms. */
interface CompactWish {
  readonly entriesBeforeAt: number;
  readonly xmlBeforeAt: number;
}

const daysOfXml = (text: string): number => {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is no number of days: write --keep-xml-days 45.`);
};

const tooLate = (horizonAt: number, { timeZone }: Here): UsageError =>
  new UsageError(
    `Entries of so late a day are still needed, for the reports that a VTN may ask for and for hours that are owed: the latest day for --before is ${dayOf(horizonAt, timeZone).day}.`,
  );

const wishOf = (
  given: ParsedArguments,
  retention: { readonly replayRetentionDays: number; readonly xmlRetentionDays: number },
  horizonAt: number,
  here: Here,
): CompactWish => {
  const day = given.text('before');
  const beforeAt =
    day === undefined
      ? Math.min(here.now - retention.replayRetentionDays * dayMs, horizonAt)
      : dayNamed(day, here).startAt;
  if (beforeAt > horizonAt) throw tooLate(horizonAt, here);
  const xmlDays = given.text('keep-xml-days');
  return {
    entriesBeforeAt: beforeAt,
    xmlBeforeAt: here.now - (xmlDays === undefined ? retention.xmlRetentionDays : daysOfXml(xmlDays)) * dayMs,
  };
};

const recordOn =
  (log: EventLog, recordedAt: number) =>
  async (data: LogCompacted): Promise<void> => {
    const runID = systemChance.runID();
    await log.append([
      {
        recordedAt,
        runID,
        direction: 'in',
        stream: 'agent',
        type: 'LogCompacted',
        version: factVersions.LogCompacted,
        data,
        cause: null,
        chance: 0,
      },
    ]);
  };

/** What was let go of, and the size before and after. */
interface Outcome extends Compacted {
  readonly wires: number;
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
}

const compact = async (log: EventLog, wish: CompactWish, now: number): Promise<Outcome> => {
  await log.verify(); // nothing is thrown away of a log that may be evidence
  const before = await diskUseOf(log);
  const gone = await compactLog(log, wish.entriesBeforeAt, recordOn(log, now));
  const wires = await log.forgetWires(wish.xmlBeforeAt);
  const after = await diskUseOf(log);
  return { ...gone, wires, bytesBefore: before?.bytes ?? null, bytesAfter: after?.bytes ?? null };
};

const textOf = (
  { entries, gaps, wires, bytesBefore, bytesAfter }: Outcome,
  { entriesBeforeAt }: CompactWish,
  { base }: EventLog,
  { timeZone }: Here,
): string => {
  const { day } = dayOf(entriesBeforeAt, timeZone);
  if (entries + wires === 0)
    return `Nothing is old enough to go: entries of before ${day}, which only drove the machines, and XML beyond its retention are gone already.`;
  return [
    `Let go of ${counted(entries, 'entry', 'entries')} of before ${day}, in ${counted(gaps, 'stretch', 'stretches')}, and of the XML of ${counted(wires, 'message')}.`,
    `Kept for ever: prices, readings, deliveries, registrations, alarms, and where each came from. Everything is there from position ${base.position + 1} on.`,
    ...(bytesBefore === null || bytesAfter === null
      ? []
      : [`On disk: ${bytesText(bytesBefore)} before, ${bytesText(bytesAfter)} after.`]),
  ].join('\n');
};

/** The body of `ven log compact`. */
export const logCompact = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { settings } = configurationFor(given, surroundings);
  const now = surroundings.now();
  const access = databaseGiven(given, surroundings);
  const compactOpen = async (log: EventLog): Promise<ExitCode> => {
    const { state } = await foldLog(log, { fromCheckpoint: true });
    const here: Here = { timeZone: state.settings?.timeZone ?? settings.timeZone, now };
    const wish = wishOf(given, settings, latestHorizon(state, now), here);
    const outcome = await compact(log, wish, now);
    const document = { ...outcome, beforeAt: isoText(wish.entriesBeforeAt), base: log.base.position };
    say(
      surroundings.stdout,
      `${given.switches.has('json') ? JSON.stringify(document) : textOf(outcome, wish, log, here)}\n`,
    );
    return EXIT.success;
  };
  if (access !== null)
    return withStoredLog('ven log compact', access, given.text('ven') ?? settings.venID, surroundings, compactOpen);
  const { dataDirectory } = settings;
  if (isFleet(dataDirectory)) return withStoppedOfFleet(dataDirectory, given.text('ven'), now, compactOpen);
  const log = await openStopped(dataDirectory, now);
  try {
    return await compactOpen(log);
  } finally {
    await log.close();
  }
};
