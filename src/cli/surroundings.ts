import { createRedactor, type Redactor } from '../adapters/secrets/redact.ts';
import { printableOutput } from '../text/printable.ts';
import type { PressedKey } from './keys.ts';
import type { AskedLine } from './lines.ts';
import type { Environment } from '../adapters/config/configSources.ts';

/** One of the two ways text leaves the process. */
export interface TextOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 when there is none. */
  readonly columns: number;
  /** Whom to tell how many lines were lost, once lines get through again; absent where none can be lost. */
  readonly afterLoss?: (tell: (lostLines: number) => void) => void;
  /** From now on no reader is waited for, for there is more important work than being read. */
  readonly neverWait?: () => void;
}

/** All of the outside world a command touches directly; tests give their own. */
export interface Surroundings {
  readonly args: readonly string[];
  readonly environment: Environment;
  /** For what the command was asked for. */
  readonly stdout: TextOutput;
  /** For everything said about it: logs, problems, progress. */
  readonly stderr: TextOutput;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP; asking for it takes these signals over. */
  readonly stopSignal: () => AbortSignal;
  /** What a SIGHUP does from now on, where no terminal is that could have hung up; it stops the process otherwise. */
  readonly onHangUp: (listener: () => void) => void;
  /** Waits for one key; null where no person sits at a terminal. */
  readonly pressedKey: PressedKey | null;
  /** Asks a question and waits for a line; null where no person sits at a terminal. */
  readonly askedLine: AskedLine | null;
  /** From now on hides the secrets of this redactor as well. */
  readonly hide: (redactor: Redactor) => void;
  /** The present redactor: knows every secret seen so far. */
  readonly redactor: Redactor;
}

/** @limit the paths of URLs, which may be tokens, wherever they stand in a text */
const URL_PATH = /https?:\/\/[^/\s"']+\/([^\s"']+)/gi;
const STANDARD_TAIL = /\/?OpenADR2\/Simple\/2\.0b.*$/i;

/**
 * What looks like a secret in the raw arguments and environment: hidden before anything is understood,
 * so that a complaint about an argument cannot show the token that stands in it.
 */
export const suspects = (args: readonly string[], environment: Environment): readonly string[] => {
  const texts = [
    ...args,
    ...Object.entries(environment)
      .filter(([name]) => name.startsWith('VEN_'))
      .map(([, value]) => value ?? ''),
  ];
  const paths = texts.flatMap((text) =>
    [...text.matchAll(URL_PATH)].map((match) => match[1]!.replace(STANDARD_TAIL, '')),
  );
  return [...paths, environment['VEN_TLS_KEY_PASSPHRASE'] ?? ''].filter((each) => each !== '');
};

/** Redactors one after the other, for secrets that become known one after the other. */
export const growingRedactor = (
  first: Redactor,
): { readonly redactor: Redactor; readonly add: (next: Redactor) => void } => {
  const all = [first];
  const through = <Value>(value: Value, step: (redactor: Redactor, value: Value) => Value): Value =>
    all.reduce((current, redactor) => step(redactor, current), value);
  const text = (given: string): string => through(given, (redactor, current) => redactor.text(current));
  return {
    add: (next) => void all.push(next),
    redactor: {
      text,
      error: (error) => text(first.error(error)),
      json: (value) => through(value, (redactor, current) => redactor.json(current)),
    },
  };
};

/** Where a process writes to. */
export interface StreamLike {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  afterLoss?(tell: (lostLines: number) => void): void;
  neverWait?(): void;
}

/** The world of a process: its arguments, environment, streams and signals, each output through the one redactor. */
export interface ProcessLike {
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly stdout: StreamLike;
  readonly stderr: StreamLike;
  readonly stopSignal: () => AbortSignal;
  readonly onHangUp?: (listener: () => void) => void;
  readonly now?: () => number;
  readonly pressedKey?: PressedKey | null;
  readonly askedLine?: AskedLine | null;
}

/** Puts the redactor between a command and the outside. */
export const surroundingsOf = (given: ProcessLike): Surroundings => {
  const { redactor, add } = growingRedactor(createRedactor(suspects(given.args, given.environment)));
  const output = (stream: StreamLike): TextOutput => ({
    write: (text) => void stream.write(printableOutput(redactor.text(text))),
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
    afterLoss: (tell) => stream.afterLoss?.(tell),
    neverWait: () => stream.neverWait?.(),
  });
  return {
    args: given.args,
    environment: given.environment,
    stdout: output(given.stdout),
    stderr: output(given.stderr),
    now: given.now ?? Date.now,
    stopSignal: given.stopSignal,
    onHangUp: (listener) => given.onHangUp?.(listener),
    pressedKey: given.pressedKey ?? null,
    askedLine: given.askedLine ?? null,
    hide: add,
    redactor,
  };
};
