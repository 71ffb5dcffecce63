import { describe, it } from 'vitest';
import { makes } from './makes/makes.ts';
import { plain } from './makes/plain.ts';
import { pythonic } from './makes/pythonic.ts';
import { javaBare } from './makes/javaBare.ts';
import { dotNet } from './makes/dotNet.ts';
import { textAt } from './support/element.ts';
import { meet } from './support/hosted.ts';

const bootstrap = ['oadrCreatePartyRegistration', 'oadrRegisterReport', 'oadrRequestEvent', 'oadrPoll'];

describe.concurrent.each(makes)('a VTN of the make $name', (make) => {
  it('is registered with, told what can be reported and asked for events, in this order, before it is polled', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    context.expect(vtn.names).toEqual(bootstrap);
  });

  it('tells its own metadata by poll, and they are acknowledged', async (context) => {
    const { vtn } = await meet(context, { make, tellsMetadata: true });
    await vtn.next('oadrRegisteredReport');
    context.expect(vtn.names.slice(0, 3)).toEqual(bootstrap.slice(0, 3));
  });

  it('cancels with a wrong registrationID in vain, and with the right one for good', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    vtn.mayRefuse = true;
    vtn.cancelRegistration('REG_of_someone_else');
    const refused = await vtn.next('oadrCanceledPartyRegistration');
    context.expect(textAt(refused.message, 'eiResponse', 'responseCode')).toBe('452');
    await vtn.next('oadrPoll');
    await vtn.next('oadrPoll');
    vtn.mayRefuse = false;
    const { registrationID } = vtn;
    vtn.cancelRegistration(registrationID ?? '');
    const confirmed = await vtn.next('oadrCanceledPartyRegistration');
    context.expect(textAt(confirmed.message, 'eiResponse', 'responseCode')).toBe('200');
    context.expect(textAt(confirmed.message, 'registrationID')).toBe(registrationID);
    vtn.forget();
    vtn.lookAhead();
    const again = await vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(again.message, 'registrationID')).toBeUndefined();
    await vtn.next('oadrPoll');
    const afterwards = vtn.names.slice(vtn.received.indexOf(again));
    context.expect(afterwards).toEqual(bootstrap);
  });

  it('asks for re-registration: that is acknowledged with oadrResponse and done with the present registrationID, and nothing else is done again', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.requestReregistration();
    const acknowledged = await vtn.next('oadrResponse');
    const renewed = await vtn.next('oadrCreatePartyRegistration');
    await vtn.next('oadrPoll');
    context.expect(acknowledged.service).toBe('EiRegisterParty');
    context.expect(textAt(renewed.message, 'registrationID')).toBe(vtn.registrationID);
    context.expect(textAt(renewed.message, 'venID')).toBe(vtn.venID);
    context.expect(vtn.received.indexOf(renewed)).toBeGreaterThan(vtn.received.indexOf(acknowledged));
    context.expect(vtn.named('oadrRegisterReport')).toHaveLength(1);
    context.expect(vtn.named('oadrRequestEvent')).toHaveLength(1);
  });
});

