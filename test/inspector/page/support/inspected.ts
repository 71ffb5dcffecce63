/** Logs and agents to look at, served as `ven` serves them. */
import { dirname, join } from 'node:path';
import { optimise } from '../../../../src/dispatch/optimiser.ts';
import { whyOf } from '../../../../src/dispatch/explain/why.ts';
import type { Draft } from '../../../../src/facts/entry.ts';
import { startInspector, type Inspector } from '../../../../src/inspector/server/inspectorServer.ts';
import type { Inspected } from '../../../../src/inspector/history/history.ts';
import type { LocalDay } from '../../../../src/programme/calendar.ts';
import type { EventLog, Wire } from '../../../../src/store/eventLog.ts';
import { openMemoryEventLog } from '../../../../src/store/memory/memoryEventLog.ts';
import { builtVen } from '../../../cli/support/build.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import { livedDay } from '../../support/inspecting.ts';

/** Where the page is, built from the source as it is. */
export const builtPage = async (): Promise<string> => join(dirname(dirname(await builtVen())), 'inspector');

/** Serves something to look at, with the page. */
export const serve = async (inspected: Inspected, port = 0): Promise<Inspector> =>
  startInspector({
    inspected,
    version: 'test',
    pageDirectory: await builtPage(),
    port,
    explainer: { explain: whyOf },
    planner: { plan: optimise },
  });

/** A day and its eve, lived through: prices came, hours were metered, the report went out. */
export const dayLived = (day: LocalDay, eve: LocalDay): Promise<AgentWorld> => livedDay(day, eve);

/** The same log with more at its end. */
export const logWith = async (
  from: EventLog,
  more: readonly Pick<Draft, 'direction' | 'stream' | 'type' | 'data'>[],
  xml?: string,
): Promise<EventLog> => {
  const to = openMemoryEventLog();
  const drafts: Draft[] = [];
  const wires: Wire[] = [];
  for await (const { position, hash: _hash, ...draft } of from.read()) {
    const wire = await from.wire(position);
    if (wire !== undefined) wires.push({ index: drafts.length, xml: wire });
    drafts.push(draft);
  }
  const last = drafts.at(-1) as Draft;
  for (const each of more)
    drafts.push({ ...each, recordedAt: last.recordedAt + 1_000, runID: last.runID, version: 1, cause: null });
  if (xml !== undefined) wires.push({ index: drafts.length - 1, xml });
  await to.append(drafts, wires);
  return to;
};
