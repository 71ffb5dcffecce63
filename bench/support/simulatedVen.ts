import type { OpenSettings } from '../../src/adapters/config/config.ts';
import type { Transport } from '../../src/shell/ports.ts';
import { hostAgent, type HostedAgent } from '../../src/cli/run/agentHost.ts';
import type { VirtualTime } from '../../test/support/virtualTime.ts';
import { silentLogger } from './silentLogger.ts';
import { defaultSettings } from './venSettings.ts';

/** The agent of `ven run`, with its log on disk, in a time that goes as fast as it can. */
export interface SimulatedVen {
  readonly time: VirtualTime;
  readonly hosted: HostedAgent;
  /** Lets time pass; throws what broke the agent. */
  readonly runTo: (at: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @unit virtual ms */
const stopStepMs = 250;

/** Time stands still while anything real is under way, so that a slow disk or VTN never looks like a late one. */
const standingStill = (time: VirtualTime, transport: Transport): Transport => ({
  exchange: (request) => time.hold(transport.exchange(request)),
  close: () => transport.close(),
});

/** Starts the agent of `ven run` in virtual time. */
export const startSimulatedVen = async (
  dataDirectory: string,
  time: VirtualTime,
  transport: Transport,
  changes: Partial<OpenSettings> = {},
): Promise<SimulatedVen> => {
  const settings = { ...defaultSettings(dataDirectory), ...changes };
  const hosted = await hostAgent({
    settings,
    clock: time,
    alarms: time,
    transport: standingStill(time, transport),
    logger: silentLogger(),
    hold: (happening) => time.hold(happening),
  });
  let broken: { readonly error: unknown } | null = null;
  void hosted.fatal.then((error) => {
    broken = { error };
  });
  const runTo = async (at: number): Promise<void> => {
    await time.runTo(at);
    if (broken !== null) throw broken.error;
  };
  const stop = async (): Promise<void> => {
    let isStopped = false;
    const stopped = hosted.stop('the measurement is over').finally(() => (isStopped = true));
    while (!isStopped) await time.runTo(time.now() + stopStepMs);
    await stopped;
  };
  return { time, hosted, runTo, stop };
};
