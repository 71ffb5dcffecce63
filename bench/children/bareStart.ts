/** The least that a start can cost: Node, LevelDB opened, and one registration answered. */
import { Level } from 'level';
import { Client } from 'undici';
import { encodePayload } from '../../src/protocol/payload.ts';

const [url = '', directory = ''] = process.argv.slice(2);
const level = new Level(directory);
await level.open();
const { origin, pathname } = new URL(url);
const client = new Client(origin);
const body = encodePayload({ message: 'oadrQueryRegistration', requestID: 'query-1' } as Parameters<
  typeof encodePayload
>[0]);
const answer = await client.request({
  method: 'POST',
  path: `${pathname}/EiRegisterParty`,
  headers: { 'content-type': 'application/xml' },
  body,
});
await answer.body.text();
process.send?.('answered');
