#!/usr/bin/env node
/**
 * Shows a running VEN in the legacy viewer of @xstate/inspect: it hears the VEN's inspector tell its streams in Stately's
 * protocol, and presents each as a service of XState 4.
 *
 *   ven run --inspect
 *   npm ci && node bridge.mjs [--from ws://127.0.0.1:8462/stately/feed] [--port 8463]
 *   then open https://stately.ai/viz?inspect&server=ws://127.0.0.1:8463
 *
 * The viewer is a page of a third party, so states and names are shown and nothing of the VEN's own; for a viewer on this
 * machine, --from ws://127.0.0.1:8462/stately/ws shows all of it.
 */
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { createService } from './service.mjs';
import { openViewers } from './viewers.mjs';

/** How long is waited before the VEN is looked for again. @unit ms */
const againFirstMs = 1_000;
const againAtMostMs = 30_000;

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: 'ws://127.0.0.1:8462/stately/feed' },
    port: { type: 'string', default: '8463' },
  },
});

const services = new Map();

/** What each message of Stately's protocol comes to. */
const take = (viewers, message) => {
  const { type, sessionId, snapshot, event } = message;
  if (type === '@xstate.actor') {
    services.get(sessionId)?.stop();
    const service = createService(message);
    services.set(sessionId, service);
    viewers.show(service);
  }
  if (type !== '@xstate.snapshot') return;
  services.get(sessionId)?.tell(event, snapshot);
  if (snapshot.status !== 'done') return;
  services.get(sessionId)?.stop();
  services.delete(sessionId);
};

const hear = (viewers, againMs) => {
  const socket = new WebSocket(values.from);
  let wait = againMs;
  socket.on('open', () => {
    wait = againFirstMs;
    process.stderr.write(`Hearing ${new URL(values.from).host}.\n`);
  });
  socket.on('message', (data) => take(viewers, JSON.parse(String(data))));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const service of services.values()) service.stop();
    services.clear();
    setTimeout(() => hear(viewers, Math.min(againAtMostMs, wait * 2)), wait);
  });
};

const viewers = await openViewers(Number(values.port));
process.stdout.write(`Open https://stately.ai/viz?inspect&server=ws://127.0.0.1:${viewers.port}\n`);
hear(viewers, againFirstMs);
