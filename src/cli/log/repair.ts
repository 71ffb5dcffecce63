import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { recordRepair } from '../../shell/repair.ts';
import type { StepOutput } from '../../core/step.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import type { LogRepaired } from '../../facts/input.ts';
import { restoreLog, type RestoreOptions } from '../../store/level/repair/restore.ts';
import { counted } from '../../telling/words.ts';
import { configurationFor } from '../configurationOptions.ts';
import { agentOn, isBegun, noLogYet } from '../control/openLog.ts';
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

const mayRepair = async (directory: string, out: string): Promise<void> => {
  if (!isBegun(directory)) throw noLogYet(directory);
  const agent = await agentOn(directory).catch(() => null);
  await agent?.close();
  if (agent !== null)
    throw new CommandFailure(
      `An agent runs on ${directory} (process ${agent.pid}): stop it first, so that nothing is written while the log is being saved.`,
    );
  if (existsSync(out))
    throw new CommandFailure(
      `${out} is there already: name another directory with --out, or remove it if it is of an earlier try.`,
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

const textOf = ({ fact, outputs, entries }: Repair, directory: string, out: string, timeZone: string): string =>
  [
    `Saved ${counted(entries, 'entry', 'entries')} of the log in ${directory} into ${out}; the damaged log was not changed.`,
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
    `To go on with it, keep ${directory} aside as evidence and put ${out} in its place, with the configuration and key files that lay there.`,
    'The agent will register anew and ask for all DR events.',
  ].join('\n');

const documentOf = ({ fact, outputs, entries }: Repair, out: string) => ({
  out,
  entries,
  ...fact,
  followed: outputs.map(({ fact: { type, data } }) => ({ type, data })),
});

/** The body of `ven log repair`. */
export const logRepair = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { settings } = configurationFor(given, surroundings);
  const { dataDirectory: directory, timeZone } = settings;
  const out = resolve(given.text('out') ?? `${directory}-repaired`);
  await mayRepair(directory, out);
  const partial = `${out}.${process.pid}.partial`;
  try {
    const repair = await repairInto({
      from: directory,
      to: partial,
      now: surroundings.now(),
      ignoreMarks: given.switches.has('ignore-marks'),
    });
    if (isNeeded(repair.fact)) await rename(partial, out);
    const text = given.switches.has('json')
      ? JSON.stringify(documentOf(repair, out))
      : isNeeded(repair.fact)
        ? textOf(repair, directory, out, timeZone)
        : `The log in ${directory} is whole: ${counted(repair.entries + 1, 'entry', 'entries')}; there is nothing to repair.`;
    say(surroundings.stdout, `${text}\n`);
    return EXIT.success;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};
