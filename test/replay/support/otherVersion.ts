import type { Draft, Entry } from '../../../src/facts/entry.ts';
import { upcast } from '../../../src/facts/upcast.ts';
import { factVersions, type KnownEntry } from '../../../src/facts/fact.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { MemoryDisk, openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import type { Storage } from '../../support/agentWorld.ts';

/** What another version of the machines would have recorded in an entry's place: other data, another fact, or nothing. */
export type Alteration = (entry: KnownEntry) => Pick<KnownEntry, 'type' | 'data'> | null;

/** The version that the altered logs claim to come from. */
export const otherMachines = '0';

const asOther = (entry: KnownEntry, alter: Alteration): Pick<KnownEntry, 'type' | 'data'> | null => {
  if (entry.type !== 'AgentStarted') return alter(entry);
  const { data } = entry;
  return { type: 'AgentStarted', data: { ...data, versions: { ...data.versions, machines: otherMachines } } };
};

/** The same life as another version of the machines would have recorded it: causes point at where their entries now stand. */
export const draftsOfOther = (entries: readonly Entry[], alter: Alteration): readonly Draft[] => {
  const places = new Map<number, number>();
  const drafts: Draft[] = [];
  for (const entry of entries) {
    const altered = asOther(upcast(entry), alter);
    if (altered === null) continue;
    places.set(entry.position, drafts.length);
    const { position: _position, hash: _hash, wireHash: _wireHash, ...draft } = entry;
    const version = factVersions[altered.type];
    drafts.push({
      ...draft,
      ...altered,
      version,
      cause: entry.cause === null ? null : (places.get(entry.cause) ?? null),
    });
  }
  return drafts;
};

const entriesOf = async (log: EventLog): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  for await (const entry of log.read()) entries.push(entry);
  return entries;
};

/** A log of the same life, as another version of the machines would have recorded it. */
export const logOfOther = async (log: EventLog, alter: Alteration, disk = new MemoryDisk()): Promise<EventLog> => {
  const other = openMemoryEventLog({ disk });
  const drafts = draftsOfOther(await entriesOf(log), alter);
  for (let from = 0; from < drafts.length; from += 500) await other.append(drafts.slice(from, from + 500));
  return other;
};

/** A storage whose log is rewritten while no agent runs, as if another version had written it. */
export const rewritable = (): Storage & { rewrite(alter: Alteration): Promise<void> } => {
  let disk = new MemoryDisk();
  return {
    open: () => openMemoryEventLog({ disk }),
    crash: () => disk.crash(),
    rewrite: async (alter) => {
      const log = openMemoryEventLog({ disk });
      const next = new MemoryDisk();
      await (await logOfOther(log, alter, next)).close();
      await log.close();
      disk = next;
    },
  };
};
