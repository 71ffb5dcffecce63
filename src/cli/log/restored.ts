import { recordRepair } from '../../shell/repair.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import type { StepOutput } from '../../core/step.ts';
import type { LogRepaired } from '../../facts/input.ts';
import { openLevelEventLog } from '../../store/level/levelEventLog.ts';
import { sealGaps } from '../../store/seals.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { agentOn, isBegun, noLogYet } from '../control/openLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { anchorAhead, anchorOf, type AnchoredLog } from '../run/anchorage.ts';
import { anchorsOf } from '../run/anchorPlace.ts';
import { momentText } from './entryColumns.ts';
import { optsHoldOn } from './optsHoldOn.ts';

const mustBeStopped = async (directory: string): Promise<void> => {
  if (!isBegun(directory)) throw noLogYet(directory);
  const agent = await agentOn(directory).catch(() => null);
  await agent?.close();
  if (agent !== null)
    throw new CommandFailure(
      `An agent runs on ${directory} (process ${agent.pid}), so this log is in use: stop it first if it is an older copy.`,
    );
};

const lastRecordedAt = async (log: AnchoredLog): Promise<number | null> => {
  const { position } = log.durableHead;
  for await (const { recordedAt } of log.read({ from: position, to: position })) return recordedAt;
  return null;
};

/** What is missing at the end of an older copy. */
export const restoredFactOf = async (
  log: AnchoredLog,
  ahead: { readonly position: number; readonly hash: string } | null,
  now: number,
): Promise<LogRepaired> => {
  const head = log.durableHead;
  const fromAt = await lastRecordedAt(log);
  const known = ahead !== null && ahead.position > head.position ? ahead : null;
  return {
    findings: [],
    lost: [
      {
        fromPosition: head.position + 1,
        ...(known === null ? {} : { toPosition: known.position }),
        ...(fromAt === null ? {} : { fromAt }),
        toAt: Math.max(now, fromAt ?? 0), // a clock may have been set back
      },
    ],
    lostEntries: known === null ? 0 : known.position - head.position,
    lostWires: 0,
    ...(ahead === null ? {} : { headBefore: { position: ahead.position, hash: ahead.hash } }),
    headAfter: head,
    seal: sealGaps(head.position + 1, head.position, []),
    because: 'restored',
  };
};

const textOf = (directory: string, fact: LogRepaired, outputs: readonly StepOutput[], timeZone: string): string => {
  const { fromAt, toAt } = fact.lost[0] as LogRepaired['lost'][number];
  const alarm = outputs.find(({ fact: { type } }) => type === 'AlarmRaised')?.fact;
  const doubted = outputs.filter(({ fact: { type } }) => type === 'UsageDeliveryDoubted').length;
  const since = `${fromAt === undefined ? 'its beginning' : momentText(fromAt, timeZone)} and ${momentText(toAt, timeZone)}`;
  return [
    `Recorded in ${directory} that what an agent did between ${since} is not in this copy${fact.lostEntries === 0 ? '' : ` (${counted(fact.lostEntries, 'entry', 'entries')} at least)`}.`,
    doubted === 0
      ? 'No usage was due in that time, so nothing is in doubt.'
      : alarm?.type === 'AlarmRaised'
        ? `${alarm.data.text} ${alarm.data.advice}`
        : `${counted(doubted, 'usage report')} may have been delivered since, and will be sent again under the requestID they had.`,
    ...optsHoldOn(fact),
    'The agent can be started: it will register anew and ask for all DR events.',
  ].join('\n');
};

/** The body of `ven log restored`. */
export const logRestored = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const configuration = configurationFor(given, surroundings);
  const { dataDirectory: directory, timeZone, venID } = configuration.settings;
  await mustBeStopped(directory);
  const now = surroundings.now();
  const anchors = anchorsOf(configuration.settings, surroundings.environment);
  const log = await openLevelEventLog(directory, {
    createdAt: now,
    create: false,
    checkTables: true,
    fromBackup: true,
  });
  try {
    await log.verify();
    const runID = systemChance.runID();
    const missing = await restoredFactOf(log, await anchorAhead(log, anchors?.all() ?? []), now);
    const { fact, outputs } = await recordRepair(log, missing, {
      recordedAt: now,
      runID,
      chance: systemChance.uint32(),
    });
    await log.noLongerBackup();
    const owner = { venID, vtn: configuration.vtnUrl.origin, directory };
    anchors?.write(anchorOf(log, { owner, runID, now: () => now }, false));
    const followed = outputs.map(({ fact: { type, data } }) => ({ type, data }));
    say(
      surroundings.stdout,
      `${given.switches.has('json') ? JSON.stringify({ ...fact, followed }) : textOf(directory, fact, outputs, timeZone)}\n`,
    );
    return EXIT.success;
  } finally {
    await log.close();
  }
};
