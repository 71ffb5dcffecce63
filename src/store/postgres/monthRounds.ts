import { monthsAhead } from './months.ts';
import type { Connections } from './pool.ts';

/** How long a detached month is kept before it is dropped, for whoever wants to put it away. */
const keptDetached = '7 days';

/** Makes months ahead and detaches those that no log needs any more; returns the names of the latter. @throws LogError */
export const makeMonths = async (connections: Connections): Promise<readonly string[]> => {
  await connections.rows('SELECT ven.make_months($1)', [monthsAhead]);
  const detached = await connections.rows<{ name: string }>('SELECT ven.detach_months($1) AS name', [keptDetached]);
  return detached.map(({ name }) => name);
};
