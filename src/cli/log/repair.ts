import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { recordRepair } from '../../shell/repair.ts';
import type { StepOutput } from '../../core/step.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import type { LogRepaired } from '../../facts/input.ts';
import type { DatabaseAccess } from '../../store/postgres/pool.ts';
import { restoreLog, type RestoreOptions } from '../../store/level/repair/restore.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { agentOn, isBegun, noLogYet } from '../control/openLog.ts';
import { databaseGiven } from '../control/storedLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { liesAbout } from './checkpoints.ts';
import { momentText } from './entryColumns.ts';
import { optsHoldOn } from './optsHoldOn.ts';

/** What a repair came to. */
interface Repair {
  readonly fact: LogRepaired;
  readonly outputs: readonly StepOutput[];
  readonly entries: number;
}

const isNeeded = ({ findings, lost, lostWires }: LogRepaired): boolean =>
  findings.length > 0 || lost.length > 0 || lostWires > 0;

/** Saves into a directory that nobody knows yet, so that an interrupted repair leaves nothing that looks like a log. */
const repairInto = async (options: RestoreOptions): Promise<Repair> => {
  const { log, fact: found, checkpoints } = await restoreLog(options);
  try {
    const lies = await liesAbout(log, async (name) => checkpoints.get(name));
    const judged = { ...found, findings: [...found.findings, ...lies] };
    const { fact, outputs } = isNeeded(judged)
      ? await recordRepair(log, judged, {
          recordedAt: options.now,
          runID: systemChance.runID(),
          chance: systemChance.uint32(),
        })
      : { fact: judged, outputs: [] };
    await log.verify();
    return { fact, outputs, entries: (await log.stats()).entries - 1 - outputs.length };
  } finally {
    await log.close();
  }
};

const mustBeNew = (out: string): void => {
  if (existsSync(out))
    throw new CommandFailure(
      `${out} is there already: name another directory with --out, or remove it if it is of an earlier try.`,
    );
};

const mayRepair = async (directory: string): Promise<void> => {
  if (!isBegun(directory)) throw noLogYet(directory);
  const agent = await agentOn(directory).catch(() => null);
  await agent?.close();
  if (agent !== null)
    throw new CommandFailure(
      `An agent runs on ${directory} (process ${agent.pid}): stop it first, so that nothing is written while the log is being saved.`,
    );
};

const stretchText = (
  { fromPosition, toPosition, fromAt, toAt }: LogRepaired['lost'][number],
  timeZone: string,
): string => {
  const positions =
    toPosition === undefined
      ? `from position ${fromPosition} on, nobody knows how many`
      : fromPosition === toPosition
        ? `position ${fromPosition}`
        : `positions ${fromPosition} to ${toPosition}`;
  return `${positions}, recorded ${fromAt === undefined ? '' : `after ${momentText(fromAt, timeZone)} and `}before ${momentText(toAt, timeZone)}`;
};

const doubtText = (outputs: readonly StepOutput[]): readonly string[] => {
  const alarm = outputs.find(({ fact }) => fact.type === 'AlarmRaised')?.fact;
  const doubted = outputs.filter(({ fact }) => fact.type === 'UsageDeliveryDoubted').length;
  if (doubted === 0) return [];
  return [
    '',
    alarm?.type === 'AlarmRaised'
      ? `${alarm.data.text} ${alarm.data.advice}`
      : `${counted(doubted, 'usage report')} may have been delivered in what is lost, and will be sent again under the requestID they had.`,
  ];
};

/** A damaged log in words, and how to go on with what was saved of it. */
interface DamagedPlace {
  readonly words: string;
  readonly goOn: (out: string) => string;
}

const directoryPlace = (directory: string): DamagedPlace => ({
  words: directory,
  goOn: (out) =>
    `To go on with it, keep ${directory} aside as evidence and put ${out} in its place, with the configuration and key files that lay there.`,
});

