/** undici alone: posts the same bytes to the same VTN at the same pace, and reads the answer's text. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import { encodePayload } from '../../src/protocol/payload.ts';
import type { VenID } from '../../src/protocol/types/identifiers.ts';
import { countingOf, tellCost } from '../support/pollCost.ts';

const [url = '', venID = '', pauseMs = '1', ...counting] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const client = new Client(origin);
const body = encodePayload({ message: 'oadrPoll', venID: venID as VenID });
const cost = tellCost(countingOf(counting));
for (;;) {
  const { body: answer } = await client.request({
    method: 'POST',
    path: `${pathname}/OadrPoll`,
    headers: { 'content-type': 'application/xml' },
    body,
  });
  await answer.text();
  cost.count();
  await pause(Number(pauseMs));
}
