import { describe, expect, it } from 'vitest';
import { ReplyReader } from '../../src/shell/replyReader.ts';
import { decodePayload, encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';

const reply = (requestID: string, responseCode = '200'): string =>
  encodePayload({
    message: 'oadrResponse',
    eiResponse: { responseCode, requestID },
    venID: 'ven-1',
  } as unknown as OadrMessage);

describe('the reader of replies', () => {
  it('given two replies that are the same to the last character, when both are read, then both say what the decoder says', () => {
    const reader = new ReplyReader();
    const first = reader.read(reply('a'), false);
    const second = reader.read(reply('a'), false);
    expect(second).toBe(first);
    expect(second).toEqual(decodePayload(reply('a')));
  });

  it('given a reply that differs in one character, when it is read, then it says its own', () => {
    const reader = new ReplyReader();
    reader.read(reply('a'), false);
    expect(reader.read(reply('b'), false)).toEqual(decodePayload(reply('b')));
    expect(reader.read(reply('a', '452'), false)).toEqual(decodePayload(reply('a', '452')));
    expect(reader.read(reply('a'), false)).toEqual(decodePayload(reply('a')));
  });

  it('given a reply that only a tolerant reader takes, when the same is read strictly, then it is judged anew', () => {
    const reader = new ReplyReader();
    const padded = reply('a').replace('<ei:responseCode>200<', '<ei:responseCode> 200 <').replace('ven-1', ' ven-1 ');
    const tolerant = reader.read(padded, false);
    expect(tolerant.ok).toBe(true);
    expect(reader.read(padded, true)).toEqual(decodePayload(padded, { strict: true }));
    expect(reader.read(padded, false)).toEqual(tolerant);
  });

  it.each([
    ['452', true],
    ['200', false],
  ])(
    'given a strict reader, when a reply with code %s leaves empty what the schema wants filled, then that it is read is %s',
    (code, isRead) => {
      const refusal = encodePayload({
        message: 'oadrCreatedPartyRegistration',
        eiResponse: { responseCode: code, requestID: 'r' },
        vtnID: 'vtn',
        oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
        oadrRequestedOadrPollFreq: 'PT10S',
      }).replace('>PT10S<', '>PTS<');
      expect(decodePayload(refusal, { strict: true }).ok).toBe(false);
      const result = new ReplyReader().read(refusal, true);
      expect(result.ok).toBe(isRead);
      if (result.ok) expect(result.message).toMatchObject({ eiResponse: { responseCode: code } });
    },
  );

  it('given a reply that is refused, when it comes again, then it is refused again', () => {
    const reader = new ReplyReader();
    reader.read(reply('a'), false);
    const torn = reply('a').slice(0, -20);
    expect(reader.read(torn, false)).toEqual(decodePayload(torn));
    expect(reader.read(torn, false)).toMatchObject({ ok: false });
    expect(reader.read(reply('a'), false)).toMatchObject({ ok: true });
  });
});
