import type { AgentState } from '../../core/state.ts';
import { Agent } from '../../shell/agent.ts';
import { foldLog } from '../../shell/fold.ts';
import { KeptQuestions } from '../../shell/keptQuestions.ts';
import type { Planner } from '../../dispatch/planner.ts';
import type { Alarms, Clock, Listener, Ports, Signatures, Transport } from '../../shell/ports.ts';
import { VtnContact, type VtnClockHeard } from '../../shell/vtnContact.ts';
import { rememberVerified } from '../../shell/verifiedBefore.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import type { OpenSettings } from '../../adapters/config/config.ts';
import { openDoor, type Door } from '../../adapters/control/controlSocket.ts';
import type { Logger } from '../../adapters/process/logger.ts';
import type { Redactor } from '../../adapters/secrets/redact.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import type { VenSettings } from '../../facts/settings.ts';
import type { LiveAgent } from '../../inspector/history/history.ts';
import { machineVersion } from '../../machines/machineVersion.ts';
import { paceBeside } from '../../inspector/server/pace.ts';
import { LogError } from '../../store/errors.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { LiveProjections } from '../../store/live/liveProjections.ts';
import { answererFor, type AnswererOptions } from '../control/answerer.ts';
import { CommandFailure, EXIT } from '../exitCode.ts';
import { VERSION } from '../version.ts';
import { devicesOf, tailOf } from './devices.ts';
import { plannerOf } from './plannerOf.ts';
import { Reload } from './reload.ts';
import { type Anchoring, takeCustody } from './custody.ts';
import { SecondAgentWatch } from './secondAgent.ts';
import { heldLog } from './heldLog.ts';
import { narrateRun, type Tell } from './narrator.ts';

/** Everything an agent needs to run in this process. */
export interface HostOptions {
  readonly settings: OpenSettings;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly transport: Transport;
  /** Signs and verifies on that transport; told at the start what the record says was verified before. */
  readonly signatures?: Signatures | null;
  /** Where the VTN pushes; nobody does, if absent. */
  readonly listener?: Listener;
  /** By which rules that transport keeps secrets out of what is recorded. */
  readonly veil?: string;
  readonly logger: Logger;
  /** Whatever leaves through the socket passes here last. */
  readonly redactor?: Redactor;
  /** Says what happened in a sentence, or null; the narrator's words if absent. */
  readonly tell?: Tell;
  /** Who plans for devices without a schedule of their own; a process of its own, if absent. Closed with the agent. */
  readonly optimiser?: Planner;
  /** Since when the devices are there, when that is before the log begins: they remember what they did since. UTC ms. */
  readonly devicesSince?: number;
  /** Where the end of the log is remembered outside of it; nowhere if absent. */
  readonly anchoring?: Anchoring | null;
  /** Whether the log of another venID may be gone on with. Default false. */
  readonly mayRename?: boolean;
  /** Reads the configuration again; it cannot be, if absent. @throws ConfigurationError when it cannot be used */
  readonly readAgain?: () => Promise<OpenSettings>;
  /** Told of everything that the agent waits for in the real world; time that passes too fast can be slowed down meanwhile. */
  readonly hold?: <T>(happening: Promise<T>) => Promise<T>;
}

/** An agent that runs, and its log. */
export interface HostedAgent {
  readonly agent: Agent;
  readonly log: EventLog;
  /** What its log comes to, for all who look on. */
  readonly projections: LiveProjections;
  readonly settings: VenSettings;
  /** Resolves with what went wrong when the agent can no longer record, and so no longer acts. */
  readonly fatal: Promise<unknown>;
  /** Reads the configuration again, and takes up what can be. */
  reload(): Promise<void>;
  /** What it knows at this instant beyond its log. */
  readonly live: () => LiveAgent;
  /** What the VTN's clock, as it was last heard, says of ours. */
  readonly vtnClock: () => VtnClockHeard;
  /** Ends the run in good order and closes the log. */
  stop(because: string): Promise<void>;
  /** Lets go of log and socket after a run that could not end in good order. */
  abandon(): Promise<void>;
}

