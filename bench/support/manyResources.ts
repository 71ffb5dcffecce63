import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/adapters/config/config.ts';
import type { Transport } from '../../src/shell/ports.ts';
import { hostAgent, type HostedAgent } from '../../src/cli/run/agentHost.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import { VirtualTime } from '../../test/support/virtualTime.ts';
import { directTransport } from './directTransport.ts';
import { silentLogger } from './silentLogger.ts';
import { Stalls } from './stalls.ts';

/** When the lived day begins: half an hour before midnight in New Hampshire. */
export const eveningBefore = Date.parse('2026-06-10T03:30:00Z');

/** One VEN with many metered resources, its VTN, and the time they live in. */
export interface ManyResources {
  readonly time: VirtualTime;
  readonly hosted: HostedAgent;
  /** @throws Error when it was let go. */
  readonly vtn: () => Vtn;
  /** From here on each poll is answered as the last one that brought nothing, so that what the VTN holds is not counted. */
  readonly letGoOfVtn: () => void;
  /** How long the loop of this process was not free, the VTN's work left out. */
  readonly stalls: Stalls;
  readonly runTo: (at: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const idOf = (index: number): string => `meter-${String(index).padStart(6, '0')}`;

/** A house that draws another amount in each hour, and another than its neighbours. @unit W */
const hourlyWatts = (index: number): readonly number[] =>
  Array.from({ length: 24 }, (_, hour) => 200 + ((index * 7_919 + hour * 104_729) % 1_800));

/** The list of devices as another program keeps it, and the configuration that names it. `differ`: each draws what it draws. */
const writeConfiguration = (directory: string, count: number, differ: boolean): string => {
  const rows = Array.from({ length: count }, (_, index) => ({
    resourceID: idOf(index),
    group: `feeder ${index % 100}`,
    ...(differ ? { hourlyWatts: hourlyWatts(index) } : {}),
  }));
  writeFileSync(join(directory, 'devices.json'), JSON.stringify(rows));
  const file = join(directory, 'ven.config.json');
  const devices = { from: 'devices.json', each: { kind: 'simulatedMeter' } };
  writeFileSync(file, JSON.stringify({ dataDirectory: join(directory, 'data'), sampleEveryMs: 3_600_000, devices }));
  return file;
};

/** Starts the agent of `ven run` with so many meters in a list, its log on disk, in virtual time. */
export const startManyResources = async (
  directory: string,
  count: number,
  { differ = false, vtn: vtnOptions = {} }: { readonly differ?: boolean; readonly vtn?: Partial<VtnOptions> } = {},
): Promise<ManyResources> => {
  const time = new VirtualTime(eveningBefore);
  const stalls = new Stalls();
  let vtn: Vtn | null = createVtn({
    clock: { now: () => time.now() },
    status: 'never',
    remembers: 10,
    resources: count,
    ...vtnOptions,
  });
  let lastQuiet = '';
  const direct = directTransport(
    (service, body) =>
      stalls.leaveOut(() => {
        if (vtn === null) return lastQuiet;
        const answer = vtn.handle(service, body).body;
        if (service === 'OadrPoll' && answer.includes('oadrResponse>')) lastQuiet = answer;
        return answer;
      }),
    () => time.now(),
  );
  const transport: Transport = {
    exchange: (request) => time.hold(direct.exchange(request)),
    close: () => Promise.resolve(),
  };
  const file = writeConfiguration(directory, count, differ);
  const { settings } = loadConfiguration({ environment: {}, flags: new Map(), file });
  const hosted = await hostAgent({
    settings,
    clock: time,
    alarms: time,
    transport,
    logger: silentLogger(),
    devicesSince: eveningBefore,
    hold: (happening) => time.hold(happening),
  });
  let broken: { readonly error: unknown } | null = null;
  void hosted.fatal.then((error) => (broken = { error }));
  const runTo = async (at: number): Promise<void> => {
    await time.runTo(at);
    if (broken !== null) throw broken.error;
  };
  return {
    time,
    hosted,
    stalls,
    runTo,
    vtn: () => {
      if (vtn === null) throw new Error('The VTN was let go.');
      return vtn;
    },
    letGoOfVtn: () => void (vtn = null),
    stop: async () => {
      let isStopped = false;
      const stopped = hosted.stop('the measurement is over').finally(() => (isStopped = true));
      while (!isStopped) await time.runTo(time.now() + 250);
      await stopped;
    },
  };
};
