/** Logs for the commands that read: what an agent recorded on a certain day. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Draft } from '../../../src/facts/entry.ts';
import type { LocalDay } from '../../../src/programme/calendar.ts';
import type { EventLog, Wire } from '../../../src/store/eventLog.ts';
import { openLevelEventLog } from '../../../src/store/level/levelEventLog.ts';
import type { VtnOptions } from '../../../src/vtn/settings.ts';
import { at, worldOn } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';

/** Writes a log into a directory as it is, XML included; or with some of its drafts altered. */
export const copyLog = async (
  from: EventLog,
  directory: string,
  alter: (draft: Draft) => Draft = (draft) => draft,
): Promise<void> => {
  const to = await openLevelEventLog(directory, { createdAt: 0 });
  const drafts: Draft[] = [];
  const wires: Wire[] = [];
  for await (const { position, hash: _hash, ...draft } of from.read()) {
    const xml = await from.wire(position);
    if (xml !== undefined) wires.push({ index: drafts.length, xml });
    drafts.push(alter(draft));
  }
  await to.append(drafts, wires);
  await to.close();
};

/** Polls of which nothing comes are no part of what is read. */
const fewPolls: Partial<VtnOptions> = { pollFreq: 'PT10M' };

const lived = new Map<string, Promise<AgentWorld>>();

/** Each such day is lived through once in a test file. */
const liveThrough = (day: LocalDay, eve: LocalDay, vtn: Partial<VtnOptions>): Promise<AgentWorld> => {
  const key = JSON.stringify([day, eve, vtn]);
  const known = lived.get(key);
  if (known !== undefined) return known;
  const living = (async () => {
    const { world } = worldOn({ day: eve, hour: 16, vtn });
    await world.start();
    await world.runTo(at(day, 30));
    await world.stop();
    return world;
  })();
  lived.set(key, living);
  return living;
};

/** The log of a day, in a directory of its own: its prices come on the eve at 17:00, its report goes out after midnight; the next morning the agent stops. */
export const dayLog = async (
  day: LocalDay,
  eve: LocalDay,
  vtn: Partial<VtnOptions> = fewPolls,
): Promise<{ readonly directory: string; readonly world: AgentWorld }> => {
  const world = await liveThrough(day, eve, vtn);
  const directory = mkdtempSync(join(tmpdir(), 'ven-day-'));
  await copyLog(world.log, directory);
  return { directory, world };
};
