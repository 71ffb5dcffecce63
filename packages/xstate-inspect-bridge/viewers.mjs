/**
 * The socket that the legacy viewer connects to, with `inspect()` of @xstate/inspect behind it.
 *
 * That package believes whatever a viewer sends: it parses it unguarded, and hands events on to services. Here a viewer
 * can say one thing, that it is there.
 */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { WebSocketServer } from 'ws';

const { inspect } = createRequire(import.meta.url)('@xstate/inspect/lib/server');

/** Pages that may look: the legacy viewers. Programs send no Origin. */
const viewersOrigins = new Set(['https://stately.ai', 'https://statecharts.io']);

/** @limit Viewers at once, and what one may say. @unit bytes */
const viewersLimit = 8;
const saidBytes = 16 * 1024;

const isGreeting = (text) => {
  try {
    return JSON.parse(text).type === 'xstate.inspecting';
  } catch {
    return false;
  }
};

/** A client as @xstate/inspect sees it: one that only ever greets. */
const onlyGreeting = (socket) => {
  const client = new EventEmitter();
  socket.on('message', (data, isBinary) => {
    if (!isBinary && isGreeting(String(data)))
      client.emit('message', Buffer.from('{"type":"xstate.inspecting"}'), false);
  });
  socket.on('error', () => socket.terminate());
  return client;
};

/** Opens the socket on loopback; resolves with its port and the way to show a service. */
export const openViewers = async (port) => {
  const sockets = new WebSocketServer({
    host: '127.0.0.1',
    port,
    maxPayload: saidBytes,
    verifyClient: ({ origin }) =>
      (origin === undefined || viewersOrigins.has(origin)) && sockets.clients.size < viewersLimit,
  });
  await new Promise((resolve, reject) => {
    sockets.once('listening', resolve);
    sockets.once('error', reject);
  });
  const seen = Object.assign(new EventEmitter(), { clients: sockets.clients, close: () => sockets.close() });
  sockets.on('connection', (socket) => seen.emit('connection', onlyGreeting(socket)));
  inspect({ server: seen });
  return {
    port: sockets.address().port,
    show: (service) => globalThis.__xstate__.register(service),
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
};
