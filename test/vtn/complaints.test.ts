import { describe, expect, it } from 'vitest';
import { encodePayload } from '../../src/protocol/payload.ts';
import type { MessageOf } from '../../src/protocol/payload.ts';
import { metadata, scene, usageReport } from './support/ven.ts';

const noon = '2026-07-01T16:00:00Z';
const noonMs = Date.parse(noon);

const ready = () => {
  const made = scene(noon);
  made.ven.register();
  const reportRequestID = made.ven.usageRequestID(made.ven.registerReports());
  return { ...made, reportRequestID, rules: () => made.vtn.complaints.map((complaint) => complaint.rule) };
};

describe('the VTN complains', () => {
  it('about nothing when a VEN does everything right', () => {
    const { ven, clock, rules, reportRequestID } = ready();
    ven.optInTo(ven.poll().message as MessageOf<'oadrDistributeEvent'>);
    ven.poll();
    clock.pass(10_000);
    ven.poll();
    ven.report(reportRequestID, [{ startAt: noonMs, value: '1' }]);
    ven.optInTo(ven.requestEvent());
    expect(rules()).toEqual([]);
  });

  it('about a body that is against the schema, and answers 400', () => {
    const { vtn, rules } = ready();
    const broken = encodePayload({ message: 'oadrPoll', venID: 'my.ven' }).replace(/<ei:venID>.*<\/ei:venID>/, '');
    expect(vtn.handle('OadrPoll', broken)).toMatchObject({ status: 400, processed: false });
    expect(vtn.handle('OadrPoll', 'hello').status).toBe(400);
    expect(rules()).toEqual(['XSD', 'XSD']);
    expect(vtn.complaints[0]?.text).toContain('venID');
  });

  it('about schemaLocation', () => {
    const { vtn, rules } = ready();
    const text = encodePayload({ message: 'oadrPoll', venID: 'my.ven' }).replace(
      '<oadr:oadrSignedObject>',
      '<oadr:oadrSignedObject><!-- schemaLocation -->',
    );
    vtn.handle('OadrPoll', text);
    expect(rules()).toContain('45');
  });

  it('about a message without venID', () => {
    const { ven, rules } = ready();
    ven.send('EiReport', {
      message: 'oadrCreatedReport',
      eiResponse: { responseCode: '452', requestID: 'x' },
      oadrPendingReports: [],
    });
    expect(rules()).toEqual(['508']);
  });

  it('about polling sooner than asked, unless something was handed out or went wrong', () => {
    const { vtn, ven, clock, rules } = ready();
    ven.optInTo(ven.poll().message as MessageOf<'oadrDistributeEvent'>);
    ven.poll();
    clock.pass(9000);
    vtn.faults.next({ do: 'dropAfter' });
    ven.poll();
    clock.pass(1000);
    ven.poll();
    expect(rules()).toEqual([]);
    clock.pass(8000);
    ven.poll();
    expect(vtn.complaints).toMatchObject([
      {
        rule: '500',
        venID: 'my.ven',
        text: 'The VEN polled 8000 ms after its last quiet poll; it was asked to wait 10000 ms.',
      },
    ]);
  });

  it('about always events that stay unanswered over two polls, once', () => {
    const { ven, clock, vtn, rules } = ready();
    const { requestID } = ven.poll().message as MessageOf<'oadrDistributeEvent'>;
    ven.poll();
    expect(rules()).toEqual([]);
    clock.pass(10_000);
    ven.poll();
    clock.pass(10_000);
    ven.poll();
    expect(vtn.complaints).toMatchObject([{ rule: '12' }]);
    expect(vtn.complaints[0]?.text).toContain(`requestID "${requestID}"`);
  });

  it('not about an answer that got lost on its way', () => {
    const { ven, clock, vtn, rules } = ready();
    const distribution = ven.poll().message as MessageOf<'oadrDistributeEvent'>;
    vtn.faults.next({ on: 'oadrCreatedEvent', do: 'dropBefore' });
    ven.optInTo(distribution);
    clock.pass(10_000);
    ven.poll();
    ven.optInTo(distribution);
    clock.pass(10_000);
    ven.poll();
    clock.pass(10_000);
    ven.poll();
    expect(rules()).toEqual([]);
  });

  it('about report requests that nobody confirms, and pending lists that leave one out', () => {
    const { ven, clock, rules } = ready();
    ven.ask('EiReport', ven.metadataMessage(metadata(clock.now(), ['battery'])), 'oadrRegisteredReport');
    ven.poll();
    clock.pass(10_000);
    ven.poll();
    expect(rules()).toContain('12');
    ven.send('EiReport', {
      message: 'oadrCreatedReport',
      eiResponse: { responseCode: '200', requestID: 'x' },
      oadrPendingReports: [],
      venID: 'my.ven',
    });
    expect(rules().filter((rule) => rule === '329')).toHaveLength(2);
  });

  it('about metadata that are not as they should be', () => {
    const { ven, clock, rules } = ready();
    const [status] = metadata(clock.now(), ['battery']);
    if (status === undefined) throw new Error('There are metadata.');
    const { duration: _, ...undated } = status;
    ven.send('EiReport', ven.metadataMessage([{ ...undated, reportRequestID: '7' }, status]));
    expect(rules()).toEqual(['308', '311', '312']);
  });

  it('about a report that leaves a requested rID out', () => {
    const { ven, clock, rules } = ready();
    const reportRequestID = ven.usageRequestID(ven.registerReports(['battery', 'ev']));
    ven.report(reportRequestID, [{ startAt: clock.now(), value: '1', rID: 'battery-energy' }]);
    expect(rules()).toEqual(['300']);
  });

  it('about a report that begins at another time than its first interval', () => {
    const { ven, clock, rules, reportRequestID } = ready();
    const report = {
      ...usageReport(clock.now(), reportRequestID, [{ startAt: clock.now(), value: '1' }]),
      dtstart: '2026-07-01T00:00:00Z',
    };
    ven.send('EiReport', { message: 'oadrUpdateReport', requestID: 'u', oadrReport: [report], venID: 'my.ven' });
    expect(rules()).toEqual(['314']);
  });

  it('about a message at the wrong service, and about one that only VTNs send', () => {
    const { ven, rules } = ready();
    ven.send('EiEvent', { message: 'oadrPoll', venID: 'my.ven' });
    ven.send('EiReport', {
      message: 'oadrCancelReport',
      requestID: 'c',
      reportRequestID: ['x'],
      reportToFollow: false,
      venID: 'my.ven',
    });
    expect(rules()).toEqual(['511', '48']);
  });

  it('about two requests at once', () => {
    const { vtn, rules } = ready();
    const first = vtn.begin();
    first();
    const second = vtn.begin();
    const third = vtn.begin();
    second();
    third();
    third();
    vtn.begin();
    expect(rules()).toEqual(['HTTP']);
  });

  it('about answers the rules forbid', () => {
    const { ven, vtn, rules } = ready();
    vtn.events.add({
      eventID: 'quiet',
      startAt: noonMs,
      lengthMs: 3_600_000,
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
      oadrResponseRequired: 'never',
    });
    const answer = (eiRequestID: string, eventID: string, modificationNumber: number) =>
      ven.send('EiEvent', {
        message: 'oadrCreatedEvent',
        eiResponse: { responseCode: '200', requestID: eiRequestID },
        eventResponses: [
          { responseCode: '200', requestID: 'd', qualifiedEventID: { eventID, modificationNumber }, optType: 'optIn' },
        ],
        venID: 'my.ven',
      });
    answer('not empty', 'quiet', 3);
    expect(rules()).toEqual(['42', '12', '42']);
    ven.send('EiEvent', {
      message: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', requestID: '' },
      venID: 'my.ven',
    });
    expect(rules()).toContain('35');
  });
});
