/** Devices that are spoken with over HTTP: asked for their state, or telling it by themselves. */
import { z } from 'zod';
import { aPort, filePath, ms, port, setting, wholeMs } from '../fields.ts';
import { named, real } from './physical.ts';
import { placeFields, stateMaxAge, valuesOf } from './values.ts';

const isHttp = (text: string): boolean => /^https?:\/\/[^@/#]+(?:\/[^#]*)?$/.test(text) && URL.canParse(text);

const anAddress = 'a URL such as http://192.168.1.20/state, without user and password';
const address = () => z.string().max(2_000).refine(isHttp);

const listenSchema = z.strictObject({
  port: setting(port(), aPort, 'The TCP port on which it is heard.'),
  address: setting(
    z.string().min(1).max(255).default('127.0.0.1'),
    'an address of this machine',
    'The address on which it is heard; 0.0.0.0 for all of them.',
  ),
});

/** A device over HTTP. */
export const httpSchema = z
  .strictObject({
    kind: setting(z.literal('http'), '"http"', 'Which device this is.'),
    ...named,
    ...real,
    url: setting(address().optional(), anAddress, 'Where it is asked for its state, which is JSON.'),
    listen: setting(
      listenSchema.optional(),
      'an object { port, address }',
      'Where it tells its state by itself, as a POST of JSON; instead of url.',
    ),
    tokenFile: setting(
      filePath().optional(),
      'the path of a file',
      'The file that holds the token which goes with a request (Authorization: Bearer …), ours or the device’s.',
    ),
    caFile: setting(filePath().optional(), 'the path of a PEM file', 'The only authorities to trust for this device.'),
    state: setting(
      valuesOf(z.strictObject(placeFields()), 'an object { field, factor }'),
      'an object of values { field, factor }',
      'Where in what it says stands what.',
    ),
    timeField: setting(
      z.string().min(1).optional(),
      'a name, or names with dots between',
      'Where it says when it was so: an instant with its offset, or seconds or milliseconds since 1970. Absent: when it was heard.',
    ),
    stateMaxAgeMs: stateMaxAge(),
    replyTimeoutMs: setting(
      wholeMs(100, 10_000).default(3_000),
      ms(100, 10_000),
      'How long it may take to answer. Unit: ms.',
    ),
    setpointUrl: setting(
      address().optional(),
      anAddress,
      'Where its setpoints are sent, as a POST of { resourceID, demandWatts, validUntil }; absent: it is only read.',
    ),
    secretFile: setting(
      filePath().optional(),
      'the path of a file',
      'The file that holds the secret with which setpoints are signed, as webhooks are.',
    ),
  })
  .meta({
    description:
      'A device over HTTP: it is asked for its state or tells it, and takes setpoints that say until when they hold.',
  });

/** What does not fit together in such an entry: a part of a sentence, or null. */
export const httpFault = ({ url, listen, tokenFile }: z.infer<typeof httpSchema>): string | null => {
  if ((url === undefined) === (listen === undefined))
    return 'needs either a url, where it is asked for its state, or listen, where it tells it';
  if (listen !== undefined && tokenFile === undefined)
    return 'listens without a tokenFile, and anybody could tell it a state: name the file of a token';
  return null;
};
