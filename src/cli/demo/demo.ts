import { join } from 'node:path';
import { createLogger, logStyleFor, type Logger } from '../../adapters/logger.ts';
import { HttpTransport } from '../../adapters/httpTransport.ts';
import { createRedactor, secretsOf } from '../../adapters/redact.ts';
import type { Secret } from '../../adapters/secret.ts';
import { TimeLapse } from '../../adapters/timeLapse.ts';
import { parseVtnUrl } from '../../adapters/vtnUrl.ts';
import { systemChance } from '../../adapters/systemChance.ts';
import type { Transport } from '../../agent/ports.ts';
import { settingsSchema } from '../../agent/settings.ts';
import { dayOf, localText, nextDay, timeOnDay, type DaySpan } from '../../programme/calendar.ts';
import { createVtn, type Vtn } from '../../vtn/vtn.ts';
import { startVtnServer } from '../../vtn/vtnServer.ts';
import { dollarsText, hourLines, kilowattHoursText, totalOf, type HourLine } from '../dayTable.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { hostAgent, type HostedAgent } from '../run/agentHost.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableText } from '../table.ts';

/** How many times faster than the wall the demo's time passes: thirty-two hours in about a minute. */
const lapse = 2_100;

const timeZone = 'America/New_York';
const resourceID = 'example-device-001';

/** The day before yesterday in the afternoon: the day that follows has passed, and its log lies in the past. */
const demoStart = (now: number): { readonly startAt: number; readonly span: DaySpan } => {
  const today = dayOf(now, timeZone);
  const yesterday = dayOf(today.startAt - 1, timeZone);
  const eve = dayOf(yesterday.startAt - 1, timeZone);
  return { startAt: timeOnDay(eve, '16:40', timeZone), span: nextDay(eve, timeZone) };
};

/** While an exchange is under way or the disk is written, time passes no faster than on the wall. */
const unhurried = (transport: Transport, time: TimeLapse): Transport => ({
  exchange: (request) => time.hold(transport.exchange(request)),
  close: () => transport.close(),
});

const dayRows = (lines: readonly HourLine[], vtn: Vtn, day: string): readonly (readonly string[])[] => {
  const booked = new Map(vtn.bookingOf(day).hours.map((hour) => [hour.startAt, hour]));
  return lines.map((line) => [
    line.local,
    line.usdPerKwh ?? '–',
    kilowattHoursText(line.energyWattHours),
    dollarsText(line.amountUsd),
    line.delivery,
    booked.get(line.startAt)?.energyKilowattHours ?? '–',
    dollarsText(booked.get(line.startAt)?.amountUsd ?? null),
  ]);
};

/** Whether the agent's ledger and the VTN's books say the same of every hour. */
const agrees = (lines: readonly HourLine[], vtn: Vtn, day: string): boolean => {
  const booked = new Map(vtn.bookingOf(day).hours.map((hour) => [hour.startAt, hour]));
  return lines.every(({ startAt, energyWattHours, amountUsd }) => {
    const hour = booked.get(startAt);
    return (
      hour !== undefined &&
      energyWattHours !== null &&
      Math.round(Number(hour.energyKilowattHours) * 1000) === energyWattHours &&
      hour.amountUsd !== undefined &&
      amountUsd !== null &&
      dollarsText(hour.amountUsd) === dollarsText(amountUsd)
    );
  });
};

const showDay = ({ stdout }: Surroundings, hosted: HostedAgent, vtn: Vtn, span: DaySpan, directory: string): ExitCode => {
  const lines = hourLines(hosted.agent.state.views, [resourceID], span, timeZone);
  const total = totalOf(lines);
  const books = vtn.bookingOf(span.day).totals;
  const header = ['hour', 'USD/kWh', 'kWh net', 'USD', 'delivery', 'VTN: kWh', 'VTN: USD'];
  const sum = ['total', '', kilowattHoursText(total.energyWattHours), dollarsText(total.amountUsd), '', books.energyKilowattHours, dollarsText(books.amountUsd)];
  stdout.write(`\n${span.day} of ${resourceID} (import positive, export negative; a credit is negative)\n\n`);
  stdout.write(tableText(header, [...dayRows(lines, vtn, span.day), sum], { rightFrom: 1, ruleBeforeLast: true }));
  const same = agrees(lines, vtn, span.day);
  stdout.write(same ? '\nThe VTN has booked the same, hour by hour.\n' : '\nThe VTN has booked something else: look at the last two columns.\n');
  stdout.write(`The log is in ${directory}; try "npm start -- prices --data ${directory}", usage, deliveries, log list, replay --verify.\n`);
  return same ? EXIT.success : EXIT.failure;
};

const stopped = (signal: AbortSignal): Promise<'stopped'> =>
  new Promise((resolve) => {
    const done = (): void => resolve('stopped');
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });

/** When the day is told: a little after midnight, with time for the report and its acknowledgement. */
const endOfDemo = (span: DaySpan): number => span.endAt + 10 * 60_000;

const settingsFor = (directory: string) => settingsSchema.parse({ dataDirectory: directory, timeZone, logLevel: 'info' });

const loggerOf = ({ stderr, environment }: Surroundings, time: TimeLapse, secrets: readonly Secret[]): Logger =>
  createLogger({
    level: 'info',
    style: logStyleFor(stderr, environment),
    write: (line) => stderr.write(line),
    now: () => time.now(),
    redactor: createRedactor(secrets),
  });

/** The body of `ven demo`. */
export const demo = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const stop = surroundings.stopSignal();
  const now = surroundings.now();
  const directory = given.text('data') ?? join('.demo', new Date(now).toISOString().slice(0, 19).replaceAll(':', '-'));
  const { startAt, span } = demoStart(now);
  const time = new TimeLapse(startAt, lapse);
  const vtn = createVtn({ clock: time, seed: given.text('seed') ?? String(systemChance.uint32()), timeZone, pollFreq: 'PT5M', status: { granularity: 'PT1H', reportBackDuration: 'PT1H' } });
  const server = await startVtnServer(vtn, { token: systemChance.runID(), timeLapse: lapse });
  const vtnUrl = parseVtnUrl(server.url);
  const logger = loggerOf(surroundings, time, secretsOf(vtnUrl));
  surroundings.hide(createRedactor(secretsOf(vtnUrl)));
  logger.info(`It is ${localText(startAt, timeZone)}; the embedded VTN listens at ${server.printableUrl}.`);
  const transport = unhurried(new HttpTransport({ vtnUrl, redactor: createRedactor(secretsOf(vtnUrl)) }), time);
  const hosted = await hostAgent({ settings: settingsFor(directory), clock: time, alarms: time, transport, logger, redactor: createRedactor(secretsOf(vtnUrl)), hold: (happening) => time.hold(happening) });
  const over = new Promise<'over'>((resolve) => time.ringAt(endOfDemo(span), () => resolve('over')));
  const ended = await Promise.race([over, stopped(stop), hosted.fatal.then((error) => ({ error }))]);
  if (typeof ended === 'object') throw ended.error;
  await hosted.stop(ended === 'over' ? 'the demo is over' : String(stop.reason));
  time.close();
  await server.close();
  if (ended === 'over') return showDay(surroundings, hosted, vtn, span, directory);
  surroundings.stdout.write(`Stopped in good order. The log is in ${directory}.\n`);
  return EXIT.success;
};
