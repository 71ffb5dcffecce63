import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Where a connection is cut once a request holds certain bytes: before the server has seen it, once it has it, or once it has answered.
 * `hold` cuts nothing and lets the answer never come.
 */
export type Cut = 'before' | 'under way' | 'after' | 'hold';

/** Where a server listens. */
export type Upstream = { readonly path: string } | { readonly host: string; readonly port: number };

/** A proxy before a server that cuts connections at the worst moment. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #plan: { readonly bytes: string | Buffer; readonly cut: Cut; left: number } | null = null;
  #isDown = false;
  cuts = 0;

  #upstream: Upstream;

  private constructor(server: Server, upstream: Upstream) {
    this.#server = server;
    this.#upstream = upstream;
  }

  /** Leads elsewhere from now on; whoever is connected is cut. */
  redirect(upstream: Upstream): void {
    this.#upstream = upstream;
    for (const socket of this.#sockets) socket.destroy();
  }

  static async before(upstream: Upstream): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, upstream);
    server.on('connection', (client) => proxy.#join(client, connect(proxy.#upstream)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts the next connections over which a request with these bytes goes. */
  cutNext(bytes: string | Buffer, cut: Cut, times = 1): void {
    this.#plan = { bytes, cut, left: times };
  }

  /** Lets nobody in any more, and cuts whoever is. */
  down(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  up(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    this.down();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    if (this.#isDown) return void client.destroy();
    let answers: 'pass' | 'cut' | 'hold' = 'pass';
    client.on('data', (data) => {
      const cut = this.#cutFor(data);
      if (cut === 'before') return void client.destroy();
      answers = cut === 'after' ? 'cut' : cut === 'hold' ? 'hold' : answers;
      server.write(data);
      // The client sees the end of its connection while the server has yet to read what came over it.
      if (cut === 'under way') server.end(() => client.destroy());
    });
    server.on('data', (data) => {
      if (answers === 'cut') client.destroy();
      else if (answers === 'pass') client.write(data);
    });
  }

  #cutFor(data: Buffer): Cut | null {
    if (this.#plan === null || this.#plan.left === 0 || !data.includes(this.#plan.bytes)) return null;
    this.#plan.left -= 1;
    this.cuts += 1;
    return this.#plan.cut;
  }
}
