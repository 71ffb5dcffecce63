/** What a log and a VTN's books must say of a day on which the agent was killed again and again. */
import type { FastClock } from './fastClock.ts';
import { runVen, type Told } from './ven.ts';

interface LoggedEntry {
  readonly position: number;
  /** @unit ms since 1970, UTC */
  readonly recordedAt: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Hour {
  readonly startAt: string;
  readonly delivery: string;
  readonly missing: string | null;
}

interface PricedHour {
  readonly startAt: string;
  readonly usdPerKwh: string;
}

/** What the commands say of the log. */
export interface Answers {
  readonly verified: string;
  readonly replayed: string;
  readonly entries: readonly LoggedEntry[];
  readonly usage: readonly Hour[];
  readonly prices: readonly PricedHour[];
}

const objects = <Line>(text: string): readonly Line[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

export const answersOf = async (ven: string, data: string, clock: FastClock): Promise<Answers> => {
  const answer = async (...args: readonly string[]): Promise<string> => {
    const asked = runVen(ven, [...args, '-d', data], clock);
    await asked.ended;
    return asked.text();
  };
  return {
    verified: await answer('log', 'verify'),
    replayed: await answer('replay', '--verify'),
    entries: objects(await answer('log', 'list', '--last', 'all', '--json')),
    usage: objects(await answer('usage', '--from', '2026-06-01', '--to', '2026-06-03', '--json')),
    prices: objects(await answer('prices', '--from', '2026-06-01', '--to', '2026-06-03', '--json')),
  };
};

/** What came out beside the log. */
export interface Outcome {
  readonly told: readonly Told[];
  /** What the VTN said, its books at the end. */
  readonly books: string;
  /** How the last life ended. */
  readonly ending: string;
  /** The end of the day that was to be reported. @unit ms since 1970, UTC */
  readonly midnightAt: number;
}

const untruths = (entries: readonly LoggedEntry[], told: readonly Told[]): readonly string[] => {
  const recordedAt = new Map(entries.map((entry) => [entry.position, new Date(entry.recordedAt).toISOString()]));
  return told
    .filter(({ position }) => !recordedAt.has(position))
    .map(({ position, message }) => `entry ${position} was told ("${message}") and is not in the log`);
};

/** The VTN's word on how often it is polled: a hundredth of a second of this machine is a second or more of the fast clock. */
const ofThePace = /^Complaint \(rule 500\): The VEN polled/;

const booked = /Booked: (\d+) intervals,.*told twice: (\d+), conflicting: (\d+)\./;

/** What is not as it has to be; empty when all is right. */
export const problemsOf = (
  { verified, replayed, entries, usage, prices }: Answers,
  { told, books, ending, midnightAt }: Outcome,
): readonly string[] => {
  const [, intervals, twice, conflicts] = booked.exec(books) ?? [];
  const acknowledged = usage.filter(({ delivery }) => delivery === 'acknowledged');
  const owed = usage.filter(
    ({ startAt, missing, delivery }) =>
      missing === null && Date.parse(startAt) < midnightAt && delivery !== 'acknowledged',
  );
  const registrations = new Set(
    entries.filter(({ type }) => type === 'Registered').map(({ data }) => data['registrationID']),
  );
  return [
    ...(ending === '0' ? [] : [`the last life ended with ${ending}`]),
    ...(verified.includes('The log is whole') ? [] : [verified]),
    ...(replayed.includes('to the letter') ? [] : [replayed]),
    ...untruths(entries, told),
    ...(registrations.size === 1 ? [] : [`${registrations.size} registrations`]),
    ...owed.map(({ startAt, delivery }) => `the hour ${startAt} was metered and is ${delivery}`),
    ...(acknowledged.length > 0 ? [] : ['no hour was reported: let it live longer']),
    ...(Number(intervals) === acknowledged.length
      ? []
      : [`the VTN booked ${intervals} intervals, the log has ${acknowledged.length} hours acknowledged`]),
    ...(twice === '0' && conflicts === '0' ? [] : [`the VTN was told ${twice} hours twice, ${conflicts} conflicting`]),
    ...(prices.length >= 24 ? [] : [`${prices.length} hours have a price`]),
    ...books.split('\n').filter((line) => line.startsWith('Complaint') && !ofThePace.test(line)),
  ];
};
