/** `ven log fork`: what would have been from a moment on with other settings. */
import type { Fork, ForkAmount, ForkHour } from '../../fork/terms.ts';
import { forkInCents } from '../../fork/cents.ts';
import { ForkImpossible, forkFrom } from '../../fork/fork.ts';
import { estimated, forkHeadline, forkSentences } from '../../fork/words.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { dayOf } from '../../programme/calendar.ts';
import { moneyWords } from '../../programme/moneyWords.ts';
import { foldBefore, Fold } from '../../shell/fold.ts';
import { otherSettings, settingChangeOf, settingsFrom, UnfitChange } from '../../shell/settings/otherSettings.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import { clockText, shortDayText } from '../../text/times.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { configurationGiven } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { hereOf, reading } from '../reading.ts';
import { isoText, NOTHING, rowsTable, type Column } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { proseFor } from '../prose.ts';
import { timeNamed, type Here } from '../when.ts';
import { edgeOf, mustHold } from './select.ts';

/** What is given for the configuration, and what for the fork: both know the option --set. */
const withoutChanges = (given: ParsedArguments): ParsedArguments => ({
  ...given,
  texts: new Map([...given.texts].filter(([name]) => name !== 'set')),
  text: (name) => (name === 'set' ? undefined : given.text(name)),
});

/** What plans are made of by another configuration file. @throws ConfigurationError */
const configuredOtherwise = (given: ParsedArguments, file: string, environment: Surroundings['environment']) => {
  const named = { ...withoutChanges(given), text: (name: string) => (name === 'config' ? file : given.text(name)) };
  const { settings } = configurationGiven({ ...named, texts: new Map() }, environment);
  return settingsFrom(venSettingsOf({ ...settings, vtnUrl: '' }));
};

/** The other settings that are given. @throws UsageError */
const changeGiven = (
  given: ParsedArguments,
  { environment }: Surroundings,
): ((settings: VenSettings) => VenSettings) => {
  const file = given.text('with');
  const texts = given.texts.get('set') ?? [];
  if (file === undefined && texts.length === 0)
    throw new UsageError('A fork needs other settings: give --set preferences.reserve=20%, or --with FILE.');
  const changes = texts.map(settingChangeOf);
  const configured = file === undefined ? null : configuredOtherwise(given, file, environment);
  return (settings) => otherSettings(configured === null ? settings : configured(settings), changes);
};

/** The instant that a point of the log means. */
const momentNamed = async (log: EventLog, text: string, here: Here): Promise<number> => {
  const edge = edgeOf(text, 'start', here);
  if (edge === null || 'at' in edge) return edge?.at ?? 0;
  mustHold(log, edge.position);
  for await (const { recordedAt } of log.read({ from: edge.position, to: edge.position })) return recordedAt;
  throw new CommandFailure(`The log does not hold position ${edge.position} any more.`);
};

const spanGiven = async (given: ParsedArguments, log: EventLog, here: Here) => {
  const from = given.text('at');
  if (from === undefined)
    throw new UsageError('A fork begins at a moment of the log: give --at "2026-11-01 14:00", or a position.');
  const at = await momentNamed(log, from, here);
  const end = given.text('until');
  const until = end === undefined ? dayOf(at, here.timeZone).endAt : timeNamed(end, 'end', here);
  if (until <= at) throw new UsageError('A fork ends after it begins: let --until be later than --at.');
  return { at, until };
};

/** A fold that has not passed an instant: on the last checkpoint where that is early enough. */
const foldUpTo = async (log: EventLog, at: number): Promise<Fold> => {
  const fold = await foldBefore(log, log.durableHead.position + 1);
  if (fold.position < 0) return fold;
  for await (const { recordedAt } of log.read({ from: fold.position, to: fold.position }))
    if (recordedAt <= at) return fold;
  return Fold.of(log);
};

const amountText = ({ usd }: ForkAmount, isReckoned: boolean): string =>
  usd === null ? NOTHING : isReckoned ? estimated(moneyWords(usd)) : moneyWords(usd);

const columnsOf = (timeZone: string): readonly Column<ForkHour>[] => {
  const money = (name: 'recorded' | 'same' | 'other', header: string): Column<ForkHour> => ({
    name,
    header,
    right: true,
    value: (hour) => hour[name].usd,
    text: (hour) => amountText(hour[name], name !== 'recorded'),
  });
  return [
    {
      name: 'startAt',
      header: 'hour',
      value: ({ startAt }) => isoText(startAt),
      text: ({ startAt }) => `${shortDayText(startAt, timeZone)} ${clockText(startAt, timeZone)}`,
    },
    money('recorded', 'as recorded'),
    money('same', 'by the models'),
    money('other', 'otherwise'),
    {
      name: 'difference',
      header: 'difference',
      right: true,
      value: ({ differenceUsd }) => differenceUsd,
      text: ({ differenceUsd }) => (differenceUsd === null ? NOTHING : estimated(moneyWords(differenceUsd))),
    },
  ];
};

const textOf = (exact: Fork, surroundings: Surroundings): string => {
  const fork = forkInCents(exact);
  const { stdout } = surroundings;
  const total = [
    'total',
    moneyWords(fork.recordedUsd),
    estimated(moneyWords(fork.sameUsd)),
    estimated(moneyWords(fork.otherUsd)),
    estimated(moneyWords(fork.differenceUsd)),
  ];
  const table = rowsTable(stdout, columnsOf(fork.timeZone), fork.hours, { total });
  return [
    proseFor(stdout, forkHeadline(fork)),
    '',
    ...forkSentences(fork).map((sentence) => proseFor(stdout, sentence)),
    '',
    `${table}`,
    proseFor(stdout, 'Everything with ~ is reckoned: nothing of it happened, and nothing was written into the log.'),
    '',
  ].join('\n');
};

const documentOf = (fork: Fork): object => ({
  isEstimated: true,
  headline: forkHeadline(forkInCents(fork)),
  sentences: forkSentences(forkInCents(fork)),
  ...fork,
  at: isoText(fork.at),
  until: isoText(fork.until),
  divergence: fork.divergence === null ? null : { ...fork.divergence, at: isoText(fork.divergence.at) },
  needs: fork.needs.map((need) => ({ ...need, doneAt: isoText(need.doneAt) })),
  hours: fork.hours.map((hour) => ({ ...hour, startAt: isoText(hour.startAt), endAt: isoText(hour.endAt) })),
});

/** What is wrong with what was asked is one sentence. */
const understood = async <Result>(work: () => Promise<Result> | Result): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnfitChange) throw new UsageError(error.message);
    throw error instanceof ForkImpossible ? new CommandFailure(error.message) : error;
  }
};

/** The body of `ven log fork`. */
export const logFork = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const change = await understood(() => changeGiven(given, surroundings));
  return reading(withoutChanges(given), surroundings, async (opened) => {
    const { log } = opened;
    const here = await hereOf(opened);
    const { at, until } = await spanGiven(given, log, here);
    const fold = await foldUpTo(log, at);
    const { optimiseUnhurried } = await import('../../dispatch/optimiser.ts');
    const entries = log.read({ from: fold.position + 1 });
    const fork = await understood(() =>
      forkFrom({ fold, entries, at, until, change, planning: { plan: optimiseUnhurried } }),
    );
    const { stdout } = surroundings;
    stdout.write(
      given.switches.has('json') ? `${JSON.stringify(documentOf(fork), null, 2)}\n` : textOf(fork, surroundings),
    );
    return EXIT.success;
  });
};
