/**
 * The one door of a fleet over HTTP: its page, its figures, the known page and API for each VEN, and orders to them.
 *
 * For whom a VEN is not, it does not exist: what is answered then is the same as for one that nobody has.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DoorAccess } from '../../../adapters/config/fleetFile.ts';
import { isFor, type FleetAccess } from '../../../fleet/access.ts';
import type { FleetVen } from '../../../fleet/fleetVen.ts';
import type { Host } from '../../../fleet/host.ts';
import { fleetHealthQuery, fleetQuery } from '../../../inspector/api/fleet.ts';
import { bracketed, hostsOf, ownAddresses } from '../../../inspector/server/address.ts';
import { bearerOf, checkHost, checkRequest, tokenCookie, urlOf, type Rules } from '../../../inspector/server/guard.ts';
import type { PageFiles } from '../../../inspector/server/pageFiles.ts';
import { RequestRefused } from '../../../inspector/server/refusal.ts';
import { json, refusalAnswer, send, type HttpAnswer } from '../../../inspector/server/respond.ts';
import { understood } from '../../../inspector/server/understand.ts';
import { checkNoPage, commandRefusal, problemAnswer } from '../../commandApi/commandServer.ts';
import { VERSION } from '../../version.ts';
import { fleetHealth, fleetMetrics, venHealth } from './figures.ts';
import { fleetPage } from './fleetPage.ts';
import { FleetGate } from './gate.ts';
import { FleetOrders, type OrdersOptions } from './orders.ts';
import { FleetStandings } from './standings.ts';
import { VenViews, type VenViewsOptions } from './venViews.ts';

/** @limit Connections, and bytes of a request's head. */
const connectionsLimit = 256;
const headBytes = 16 * 1024;

/** Patience with requests, idle connections and the end; how often it is looked whether anybody still asks. @unit ms */
const requestMs = 10_000;
const keepAliveMs = 5_000;
const endMs = 500;
const idleCheckMs = 60_000;

/** What a door is made with. */
export interface FleetDoorOptions extends OrdersOptions, VenViewsOptions {
  readonly host: Host;
  readonly page: PageFiles;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names by which it may be asked, beside its addresses. */
  readonly hosts: readonly string[];
  readonly access: readonly DoorAccess[];
  /** Hears that somebody who may not act tried to. */
  readonly onStranger: (sentence: string) => void;
  /** A clock that nobody sets. @unit ms */
  readonly elapsedMs?: () => number;
  /** Hears what went wrong here by a fault of ours. */
  readonly onFault: (error: unknown) => void;
}

/** Files of the known page that the page of the fleet uses as well. */
const sharedFiles: ReadonlySet<string> = new Set(['/page.css', '/icon.svg']);

interface VenAsked {
  readonly ven: FleetVen;
  /** Below the place of the VEN; empty where its last slash is missing. */
  readonly pathname: string;
}

/** The same for a VEN that nobody has as for one that is not for whoever asks. */
const noSuchPlace = (): RequestRefused =>
  new RequestRefused(404, 'notFound', 'There is nothing at this path for you: /api/v1/fleet lists the VENs there are.');

export class FleetDoor {
  readonly #options: FleetDoorOptions;
  readonly #server: Server;
  readonly #standings: FleetStandings;
  readonly #views: VenViews;
  readonly #orders: FleetOrders;
  readonly #idle: NodeJS.Timeout;
  #gate: FleetGate;
  #rules: Rules = { hosts: new Set(), token: null };

