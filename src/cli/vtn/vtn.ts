import { systemChance } from '../../adapters/process/systemChance.ts';
import { TimeLapse } from '../../adapters/time/timeLapse.ts';
import { bookingLines, runVtn, type RunningVtn } from '../../vtn/runVtn.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import { streamedLine } from '../prose.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';
import { defaultPort, portProblem } from './port.ts';
import {
  faultsGiven,
  numberGiven,
  pollFreqGiven,
  pricesGiven,
  pushingGiven,
  publishAtGiven,
  securedGiven,
  timeZoneGiven,
  signingGiven,
  wireStyleGiven,
} from './vtnOptions.ts';

const start = async (given: ParsedArguments, surroundings: Surroundings): Promise<RunningVtn> => {
  const lapse = numberGiven(given, 'lapse', 1, 100_000, 1);
  const port = numberGiven(given, 'port', 0, 65_535, defaultPort);
  const seed = given.text('seed') ?? String(systemChance.uint32());
  const timeZone = timeZoneGiven(given);
  const venIDs = given.texts.get('ven-id');
  const token = given.text('token');
  const signing = await signingGiven(given);
  const secured = securedGiven(given);
  const clock = lapse === 1 ? { now: surroundings.now } : new TimeLapse(surroundings.now(), lapse);
  try {
    return await runVtn({
      vtn: {
        clock,
        seed,
        timeZone,
        pollFreq: pollFreqGiven(given),
        wireStyle: wireStyleGiven(given),
        publishAt: publishAtGiven(given),
        prices: pricesGiven(given, seed, timeZone),
        faults: { seed, probabilities: faultsGiven(given) },
        ...(venIDs === undefined ? {} : { venIDs }),
        ...(signing === null ? {} : { signing }),
      },
      server: { port, timeLapse: lapse, tellsTime: lapse === 1, ...secured, ...(token === undefined ? {} : { token }) },
      pushing: pushingGiven(given),
      print: (line) => surroundings.stdout.write(`${streamedLine(surroundings.stdout, line)}\n`),
      printsQuietPolls: given.switches.has('polls'),
    });
  } catch (error) {
    throw portProblem(port, error);
  }
};

/** The body of `ven vtn`: listens until a signal ends it, and tells what it has booked. */
export const vtn = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const recording = given.text('replay');
  if (recording !== undefined) return (await import('./replay.ts')).replayVtn(recording, given, surroundings);
  const stop = surroundings.stopSignal();
  const running = await start(given, surroundings);
  await stopAsked(stop);
  await running.close();
  for (const line of bookingLines(running.vtn))
    surroundings.stdout.write(`${streamedLine(surroundings.stdout, line)}\n`);
  return EXIT.success;
};