const versions = (veil: string | undefined) => ({
  agent: VERSION,
  machines: machineVersion,
  node: process.version,
  timeZoneData: process.versions.tz ?? 'unknown',
  ...(veil === undefined ? {} : { veil }),
});

/** A planner whose work is told to `hold`. */
const heldPlanner = (planner: Planner, hold: HostOptions['hold']): Planner =>
  hold === undefined
    ? planner
    : { plan: (problem) => hold(planner.plan(problem)), close: async () => planner.close?.() };

/** A door that notes when the VTN was last heard there. */
const notingPushes = (
  listener: Listener | undefined,
  clock: Clock,
): { readonly listener?: Listener; readonly lastPushAt: () => number | null } => {
  let lastPushAt: number | null = null;
  if (listener === undefined) return { lastPushAt: () => null };
  return {
    lastPushAt: () => lastPushAt,
    listener: {
      answerWith: (answerer) =>
        listener.answerWith(
          answerer === null
            ? null
            : async (request) => {
                const reply = await answerer(request);
                if (reply.httpStatus === 200) lastPushAt = clock.now();
                return reply;
              },
        ),
    },
  };
};

/** The agent's work is not to wait for the door through which it is looked at: without one it runs all the same. */
const doorFor = async (
  directory: string,
  options: AnswererOptions,
  { logger, redactor }: HostOptions,
): Promise<Door | null> => {
  try {
    return await openDoor(directory, {
      answer: answererFor(options),
      ...(redactor === undefined ? {} : { redact: (line: string) => redactor.text(line) }),
    });
  } catch (error) {
    logger.warn(
      `Other commands cannot look at this agent while it runs: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
};

/** Whose log it was until now, when it is to be another VEN's on purpose. @throws CommandFailure when it would be by mistake */
const renamedFrom = async (
  { settings: before }: AgentState,
  { settings, mayRename = false }: HostOptions,
): Promise<{ readonly renamedFrom?: string }> => {
  if (before === null || before.venID === settings.venID) return {};
  if (mayRename) return { renamedFrom: before.venID };
  throw new CommandFailure(
    `The log in ${settings.dataDirectory} is that of the VEN ${before.venID}, and the configuration says ${settings.venID}: correct the venID, give this VEN its own directory with --data, or rename it on purpose with "ven run --rename-ven".`,
    EXIT.configuration,
  );
};

/** The devices that are withheld; an empty list when there are none any more, so that the record says it. */
const withheldAfter = (
  { settings: before }: AgentState,
  { withheldDevices = [] }: OpenSettings,
): Pick<VenSettings, 'withheldDevices'> =>
  withheldDevices.length > 0 || (before?.withheldDevices ?? []).length > 0 ? { withheldDevices } : {};

/** What of the list of devices cannot be used; an empty list when all of it can again, so that the record says it. */
const leftOutAfter = (
  { settings: before }: AgentState,
  { devicesLeftOut = [] }: OpenSettings,
): Pick<VenSettings, 'devicesLeftOut'> =>
  devicesLeftOut.length > 0 || (before?.devicesLeftOut ?? []).length > 0 ? { devicesLeftOut } : {};

/** Opens the log, brings the agent up to what it knows, and starts it. @throws LogError when the log cannot be used. */
export const hostAgent = async (options: HostOptions): Promise<HostedAgent> => {
  const { settings, clock, alarms, logger, hold } = options;
  const custody = await takeCustody(settings.dataDirectory, clock.now(), logger, options.anchoring ?? null);
  const log = heldLog(custody.log, hold);
  const known = await foldLog(log, { fromCheckpoint: true });
  const { state } = known;
  const renamed = await renamedFrom(state, options).catch(async (error: unknown) => {
    custody.release(true);
    await log.close();
    throw error;
  });
  if (options.signatures?.verifies === true) await rememberVerified(log, (told) => options.signatures?.remember(told));
  const transport = new VtnContact(options.transport, clock);
  const lastContactAt = (): number | null => transport.lastContactAt;
  const { listener, lastPushAt } = notingPushes(options.listener, clock);
  const devices = await devicesOf({
    settings,
    log,
    state,
    clock,
    journal: logger,
    since: options.devicesSince ?? null,
  });
  const configured = { settings };
  const planner = heldPlanner(
    plannerOf(() => configured.settings.devices, options.optimiser),
    hold,
  );
  const ports: Ports = {
    clock,
    alarms,
    chance: systemChance,
    transport,
    ...(listener === undefined ? {} : { listener }),
    devices,
    planner,
    questions: new KeptQuestions(log),
    journal: logger,
  };
  let isElsewhere = false;
  let giveUp: (error: unknown) => void = () => undefined;
  const fatal = new Promise<unknown>((resolve) => {
    giveUp = (error) => {
      isElsewhere = error instanceof LogError && error.code === 'replaced';
      resolve(error);
    };
  });
  const runID = systemChance.runID();
  const settingsOf = (open: OpenSettings, known: AgentState): VenSettings =>
    venSettingsOf({ ...open, vtnUrl: '', ...withheldAfter(known, open), ...leftOutAfter(known, open) });
  const venSettings = settingsOf(settings, state);
  const agent = Agent.of(
    ports,
    log,
    { runID, settings: venSettings, versions: versions(options.veil), onFatal: giveUp, ...renamed },
    known,
  );
  const projections = new LiveProjections(log, {
    pace: paceBeside(true),
    onFault: ({ subscriber, error }) =>
      logger.warn(
        `${subscriber} failed and hears nothing more; the agent goes on: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
  narrateRun({ projections, logger, timeZone: settings.timeZone, tell: options.tell });
  const startedAt = clock.now();
  agent.start();
  const { readAgain } = options;
  const reload =
    readAgain === undefined
      ? null
      : new Reload({
          agent,
          settings,
          devices,
          opener: async (open) => {
            const known = { log, state: agent.state, clock, journal: logger, since: null, tail: await tailOf(log) };
            return async (device) => {
              const opened = (await devicesOf({ ...known, settings: { ...open, devices: [device] } })).get(
                device.resourceID,
              );
              if (opened === undefined) throw new Error(`${device.resourceID} was not opened.`);
              return opened;
            };
          },
          taken: (open) => void (configured.settings = open),
          venSettingsOf: (open) => settingsOf(open, agent.state),
          read: readAgain,
          journal: logger,
        });
  const door = doorFor(
    settings.dataDirectory,
    {
      agent,
      log,
      projections,
      runID,
      version: VERSION,
      now: () => clock.now(),
      lastContactAt,
      ...(reload === null ? {} : { reload: () => reload.again() }),
    },
    options,
  );
  const secondAgent = new SecondAgentWatch({ clock, alarms }, (data) =>
    agent.take({ stream: 'agent', input: { type: 'SecondAgentSuspected', data } }),
  );
  log.follow((entry) => secondAgent.hear(entry));
  custody.watch({
    runID,
    now: () => clock.now(),
    onLost: (error) => {
      void agent.abandon(); // at once: whoever waits for the end may have more to do first
      giveUp(error);
    },
    onRival: (rival) => secondAgent.hearAnchor(rival),
  });
  const leave = async (): Promise<void> => {
    const opened = await door;
    if (isElsewhere) opened?.leave();
    else await opened?.close();
    secondAgent.stop();
    custody.release(isElsewhere);
    await log.close();
  };
  return {
    agent,
    log,
    projections,
    settings: venSettings,
    reload: async () => void (await reload?.again()),
    fatal,
    live: () => ({
      state: agent.state,
      now: clock.now(),
      lastContactAt: lastContactAt(),
      lastPushAt: lastPushAt(),
      pushCounts: options.listener?.counts?.() ?? null,
      startedAt,
    }),
    vtnClock: () => transport.vtnClock,
    abandon: async () => {
      await agent.abandon();
      await planner.close?.();
      await leave();
    },
    stop: async (because) => {
      await agent.stop(because);
      await leave();
    },
  };
};
