/** undici alone: so many pollers post the same bytes to the same VTN at the same pace, and read the answers' texts. */
import { readFileSync } from 'node:fs';
import { Client, type Dispatcher, Pool } from 'undici';
import { phaseOf } from '../../src/fleet/phase.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import type { VenID } from '../../src/protocol/types/identifiers.ts';
import { crowdPollMs, type CrowdOrder, sharedConnections, urlFor, venIDsOf } from '../support/crowdOrder.ts';
import { CrowdGauge } from '../support/fleetCost.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as CrowdOrder;
const { url, count, way, tls } = order;
const { origin } = new URL(url);
const gauge = new CrowdGauge(order);
const connect =
  tls === undefined
    ? {}
    : { ca: readFileSync(tls.ca), cert: readFileSync(tls.certificate), key: readFileSync(tls.key) };
const options = { keepAliveTimeout: 65_000, connect };
const shared = way === 'shared pool' ? new Pool(origin, { ...options, connections: sharedConnections }) : null;

/** Polls for ever, each time at the instant that it was due. */
const pollFrom = (venID: string, client: Dispatcher, firstAt: number): void => {
  const { pathname } = new URL(urlFor(venID, url));
  const body = encodePayload({ message: 'oadrPoll', venID: venID as VenID });
  const pollAt = async (dueAt: number): Promise<void> => {
    const { body: answer } = await client.request({
      method: 'POST',
      path: `${pathname}/OadrPoll`,
      headers: { 'content-type': 'application/xml' },
      body,
    });
    await answer.text();
    gauge.polled(venID, Date.now() - dueAt);
    const next = dueAt + crowdPollMs;
    setTimeout(() => void pollAt(next), next - Date.now());
  };
  setTimeout(() => void pollAt(firstAt), firstAt - Date.now());
};

// Connections are made at the pace at which a fleet makes them; each pollers' turn is its own all the same.
const connectMs = way === 'shared pool' ? 0 : (count / 150) * 1_000;
const begunAt = Date.now();
for (const [index, venID] of venIDsOf(count).entries())
  pollFrom(
    venID,
    shared ?? new Client(origin, options),
    Math.round(begunAt + (connectMs * index) / count + phaseOf(venID) * crowdPollMs),
  );
process.on('disconnect', () => process.exit());
await gauge.tell();
