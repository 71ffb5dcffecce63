import type { TestCase } from '../testCase.ts';
import type { Proceedings } from '../proceedings.ts';

/** What a first registration brings about: who we are, what can be reported, and all DR events. */
const bootstraps = async (t: Proceedings): Promise<void> => {
  const created = await t.sends('oadrCreatePartyRegistration');
  t.expect('it carries no registrationID', created.message.registrationID === undefined);
  t.equal(
    'it says that the VEN speaks simpleHttp, and whether it pulls or where it is pushed to',
    [created.message.oadrTransportName, created.message.oadrHttpPullModel, created.message.oadrTransportAddress],
    ['simpleHttp', t.transportAddress === undefined, t.transportAddress],
  );
  t.equal(
    'it says what the VEN is',
    [created.message.oadrProfileName, created.message.oadrReportOnly, created.message.oadrXmlSignature],
    ['2.0b', false, t.signs],
  );
  const reply = await t.receives('oadrCreatedPartyRegistration');
  const metadata = await t.sends('oadrRegisterReport');
  t.expect(
    'its metadata comes before anything else',
    metadata.at >= reply.at && metadata.message.reportRequestID === undefined,
  );
  t.expect(
    'TELEMETRY_STATUS and TELEMETRY_USAGE are offered, usage as powerReal and energyReal',
    ['METADATA_TELEMETRY_STATUS', 'METADATA_TELEMETRY_USAGE'].every((name) =>
      metadata.message.oadrReport.some(({ reportName }) => reportName === name),
    ) &&
      ['powerReal', 'energyReal'].every((unit) =>
        metadata.message.oadrReport
          .filter(({ reportName }) => reportName === 'METADATA_TELEMETRY_USAGE')
          .some(({ oadrReportDescription = [] }) =>
            oadrReportDescription.some(({ itemBase }) => itemBase?.element === unit),
          ),
      ),
  );
  await t.sends('oadrRequestEvent');
};

/** A VTN that tells of its own reports, of which it has none. */
const announcing = { announcesReports: true } as const;

const exchangesMetadata = async (t: Proceedings): Promise<void> => {
  t.remind('announce its own reports by oadrRegisterReport');
  const theirs = await t.receives('oadrRegisterReport');
  const registered = await t.sends('oadrRegisteredReport');
  t.equal(
    'the VTN’s metadata are answered under their requestID',
    registered.message.eiResponse.requestID,
    theirs.message.requestID,
  );
};

