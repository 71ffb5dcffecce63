/** What may be ordered over the door of a fleet: what the host does with a VEN, and what a person tells one. */
import type { IncomingMessage } from 'node:http';
import type { FleetAccess } from '../../../fleet/access.ts';
import { isForAll } from '../../../fleet/access.ts';
import type { FleetVen } from '../../../fleet/fleetVen.ts';
import type { Host, ListChange } from '../../../fleet/host.ts';
import type { VenHold } from '../../../fleet/member.ts';
import { standingOf } from '../../../fleet/standing.ts';
import { RequestRefused } from '../../../inspector/server/refusal.ts';
import type { Agent } from '../../../shell/agent.ts';
import { checkKind, commandOf, readBody } from '../../commandApi/body.ts';
import { commandPathAt, type CommandPath } from '../../commandApi/paths.ts';
import { OperatorDesk } from '../../control/operatorDesk.ts';
import { projectionsOf } from '../projections.ts';

/** What orders are carried out with. */
export interface OrdersOptions {
  readonly host: Host;
  /** Reads the file of the fleet again. */
  readonly reload: () => Promise<ListChange>;
  /** Hears in a sentence what was ordered, and by whom. */
  readonly onOrder: (sentence: string) => void;
}

const holds: Readonly<Record<string, VenHold['phase']>> = { pause: 'paused', drain: 'drained' };

const noFields = { summary: '', required: [], command: { type: 'OperatorInstructed' } } as const;

/** A body that may say why. */
const becauseOf = async (request: IncomingMessage, path: string): Promise<string | undefined> => {
  const fields: CommandPath['fields'] = { because: { type: 'string', description: 'Why.' } };
  const body = commandOf(await readBody(request), { ...noFields, path, fields });
  return 'because' in body && typeof body.because === 'string' ? body.because.slice(0, 400) : undefined;
};

const notThere = (): RequestRefused => new RequestRefused(404, 'notFound', 'There is nothing at this path.');

/** Carries orders out. */
export class FleetOrders {
  readonly #options: OrdersOptions;
  readonly #desks = new WeakMap<Agent, OperatorDesk>();

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Of the fleet as a whole. @throws RequestRefused */
  async ofFleet(request: IncomingMessage, pathname: string, access: FleetAccess): Promise<object> {
    if (pathname !== '/api/v1/fleet/reload') throw notThere();
    checkKind(request);
    await becauseOf(request, pathname);
    if (!isForAll(access))
      throw new RequestRefused(403, 'notForAll', 'This token is for some VENs, and the file is that of all of them.');
    const change = await this.#options.reload();
    this.#options.onOrder(`${access.name} had the file of the fleet read again.`);
    return { added: change.added.length, changed: change.changed.length, removed: change.removed.length };
  }

  /** Of one VEN, which whoever asks may see and act for. `pathname`: below the place of the VEN. @throws RequestRefused */
  async ofVen(request: IncomingMessage, ven: FleetVen, pathname: string, access: FleetAccess): Promise<object> {
    checkKind(request);
    const { venID } = ven.member;
    const [, order = ''] = /^\/(pause|drain|release)$/.exec(pathname) ?? [];
    if (order === '') return this.#tell(request, ven, pathname, access);
    const because = await becauseOf(request, pathname);
    const { host, onOrder } = this.#options;
    const phase = holds[order];
    if (phase === undefined) host.release(venID);
    else await host.hold(venID, phase, `${because ?? `it was ${phase}`} (${access.name})`);
    onOrder(`${access.name} ordered "${order}" for the VEN ${venID}.`);
    return standingOf(ven, host.now);
  }

  /** What a person tells the agent itself. */
  async #tell(request: IncomingMessage, ven: FleetVen, pathname: string, access: FleetAccess): Promise<object> {
    const path = commandPathAt(pathname);
    if (path === null) throw notThere();
    const { agent, log, member, phase } = ven;
    if (agent === null || log === null)
      throw new RequestRefused(503, 'notRunning', `The VEN ${member.venID} does not run (${phase}).`, {
        'Retry-After': '5',
      });
    const command = commandOf(await readBody(request), path);
    const { position } = await this.#deskOf(agent, projectionsOf(log)).take({ by: 'http', read: () => command });
    this.#options.onOrder(`${access.name} told the VEN ${member.venID} "${pathname}", at position ${position}.`);
    return { position };
  }

  #deskOf(agent: Agent, projections: ReturnType<typeof projectionsOf>): OperatorDesk {
    const known = this.#desks.get(agent);
    if (known !== undefined) return known;
    const desk = new OperatorDesk({ agent, projections, now: () => this.#options.host.now });
    this.#desks.set(agent, desk);
    return desk;
  }
}
