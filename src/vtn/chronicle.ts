import type { MessageName, OadrMessage } from '../protocol/payload.ts';
import type { OadrServiceName } from '../protocol/types/enumerations.ts';
import type { VenID } from '../protocol/types/identifiers.ts';
import type { ConnectionEnd } from './answer.ts';
import type { FaultName } from './faults/faults.ts';

/** One request and what became of it. */
export interface VtnExchange {
  /** Counts every request, quiet polls too. */
  readonly number: number;
  /** @unit UTC ms */
  readonly at: number;
  readonly service: OadrServiceName;
  readonly venID?: VenID;
  /** Absent when the body was no message. */
  readonly request?: OadrMessage;
  readonly answer?: OadrMessage;
  readonly status: number;
  readonly connection: ConnectionEnd;
  readonly processed: boolean;
  readonly faults: readonly FaultName[];
}

/** Polls of one VEN, counted. */
export interface PollCount {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** What the VTN remembers of what went over the wire. */
export interface Chronicle {
  /** Exchanges, oldest first, without quiet polls. */
  readonly exchanges: readonly VtnExchange[];
  /** All polls, quiet ones too. */
  readonly polls: ReadonlyMap<VenID, PollCount>;
  readonly note: (exchange: VtnExchange) => void;
  /** Calls back with each exchange as it happens, quiet polls too. */
  readonly watch: (watcher: (exchange: VtnExchange) => void) => void;
}

/** Whether a poll asked for nothing, was told nothing, and nothing went wrong. */
export const isQuiet = ({ request, answer, faults }: VtnExchange): boolean =>
  request?.message === 'oadrPoll' && answer?.message === 'oadrResponse' && faults.length === 0;

/** Opens an empty chronicle. @limit `remembers` exchanges; the oldest go first */
export const openChronicle = (remembers: number): Chronicle => {
  const exchanges: VtnExchange[] = [];
  const polls = new Map<VenID, PollCount>();
  const watchers: ((exchange: VtnExchange) => void)[] = [];

  const countPoll = ({ request, at }: VtnExchange): void => {
    if (request?.message !== 'oadrPoll') return;
    const known = polls.get(request.venID);
    polls.set(request.venID, { count: (known?.count ?? 0) + 1, firstAt: known?.firstAt ?? at, lastAt: at });
  };

  const note = (exchange: VtnExchange): void => {
    countPoll(exchange);
    for (const watcher of watchers) watcher(exchange);
    if (isQuiet(exchange)) return;
    exchanges.push(exchange);
    if (exchanges.length > remembers * 1.25) exchanges.splice(0, exchanges.length - remembers);
  };

  return { exchanges, polls, note, watch: (watcher) => void watchers.push(watcher) };
};

/** The requests of one kind that were received, oldest first. */
export const requestsNamed = <Name extends MessageName>(
  chronicle: Chronicle,
  name: Name,
): readonly Extract<OadrMessage, { readonly message: Name }>[] =>
  chronicle.exchanges.flatMap(({ request }) =>
    request?.message === name ? [request as Extract<OadrMessage, { readonly message: Name }>] : [],
  );
