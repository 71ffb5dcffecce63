import { join } from 'node:path';
import { HttpTransport } from '../../adapters/httpTransport.ts';
import { MessageVeil, veilVersion } from '../../adapters/messageVeil.ts';
import { VeiledTransport } from '../../adapters/veiledTransport.ts';
import { createLogger, logStyleFor, type Logger } from '../../adapters/logger.ts';
import { createRedactor, secretsOf, type Redactor } from '../../adapters/redact.ts';
import { systemChance } from '../../adapters/systemChance.ts';
import { TimeLapse } from '../../adapters/timeLapse.ts';
import { parseVtnUrl, type VtnUrl } from '../../adapters/vtnUrl.ts';
import type { Transport } from '../../shell/ports.ts';
import { settingsSchema } from '../../shell/settings.ts';
import { dayOf, localText, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';
import { createVtn, type Vtn } from '../../vtn/vtn.ts';
import { startVtnServer, type VtnServer } from '../../vtn/vtnServer.ts';
import type { Inspector } from '../../inspector/server/inspectorServer.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';
import { numberGiven } from '../vtn/vtnOptions.ts';
import { compareLedgers } from './ledger.ts';
import { stageLogger } from './stage.ts';
import { dayName, DemoStory } from './story.ts';

/** How many times faster than the wall the demo's time passes: thirty-two hours in about a minute. */
const lapseByDefault = 2_100;

const timeZone = 'America/New_York';
const resourceID = 'example-device-001';

/** The day that is lived through, and the eve on which its prices come. */
interface Calendar {
  /** Midnight before the eve: since then the battery is there. UTC ms. */
  readonly eveAt: number;
  /** When the agent starts. UTC ms. */
  readonly startAt: number;
  readonly span: DaySpan;
}

/** The day before yesterday in the afternoon: the day that follows has passed, and its log lies in the past. */
const calendarOf = (now: number): Calendar => {
  const today = dayOf(now, timeZone);
  const yesterday = dayOf(today.startAt - 1, timeZone);
  const eve = dayOf(yesterday.startAt - 1, timeZone);
  return { eveAt: eve.startAt, startAt: timeOnDay(eve, '16:40', timeZone), span: nextDay(eve, timeZone) };
};

/** When the day is told: a little after midnight, with time for the report and its acknowledgement. */
const endOfDemo = ({ span }: Calendar): number => span.endAt + 10 * 60_000;

/** While an exchange is under way, time passes no faster than on the wall. */
const unhurried = (transport: Transport, time: TimeLapse): Transport => ({
  exchange: (request) => time.hold(transport.exchange(request)),
  close: () => transport.close(),
});

const settingsFor = (directory: string) =>
  settingsSchema.parse({ dataDirectory: directory, timeZone, logLevel: 'info' });

const loggerFor = ({ stderr, environment }: Surroundings, time: TimeLapse, redactor: Redactor): Logger => {
  const style = logStyleFor(stderr, environment);
  const now = (): number => time.now();
  return style === 'json'
    ? createLogger({ level: 'info', style, write: (line) => stderr.write(line), now, redactor })
    : stageLogger({ output: stderr, hasColours: style === 'colour', timeZone, now });
};

/** Everything of one demo. */
interface Demo {
  readonly surroundings: Surroundings;
  readonly directory: string;
  readonly calendar: Calendar;
  readonly time: TimeLapse;
  readonly vtn: Vtn;
  readonly server: VtnServer;
}

const prepare = async (given: ParsedArguments, surroundings: Surroundings): Promise<Demo> => {
  const lapse = numberGiven(given, 'lapse', 1, 100_000, lapseByDefault);
  const now = surroundings.now();
  const directory = given.text('data') ?? join('.demo', new Date(now).toISOString().slice(0, 19).replaceAll(':', '-'));
  const calendar = calendarOf(now);
  const time = new TimeLapse(calendar.startAt, lapse);
  const seed = given.text('seed') ?? String(systemChance.uint32());
  const vtn = createVtn({
    clock: time,
    seed,
    timeZone,
    pollFreq: 'PT5M',
    status: { granularity: 'PT1H', reportBackDuration: 'PT1H' },
  });
  const server = await startVtnServer(vtn, { token: systemChance.runID(), timeLapse: lapse });
  return { surroundings, directory, calendar, time, vtn, server };
};

const sayer = ({ surroundings: { stderr } }: Demo, logger: Logger): ((sentence: string) => void) =>
  stderr.isTTY ? (sentence) => stderr.write(`${sentence}\n`) : (sentence) => logger.info(sentence);

const introduce = ({ directory, calendar, server }: Demo, say: (sentence: string) => void): void => {
  const sentences = [
    `It is ${localText(calendar.startAt, timeZone)}; ${dayName(calendar.span.startAt, timeZone)} is lived through in about a minute.`,
    `The embedded VTN listens at ${server.printableUrl}; the log is in ${directory}.`,
  ];
  for (const sentence of sentences) say(sentence);
};

const host = (
  { surroundings, directory, calendar, time }: Demo,
  vtnUrl: VtnUrl,
  logger: Logger,
): Promise<HostedAgent> => {
  const redactor = createRedactor(secretsOf(vtnUrl));
  surroundings.hide(redactor);
  const veil = new MessageVeil('');
  veil.add(vtnUrl.secretPrefix.reveal());
  const transport = unhurried(new VeiledTransport(new HttpTransport({ vtnUrl, redactor }), veil, redactor), time);
  const story = new DemoStory(timeZone);
  const starting = hostAgent({
    settings: settingsFor(directory),
    clock: time,
    alarms: time,
    transport,
    veil: veilVersion,
    logger,
    redactor,
    devicesSince: calendar.eveAt,
    tell: (entry, known) => story.tell(entry, known),
    hold: (happening) => time.hold(happening),
  });
  return time.hold(starting);
};

/** The inspector is open while the day is lived through. */
const inspectorOf = async (
  { surroundings: { environment, redactor } }: Demo,
  { log, projections, live }: HostedAgent,
  given: ParsedArguments,
  say: (sentence: string) => void,
): Promise<Inspector | null> => {
  if (given.switches.has('no-inspect')) return null;
  const [{ listeningGiven }, { tryInspector }] = await Promise.all([
    import('../inspect/listening.ts'),
    import('../inspect/openInspector.ts'),
  ]);
  return tryInspector(
    { log, projections, live, timeZone },
    listeningGiven(given.text('inspect'), environment),
    redactor,
    say,
  );
};

const showDay = (
  { surroundings: { stdout }, vtn, calendar: { span }, directory }: Demo,
  { agent }: HostedAgent,
): ExitCode => {
  const { text, agree } = compareLedgers(agent.state, vtn, resourceID, span, timeZone);
  stdout.write(
    `\n${span.day}, ${resourceID}\nImport is positive and export negative; a credit is negative.\n\n${text}`,
  );
  stdout.write(
    agree
      ? '\nThe VTN has booked the same, hour by hour.\n'
      : '\nThe VTN has booked something else: look at the last two columns.\n',
  );
  stdout.write(`\nThe log is in ${directory}. Look into it:\n`);
  for (const command of ['inspect', 'status', 'prices', 'usage', 'deliveries', 'log list', 'replay --verify'])
    stdout.write(`  npm start -- ${command} --data ${directory}\n`);
  return agree ? EXIT.success : EXIT.failure;
};

const live = async (demo: Demo, given: ParsedArguments, stop: AbortSignal): Promise<ExitCode> => {
  const { surroundings, time, calendar, directory, server } = demo;
  const vtnUrl = parseVtnUrl(server.url);
  const logger = loggerFor(surroundings, time, createRedactor(secretsOf(vtnUrl)));
  const say = sayer(demo, logger);
  introduce(demo, say);
  const hosted = await host(demo, vtnUrl, logger);
  const inspector = await time.hold(inspectorOf(demo, hosted, given, say));
  const over = new Promise<'over'>((resolve) => time.ringAt(endOfDemo(calendar), () => resolve('over')));
  const ended = await Promise.race([over, stopAsked(stop), hosted.fatal.then((error) => ({ error }))]);
  await inspector?.close();
  if (typeof ended === 'object') {
    await hosted.abandon();
    throw ended.error;
  }
  await hosted.stop(ended === 'over' ? 'the demo is over' : ended);
  if (ended === 'over') return showDay(demo, hosted);
  surroundings.stdout.write(`Stopped in good order. The log is in ${directory}.\n`);
  return EXIT.success;
};

/** The body of `ven demo`. */
export const demo = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const stop = surroundings.stopSignal();
  const prepared = await prepare(given, surroundings);
  try {
    return await live(prepared, given, stop);
  } finally {
    prepared.time.close();
    await prepared.server.close();
  }
};
