/** A log that was lived in virtual time, and an inspector on it that listens on a real socket. */
import { request } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { apiPaths, type ApiPath } from '../../../src/inspector/api/paths.ts';
import { errorAnswer } from '../../../src/inspector/api/shapes.ts';
import type { Inspected } from '../../../src/inspector/history/history.ts';
import {
  startInspector,
  type Inspector,
  type InspectorOptions,
} from '../../../src/inspector/server/inspectorServer.ts';
import type { LocalDay } from '../../../src/programme/calendar.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { at, timeZone, worldOn, type DayOptions } from '../../scenarios/support/day.ts';
import type { AgentWorld } from '../../support/agentWorld.ts';

/** Polls of which nothing comes are no part of what is looked at. */
const fewPolls: Partial<DayOptions> = { vtn: { pollFreq: 'PT10M' } };

/** A world that has lived from the afternoon of the eve until the next morning, and whose agent has stopped. */
export const livedDay = async (
  day: LocalDay,
  eve: LocalDay,
  options: Partial<DayOptions> = fewPolls,
): Promise<AgentWorld> => {
  const world = await livingDay(day, eve, options);
  await world.stop();
  return world;
};

/** The same, with the agent still running; it has lived until so many hours after the day began. */
export const livingDay = async (
  day: LocalDay,
  eve: LocalDay,
  options: Partial<DayOptions> = {},
  hours = 30,
): Promise<AgentWorld> => {
  const { world } = worldOn({ day: eve, hour: 16, ...options });
  await world.start();
  await world.runTo(at(day, hours));
  return world;
};

/** A log at rest. */
export const atRest = (log: EventLog): Inspected => ({ log, live: () => null, timeZone });

/** A world's agent, as it runs; when its VTN last answered is noted from now on, as a running `ven` does. */
export const living = (world: AgentWorld): Inspected => {
  const startedAt = world.time.now();
  let lastContactAt = world.isVtnUp ? startedAt : null;
  const before = world.transport.onAnswered;
  world.transport.onAnswered = (answer) => {
    before?.(answer);
    if (answer.connection === 'answered' && answer.status === 200) lastContactAt = world.time.now();
  };
  return {
    log: world.log,
    timeZone,
    live: () =>
      world.agent === null ? null : { state: world.agent.state, now: world.time.now(), lastContactAt, startedAt },
  };
};

/** An answer as it came over the wire. */
export interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: <T = unknown>() => T;
}

/** Asks with exactly these headers, as no browser would let anyone do. */
export const ask = (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body?: string | Buffer,
): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: <T>() => JSON.parse(text) as T,
          });
        });
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

/** The path of the API that an address is of. */
const apiPathOf = (address: string): ApiPath | undefined => {
  const asked = address.replace(/\?.*$/, '').split('/');
  return Object.values(apiPaths as Readonly<Record<string, ApiPath>>).find(({ path }) => {
    const parts = path.split('/');
    return parts.length === asked.length && parts.every((part, at) => part.startsWith('{') || part === asked[at]);
  });
};

/** Holds what was heard against what the document promises, strictly: what is told beyond it nobody has written down. */
const asPromised = (path: string, heard: Heard): Heard => {
  const { status, headers } = heard;
  const promised = apiPathOf(path);
  if (headers['content-type']?.includes('application/json') !== true || promised === undefined) return heard;
  const { answer, failing } = promised;
  if (status !== 200 && (status !== 503 || failing === undefined)) errorAnswer.parse(heard.json());
  else if (answer !== undefined) expect(answer.parse(heard.json())).toEqual(heard.json());
  return heard;
};

/** An inspector that goes with the test. */
export interface Inspecting {
  readonly inspector: Inspector;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Heard>;
}

/** Opens an inspector for the test. */
export const inspecting = async (
  inspected: Inspected,
  options: Partial<InspectorOptions> = {},
): Promise<Inspecting> => {
  const inspector = await startInspector({ inspected, version: 'test', pageDirectory: null, port: 0, ...options });
  onTestFinished(() => inspector.close());
  return { inspector, get: async (path, headers) => asPromised(path, await ask(inspector.port, path, headers)) };
};
