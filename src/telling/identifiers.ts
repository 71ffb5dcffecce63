import type { KnownEntry } from '../facts/fact.ts';
import { upcast } from '../facts/upcast.ts';
import type { EventLog } from '../store/eventLog.ts';

/** What an identifier can be the name of. */
export type IdentifiedKind = 'drEvent' | 'reportRequest' | 'delivery';

/** Everything in a log that has a name and a story. */
export type Identifiers = Readonly<Record<IdentifiedKind, ReadonlySet<string>>>;

const note = (known: Record<IdentifiedKind, Set<string>>, { data }: KnownEntry): void => {
  if ('eventID' in data) known.drEvent.add(data.eventID);
  if ('reportRequestID' in data) known.reportRequest.add(data.reportRequestID);
  if ('deliveryID' in data) known.delivery.add(data.deliveryID);
};

/** The names that a log knows. */
export const identifiersIn = async (log: EventLog): Promise<Identifiers> => {
  const known = { drEvent: new Set<string>(), reportRequest: new Set<string>(), delivery: new Set<string>() };
  for await (const entry of log.read()) note(known, upcast(entry));
  return known;
};
