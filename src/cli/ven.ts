import { isatty } from 'node:tty';
import { outletOf } from '../adapters/process/outlet.ts';
import { COMMANDS } from './commands/table.ts';
import { EXIT } from './exitCode.ts';
import { keysOf } from './keys.ts';
import { linesOf } from './lines.ts';
import { main } from './main.ts';
import { stopOnSignals } from './shutdown.ts';
import { surroundingsOf } from './surroundings.ts';

// Without a listener Node opens its debugger at this signal, to whoever can send one and reach a port of this machine.
process.on('SIGUSR1', () => undefined);

/** What is said about the work must not end the work. */
const stderr = outletOf(process.stderr);

// A reader that has seen enough (`ven prices | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.success : EXIT.failure),
);

/** How long a reader of the last lines is waited for. @unit ms */
const lastWordsMs = 1_000;

let stop: AbortSignal | undefined;
let hangUp: (() => void) | null = null;
const hasTerminal = [0, 1, 2].some((fd) => isatty(fd));

const surroundings = surroundingsOf({
  args: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr,
  askedLine: linesOf(process.stdin, process.stdout),
  pressedKey: process.stdout.isTTY ? keysOf(process.stdin) : null,
  stopSignal: () =>
    (stop ??= stopOnSignals({
      source: process,
      now: () => performance.now(),
      giveUp: () => process.exit(EXIT.failure),
      hangUp: () => (hasTerminal ? null : hangUp),
    })),
  onHangUp: (listener) => {
    hangUp = listener;
  },
});

process.on('uncaughtException', (error) => {
  surroundings.stderr.write(
    `ven has a fault, please report it with these lines:\n${surroundings.redactor.error(error)}\n`,
  );
  process.exit(EXIT.failure);
});

const run = async (): Promise<void> => {
  process.exitCode = await main(surroundings, COMMANDS);
  // What nobody reads must not keep a process that has done its work.
  if (stderr.isWaiting) setTimeout(() => process.exit(), lastWordsMs).unref();
};

void run();
