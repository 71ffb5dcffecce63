import type { Configuration } from '../../adapters/config/config.ts';
import { ConfigurationError } from '../../adapters/configurationError.ts';
import { createLogger, logStyleFor, type Logger } from '../../adapters/process/logger.ts';
import type { Redactor } from '../../adapters/secrets/redact.ts';
import { veilVersion } from '../../adapters/secrets/messageVeil.ts';
import { serviceManagerOf } from '../../adapters/process/serviceManager.ts';
import { SystemClock } from '../../adapters/time/systemClock.ts';
import { errorText } from '../../shell/patience.ts';
import { configurationBeside, configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { LogError } from '../../store/errors.ts';
import { signaturesFor, veilFor } from '../transportFor.ts';
import { streamedLine } from '../prose.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Inspector } from '../../inspector/server/inspectorServer.ts';
import type { CommandServer } from '../commandApi/commandServer.ts';
import { OperatorDesk } from '../control/operatorDesk.ts';
import { inspectionAsked, type Listening } from '../inspect/listening.ts';
import { hostAgent, type HostedAgent } from './agentHost.ts';
import { anchorsOf } from './anchorPlace.ts';
import type { Anchoring } from './custody.ts';
import { keepTidy } from './keepTidy.ts';
import { keepViewsDaily } from './keepViewsDaily.ts';
import { publishersOf } from './publishing.ts';
import { CertificateWatch } from './certificateWatch.ts';
import { PushDoor } from './pushDoor.ts';
import { vtnAccess } from './vtnAccess.ts';
import { watchCertificates } from './watchCertificates.ts';

const loggerFor = (
  { settings }: Configuration,
  clock: SystemClock,
  { stderr, environment, redactor }: Surroundings,
): Logger => {
  const logger = createLogger({
    level: settings.logLevel,
    style: logStyleFor(stderr, environment),
    write: (line) => stderr.write(streamedLine(stderr, line)),
    now: () => clock.now(),
    redactor,
  });
  stderr.neverWait?.();
  stderr.afterLoss?.((lostLines) =>
    logger.warn(
      `${lostLines} lines of this output were lost, because nobody took them: its reader had stopped, or its disk was full. The log of the VEN itself is not this output; "ven log list" shows it.`,
      { lostLines },
    ),
  );
  return logger;
};

/** Takes commands over HTTP when that is configured; its libraries are read only then. */
const commandsFor = async (
  desk: OperatorDesk,
  { settings: { commands } }: Configuration,
  { redactor, hide }: Surroundings,
  journal: Logger,
): Promise<CommandServer | null> => {
  if (commands === undefined) return null;
  const { tryCommands } = await import('../commandApi/openCommands.ts');
  return tryCommands({ commands, desk, redactor, hide, journal });
};

/** Opens the inspector when it is wanted; its libraries are read only then. */
const inspectorFor = async (
  { log, projections, live }: HostedAgent,
  { settings }: Configuration,
  redactor: Redactor,
  listening: Listening | null,
  logger: Logger,
): Promise<Inspector | null> => {
  if (listening === null) return null;
  const { tryInspector } = await import('../inspect/openInspector.ts');
  return tryInspector({ log, projections, live, timeZone: settings.timeZone }, listening, redactor, (sentence) =>
    logger.info(sentence),
  );
};

const anchoringFor = (
  { settings, vtnUrl }: Configuration,
  given: ParsedArguments,
  { environment }: Surroundings,
  logger: Logger,
): Anchoring | null => {
  const anchors = anchorsOf(settings, environment, (sentence) => logger.info(sentence));
  const owner = { venID: settings.venID, vtn: vtnUrl.origin, directory: settings.dataDirectory };
  return anchors === null ? null : { anchors, owner, mayBeginAnew: given.switches.has('new-log') };
};

/** The body of `ven run`: the agent in real time, until a signal or a log that cannot be written ends it. */
export const run = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const configuration = configurationFor(given, surroundings);
  const { settings, warnings } = configuration;
  // It comes to know what is read later, too.
  const { redactor } = surroundings;
  const listening = inspectionAsked(given, surroundings.environment, settings.inspect);
  const stop = surroundings.stopSignal();
  let hosted: HostedAgent | null = null;
  const clock = new SystemClock((jumpMs) =>
    hosted?.agent.take({ stream: 'agent', input: { type: 'ClockJumped', data: { jumpMs } } }),
  );
  const logger = loggerFor(configuration, clock, surroundings);
  for (const warning of warnings) logger.warn(warning);
  const watch = new CertificateWatch({ clock, alarms: clock });
  const signatures = signaturesFor(configuration, clock);
  const veil = veilFor(configuration);
  const door = new PushDoor({ veil, signatures, journal: logger, now: () => clock.now() });
  const { transport, renewable } = vtnAccess(given, configuration, surroundings, logger, {
    signatures,
    veil,
    ours: (certificate) => watch.takeOurs(certificate),
    files: (tlsFiles) => door.renew({ ...configuration, tlsFiles }),
    line: (secured) => watch.takeLine(secured),
  });
  await door.follow(configuration);
  const readAgain = async (): Promise<Configuration['settings']> => {
    const read = await configurationBeside(given, surroundings);
    // What runs is better than a part of what was meant: a list with a faulty row is taken up when it is mended.
    transport.renewNow();
    void door.follow(read);
    if (read.settings.devicesLeftOut !== undefined) throw new ConfigurationError([...read.settings.devicesLeftOut]);
    for (const warning of read.warnings) logger.warn(warning);
    return read.settings;
  };
  surroundings.onHangUp(() => (hosted === null ? transport.renewNow() : void hosted.reload()));
  const manager = serviceManagerOf({
    environment: surroundings.environment,
    pid: process.pid,
    onTrouble: (sentence) => logger.warn(sentence),
  });
  const anchoring = anchoringFor(configuration, given, surroundings, logger);
  const mayRename = given.switches.has('rename-ven');
  const ports = { clock, alarms: clock, transport, signatures, listener: door, veil: veilVersion };
  try {
    hosted = await hostAgent({ settings, ...ports, logger, redactor, anchoring, mayRename, readAgain });
  } catch (error) {
    // A door that stays open would keep the process alive, and its place from whoever starts next.
    await door.close();
    throw error;
  }
  const certificates = watchCertificates({
    watch,
    renewable: {
      ...renewable,
      takeUp: (because) => {
        const problem = renewable.takeUp(because);
        // The door shows the same certificate as the way out.
        if (problem === null)
          void configurationBeside(given, surroundings).then(
            (read) => door.follow(read),
            (error: unknown) => logger.warn(`The door keeps its certificate: ${errorText(error)}`),
          );
        return problem;
      },
    },
    agent: hosted.agent,
    clock,
    vtnUrl: configuration.vtnUrl,
  });
  const inspector = await inspectorFor(hosted, configuration, redactor, listening, logger);
  const { agent, projections } = hosted;
  const desk = new OperatorDesk({ agent, projections, now: () => clock.now() });
  const commands = await commandsFor(desk, configuration, surroundings, logger);
  const publishers = await publishersOf({ hosted, desk, settings, clock, alarms: clock, journal: logger });
  keepTidy(hosted, clock, settings, logger);
  keepViewsDaily(hosted.log, clock, logger);
  manager.ready();
  const ended = await Promise.race([stopAsked(stop), hosted.fatal.then((error) => ({ error }))]);
  manager.stopping();
  certificates.stop();
  await door.close();
  await Promise.all([inspector?.close(), commands?.close(), ...publishers.map((each) => each.close())]);
  if (typeof ended === 'object') {
    await hosted.abandon();
    clock.close();
    await transport.close();
    const cause = ended.error instanceof Error ? ended.error.message : String(ended.error);
    throw new CommandFailure(
      `The agent stopped, because it must not act on what it cannot record: ${cause}`,
      ended.error instanceof LogError && ended.error.code === 'replaced' ? EXIT.logUnsafe : EXIT.failure,
    );
  }
  await hosted.stop(ended);
  clock.close();
  manager.close();
  return EXIT.success;
};
