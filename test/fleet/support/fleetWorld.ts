import { systemChance } from '../../../src/adapters/process/systemChance.ts';
import { tidyVen } from '../../../src/cli/fleet/tidyVen.ts';
import { Host, type FleetHostOptions } from '../../../src/fleet/host.ts';
import { type FleetMember, passingHolds, type TidiedRun } from '../../../src/fleet/member.ts';
import { machineVersion } from '../../../src/machines/machineVersion.ts';
import type { Journal, Transport } from '../../../src/shell/ports.ts';
import { MemoryLogStore } from '../../../src/store/memory/memoryLogStore.ts';
import { createVtn } from '../../../src/vtn/vtn.ts';
import { DirectTransport, settingsFor } from '../../support/agentWorld.ts';
import { VirtualTime } from '../../support/virtualTime.ts';

/** When it begins. */
export const startAt = Date.UTC(2026, 10, 1, 12);

/** Waits for the end of runs while time goes on: whoever ends waits for what is in flight. */
export const ended = async (time: VirtualTime, ending: Promise<void>): Promise<void> => {
  let isOver = false;
  const over = ending.finally(() => (isOver = true));
  over.catch(() => undefined);
  while (!isOver) await time.runTo(time.now() + 10);
  await over;
};

/** A host of some VENs before an embedded VTN, in virtual time. */
export const fleet = (venIDs: readonly string[], changes: Partial<FleetHostOptions> = {}, pollFreq = 'PT1M') => {
  const time = new VirtualTime(startAt);
  const vtn = createVtn({ clock: { now: () => time.trueNow() }, seed: 7, pollFreq });
  const store = new MemoryLogStore();
  const holds = passingHolds();
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  const journal: Journal = { info: say, warn: say, error: say, debug: () => undefined };
  let elapsed = 0;
  const spent = { ms: 0 };
  const hostAnew = (): Host =>
    new Host({
      clock: time,
      alarms: time,
      chance: systemChance,
      monotonicMs: () => (elapsed += spent.ms),
      store,
      holds,
      versions: { agent: 'test', machines: machineVersion, node: 'test', timeZoneData: 'test' },
      runID: () => systemChance.runID(),
      journalOf: () => journal,
      ...changes,
    });
  const host = hostAnew();
  const broken = new Map<string, Transport['exchange']>();
  const tidiedAt: Record<string, number[]> = {};
  const tidied = async (venID: string, run: TidiedRun): Promise<void> => {
    (tidiedAt[venID] ??= []).push(time.now());
    // It reads modules and packs: none of that is a matter of virtual time.
    await time.hold(tidyVen({ xmlRetentionDays: 1, replayRetentionDays: 1 }, time, journal)(run));
  };
  const member = (venID: string, venName = venID, groups: readonly string[] = []): FleetMember => ({
    venID,
    groups,
    settings: settingsFor({ venID, venName, devices: [] }),
    redact: (text) => text,
    fingerprint: venName,
    transport: () => {
      const direct = new DirectTransport(time, () => vtn);
      return {
        exchange: (request) => (broken.get(venID) ?? ((given) => direct.exchange(given)))(request),
        close: () => direct.close(),
      };
    },
    devices: () => Promise.resolve(new Map()),
    planner: () => ({ plan: () => Promise.resolve({ basis: 'none', devices: [] }) }),
    tidy: (run) => tidied(venID, run),
  });
  const phases = () => Object.fromEntries([...host.vens].map(([venID, { phase }]) => [venID, phase]));
  const registered = () =>
    vtn
      .registrations()
      .map(({ venID }) => String(venID))
      .sort();
  return {
    time,
    vtn,
    store,
    holds,
    lines,
    tidiedAt,
    host,
    hostAnew,
    member,
    members: venIDs.map((venID) => member(venID)),
    broken,
    spent,
    phases,
    registered,
  };
};
