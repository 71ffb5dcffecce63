/** WebSockets that are told what the machines do. What they say is not listened to. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { History } from '../history/history.ts';
import { forThirdParty, inFull } from '../stately/discretion.ts';
import { StatelyHub, type StatelyWatcher } from '../stately/hub.ts';
import { printableJson } from '../../text/printable.ts';
import { RequestRefused } from './refusal.ts';

/** Where programs on this machine, and where the page that feeds a third party, find the socket. */
export const statelyPaths = { inFull: '/stately/ws', forThirdParty: '/stately/feed' } as const;

/** @limit Who may watch at once, what they may leave unread, and what they may say. */
const watchersLimit = 8;
const unreadBytes = 4 * 1024 * 1024;
const saidBytes = 64 * 1024;

/** Entries are gathered for so long before they are told. @unit ms */
const gatherMs = 50;

/** Codes of RFC 6455: going away, try again later. */
const closing = { goingAway: 1001, tryAgain: 1013 } as const;

/** Runs what was asked for last, a little later. */
const soonAfter = (ms: number): ((work: () => void) => void) => {
  let waiting: NodeJS.Timeout | null = null;
  return (work) => {
    waiting ??= setTimeout(() => {
      waiting = null;
      work();
    }, ms);
  };
};

/** All sockets that watch, and the hub that tells them. */
export class StatelySockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: saidBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  #hub: StatelyHub | null = null;
  #history: History | null = null;

  /** How many watch. */
  get watchers(): number {
    return this.#hub?.watchers ?? 0;
  }

  /** Takes a connection over. @throws RequestRefused */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, pathname: string, history: History): void {
    if (pathname !== statelyPaths.inFull && pathname !== statelyPaths.forThirdParty)
      throw new RequestRefused(404, 'notFound', `There is no WebSocket at this path: it is at ${statelyPaths.inFull}.`);
    if (this.#server.clients.size >= watchersLimit)
      throw new RequestRefused(503, 'tooMany', `${watchersLimit} programs watch already.`);
    this.#server.handleUpgrade(request, socket, head, (opened) => this.#watch(opened, pathname, this.#hubOf(history)));
  }

  /** Ends every connection. */
  close(): void {
    for (const client of this.#server.clients) client.close(closing.goingAway, 'the inspector closes');
    this.#hub = null;
    this.#history = null;
  }

  #hubOf(history: History): StatelyHub {
    if (this.#hub === null || this.#history !== history) this.#hub = new StatelyHub(history, soonAfter(gatherMs));
    this.#history = history;
    return this.#hub;
  }

  #watch(socket: WebSocket, pathname: string, hub: StatelyHub): void {
    const watcher: StatelyWatcher = {
      discretion: pathname === statelyPaths.inFull ? inFull : forThirdParty(),
      tell: (message) => {
        if (socket.bufferedAmount > unreadBytes) socket.close(closing.tryAgain, 'too much was left unread');
        else if (socket.readyState === socket.OPEN) socket.send(printableJson(JSON.stringify(message)));
      },
    };
    socket.on('error', () => socket.terminate());
    socket.on('close', () => hub.leave(watcher));
    hub.join(watcher).then(
      () => {
        if (socket.readyState !== socket.OPEN) hub.leave(watcher);
      },
      () => socket.close(closing.tryAgain, 'the log cannot be read'),
    );
  }
}
