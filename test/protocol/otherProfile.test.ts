/** A VTN of the profile before is told as such. */
import { expect, it } from 'vitest';
import { decodePayload } from '../../src/protocol/payload.ts';

const of20a = (inner: string): string =>
  `<oadr:oadrDistributeEvent xmlns:oadr="http://openadr.org/oadr-2.0a/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110" xmlns:pyld="http://docs.oasis-open.org/ns/energyinterop/201110/payloads">${inner}</oadr:oadrDistributeEvent>`;

it.each(['', '<pyld:requestID>pyld:1</pyld:requestID><ei:vtnID>TH_VTN</ei:vtnID>'])(
  'given a message in the namespace of 2.0a, then it is refused with the remedy and not read by halves',
  (inner) => {
    const result = decodePayload(of20a(inner));
    expect(result).toMatchObject({ ok: false, refusal: { kind: 'unknownMessage', responseCode: '459' } });
    expect(JSON.stringify(result)).toContain('is a message of OpenADR 2.0a, and this VEN speaks 2.0b');
  },
);
