import { SecondAgentWatch } from '../../../../src/cli/run/secondAgent.ts';
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { dayOf, hourMs, nextDay, timeOnDay } from '../../../../src/programme/calendar.ts';
import { priceAt } from '../../../../src/store/projections/priceSlots.ts';
import { timeZone } from '../../../scenarios/support/day.ts';
import { MemoryDisk } from '../../../../src/store/memory/memoryEventLog.ts';
import { AgentWorld, memoryStorage } from '../../../support/agentWorld.ts';
import { CANARY } from '../../../support/canary.ts';
import type { Run } from '../run.ts';
import type { Adversity } from './adversity.ts';
import { copyOf, sharedEntries } from './backups.ts';

/** A second machine that is the same VEN for a while. By a clock that nobody sets. */
export interface SecondVen {
  readonly world: AgentWorld;
  readonly disk: MemoryDisk;
  readonly fromAt: number;
  untilAt: number | null;
  /** When each of its requests left. */
  readonly sentAt: number[];
  /** Report requests that the VTN dropped without a word to anybody when this one registered, itself or its reports. */
  readonly dropped: Set<string>;
  /** Evenings on which the first one had not the prices of the next day, and no alarm stood: the second one took them in silence. */
  readonly unpriced: string[];
}

/** By when the prices of the next day are in hand, or people know that they are not. Local time. */
const pricedBy = '21:00';

/** How long what is missing may be on its way. @unit ms */
const onItsWayMs = 20 * 60_000;

/** The next day, when the VTN has prices of it that the first VEN knows nothing of, and says nothing. */
const silentlyUnpriced = ({ world: { agent, time, vtn } }: Run): string | null => {
  const { day, startAt } = nextDay(dayOf(time.trueNow(), timeZone), timeZone);
  if (agent === null || time.jumpedMs !== 0 || vtn.events.priceEventOf(day) === undefined) return null;
  const { views, alarms } = agent.state;
  const isKnown = priceAt(views.prices, startAt + hourMs) !== null || 'pricesMissing' in alarms;
  return isKnown ? null : day;
};

/** Looks each evening, as long as there are two, whether the first one has its prices. */
const lookForPrices = (run: Run, second: SecondVen): void => {
  const { time } = run.world;
  const now = time.trueNow();
  const today = dayOf(now, timeZone);
  const evening = timeOnDay(today, pricedBy, timeZone);
  const at = evening > now ? evening : timeOnDay(nextDay(today, timeZone), pricedBy, timeZone);
  time.ringIn(at - now, () => {
    if (second.untilAt !== null) return;
    const missing = silentlyUnpriced(run);
    if (missing !== null)
      time.ringIn(onItsWayMs, () => {
        if (silentlyUnpriced(run) === missing) second.unpriced.push(missing);
      });
    lookForPrices(run, second);
  });
};

/** Whether the VTN lost a report request: by itself, or to a second machine that registered in our place. */
export const isLostByVtn = ({ world, seconds }: Pick<Run, 'world' | 'seconds'>, reportRequestID: string): boolean =>
  world.vtn.forgotten.has(reportRequestID) || seconds.some(({ dropped }) => dropped.has(reportRequestID));

/** Rules by which a VTN holds the doings of two against one: requests at a time, and the pace of polls. */
const ofTwo: ReadonlySet<string> = new Set(['HTTP', '500']);

/** How long the VTN goes by a poll of the second one. @unit ms */
const longestPollMs = 660_000;

/** Whether a complaint of the VTN's is about two machines that it takes for one. */
export const isOfTwo = (
  { seconds }: Pick<Run, 'seconds'>,
  { rule, at }: { readonly rule: string; readonly at: number },
): boolean =>
  ofTwo.has(rule) && seconds.some(({ fromAt, untilAt }) => at >= fromAt && at <= (untilAt ?? Infinity) + longestPollMs);

/**
 * Entries of some types that were recorded beside the log that there is now, each once: by second machines that are over, and by the first
 * one in files that gave way to older ones.
 */
export const entriesBeside = (
  { seconds, undone, disk: present }: Pick<Run, 'seconds' | 'undone' | 'disk'>,
  types: readonly KnownEntry['type'][],
): readonly KnownEntry[] => {
  const isOne = new RegExp(`"type":"(?:${types.join('|')})"`);
  const known = new Set(present.texts);
  const entries: KnownEntry[] = [];
  for (const disk of new Set([...seconds.map((second) => second.disk), ...undone])) {
    disk.crash();
    // A copy shares all that was before it: that is as long as the life of the first, for each of many.
    for (const text of disk.texts.slice(sharedEntries(disk, present))) {
      if (known.has(text) || !isOne.test(text)) continue;
      known.add(text);
      const entry = JSON.parse(text) as KnownEntry;
      if (types.includes(entry.type)) entries.push(entry);
    }
  }
  return entries;
};

/** Its power goes. */
export const endSecondVen = ({ world: { time }, seconds }: Pick<Run, 'world' | 'seconds'>): void => {
  const second = seconds.at(-1);
  if (second === undefined || second.untilAt !== null) return;
  second.untilAt = time.trueNow();
  second.world.crash();
};

/** Starts a second machine with the same venID, at the same VTN and the same meters; it moves no device. */
export const beginSecondVen = (run: Run, { as, forMs }: Extract<Adversity, { readonly do: 'secondVen' }>): boolean => {
  const { world, seconds, plan } = run;
  if (world.agent === null || seconds.some(({ untilAt }) => untilAt === null)) return false;
  const disk = as === 'copy' ? copyOf(run.disk) : new MemoryDisk();
  const second: SecondVen = {
    disk,
    fromAt: world.time.trueNow(),
    untilAt: null,
    sentAt: [],
    dropped: new Set(),
    unpriced: [],
    world: new AgentWorld({
      beside: world,
      startAt: world.time.now(),
      seed: plan.seed + 7_919 * (seconds.length + 1),
      settings: world.settings,
      storage: memoryStorage(disk),
      token: CANARY,
      ...(run.signed === null ? {} : { signatures: run.signed.signaturesOfSecond }),
      devices: () =>
        run.meters.map((meter) => ({
          resourceID: meter.resourceID,
          read: (boundaryAt) => meter.read(boundaryAt),
          apply: () => Promise.resolve(),
          release: () => Promise.resolve(),
        })),
    }),
  };
  second.world.transport.onSent = ({ body }) => {
    second.sentAt.push(world.time.trueNow());
    if (!body.includes('oadrCreatePartyRegistration') && !body.includes('oadrRegisterReport')) return;
    for (const { reportRequests } of world.vtn.registrations())
      for (const reportRequestID of reportRequests.keys()) second.dropped.add(reportRequestID);
  };
  seconds.push(second);
  run.seen.add(`a second VEN as ${as}`);
  void world.time.hold(second.world.start());
  lookForPrices(run, second);
  world.time.ringIn(forMs, () => {
    if (seconds.at(-1) === second) endSecondVen(run);
  });
  return true;
};

/** Lets each life of the agent be told of signs of a second one, as its host does. */
export const watchForSecond = (world: AgentWorld): void => {
  let watch: SecondAgentWatch | null = null;
  const { onRestored, onAcknowledged } = world;
  world.onRestored = async (agent) => {
    await onRestored?.(agent);
    watch?.stop();
    watch = new SecondAgentWatch({ clock: world.time, alarms: world.time }, (data) =>
      agent.take({ stream: 'agent', input: { type: 'SecondAgentSuspected', data } }),
    );
  };
  world.onAcknowledged = (entries) => {
    onAcknowledged?.(entries);
    for (const entry of entries) watch?.hear(entry);
  };
};
