import type { TestCase } from '../testCase.ts';
import type { Proceedings } from '../proceedings.ts';

const minuteMs = 60_000;

/** What a first registration brings about: who we are, what can be reported, and all DR events. */
const bootstraps = async (t: Proceedings): Promise<void> => {
  const created = await t.sends('oadrCreatePartyRegistration');
  t.expect('it carries no registrationID', created.message.registrationID === undefined);
  t.equal(
    'it says that the VEN pulls over simpleHttp',
    [created.message.oadrTransportName, created.message.oadrHttpPullModel],
    ['simpleHttp', true],
  );
  t.equal(
    'it says what the VEN is',
    [created.message.oadrProfileName, created.message.oadrReportOnly, created.message.oadrXmlSignature],
    ['2.0b', false, false],
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
      t.expect('the VTN gives no registrationID to somebody unknown', reply.message.registrationID === undefined);
      await t.sends('oadrCreatePartyRegistration');
    },
  },
  {
    name: 'N1_0020',
    title: 'Switched on: registers, exchanges metadata, asks for events',
    rows: ['6.4', '6.5', '6.7', '6.8', '6.10', '6.11', '11.2', '11.8', '11.21'],
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
      await t.sendsNo('oadrPoll', 5 * minuteMs);
      t.equal('the VEN has forgotten the registration', t.registration.registrationID, null);
    },
  },
];
