/** The agent and a stranger in virtual time, without sockets between them: for what takes minutes. */
import { Agent } from '../../../src/shell/agent.ts';
import type { Device, ExchangeOutcome, ExchangeRequest, Transport } from '../../../src/shell/ports.ts';
import type { VenSettings } from '../../../src/facts/settings.ts';
import { machineVersion } from '../../../src/machines/machineVersion.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import { settingsFor } from '../../support/agentWorld.ts';
import { Meter } from '../../support/meter.ts';
import { VirtualTime } from '../../support/virtualTime.ts';
import { StrangerVtn, type Reply, type StrangerOptions } from './strangerVtn.ts';

const latencyMs = 20;

const outcomeOf = ({ status = 200, body = '', how, headers, delayMs = 0 }: Reply): ExchangeOutcome => {
  const failure = { kind: 'failed', certainlyNotDelivered: false, durationMs: delayMs } as const;
  if (how === 'drop' || how === 'cut') return { ...failure, reason: 'reset', detail: 'the connection was lost' };
  if (status === 200) return { kind: 'answered', httpStatus: 200, body, durationMs: delayMs };
  const retryAfter = Number(headers?.['Retry-After'] ?? Number.NaN);
  const more = Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {};
  return { ...failure, reason: 'httpStatus', httpStatus: status, detail: `HTTP status ${status}`, ...more };
};

class StraightTransport implements Transport {
  readonly #time: VirtualTime;
  readonly #vtn: StrangerVtn;

  constructor(time: VirtualTime, vtn: StrangerVtn) {
    this.#time = time;
    this.#vtn = vtn;
  }

  async exchange({ service, body }: ExchangeRequest): Promise<ExchangeOutcome> {
    const reply = this.#vtn.handle({
      method: 'POST',
      path: `/OpenADR2/Simple/2.0b/${service}`,
      rawHeaders: [],
      xml: body,
    });
    await this.#time.sleep(latencyMs + (reply.delayMs ?? 0));
    return outcomeOf(reply);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A VEN and a stranger, and the time they live in. */
export interface VirtualMeeting {
  readonly time: VirtualTime;
  readonly vtn: StrangerVtn;
  readonly lines: string[];
  /** Lets time pass; what breaks the agent breaks the test. */
  pass(ms: number): Promise<void>;
}

export interface VirtualOptions extends Partial<StrangerOptions> {
  readonly make: StrangerOptions['make'];
  readonly settings?: Partial<VenSettings>;
  readonly prepare?: (vtn: StrangerVtn) => void;
}

const startAt = Date.parse('2026-03-02T15:00:00Z');

const meterOf = (resourceID: string, time: VirtualTime): Device =>
  new Meter(
    resourceID,
    time,
    (at) => Math.round((at - startAt) / 3_600),
    () => 0,
  );

/** Lets them meet on a Monday morning. */
export const meetVirtually = async (options: VirtualOptions): Promise<VirtualMeeting> => {
  const time = new VirtualTime(startAt);
  const vtn = new StrangerVtn({ venID: 'VEN_strange_123', pollFreq: 'PT10S', ...options, now: () => time.now() });
  options.prepare?.(vtn);
  const settings = settingsFor({ venID: vtn.venID, pollJitter: 0, backoffJitter: 0, ...options.settings });
  const lines: string[] = [];
  const say = (text: string): void => void lines.push(text);
  let chance = 1;
  let fatal: unknown = null;
  const ports = {
    clock: time,
    alarms: time,
    chance: { uint32: () => (chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0) },
    transport: new StraightTransport(time, vtn),
    devices: new Map(settings.devices.map(({ resourceID }) => [resourceID, meterOf(resourceID, time)])),
    planner: { plan: () => Promise.resolve({ basis: 'none', devices: [] }) },
    journal: { info: say, warn: say, error: say, debug: () => undefined },
  };
  const agent = await Agent.restore(ports, openMemoryEventLog(), {
    runID: 'run00001',
    settings,
    versions: { agent: 'test', machines: machineVersion, node: process.version, timeZoneData: '' },
    onFatal: (error) => {
      fatal = error;
    },
  });
  agent.start();
  return {
    time,
    vtn,
    lines,
    pass: async (ms) => {
      await time.runTo(time.now() + ms);
      if (fatal !== null) throw fatal;
    },
  };
};

/** An instant in their time. @unit s from now */
export const soon = ({ time }: VirtualMeeting, seconds: number): string =>
  `${new Date(time.now() + seconds * 1000).toISOString().slice(0, 19)}Z`;
