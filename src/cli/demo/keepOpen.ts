import { openLogForReading } from '../control/openLog.ts';
import { openInspector } from '../inspect/openInspector.ts';
import { listeningGiven } from '../inspect/listening.ts';
import { stopAsked } from '../stopAsked.ts';
import type { Surroundings } from '../surroundings.ts';

/** Asks whoever sits at the terminal whether the page of the log is to stay open, and keeps it open until it is stopped. */
export const offerPage = async (
  directory: string,
  timeZone: string,
  at: string | undefined,
  { stderr, environment, redactor, pressedKey, stopSignal }: Surroundings,
): Promise<void> => {
  if (pressedKey === null) return;
  const stopped = stopAsked(stopSignal());
  stderr.write('\nPress p to keep its page open, any other key to end. ');
  const key = await Promise.race([pressedKey(), stopped]);
  stderr.write('\n');
  if (key !== 'p' && key !== 'P') return;
  const { log } = await openLogForReading(directory);
  try {
    const say = (sentence: string): void => stderr.write(`${sentence}\n`);
    const listening = listeningGiven(at, environment);
    const inspector = await openInspector({ log, live: () => null, timeZone }, listening, redactor, say);
    say('Ctrl-C ends.');
    await stopped;
    await inspector.close();
  } finally {
    await log.close();
  }
};
