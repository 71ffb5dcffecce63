import { describe, it } from 'vitest';
import { javaBare } from './makes/javaBare.ts';
import { makes } from './makes/makes.ts';
import { plain } from './makes/plain.ts';
import { pythonic } from './makes/pythonic.ts';
import { meet } from './support/hosted.ts';
import { opted } from './support/opted.ts';
import type { Reply, StrangerVtn } from './support/strangerVtn.ts';
import { priceEvent, simpleEvent, usageWish } from './support/wishes.ts';

const okay = (vtn: StrangerVtn): string => vtn.make.response({ responseCode: '200', requestID: '', venID: vtn.venID });

const page = '<!DOCTYPE html><html><head><title>Log in</title></head><body>Welcome to the hotel</body></html>';

/** What may go wrong with one answer to a poll. */
const mishaps: readonly (readonly [string, (vtn: StrangerVtn) => Reply | string])[] = [
  ['HTTP 500', () => ({ status: 500, body: 'oops' })],
  ['HTTP 503', () => ({ status: 503 })],
  ['HTTP 502 with a web page', () => ({ status: 502, body: page, headers: { 'Content-Type': 'text/html' } })],
  ['a web page with 200', () => ({ body: page, headers: { 'Content-Type': 'text/html' } })],
  ['a web page that claims to be XML', () => ({ body: page })],
  ['an answer that is cut off', (vtn) => ({ body: okay(vtn), how: 'cut' })],
  ['a connection that is dropped', () => ({ how: 'drop' })],
  ['half a message, well wrapped', (vtn) => okay(vtn).slice(0, 300)],
];

describe.concurrent('after a poll was answered by', () => {
  it.for(mishaps)('%s, the VEN asks for all DR events, misses none, and goes on', async ([, mishap], context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.once('oadrPoll', () => {
      vtn.events = [priceEvent('lost-with-the-answer')];
      return mishap(vtn);
    });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['lost-with-the-answer/0 200 optIn']);
    context.expect(vtn.named('oadrRequestEvent')).toHaveLength(2);
    context.expect(vtn.named('oadrCreatePartyRegistration')).toHaveLength(1);
    await vtn.next('oadrPoll');
  });

  it.for([403, 404, 406] as const)(
    'HTTP %d, it waits at least as long as its longest pause allows, and says so',
    async (status, context) => {
      const { vtn, lines } = await meet(context, { make: plain });
      await vtn.next('oadrPoll');
      vtn.lookAhead();
      vtn.once('oadrPoll', () => ({ status }));
      const failed = await vtn.next('oadrPoll');
      const again = await vtn.next('oadrRequestEvent');
      context.expect(again.at - failed.at).toBeGreaterThanOrEqual(1_700);
      context.expect(lines.join('')).toContain(`HTTP ${status}`);
    },
  );

  it('a redirect, it does not go there', async (context) => {
    const { vtn, lines } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.once('oadrPoll', () => ({ status: 302, headers: { Location: 'http://127.0.0.1:9/elsewhere' } }));
    await vtn.next('oadrRequestEvent');
    await vtn.next('oadrRequestEvent');
    context.expect(lines.join('')).toContain('redirects are not followed');
  });

  it('Retry-After, it stays away as long as it was asked to', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.once('oadrPoll', () => ({ status: 503, headers: { 'Retry-After': '3' } }));
    const busy = await vtn.next('oadrPoll');
    const again = await vtn.next('oadrRequestEvent');
    context.expect(again.at - busy.at).toBeGreaterThanOrEqual(2_900);
  });
});

describe.concurrent.each(makes)('a VTN of the make $name', (make) => {
  it('may answer in chunks, slowly, with text/xml, and with nothing at all to a poll', async (context) => {
    const { vtn } = await meet(context, { make, contentType: 'text/xml; charset=UTF-8' });
    await vtn.next('oadrPoll');
    vtn.once('oadrPoll', () => ({ body: '' }));
    vtn.once('oadrPoll', () => {
      vtn.events = [simpleEvent('chunked')];
      return { body: vtn.distributeEvent(), how: 'chunked', delayMs: 400 };
    });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['chunked/0 200 optIn']);
    context.expect(vtn.named('oadrRequestEvent')).toHaveLength(1);
  });

  it('may close each connection after its answer', async (context) => {
    const { vtn } = await meet(context, {
      make,
      prepare: (stranger) => {
        stranger.always('oadrPoll', () => ({ body: okay(stranger), headers: { Connection: 'close' } }));
      },
    });
    for (let polls = 0; polls < 4; polls += 1) await vtn.next('oadrPoll');
    context.expect(vtn.named('oadrRequestEvent')).toHaveLength(1);
  });
});

describe.concurrent('a VTN that closes idle connections just when the VEN speaks', () => {
  it.for([1_000])(
    'after %d ms, without having said so: it is spoken to anew, and registers no second time',
    async (keepAliveTimeoutMs, context) => {
      const { vtn } = await meet(context, { make: pythonic, keepAliveTimeoutMs, withoutHint: true });
      for (let polls = 0; polls < 6; polls += 1) await vtn.next('oadrPoll');
      vtn.askForReports((offers) => [usageWish(offers, 'once')]);
      await vtn.next('oadrUpdateReport');
      context.expect(vtn.named('oadrUpdateReport')).toHaveLength(1);
      context.expect(vtn.named('oadrCreatePartyRegistration')).toHaveLength(1);
    },
  );
});

describe.concurrent('a message of avob’s VTN', () => {
  it('is understood with a signature that stands after what it signs', async (context) => {
    const { vtn } = await meet(context, { make: javaBare });
    await vtn.next('oadrPoll');
    vtn.events = [simpleEvent('signed')];
    vtn.once('oadrPoll', () => {
      const bare = vtn
        .distributeEvent()
        .replace(/^<\?xml[^>]*>\s*/, '')
        .trim();
      const signature =
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>' +
        '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI=""><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
        '<DigestValue>AAAA</DigestValue></Reference></SignedInfo><SignatureValue>AAAA</SignatureValue></Signature>';
      return `<?xml version="1.0" encoding="UTF-8"?><o:oadrPayload xmlns:o="http://openadr.org/oadr-2.0b/2012/07"><o:oadrSignedObject>${bare}</o:oadrSignedObject>${signature}</o:oadrPayload>`;
    });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['signed/0 200 optIn']);
  });
});
