import { HttpTransport } from '../../adapters/httpTransport.ts';
import { createLogger, logStyleFor } from '../../adapters/logger.ts';
import { SystemClock } from '../../adapters/systemClock.ts';
import { loadTlsMaterial } from '../../adapters/tlsMaterial.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { hostAgent, type HostedAgent } from './agentHost.ts';

const aborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const done = (): void => resolve(String(signal.reason));
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });

/** How often old XML is let go. @unit ms */
const tidyEveryMs = 86_400_000;

const tidy = async ({ log }: HostedAgent, now: number, retentionDays: number): Promise<number> => log.forgetWires(now - retentionDays * 86_400_000);

/** The body of `ven run`: the agent in real time, until a signal or a log that cannot be written ends it. */
export const run = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const configuration = configurationFor(given, surroundings);
  const { settings, vtnUrl, redactor, tlsFiles, warnings } = configuration;
  const { stderr, environment, stopSignal } = surroundings;
  const stop = stopSignal();
  const tls = await loadTlsMaterial(tlsFiles);
  let hosted: HostedAgent | null = null;
  const clock = new SystemClock((jumpMs) => hosted?.agent.take({ stream: 'agent', input: { type: 'ClockJumped', data: { jumpMs } } }));
  const logger = createLogger({
    level: settings.logLevel,
    style: logStyleFor(stderr, environment),
    write: (line) => stderr.write(line),
    now: () => clock.now(),
    redactor,
  });
  for (const warning of warnings) logger.warn(warning);
  const transport = new HttpTransport({
    vtnUrl,
    redactor,
    ...(tls === undefined ? {} : { tls }),
    replyTimeoutMs: settings.replyTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    keepAliveMs: settings.keepAliveMs,
    strict: settings.strict,
    ...(settings.tlsServerName === undefined ? {} : { expectedServerName: settings.tlsServerName }),
  });
  hosted = await hostAgent({ settings, clock, alarms: clock, transport, logger });
  const tidying = (): void => {
    if (hosted === null) return;
    void tidy(hosted, clock.now(), settings.xmlRetentionDays).then((forgotten) => {
      if (forgotten > 0) logger.info(`Let go of the XML of ${forgotten} messages older than ${settings.xmlRetentionDays} days.`);
    });
    clock.ringAt(clock.now() + tidyEveryMs, tidying);
  };
  tidying();
  const ended = await Promise.race([aborted(stop), hosted.fatal.then((error) => ({ error }))]);
  if (typeof ended === 'object') {
    clock.close();
    await transport.close();
    const cause = ended.error instanceof Error ? ended.error.message : String(ended.error);
    throw new CommandFailure(`The agent stopped, because it must not act on what it cannot record: ${cause}`, EXIT.failure);
  }
  await hosted.stop(ended);
  clock.close();
  return EXIT.success;
};
