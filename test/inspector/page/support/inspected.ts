/** Logs and agents to look at, served as `ven` serves them. */
import { dirname, join } from 'node:path';
import type { Draft } from '../../../../src/facts/entry.ts';
import { startInspector, type Inspector } from '../../../../src/inspector/server/inspectorServer.ts';
import type { Inspected } from '../../../../src/inspector/history/history.ts';
import type { LocalDay } from '../../../../src/programme/calendar.ts';
import type { EventLog, Wire } from '../../../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../../../src/store/memoryEventLog.ts';
import { builtVen } from '../../../cli/support/build.ts';
import { at, timeZone, worldOn } from '../../../scenarios/support/day.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';

/** Where the page is, built from the source as it is. */
export const builtPage = async (): Promise<string> => join(dirname(dirname(await builtVen())), 'inspector');

/** Serves something to look at. */
export const serve = async (inspected: Omit<Inspected, 'timeZone'>, port = 0): Promise<Inspector> =>
  startInspector({ inspected: { ...inspected, timeZone }, version: 'test', pageDirectory: await builtPage(), port });

/** Serves a log at rest. */
export const serveAtRest = (log: EventLog): Promise<Inspector> => serve({ log, live: () => null });

/** Serves an agent that lives in virtual time. */
export const serveLive = (world: AgentWorld, port = 0): Promise<Inspector> =>
  serve(
    {
      log: world.log,
      live: () => (world.agent === null ? null : { state: world.agent.state, now: world.time.now(), lastContactAt: null, startedAt: world.time.now() }),
    },
    port,
  );

/** A day and its eve, lived through: prices came, hours were metered, the report went out. */
export const dayLived = async (day: LocalDay, eve: LocalDay): Promise<AgentWorld> => {
  const { world } = worldOn({ day: eve, hour: 16, vtn: { pollFreq: 'PT10M' } });
  await world.start();
  await world.runTo(at(day, 30));
  await world.stop();
  return world;
};

/** The same log with more at its end. */
export const logWith = async (from: EventLog, more: readonly Pick<Draft, 'direction' | 'stream' | 'type' | 'data'>[], xml?: string): Promise<EventLog> => {
  const to = openMemoryEventLog();
  const drafts: Draft[] = [];
  const wires: Wire[] = [];
  for await (const { position, hash: _hash, ...draft } of from.read()) {
    const wire = await from.wire(position);
    if (wire !== undefined) wires.push({ index: drafts.length, xml: wire });
    drafts.push(draft);
  }
  const last = drafts.at(-1) as Draft;
  for (const each of more) drafts.push({ ...each, recordedAt: last.recordedAt + 1_000, runID: last.runID, version: 1, cause: null });
  if (xml !== undefined) wires.push({ index: drafts.length - 1, xml });
  await to.append(drafts, wires);
  return to;
};
