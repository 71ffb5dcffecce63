/**
 * Whether the agent does what it is there for. A failing check is something a person or a supervisor should act upon:
 * what the agent is still mending by itself, within the time that takes, is no failure.
 */
import { diskUseOf } from '../../store/diskLog.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { snapshotOf, type AgentState } from '../../core/state.ts';
import { answeredBadly, describeFailure } from '../../machines/exchange/backoff.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { History, LiveAgent } from '../history/history.ts';
import { restText } from './rest.ts';

type Health = ApiAnswer<'health'>;
type Check = Health['checks'][number];

/** How long a run may take to register, and to reach its VTN, before that is a failure. @unit ms */
const settlingMs = 5 * 60_000;

/** Silence of the VTN for so many poll intervals, and at least so long, is a failure. */
const silentPolls = 3;
const silentMs = 15 * 60_000;

/** What must be left on the disk. @unit bytes */
const freeBytesNeeded = 64 * 1024 * 1024;

const check = (name: string, isPassed: boolean, passed: string, failed: string): Check => ({
  check: name,
  isPassed,
  text: isPassed ? passed : failed,
});

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

const isRegistered = (state: AgentState): boolean => {
  const ven = snapshotOf(state, 'ven', 'ven');
  return ven !== undefined && ven.context.registrationID !== null && ven.context.venID !== null;
};

/** What the checks look at. */
interface Looked extends LiveAgent {
  readonly state: AgentState;
}

/** What it takes to make a poll and to note its answer. @unit ms */
const graceMs = 1_000;

/** How often the VTN is heard as a rule: by a poll, or, where it pushes, by a push or the question after a silence. */
const pollMsOf = ({ state }: Looked): number => {
  const context = snapshotOf(state, 'ven', 'ven')?.context;
  if ((context?.pushedTo ?? null) !== null) return state.settings?.pushSilenceMs ?? 0;
  return context?.requestedPollFreqMs ?? state.settings?.defaultPollFreqMs ?? 0;
};

/** When the VTN was heard last, whoever began. */
const heardAtOf = ({ lastContactAt, lastPushAt = null }: Looked): number | null =>
  lastContactAt === null || lastPushAt === null ? (lastContactAt ?? lastPushAt) : Math.max(lastContactAt, lastPushAt);

const sinceText = (lastContactAt: number | null): string =>
  lastContactAt === null ? 'yet' : `since ${new Date(lastContactAt).toISOString().slice(0, 19)}Z`;

const lastTryText = (failure: Parameters<typeof describeFailure>[0]): string =>
  describeFailure(failure).replace(/\.$/, '');

/** What is known of the line now: an answer that is only late is not told as one that came. */
const contactText = (live: Looked): string => {
  const { now, lastContactAt, startedAt, state } = live;
  const { failures = 0, failure } = snapshotOf(state, 'ven', 'ven')?.context ?? {};
  if (failures > 0) {
    const why = failure === null || failure === undefined ? '' : `, the last: ${lastTryText(failure)}`;
    const tries = failures === 1 ? '1 try has failed' : `${failures} tries have failed`;
    const isBad = failure !== null && failure !== undefined && answeredBadly(failure);
    const what = isBad ? 'No answer of use has come from the VTN' : 'The VTN has not answered';
    return `${what} ${sinceText(lastContactAt)}. It is tried again; ${tries}${why}.`;
  }
  const dueMs = pollMsOf(live) * (1 + (state.settings?.pollJitter ?? 0)) + (state.settings?.replyTimeoutMs ?? 0);
  const heardAt = heardAtOf(live);
  const quietMs = now - (heardAt ?? startedAt);
  if (heardAt === null && quietMs <= dueMs) return 'The VTN has not answered yet.';
  return quietMs <= dueMs + graceMs ? 'The VTN answers.' : `The VTN has not answered for ${minutes(quietMs)}.`;
};

const contactCheck = (live: Looked): Check => {
  const quietMs = live.now - (heardAtOf(live) ?? live.startedAt);
  const isPassed = quietMs <= Math.max(silentMs, silentPolls * pollMsOf(live));
  return { check: 'contact', isPassed, text: contactText(live) };
};

const nameOf = (key: string): string => key.split(' ')[0] ?? '';

const alarmCheck = (name: string, isMeant: (alarm: string) => boolean, passed: string, { state }: Looked): Check => {
  const up = Object.entries(state.alarms).filter(([key]) => isMeant(nameOf(key)));
  const [first] = up;
  const more = up.length > 1 ? ` And ${up.length - 1} more.` : '';
  return check(name, first === undefined, passed, `${first?.[1] ?? ''}${more}`);
};

const ofPrices: ReadonlySet<string> = new Set(['pricesMissing']);
const ofDelivery: ReadonlySet<string> = new Set(['usageRejected', 'usageInDoubt', 'usageRequestMissing']);

/** What the check of the contact tells, with more patience than the alarm has. */
const ofContact: ReadonlySet<string> = new Set(['vtnUnreachable']);

/** Certificates that are over, or are in a week. */
const ofCertificates: ReadonlySet<string> = new Set(['certificateEndsSoon', 'certificateInvalid']);

/** What a person has weeks for is no failure. */
const ofLater: ReadonlySet<string> = new Set(['certificateEnds']);

const isElsewhere = (alarm: string): boolean =>
  [ofPrices, ofDelivery, ofContact, ofCertificates, ofLater].some((names) => names.has(alarm));

const diskCheck = (freeBytes: number | undefined): Check => {
  const free = freeBytes ?? Number.POSITIVE_INFINITY;
  return check(
    'disk',
    free >= freeBytesNeeded,
    'There is room on the disk of the log.',
    `Only ${Math.floor(free / 1024 / 1024)} MiB are left on the disk of the log; when it is full the agent stops.`,
  );
};

const liveChecks = (live: Looked, freeBytes: number | undefined): Check[] => [
  check('agent', true, 'The agent runs.', ''),
  check(
    'registration',
    isRegistered(live.state) || live.now - live.startedAt < settlingMs,
    'The VEN is registered.',
    'The VEN is not registered with its VTN.',
  ),
  contactCheck(live),
  alarmCheck('prices', (alarm) => ofPrices.has(alarm), 'The prices that are due are in hand.', live),
  alarmCheck('delivery', (alarm) => ofDelivery.has(alarm), 'No hour was rejected or is in doubt.', live),
  alarmCheck('certificates', (alarm) => ofCertificates.has(alarm), 'No certificate ends within a week.', live),
  alarmCheck('alarms', (alarm) => !isElsewhere(alarm), 'No other alarm is up.', live),
  diskCheck(freeBytes),
];

const healthFrom = (checks: Check[]): Health => ({
  status: checks.every(({ isPassed }) => isPassed) ? 'healthy' : 'unhealthy',
  checks,
});

/** Every check of an agent that runs here. */
export const healthOfLive = async (live: Looked, log: EventLog): Promise<Health> =>
  healthFrom(liveChecks(live, (await diskUseOf(log))?.freeBytes));

/** Every check, and whether all of them passed. */
export const healthOf = async (history: History): Promise<Health> => {
  const { live, log } = history.inspected;
  const now = live();
  if (now === null) return healthFrom([check('agent', false, '', `${await restText(history)} This is a log at rest.`)]);
  return healthOfLive({ ...now, state: now.state ?? (await history.present()).agent }, log);
};
