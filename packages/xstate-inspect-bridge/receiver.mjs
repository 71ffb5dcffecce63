/** For the test: the receiver of @xstate/inspect itself, which writes what it understood as JSON lines. */
import { createRequire } from 'node:module';
import { WebSocket } from 'ws';

globalThis.WebSocket = WebSocket;
const { createWebSocketReceiver } = createRequire(import.meta.url)('@xstate/inspect');

const told = (event) => ({
  type: event.type,
  sessionId: event.sessionId,
  ...(event.machine === undefined ? {} : { machine: event.machine.id, stateIDs: event.machine.stateIds }),
  ...(event.state === undefined ? {} : { value: event.state.value }),
  ...(event.event === undefined ? {} : { event: event.event.name }),
});

const receiver = createWebSocketReceiver({ server: process.argv[2] ?? '' });
receiver.subscribe((event) => process.stdout.write(`${JSON.stringify(told(event))}\n`));
// Whatever comes on standard input is said to the bridge, as a viewer could.
process.stdin.on('data', (text) => receiver.send(JSON.parse(String(text))));
