/** A program of somebody else: the receiver of `@statelyai/inspect`, which writes what it hears as JSON lines. */
import { createWebSocketReceiver } from '@statelyai/inspect';

createWebSocketReceiver({ server: process.argv[2] ?? '' }).subscribe((event) =>
  process.stdout.write(`${JSON.stringify(event)}\n`),
);