const databasePlace = (venID: string, { place }: DatabaseAccess): DamagedPlace => ({
  words: `${place} (VEN ${venID})`,
  goOn: (out) =>
    `To go on with it, have the owner of the tables remove the damaged log, and bring this one there: ven migrate --data ${out} --store FILE.`,
});

const textOf = ({ fact, outputs, entries }: Repair, place: DamagedPlace, out: string, timeZone: string): string =>
  [
    `Saved ${counted(entries, 'entry', 'entries')} of the log in ${place.words} into ${out}; the damaged log was not changed.`,
    '',
    ...(fact.findings.length === 0
      ? []
      : ['What is wrong with it:', ...fact.findings.map((finding) => `  ${finding}`), '']),
    ...(fact.lost.length === 0
      ? ['No entry is lost.']
      : [
          `${counted(fact.lostEntries, 'entry', 'entries')} known to be lost:`,
          ...fact.lost.map((stretch) => `  ${stretchText(stretch, timeZone)}`),
        ]),
    ...(fact.lostWires === 0
      ? []
      : [`The XML of ${counted(fact.lostWires, 'message')} is lost; what was read from it is not.`]),
    ...doubtText(outputs),
    ...optsHoldOn(fact),
    '',
    place.goOn(out),
    'The agent will register anew and ask for all DR events.',
  ].join('\n');

const documentOf = ({ fact, outputs, entries }: Repair, out: string) => ({
  out,
  entries,
  ...fact,
  followed: outputs.map(({ fact: { type, data } }) => ({ type, data })),
});

/** Saves a log from where it lies, and says what came of it. */
const repairFrom = async (
  from: RestoreOptions['from'],
  place: DamagedPlace,
  out: string,
  given: ParsedArguments,
  surroundings: Surroundings,
  timeZone: string,
): Promise<ExitCode> => {
  const partial = `${out}.${process.pid}.partial`;
  try {
    const ignoreMarks = given.switches.has('ignore-marks');
    const repair = await repairInto({ from, to: partial, now: surroundings.now(), ignoreMarks });
    if (isNeeded(repair.fact)) await rename(partial, out);
    const text = given.switches.has('json')
      ? JSON.stringify(documentOf(repair, out))
      : isNeeded(repair.fact)
        ? textOf(repair, place, out, timeZone)
        : `The log in ${place.words} is whole: ${counted(repair.entries + 1, 'entry', 'entries')}; there is nothing to repair.`;
    say(surroundings.stdout, `${text}\n`);
    return EXIT.success;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

/** Of a log in a database, for which no worker acts. */
const repairStored = async (
  access: DatabaseAccess,
  venID: string,
  given: ParsedArguments,
  surroundings: Surroundings,
  timeZone: string,
): Promise<ExitCode> => {
  const out = resolve(given.text('out') ?? `${venID}-repaired`);
  mustBeNew(out);
  const { openRestingPostgresLog } = await import('../../store/postgres/restingPostgresLog.ts');
  const { log, worker } = await openRestingPostgresLog(access, venID);
  try {
    if (worker !== null)
      throw new CommandFailure(
        `A worker acts for VEN ${venID} (${worker}): "ven fleet drain ${venID}" ends that, so that nothing is written while the log is being saved.`,
      );
    const place = databasePlace(venID, access);
    const from = { place: place.words, head: log.head, view: log.view };
    return await repairFrom(from, place, out, given, surroundings, timeZone);
  } finally {
    await log.close();
  }
};

/** The body of `ven log repair`. */
export const logRepair = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { settings } = configurationFor(given, surroundings);
  const { dataDirectory: directory, timeZone } = settings;
  const access = databaseGiven(given, surroundings);
  if (access !== null) return repairStored(access, given.text('ven') ?? settings.venID, given, surroundings, timeZone);
  const out = resolve(given.text('out') ?? `${directory}-repaired`);
  await mayRepair(directory);
  mustBeNew(out);
  return repairFrom(directory, directoryPlace(directory), out, given, surroundings, timeZone);
};