describe.concurrent('registration', () => {
  it('sends the venID that was given beforehand, and no registrationID', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    const { message } = await vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(message, 'venID')).toBe(vtn.venID);
    context.expect(textAt(message, 'registrationID')).toBeUndefined();
  });

  it('lets the VTN assign the venID, and speaks under it from then on', async (context) => {
    const { vtn } = await meet(context, {
      make: plain,
      venID: 'assigned-by-the-vtn',
      settings: { venID: 'not.this.one', preallocatedVenID: false },
    });
    const { message } = await vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(message, 'venID')).toBeUndefined();
    const poll = await vtn.next('oadrPoll');
    context.expect(textAt(poll.message, 'venID')).toBe('assigned-by-the-vtn');
  });

  it('asks first what the VTN offers, when told to', async (context) => {
    const { vtn } = await meet(context, { make: plain, settings: { queryRegistration: true } });
    await vtn.next('oadrPoll');
    context.expect(vtn.names).toEqual(['oadrQueryRegistration', ...bootstrap]);
  });

  it('is renewed after a restart of the VEN under the same registrationID, and all is told again', async (context) => {
    const meeting = await meet(context, { make: pythonic });
    await meeting.vtn.next('oadrPoll');
    meeting.vtn.lookAhead();
    await meeting.restart();
    const { message } = await meeting.vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(message, 'registrationID')).toBe(meeting.vtn.registrationID);
    await meeting.vtn.next('oadrRegisterReport');
    await meeting.vtn.next('oadrRequestEvent');
  });

  it('starts anew when a VTN that lost its memory answers a poll with oadrRequestReregistration', async (context) => {
    const { vtn } = await meet(context, { make: pythonic, toUnknowns: 'oadrRequestReregistration' });
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.forget();
    await vtn.next('oadrResponse');
    const renewal = await vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(renewal.message, 'registrationID')).toBeDefined();
    const anew = await vtn.next('oadrCreatePartyRegistration');
    context.expect(textAt(anew.message, 'registrationID')).toBeUndefined();
    await vtn.next('oadrRegisterReport');
    await vtn.next('oadrRequestEvent');
    await vtn.next('oadrPoll');
  });

  it('starts anew when a poll is answered with 463', async (context) => {
    const { vtn } = await meet(context, { make: plain, toUnknowns: '463' });
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.forget();
    await vtn.next('oadrCreatePartyRegistration');
    await vtn.next('oadrRegisterReport');
    await vtn.next('oadrRequestEvent');
    await vtn.next('oadrPoll');
  });

  it('is not believed when a VTN says 200 and gives no registrationID: that is how OpenLEADR refuses', async (context) => {
    const { vtn, lines } = await meet(context, {
      make: pythonic,
      prepare: (stranger) =>
        stranger.always('oadrCreatePartyRegistration', ({ message }) =>
          pythonic.createdPartyRegistration({
            responseCode: '200',
            responseDescription: 'OK',
            requestID: textAt(message, 'requestID') ?? '',
            vtnID: stranger.vtnID,
          }),
        ),
    });
    await vtn.next('oadrCreatePartyRegistration');
    await vtn.next('oadrCreatePartyRegistration');
    context.expect(new Set(vtn.names)).toEqual(new Set(['oadrCreatePartyRegistration']));
    context.expect(lines.join('')).toContain('refused with 200: there is no registrationID in the reply');
  });

  it('reads the code first where a VTN refuses with 452, empty identifiers and a poll frequency of PTS', async (context) => {
    const { vtn, lines } = await meet(context, {
      make: dotNet,
      prepare: (stranger) =>
        stranger.once('oadrCreatePartyRegistration', ({ message }) =>
          dotNet.createdPartyRegistration({
            responseCode: '452',
            responseDescription: 'unknown VEN',
            requestID: textAt(message, 'requestID') ?? '',
            vtnID: stranger.vtnID,
          }),
        ),
    });
    await vtn.next('oadrCreatePartyRegistration');
    const first = await vtn.next('oadrCreatePartyRegistration');
    context.expect(lines.join('')).toContain('refused with 452: unknown VEN');
    await vtn.next('oadrPoll');
    context.expect(vtn.names.slice(vtn.received.indexOf(first))).toEqual(bootstrap);
  });

  it('is done without the envelope where a VTN takes every envelope for a signed one, as avob’s does', async (context) => {
    const { vtn } = await meet(context, {
      make: javaBare,
      wantsBare: true,
      tellsMetadata: true,
      settings: { envelope: false },
    });
    await vtn.next('oadrRegisteredReport');
    await vtn.next('oadrPoll');
    context.expect(vtn.names.slice(0, 4)).toEqual(bootstrap);
  });

  it('finds its registrationID again when the VEN lost its memory and the VTN did not, as avob’s does', async (context) => {
    const { vtn } = await meet(context, {
      make: javaBare,
      prepare: (stranger) => {
        stranger.registrationID = 'VEN_strange_123-of-a-former-life';
        stranger.always('oadrCreatePartyRegistration', ({ message }) =>
          textAt(message, 'registrationID') === stranger.registrationID
            ? null
            : javaBare.createdPartyRegistration({
                responseCode: '452',
                responseDescription: 'invalid registrationID',
                requestID: textAt(message, 'requestID') ?? '',
                vtnID: stranger.vtnID,
                venID: stranger.venID,
              }),
        );
      },
    });
    await vtn.next('oadrPoll');
    context.expect(vtn.names.slice(-4)).toEqual(bootstrap);
  });
});
