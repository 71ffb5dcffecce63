import { describe, expect, it } from 'vitest';
import { metadata, scene, venOf } from './support/ven.ts';

const noon = '2026-07-01T16:00:00Z';

describe('a registration', () => {
  it('of a VEN with a venID handed out beforehand is accepted with the poll frequency', () => {
    const { ven } = scene(noon, { venIDs: ['my.ven'], pollFreq: 'PT30S' });
    const created = ven.register();
    expect(created).toMatchObject({
      venID: 'my.ven',
      vtnID: 'ter_vtn_1.0',
      oadrRequestedOadrPollFreq: 'PT30S',
      oadrProfiles: [{ oadrProfileName: '2.0b', oadrTransports: ['simpleHttp'] }],
      eiResponse: { responseCode: '200', requestID: 'request-1' },
    });
    expect(created.registrationID).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of a VEN without venID assigns one when any VEN may come', () => {
    const { ven } = scene(noon);
    const { venID: _, ...request } = ven.registration();
    const created = ven.ask('EiRegisterParty', request, 'oadrCreatedPartyRegistration');
    expect(created.venID).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of a VEN that is not on the list is refused with 452 and without IDs', () => {
    const { ven } = scene(noon, { venIDs: ['somebody.else'] });
    const created = ven.register();
    expect(created.eiResponse).toMatchObject({
      responseCode: '452',
      responseDescription: 'This VTN admits no VEN with the venID "my.ven".',
    });
    expect(created.registrationID).toBeUndefined();
  });

  it('is renewed under the same registrationID, and keeps report requests', () => {
    const { vtn, ven } = scene(noon);
    const { registrationID } = ven.register();
    ven.registerReports();
    expect(ven.register({ registrationID }).registrationID).toBe(registrationID);
    expect(vtn.registrations()[0]?.reportRequests.size).toBe(2);
  });

  it.each([
    ['owes no answer to what it was handed before it was renewed', true, 0],
    ['owes an answer to what it is handed while it holds', false, 1],
  ])('%s', (_, isRenewed, unanswered) => {
    const { vtn, ven, clock } = scene(noon);
    const { registrationID } = ven.register();
    ven.send('EiReport', ven.metadataMessage(metadata(clock.now(), ['battery'])));
    if (isRenewed) ven.register({ registrationID });
    for (let poll = 0; poll < 3; poll += 1) ven.poll();
    expect(vtn.complaints.filter(({ text }) => text.includes('without sending the oadrCreatedReport')).length).toBe(
      unanswered,
    );
  });

  it('made anew drops report requests and gives another registrationID', () => {
    const { vtn, ven } = scene(noon);
    const { registrationID } = ven.register();
    ven.registerReports();
    expect(ven.register().registrationID).not.toBe(registrationID);
    expect(vtn.registrations()[0]?.reportRequests.size).toBe(0);
  });

  it.each([
    ['registers', '200'],
    ['refuses', '452'],
  ] as const)(
    'with a registrationID the VTN has forgotten: a VTN that %s answers %s',
    (unknownRegistrationID, code) => {
      const { vtn, ven } = scene(noon, { unknownRegistrationID });
      const { registrationID } = ven.register();
      vtn.restart();
      expect(ven.register({ registrationID }).eiResponse.responseCode).toBe(code);
    },
  );

  it('is cancelled by the VEN with its registrationID, and not with another', () => {
    const { vtn, ven } = scene(noon);
    const { registrationID = '' } = ven.register();
    const cancel = (id: string) =>
      ven.ask(
        'EiRegisterParty',
        { message: 'oadrCancelPartyRegistration', requestID: 'c', registrationID: id, venID: 'my.ven' },
        'oadrCanceledPartyRegistration',
      );
    expect(cancel('another').eiResponse.responseCode).toBe('452');
    expect(vtn.registrations()).toHaveLength(1);
    expect(cancel(registrationID)).toMatchObject({
      eiResponse: { responseCode: '200', requestID: 'c' },
      registrationID,
    });
    expect(vtn.registrations()).toHaveLength(0);
  });

  it('is cancelled by the VTN through a poll, and gone once the VEN has confirmed', () => {
    const { vtn, ven } = scene(noon);
    const { registrationID = '' } = ven.register();
    vtn.cancelRegistration();
    expect(ven.poll().message).toMatchObject({
      message: 'oadrCancelPartyRegistration',
      registrationID,
      venID: 'my.ven',
    });
    expect(vtn.registrations()).toHaveLength(1);
    ven.ask(
      'EiRegisterParty',
      {
        message: 'oadrCanceledPartyRegistration',
        eiResponse: { responseCode: '200', requestID: 'x' },
        registrationID,
        venID: 'my.ven',
      },
      'oadrResponse',
    );
    expect(vtn.registrations()).toHaveLength(0);
  });

  it('stays when the VEN refuses a cancel with a wrong registrationID', () => {
    const { vtn, ven } = scene(noon);
    ven.register();
    vtn.cancelRegistration({ registrationID: 'another' });
    expect(ven.poll().message).toMatchObject({ registrationID: 'another' });
    ven.ask(
      'EiRegisterParty',
      {
        message: 'oadrCanceledPartyRegistration',
        eiResponse: { responseCode: '452', requestID: 'x' },
        venID: 'my.ven',
      },
      'oadrResponse',
    );
    expect(vtn.registrations()).toHaveLength(1);
  });

  it('can be asked about before and after, with IDs only after', () => {
    const { ven } = scene(noon);
    const query = () =>
      ven.ask('EiRegisterParty', { message: 'oadrQueryRegistration', requestID: 'q' }, 'oadrCreatedPartyRegistration');
    expect(query()).not.toHaveProperty('venID');
    const { registrationID } = ven.register();
    expect(query()).toMatchObject({ registrationID, venID: 'my.ven', eiResponse: { requestID: 'q' } });
  });
});

describe('a VEN the VTN does not know', () => {
  it('is asked to register, whatever it sends', () => {
    const { ven } = scene(noon);
    expect(ven.poll().message).toEqual({ message: 'oadrRequestReregistration', venID: 'my.ven' });
    const report = ven.report('any', [{ startAt: Date.parse(noon), value: '1' }]);
    expect(report.message?.message).toBe('oadrRequestReregistration');
  });

  it.each(['452', '463'] as const)('is told %s by a VTN that answers so', (unknownVen) => {
    const { ven } = scene(noon, { unknownVen });
    expect(ven.poll().message).toMatchObject({ message: 'oadrResponse', eiResponse: { responseCode: unknownVen } });
  });

  it('is told from another by its venID, case and all', () => {
    const { vtn, clock, ven } = scene(noon);
    ven.register();
    expect(venOf(vtn, clock, 'MY.VEN').poll().message?.message).toBe('oadrRequestReregistration');
  });
});

describe('a VTN that announces its own reports', () => {
  it('does so by the first poll after a registration', () => {
    const { ven } = scene(noon, { announcesReports: true });
    ven.register();
    expect(ven.poll().message).toMatchObject({ message: 'oadrRegisterReport', oadrReport: [], venID: 'my.ven' });
  });
});
