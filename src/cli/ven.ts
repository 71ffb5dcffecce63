#!/usr/bin/env node
import { COMMANDS } from './commands/table.ts';
import { EXIT } from './exitCode.ts';
import { keysOf } from './keys.ts';
import { main } from './main.ts';
import { stopOnSignals } from './shutdown.ts';
import { surroundingsOf } from './surroundings.ts';

// A reader that has seen enough (`ven prices | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.success : EXIT.failure),
);

let stop: AbortSignal | undefined;

const surroundings = surroundingsOf({
  args: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  pressedKey: process.stdout.isTTY ? keysOf(process.stdin) : null,
  stopSignal: () =>
    (stop ??= stopOnSignals({
      source: process,
      now: () => performance.now(),
      giveUp: () => process.exit(EXIT.failure),
    })),
});

process.on('uncaughtException', (error) => {
  surroundings.stderr.write(
    `ven has a fault, please report it with these lines:\n${surroundings.redactor.error(error)}\n`,
  );
  process.exit(EXIT.failure);
});

process.exitCode = await main(surroundings, COMMANDS);
