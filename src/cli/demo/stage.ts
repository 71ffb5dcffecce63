/** The demo on a terminal: local time of the demo's day in front of each line, a heading for each day. */
import { printable } from '../../text/printable.ts';
import { LOG_LEVELS, type Logger, type LogLevel } from '../../adapters/process/logger.ts';
import { dayOf, localText } from '../../programme/calendar.ts';
import { wrap } from '../helpText.ts';
import type { TextOutput } from '../surroundings.ts';

/** What a stage needs. */
export interface StageOptions {
  readonly output: TextOutput;
  readonly hasColours: boolean;
  readonly timeZone: string;
  /** The time of the demo. */
  readonly now: () => number;
}

const indent = 7;

const dayHeading = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone })
    .format(at)
    .replace(',', '');

/** Whoever watches wants to see these first. */
const milestones = /^(Registered with|Prices for|Usage of|Reports registered)/;

/** A logger that writes for people who watch; details are left to the log. */
export const stageLogger = ({ output, hasColours, timeZone, now }: StageOptions): Logger => {
  let shownDay = '';
  const paint = (code: string, text: string): string => (hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const write =
    (level: LogLevel) =>
    (message: string): void => {
      if (!isEnabled(level)) return;
      const at = now();
      const { day } = dayOf(at, timeZone);
      if (day !== shownDay) output.write(`\n${paint('1', dayHeading(at, timeZone))}\n`);
      shownDay = day;
      const width = Math.min(output.columns, 120);
      const text = indent + message.length <= width ? printable(message) : wrap(printable(message), indent, width);
      const colour = level === 'info' ? (milestones.test(message) ? '32' : null) : '33';
      output.write(
        `${paint('90', localText(at, timeZone).slice(11, 16))}  ${colour === null ? text : paint(colour, text)}\n`,
      );
    };
  const isEnabled = (level: LogLevel): boolean => LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf('info');
  const logger: Logger = {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    trace: write('trace'),
    child: () => logger,
    isEnabled,
  };
  return logger;
};
