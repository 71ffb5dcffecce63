import { SecondAgentWatch } from '../../../../src/cli/run/secondAgent.ts';
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { MemoryDisk, openMemoryEventLog } from '../../../../src/store/memoryEventLog.ts';
import { AgentWorld, memoryStorage } from '../../../support/agentWorld.ts';
import { CANARY } from '../../../support/canary.ts';
import type { Run } from '../run.ts';
import type { Adversity } from './adversity.ts';
import { overwrite } from './backups.ts';

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
}

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

/** What the second one recorded. */
export const entriesOfSecond = async ({ disk }: SecondVen): Promise<readonly KnownEntry[]> => {
  disk.crash();
  const entries: KnownEntry[] = [];
  for await (const entry of openMemoryEventLog({ disk }).read()) entries.push(entry as KnownEntry);
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
  const disk = new MemoryDisk();
  if (as === 'copy') overwrite(disk, run.disk);
  const second: SecondVen = {
    disk,
    fromAt: world.time.trueNow(),
    untilAt: null,
    sentAt: [],
    dropped: new Set(),
    world: new AgentWorld({
      beside: world,
      startAt: world.time.now(),
      seed: plan.seed + 7_919 * (seconds.length + 1),
      settings: world.settings,
      storage: memoryStorage(disk),
      token: CANARY,
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