  private constructor(options: FleetDoorOptions) {
    this.#options = options;
    this.#standings = new FleetStandings(options.host, options.elapsedMs);
    this.#views = new VenViews(options);
    this.#orders = new FleetOrders(options);
    this.#gate = new FleetGate(options.access);
    this.#server = createServer(
      { maxHeaderSize: headBytes, requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: keepAliveMs },
      (request, response) => void this.#take(request, response),
    );
    this.#server.maxConnections = connectionsLimit;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
    this.#idle = setInterval(() => this.#views.rest(), idleCheckMs);
    this.#idle.unref();
  }

  /** Opens it. @throws Error when the address cannot be taken */
  static async open(options: FleetDoorOptions): Promise<FleetDoor> {
    const door = new FleetDoor(options);
    await door.#listen();
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:8470/` */
  get url(): string {
    return `http://${bracketed(this.#options.address)}:${this.port}/`;
  }

  /** Lets in whom the file names now; who looks on comes again, and is asked for a token that still holds. */
  letIn(access: readonly DoorAccess[]): void {
    this.#gate = new FleetGate(access);
    this.#views.close();
  }

  async close(): Promise<void> {
    clearInterval(this.#idle);
    this.#views.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    setTimeout(() => this.#server.closeAllConnections(), endMs).unref();
    await closed;
    await this.#options.planner.close?.();
  }

  async #listen(): Promise<void> {
    const { address, port, hosts } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: address, port }, resolve);
    });
    this.#server.on('error', () => undefined);
    this.#rules = { hosts: hostsOf(address, this.port, ownAddresses(), hosts), named: new Set(hosts), token: null };
  }

  /** What goes wrong with a request is told to who made it, and to nobody else. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method === 'POST') await this.#order(request, response);
      else await this.#answer(request, response);
    } catch (error) {
      if (!(error instanceof RequestRefused)) this.#options.onFault(error);
      if (response.headersSent) response.destroy();
      else send(request, response, refusalAnswer(error));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    const { method = 'GET', headers } = request;
    checkRequest({ method, url, headers }, this.#rules);
    const access = this.#gate.accessOf({ url, headers });
    if (this.#takesToken(request, response, url)) return;
    const { pathname, searchParams } = url;
    const asked = this.#venAt(pathname, access);
    if (asked !== null) return this.#answerOfVen(request, response, asked, searchParams);
    send(request, response, this.#answerOfFleet(pathname, searchParams, access));
  }

  async #answerOfVen(
    request: IncomingMessage,
    response: ServerResponse,
    { ven, pathname }: VenAsked,
    query: URLSearchParams,
  ): Promise<void> {
    if (pathname === '') return send(request, response, redirectTo(`${encodeURIComponent(ven.member.venID)}/`));
    if (pathname === '/healthz') {
      const health = await venHealth(ven, this.#options.host.now);
      return send(request, response, this.#hidden(ven, json(health, health.status === 'healthy' ? 200 : 503)));
    }
    const view = this.#views.of(ven);
    try {
      await view.answer(request, response, pathname, query);
    } catch (error) {
      if (response.headersSent) throw error;
      send(request, response, view.hidden(refusalAnswer(error)));
    }
  }

  #answerOfFleet(pathname: string, query: URLSearchParams, access: FleetAccess): HttpAnswer {
    const { host, page } = this.#options;
    switch (pathname) {
      case '/':
        return fleetPage(this.#standings.page(access, understood(fleetQuery, query)), understood(fleetQuery, query));
      case '/api/v1/fleet':
        return json(this.#standings.page(access, understood(fleetQuery, query)));
      case '/healthz': {
        const health = fleetHealth(this.#standings.seenBy(access), understood(fleetHealthQuery, query).tolerate ?? 0);
        return json(health, health.status === 'healthy' ? 200 : 503);
      }
      case '/metrics':
        return {
          contentType: 'text/plain; version=0.0.4; charset=utf-8',
          body: fleetMetrics(this.#standings.seenBy(access), host.startedAt, VERSION),
        };
      default: {
        const file = sharedFiles.has(pathname) ? page.get(pathname) : undefined;
        if (file === undefined) throw noSuchPlace();
        return file;
      }
    }
  }

  /** Orders come from programs, each with a token that no browser keeps. */
  async #order(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { headers } = request;
      checkHost(headers, this.#rules.hosts, 'use the address that was told when it started');
      checkNoPage(request);
      const access = this.#gate.accessBy(bearerOf(headers));
      const { pathname } = urlOf(request);
      const asked = this.#venAt(pathname, access);
      if (asked === null && !pathname.startsWith('/api/v1/fleet/')) throw noSuchPlace();
      if (access.role !== 'act')
        throw new RequestRefused(403, 'readOnly', 'This token may look, and not act: its role is "read".');
      const done =
        asked === null
          ? await this.#orders.ofFleet(request, pathname, access)
          : await this.#orders.ofVen(request, asked.ven, asked.pathname, access);
      this.#standings.forget();
      const answer = json(done);
      send(request, response, asked === null ? answer : this.#hidden(asked.ven, answer));
    } catch (error) {
      const refusal = commandRefusal(error);
      if (refusal.status === 401 || refusal.status === 403)
        this.#options.onStranger(`An order at the door was refused (${refusal.status}): ${refusal.message}`);
      if (refusal.status === 500) this.#options.onFault(error);
      const isRead = request.complete;
      request.resume();
      if (response.destroyed) return;
      send(request, response, {
        ...problemAnswer(refusal),
        headers: { ...refusal.headers, ...(isRead ? {} : { Connection: 'close' }) },
      });
    }
  }

  /** A socket is guarded as a request is. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      const url = urlOf(request);
      const { method = '', headers } = request;
      checkRequest({ method, url, headers }, this.#rules);
      const asked = this.#venAt(url.pathname, this.#gate.accessOf({ url, headers }));
      if (asked === null) throw noSuchPlace();
      this.#views.of(asked.ven).upgrade(request, socket, head, asked.pathname);
    } catch (error) {
      const { status = 500, body } = refusalAnswer(error);
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${String(body)}`,
      );
    }
  }

  /** The VEN that a path is about; null for paths of the fleet. @throws RequestRefused, the same whether it is not there or not for who asks */
  #venAt(pathname: string, access: FleetAccess): VenAsked | null {
    const [, encoded, below = ''] = /^\/vens\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
    if (encoded === undefined) return null;
    const ven = this.#options.host.vens.get(nameIn(encoded));
    if (ven === undefined || !isFor(access, ven.member)) throw noSuchPlace();
    return { ven, pathname: below };
  }

  #hidden({ member }: FleetVen, answer: HttpAnswer): HttpAnswer {
    return { ...answer, body: member.redact(String(answer.body)) };
  }

  /** A browser that comes with the token in its address keeps it in a cookie, and its address is tidy again. */
  #takesToken(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const token = url.searchParams.get('token');
    if (token === null || url.pathname !== '/' || !this.#gate.asksForTokens) return false;
    // What the cookie says goes before what the address says; only what lets in by itself is kept.
    this.#gate.accessBy(token);
    const cookie = `${tokenCookie}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    const answer = redirectTo('./');
    send(request, response, { ...answer, headers: { ...answer.headers, 'Set-Cookie': cookie } });
    return true;
  }
}

const redirectTo = (place: string): HttpAnswer => ({
  status: 303,
  contentType: 'text/plain; charset=utf-8',
  body: '',
  headers: { Location: place },
});

const nameIn = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw noSuchPlace();
  }
};
