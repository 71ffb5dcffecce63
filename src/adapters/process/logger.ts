import type { Journal } from '../../shell/ports.ts';
import { printable, printableJson } from '../../text/printable.ts';
import { createRedactor, type Redactor } from '../secrets/redact.ts';

/** From what stops the agent to what only its maker wants to see. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line tells beside its sentence; `undefined` is left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Says what happens, to people and to machines; the agent's Journal. */
export interface Logger extends Journal {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  trace(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
  /** Whether a line of this level would be written; for lines that cost something to make. */
  isEnabled(level: LogLevel): boolean;
}

/** `json`: one object per line, for machines. `text`: readable; `colour` adds colours to it. */
export type LogStyle = 'json' | 'text' | 'colour';

/** Where lines go, and which. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly style: LogStyle;
  /** Takes one line, line feed included. */
  readonly write: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly redactor?: Redactor;
}

const COLOURS: Record<LogLevel, string> = { error: '31', warn: '33', info: '32', debug: '36', trace: '90' };

/** @unit characters @limit a field longer than this is cut, so that one message cannot fill a terminal */
const LONGEST_FIELD_IN_TEXT = 400;

const painted = (style: LogStyle, colour: string, text: string): string =>
  style === 'colour' ? `\u001b[${colour}m${text}\u001b[0m` : text;

const fieldText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const quoted = /[\s="]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text;
  return quoted.length > LONGEST_FIELD_IN_TEXT ? `${quoted.slice(0, LONGEST_FIELD_IN_TEXT)}…` : quoted;
};

/** An error among the fields of a readable line: its sentence; the stack is for the machine's form. */
const shortError = (value: unknown): unknown => (value instanceof Error ? value.message : value);

const textLine = (style: LogStyle, at: number, level: LogLevel, message: string, fields: LogFields): string => {
  const time = painted(style, '90', new Date(at).toISOString().slice(11, 23));
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${painted(style, '90', `${printable(key)}=`)}${printable(fieldText(shortError(value)))}`);
  return [time, painted(style, COLOURS[level], level.padEnd(5)), printable(message), ...pairs].join(' ');
};

const jsonLine = (at: number, level: LogLevel, message: string, fields: LogFields, redactor: Redactor): string =>
  // The fields come first, so that none of them can pretend to be the time, the level or the message.
  printableJson(
    JSON.stringify({ ...(redactor.json(fields) as object), time: new Date(at).toISOString(), level, message }),
  );

/** Makes a logger; every line passes the redactor last, whatever its parts already did. */
export const createLogger = (options: LoggerOptions, fields: LogFields = {}): Logger => {
  const redactor = options.redactor ?? createRedactor([]);
  const threshold = LOG_LEVELS.indexOf(options.level);
  const isEnabled = (level: LogLevel): boolean => LOG_LEVELS.indexOf(level) <= threshold;

  const log =
    (level: LogLevel) =>
    (message: string, more: LogFields = {}): void => {
      if (!isEnabled(level)) return;
      const all = { ...fields, ...more };
      const at = options.now();
      const line =
        options.style === 'json'
          ? jsonLine(at, level, message, all, redactor)
          : textLine(options.style, at, level, message, all);
      options.write(`${redactor.text(line)}\n`);
    };

  return {
    error: log('error'),
    warn: log('warn'),
    info: log('info'),
    debug: log('debug'),
    trace: log('trace'),
    child: (more) => createLogger(options, { ...fields, ...more }),
    isEnabled,
  };
};

/** How a stream of this process wants its lines: JSON unless it is a terminal, colours unless NO_COLOR is set. */
export const logStyleFor = (
  stream: { readonly isTTY?: boolean | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): LogStyle => {
  if (stream.isTTY !== true) return 'json';
  const noColour = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return noColour ? 'text' : 'colour';
};
