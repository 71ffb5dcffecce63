import { join } from 'node:path';
import { HttpTransport } from '../../adapters/http/httpTransport.ts';
import { MessageVeil, veilVersion } from '../../adapters/secrets/messageVeil.ts';
import { VeiledTransport } from '../../adapters/http/veiledTransport.ts';
import { createLogger, logStyleFor, type Logger } from '../../adapters/process/logger.ts';
import { createRedactor, secretsOf, type Redactor } from '../../adapters/secrets/redact.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import { TimeLapse } from '../../adapters/time/timeLapse.ts';
import { parseVtnUrl, type VtnUrl } from '../../adapters/secrets/vtnUrl.ts';
import type { Transport } from '../../shell/ports.ts';
import { settingsSchema } from '../../shell/settings/settings.ts';
import { dayOf, hourMs, localText, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';
import { createVtn, type Vtn } from '../../vtn/vtn.ts';
import { startVtnServer, type VtnServer } from '../../vtn/http/vtnServer.ts';
import type { Inspector } from '../../inspector/server/inspectorServer.ts';
import { hourLines } from '../dayTable.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import { stopAsked } from '../stopAsked.ts';
import { proseFor } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { numberGiven } from '../vtn/vtnOptions.ts';
import { comingToYou } from '../../programme/money.ts';
import { earnedSentence, endingText } from './ending.ts';
import { compareLedgers } from './ledger.ts';
import { LevelsRead, possibleOf } from './possible.ts';
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

/** When the day is told at the earliest: a little after midnight, with time for the report and its acknowledgement. */
const endOfDemo = ({ span }: Calendar): number => span.endAt + 10 * 60_000;

/** How long is waited for the VTN's acknowledgement after that, and how often it is looked for. @unit ms */
const longestWaitMs = 6 * hourMs;
const lookEveryMs = 5 * 60_000;

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
  readonly levels: LevelsRead;
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
  return { surroundings, directory, calendar, time, vtn, server, levels: new LevelsRead() };
};

const sayer = ({ surroundings: { stderr } }: Demo, logger: Logger): ((sentence: string) => void) =>
  stderr.isTTY ? (sentence) => stderr.write(`${proseFor(stderr, sentence)}\n`) : (sentence) => logger.info(sentence);

const introduce = ({ directory, calendar, server }: Demo, say: (sentence: string) => void): void => {
  const sentences = [
    `It is ${localText(calendar.startAt, timeZone)}; ${dayName(calendar.span.startAt, timeZone)} is lived through in about a minute.`,
    `The embedded VTN listens at ${server.printableUrl}; the log is in ${directory}.`,
  ];
  for (const sentence of sentences) say(sentence);
};

const host = (
  { surroundings, directory, calendar, time, levels }: Demo,
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
    tell: (entry, known) => {
      levels.hear(entry);
      return story.tell(entry, known);
    },
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

const isDelivered = ({ calendar: { span } }: Demo, { agent }: HostedAgent): boolean =>
  hourLines(agent.state.views, [resourceID], span, timeZone).every(({ delivery }) => delivery === 'acknowledged');

/** Resolves when the day is over and delivered, however long a busy machine takes; or when it will not be delivered any more. */
const dayIsOver = (demo: Demo, hosted: HostedAgent): Promise<'over'> =>
  new Promise((resolve) => {
    const latestAt = endOfDemo(demo.calendar) + longestWaitMs;
    const lookAt = (at: number): void =>
      void demo.time.ringAt(at, () => {
        if (at >= latestAt || isDelivered(demo, hosted)) resolve('over');
        else lookAt(at + lookEveryMs);
      });
    lookAt(endOfDemo(demo.calendar));
  });

const offer = async ({ surroundings, directory }: Demo, given: ParsedArguments): Promise<void> => {
  const { offerPage } = await import('./keepOpen.ts');
  await offerPage(directory, timeZone, given.text('inspect'), surroundings);
};

const showDay = async (
  { surroundings: { stdout }, vtn, calendar: { span }, directory, levels }: Demo,
  { agent }: HostedAgent,
): Promise<ExitCode> => {
  const { text, agree, amountUsd } = compareLedgers(agent.state, vtn, resourceID, span, timeZone);
  stdout.write(`\n${span.day}, ${resourceID}\nkWh: + is drawn, − is delivered. USD: + comes to you.\n\n${text}`);
  stdout.write(
    agree
      ? '\nThe VTN has booked the same, hour by hour.\n'
      : '\nThe VTN has booked something else: look at the last two columns.\n',
  );
  const possible = await possibleOf(agent.state, resourceID, span, levels);
  const sentence = earnedSentence(dayName(span.startAt, timeZone), comingToYou(amountUsd), possible);
  stdout.write(endingText(sentence, directory));
  return agree ? EXIT.success : EXIT.failure;
};

const live = async (demo: Demo, given: ParsedArguments, stop: AbortSignal): Promise<ExitCode> => {
  const { surroundings, time, directory, server } = demo;
  const vtnUrl = parseVtnUrl(server.url);
  const logger = loggerFor(surroundings, time, createRedactor(secretsOf(vtnUrl)));
  const say = sayer(demo, logger);
  introduce(demo, say);
  const hosted = await host(demo, vtnUrl, logger);
  const inspector = await time.hold(inspectorOf(demo, hosted, given, say));
  const ended = await Promise.race([
    dayIsOver(demo, hosted),
    stopAsked(stop),
    hosted.fatal.then((error) => ({ error })),
  ]);
  await inspector?.close();
  if (typeof ended === 'object') {
    await hosted.abandon();
    throw ended.error;
  }
  await hosted.stop(ended === 'over' ? 'the demo is over' : ended);
  if (ended === 'over') {
    const code = await showDay(demo, hosted);
    if (inspector !== null) await offer(demo, given);
    return code;
  }
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
