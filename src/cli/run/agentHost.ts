import { Agent } from '../../agent/agent.ts';
import { foldLog } from '../../agent/fold.ts';
import type { Alarms, Clock, Device, Planner, Ports, Transport } from '../../agent/ports.ts';
import { venSettingsOf } from '../../agent/settings.ts';
import { snapshotOf, type AgentState } from '../../agent/state.ts';
import type { Logger } from '../../adapters/logger.ts';
import type { OpenSettings } from '../../adapters/config.ts';
import { systemChance } from '../../adapters/systemChance.ts';
import { SimulatedBattery } from '../../devices/simulatedBattery.ts';
import { fixedSchedule } from '../../dispatch/fixedSchedule.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { machineVersion } from '../../machines/machines.ts';
import { openLevelEventLog } from '../../store/levelEventLog.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { latestReading } from '../../store/projections/usage.ts';
import { VERSION } from '../version.ts';
import { narrate } from './narrator.ts';

/** Everything an agent needs to run in this process. */
export interface HostOptions {
  readonly settings: OpenSettings;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly transport: Transport;
  readonly logger: Logger;
  /** Told of everything that the agent waits for in the real world; time that passes too fast can be slowed down meanwhile. */
  readonly hold?: <T>(happening: Promise<T>) => Promise<T>;
}

/** An agent that runs, and its log. */
export interface HostedAgent {
  readonly agent: Agent;
  readonly log: EventLog;
  readonly settings: VenSettings;
  /** Resolves with what went wrong when the agent can no longer record, and so no longer acts. */
  readonly fatal: Promise<unknown>;
  /** Ends the run in good order and closes the log. */
  stop(because: string): Promise<void>;
}

const versions = () => ({
  agent: VERSION,
  machines: machineVersion,
  node: process.version,
  timeZoneData: process.versions.tz ?? 'unknown',
});

/** What the plan had the device do when it was last read: it went on with that until the slot's end. */
const slotInForce = (state: AgentState, resourceID: string, at: number) =>
  (snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [])
    .filter(({ startAt, endAt }) => startAt <= at && at < endAt)
    .map(({ demandWatts, endAt }) => ({ appliedAt: at, demandWatts, validUntil: endAt }));

/** The devices of the configuration; each goes on from what the log last knew of it. */
const devicesOf = async (settings: OpenSettings, log: EventLog, clock: Clock): Promise<ReadonlyMap<string, Device>> => {
  const { state } = await foldLog(log, { fromCheckpoint: true });
  return new Map(
    settings.devices.map((device) => {
      const resumeFrom = latestReading(state.views.usage, device.resourceID);
      const inForce = slotInForce(state, device.resourceID, resumeFrom?.readAt ?? 0);
      const { initialStateOfCharge: stateOfCharge, ...parameters } = device;
      return [
        device.resourceID,
        new SimulatedBattery({
          ...parameters,
          stateOfCharge,
          now: () => clock.now(),
          ...(resumeFrom === null ? {} : { resumeFrom, resumeSetpoints: inForce }),
        }),
      ];
    }),
  );
};

/** The planner that follows each device's schedule of the configuration. */
const plannerOf = (settings: OpenSettings): Planner => ({
  plan: (request) => fixedSchedule(settings.devices.find(({ resourceID }) => resourceID === request.resourceID)?.schedule).plan(request),
});

const tell = (logger: Logger, timeZone: string) => (entry: KnownEntry): void => {
  const told = narrate(entry, timeZone);
  if (told !== null) logger[told.level](told.text, { position: entry.position });
};

/** A log whose writing is told to `hold`. */
const heldLog = (log: EventLog, hold: HostOptions['hold']): EventLog =>
  hold === undefined
    ? log
    : new Proxy(log, {
        get: (target, name) => {
          if (name === 'append') return (...given: Parameters<EventLog['append']>) => hold(target.append(...given));
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });

/** Opens the log, brings the agent up to what it knows, and starts it. @throws LogError when the log cannot be used. */
export const hostAgent = async (options: HostOptions): Promise<HostedAgent> => {
  const { settings, clock, alarms, transport, logger } = options;
  const opened = await openLevelEventLog(settings.dataDirectory, { createdAt: clock.now() });
  const log = heldLog(opened, options.hold);
  const venSettings = venSettingsOf({ ...settings, vtnUrl: '' });
  const ports: Ports = {
    clock,
    alarms,
    chance: systemChance,
    transport,
    devices: await devicesOf(settings, log, clock),
    planner: plannerOf(settings),
    journal: logger,
  };
  let giveUp: (error: unknown) => void = () => undefined;
  const fatal = new Promise<unknown>((resolve) => {
    giveUp = resolve;
  });
  const agent = await Agent.restore(ports, log, { runID: systemChance.runID(), settings: venSettings, versions: versions(), onFatal: giveUp });
  log.follow((entry) => tell(logger, settings.timeZone)(entry as KnownEntry));
  agent.start();
  return {
    agent,
    log,
    settings: venSettings,
    fatal,
    stop: async (because) => {
      await agent.stop(because);
      await log.close();
    },
  };
};