/** Registration, as certification tests it. */
export const registrationCases: readonly TestCase[] = [
  {
    name: 'N1_0010',
    title: 'Query before registering',
    rows: ['6.1', '6.3', '6.8'],
    settings: { queryRegistration: true },
    run: async (t) => {
      await t.tester('switch the VEN on', (world) => world.start());
      await t.sends('oadrQueryRegistration');
      const reply = await t.receives('oadrCreatedPartyRegistration');
      t.expectOfVtn('the VTN gives no registrationID to somebody unknown', reply.message.registrationID === undefined);
      await t.sends('oadrCreatePartyRegistration');
    },
  },
  {
    name: 'N1_0020',
    title: 'Switched on: registers, exchanges metadata, asks for events',
    rows: ['1.1', '6.4', '6.5', '6.7', '6.8', '6.10', '6.11', '11.2', '11.8', '11.21'],
    pushedRows: ['2.18', '3.1'],
    vtn: announcing,
    settings: { preallocatedVenID: false },
    run: async (t) => {
      await t.tester('switch the VEN on', (world) => world.start());
      await bootstraps(t);
      await exchangesMetadata(t);
    },
  },
  {
    name: 'N1_0030',
    title: 'The VEN cancels its registration',
    rows: ['6.3', '6.19'],
    run: async (t) => {
      await t.registered();
      const { registrationID, venID } = t.registration;
      await t.command('cancel the registration ("ven cancel")', { type: 'OperatorAsked', wish: 'cancelRegistration' });
      const cancel = await t.sends('oadrCancelPartyRegistration');
      t.equal(
        'it carries registrationID and venID',
        [cancel.message.registrationID, cancel.message.venID],
        [registrationID, venID],
      );
      const reply = await t.receives('oadrCanceledPartyRegistration');
      t.equal('the VTN accepts', reply.message.eiResponse.responseCode, '200');
      await t.sendsNo('oadrPoll');
      t.equal('the VEN has forgotten the registration', t.registration.registrationID, null);
    },
  },
  {
    name: 'N1_0015',
    title: 'Query while registered',
    rows: ['6.1', '3.7'],
    byHand: 'Look whether the VEN shows registrationID, venID and poll interval as the VTN has them.',
    run: async (t) => {
      await t.registered();
      await t.command('ask the VTN ("ven register --ask")', { type: 'OperatorAsked', wish: 'queryRegistration' });
      await t.sends('oadrQueryRegistration');
      const reply = await t.receives('oadrCreatedPartyRegistration');
      t.equal('the VTN tells who we are', reply.message.venID ?? t.registration.venID, t.registration.venID);
    },
  },
  {
    name: 'N1_0025',
    title: 'Registers with the venID that it was given',
    rows: ['6.5', '6.11'],
    vtn: announcing,
    settings: { preallocatedVenID: true },
    run: async (t) => {
      await t.tester('switch the VEN on', (world) => world.start());
      const created = await t.sends('oadrCreatePartyRegistration');
      t.expect(
        'it carries the venID',
        (created.message.venID ?? '') !== '' && created.message.registrationID === undefined,
      );
      await t.sends('oadrRegisterReport');
      await t.sends('oadrRequestEvent');
      await exchangesMetadata(t);
    },
  },
  {
    name: 'N1_0040',
    title: 'The VTN cancels the registration',
    rows: ['6.15', '6.17', '6.18'],
    pushedRows: ['2.21'],
    run: async (t) => {
      await t.registered();
      const { registrationID, venID } = t.registration;
      await t.vtn('cancel the registration', (vtn) => vtn.cancelRegistration());
      const asked = await t.receives('oadrCancelPartyRegistration');
      const canceled = await t.sends('oadrCanceledPartyRegistration');
      t.equal(
        'it is confirmed, with both IDs',
        [
          canceled.message.eiResponse.responseCode,
          canceled.message.eiResponse.requestID,
          canceled.message.registrationID,
          canceled.message.venID,
        ],
        ['200', asked.message.requestID, registrationID, venID],
      );
      await t.comesTo('the VEN has forgotten it', () => t.registration.registrationID === null);
    },
  },
  {
    name: 'N1_0050',
    title: 'The VTN wants the registration renewed',
    rows: ['2.17', '6.9', '6.13', '6.14'],
    pushedRows: ['2.21'],
    run: async (t) => {
      await t.registered();
      const { registrationID, venID } = t.registration;
      await t.vtn('ask for a re-registration', (vtn) =>
        vtn.queue({ message: 'oadrRequestReregistration', venID: venID ?? '' }),
      );
      const response = await t.sends('oadrResponse');
      t.equal('it is acknowledged', [response.message.eiResponse.responseCode, response.message.venID], ['200', venID]);
      const created = await t.sends('oadrCreatePartyRegistration');
      t.equal('it carries both IDs', [created.message.registrationID, created.message.venID], [registrationID, venID]);
      await t.receives('oadrCreatedPartyRegistration');
      await t.hears();
      t.equal('the registrationID is the same', t.registration.registrationID, registrationID);
    },
  },
  {
    name: 'N1_0060',
    title: 'A fresh registration while registered',
    rows: ['6.11', '6.20', '11.18'],
    run: async (t) => {
      await t.registered();
      await t.command('register afresh ("ven register --fresh")', { type: 'OperatorAsked', wish: 'registerAfresh' });
      await bootstraps(t);
      await t.hears();
    },
  },
  {
    name: 'N1_0065',
    title: 'The VEN renews its registration',
    rows: ['6.5', '6.9', '6.13'],
    run: async (t) => {
      await t.registered();
      const { registrationID, venID } = t.registration;
      await t.command('register anew ("ven register")', { type: 'OperatorAsked', wish: 'reregister' });
      const created = await t.sends('oadrCreatePartyRegistration');
      t.equal('it carries both IDs', [created.message.registrationID, created.message.venID], [registrationID, venID]);
      await t.receives('oadrCreatedPartyRegistration');
      await t.hears();
      t.equal('the registrationID is the same', t.registration.registrationID, registrationID);
    },
  },
  {
    name: 'N1_0070',
    title: 'Cancelled by a wrong ID, then by the right one',
    rows: ['6.15', '6.17'],
    isNegative: true,
    run: async (t) => {
      await t.registered();
      const { registrationID } = t.registration;
      await t.vtn('cancel a registrationID that is not ours', (vtn) =>
        vtn.cancelRegistration({ registrationID: 'not-ours' }),
      );
      const refused = await t.sends('oadrCanceledPartyRegistration');
      t.equal('it is refused with 452', refused.message.eiResponse.responseCode, '452');
      t.equal('the VEN stays registered', t.registration.registrationID, registrationID);
      await t.vtn('cancel the right one', (vtn) => vtn.cancelRegistration());
      const canceled = await t.sends('oadrCanceledPartyRegistration');
      t.equal('it is confirmed', canceled.message.eiResponse.responseCode, '200');
    },
  },
];

/** What only a VEN that is pushed to can be tried with. */
export const unregisteredPushCase: TestCase = {
  name: 'N0_5080',
  title: 'Pushed to while unregistered: nothing of OpenADR is answered',
  rows: ['6.21'],
  isPushed: true,
  run: async (t) => {
    await t.registered();
    const venID = t.registration.venID ?? '';
    await t.command('cancel the registration ("ven cancel")', { type: 'OperatorAsked', wish: 'cancelRegistration' });
    await t.sends('oadrCancelPartyRegistration');
    await t.receives('oadrCanceledPartyRegistration');
    await t.comesTo('the VEN has forgotten the registration', () => t.registration.registrationID === null);
    const to = { venID, pushTo: t.transportAddress ?? '' };
    await t.vtn('push oadrCancelReport and an empty oadrDistributeEvent to it all the same', (vtn) => {
      const { vtnID } = vtn.settings;
      vtn.pushes.once(to, {
        message: 'oadrCancelReport',
        requestID: 'to-nobody',
        reportRequestID: ['nothing'],
        reportToFollow: false,
        venID,
      });
      vtn.pushes.once(to, { message: 'oadrDistributeEvent', requestID: 'to-nobody', vtnID, oadrEvent: [] });
    });
    for (const name of ['oadrCancelReport', 'oadrDistributeEvent'] as const) {
      const exchange = await t.exchangeOf(await t.receives(name));
      t.expect(
        `${name} is answered with nothing of OpenADR`,
        (exchange?.answer?.xml ?? '') === '',
        exchange?.answer?.xml,
      );
    }
    await t.sendsNo('oadrCanceledReport');
    await t.sendsNo('oadrCreatedEvent');
  },
};
