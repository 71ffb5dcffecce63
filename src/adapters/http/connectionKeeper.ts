import type { Socket } from 'node:net';
import { KeptConnection } from './keptConnection.ts';
import type { Connect } from '../tls/verifiedConnection.ts';

/** How the one connection is kept. */
export interface KeeperSettings {
  readonly connect: Connect;
  /** @unit ms */
  readonly keepAliveMs: number;
  /** @unit ms since the epoch */
  readonly now: () => number;
}

/** Told once: with the free connection, or with the reason why there is none. */
export type Reached = (error: Error | null, connection?: KeptConnection) => void;

/** Keeps the one connection to the VTN, and makes it anew when it is gone. At most one caller waits for it. */
export class ConnectionKeeper {
  readonly #settings: KeeperSettings;
  #connection: KeptConnection | null = null;
  #connecting: Socket | null = null;
  #waiting: Reached | null = null;

  constructor(settings: KeeperSettings) {
    this.#settings = settings;
  }

  /** Tells `then` as soon as a connection stands free, or that none can be had. */
  reach(then: Reached): void {
    this.#waiting = then;
    this.#leaveExpiredPeer();
    const connection = this.#connection;
    if (connection === null) this.#connect();
    else
      connection.whenFree(() => {
        if (connection.isClosed) this.#connect();
        else this.#tell(null, connection);
      });
  }

  /** The caller waits no longer; a connection that is being made is finished all the same, for the next one. */
  leave(): void {
    this.#waiting = null;
  }

  /** Closes the connection, or ends the making of it. */
  close(): void {
    this.#waiting = null;
    this.#connecting?.destroy();
    this.#connection?.destroy();
  }

  #tell(...result: Parameters<Reached>): void {
    const then = this.#waiting;
    this.#waiting = null;
    then?.(...result);
  }

  /** A connection may outlive the certificate it was made with; no message goes over it then. @rule 2.0b 516 */
  #leaveExpiredPeer(): void {
    if (this.#connection === null || this.#settings.now() <= this.#connection.validTo) return;
    this.#connection.destroy();
    this.#connection = null;
  }

  #connect(): void {
    this.#connection?.destroy();
    this.#connection = null;
    if (this.#connecting !== null || this.#waiting === null) return;
    this.#connecting = this.#settings.connect((error, socket) => {
      this.#connecting = null;
      if (error !== null || socket === undefined) this.#tell(error);
      else this.#tell(null, (this.#connection = new KeptConnection(socket, this.#settings.keepAliveMs)));
    });
  }
}
