/** The real agent in this process: real clock, HTTP and LevelDB, put together as `ven run` does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { HttpTransport } from '../../../src/adapters/http/httpTransport.ts';
import { createRedactor } from '../../../src/adapters/secrets/redact.ts';
import { createLogger } from '../../../src/adapters/process/logger.ts';
import { SystemClock } from '../../../src/adapters/time/systemClock.ts';
import { parseVtnUrl } from '../../../src/adapters/secrets/vtnUrl.ts';
import { settingsSchema, type Settings } from '../../../src/shell/settings/settings.ts';
import { hostAgent, type HostedAgent } from '../../../src/cli/run/agentHost.ts';
import type { Entry } from '../../../src/facts/entry.ts';
import { oneForAll } from '../../support/planner.ts';
import { listen, type Listening } from './listen.ts';
import { StrangerVtn, type StrangerOptions } from './strangerVtn.ts';

/** A VEN that is wanted of a test, and its VTN. */
export interface Meeting {
  readonly vtn: StrangerVtn;
  readonly ven: HostedAgent;
  /** What the VEN says to people. */
  readonly lines: string[];
  entries(): Promise<Entry[]>;
  /** Ends the VEN and starts it again on the same log. */
  restart(): Promise<void>;
}

export interface MeetingOptions extends Partial<StrangerOptions>, Listening {
  readonly make: StrangerOptions['make'];
  readonly settings?: Partial<Settings>;
  /** Speaks to the VTN before the VEN starts. */
  readonly prepare?: (vtn: StrangerVtn) => void;
}

const begin = async (
  url: string,
  dataDirectory: string,
  venID: string,
  lines: string[],
  changes: Partial<Settings>,
): Promise<HostedAgent> => {
  const settings = settingsSchema.parse({
    dataDirectory,
    venID,
    pollJitter: 0,
    backoffFirstMs: 200,
    backoffCapMs: 2_000,
    ...changes,
  });
  const clock = new SystemClock();
  const logger = createLogger({ level: 'info', style: 'text', now: Date.now, write: (line) => void lines.push(line) });
  const transport = new HttpTransport({
    vtnUrl: parseVtnUrl(url),
    redactor: createRedactor([]),
    replyTimeoutMs: settings.replyTimeoutMs,
    keepAliveMs: settings.keepAliveMs,
    strict: settings.strict,
  });
  const hosted = await hostAgent({ settings, clock, alarms: clock, transport, logger, optimiser: oneForAll });
  return {
    ...hosted,
    stop: async (because) => {
      await hosted.stop(because);
      clock.close();
    },
  };
};

/** Lets a VEN meet a stranger; when the test ends, so do both, and the stranger must have found nothing wrong. */
export const meet = async (
  { onTestFinished, expect }: Pick<TestContext, 'onTestFinished' | 'expect'>,
  options: MeetingOptions,
): Promise<Meeting> => {
  const vtn = new StrangerVtn({ venID: 'VEN_strange_123', ...options });
  options.prepare?.(vtn);
  const server = await listen(vtn, options);
  const directory = mkdtempSync(join(tmpdir(), 'ven-strangers-'));
  const lines: string[] = [];
  const start = (): Promise<HostedAgent> => begin(server.url, directory, vtn.venID, lines, options.settings ?? {});
  let ven = await start();
  void ven.fatal.then((error) => vtn.faults.push(`the VEN stopped acting: ${String(error)}`));
  onTestFinished(async () => {
    await ven.stop('the test is over');
    server.close();
    rmSync(directory, { recursive: true, force: true });
    expect(vtn.faults).toEqual([]);
  });
  return {
    vtn,
    lines,
    get ven() {
      return ven;
    },
    entries: async () => {
      const all: Entry[] = [];
      for await (const entry of ven.log.read()) all.push(entry);
      return all;
    },
    restart: async () => {
      await ven.stop('restart');
      ven = await start();
    },
  };
};
