import { describe, it } from 'vitest';
import { makes } from './makes/makes.ts';
import { plain } from './makes/plain.ts';
import { pythonic } from './makes/pythonic.ts';
import { at, below, children, textAt } from './support/element.ts';
import { meet } from './support/hosted.ts';
import type { Received } from './support/received.ts';
import { statusWish, usageWish } from './support/wishes.ts';

const code = ({ message }: Received): string | undefined => textAt(message, 'eiResponse', 'responseCode');

const pending = ({ message }: Received): readonly string[] =>
  children(at(message, 'oadrPendingReports'), 'reportRequestID').map(({ text }) => text);

const reportsIn = ({ message }: Received): readonly string[] =>
  children(message, 'oadrReport').map((report) => textAt(report, 'reportRequestID') ?? '');

/** The instant of which the first report in a message speaks. */
const toldAt = ({ message }: Received): number =>
  Date.parse(textAt(at(message, 'oadrReport'), 'dtstart', 'date-time') ?? '');

describe.concurrent.each(makes)('reports to a VTN of the make $name', (make) => {
  it('that are asked for in oadrRegisteredReport are promised, and one-shots are there at once', async (context) => {
    const { vtn } = await meet(context, {
      make,
      wishes: (offers) => [
        statusWish(offers, 'status-now'),
        usageWish(offers, 'usage-now'),
        usageWish(offers, 'usage-daily', { granularity: 'PT1H', reportBackDuration: 'P1D' }),
      ],
    });
    const promised = await vtn.next('oadrCreatedReport');
    context.expect(pending(promised)).toEqual(['status-now', 'usage-now', 'usage-daily']);
    const told = [...reportsIn(await vtn.next('oadrUpdateReport')), ...reportsIn(await vtn.next('oadrUpdateReport'))];
    context.expect([...told].sort()).toEqual(['status-now', 'usage-now']);
  });

  it('that are asked for by poll are promised and told; what is unknown gets 452', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    vtn.askForReports((offers) => [statusWish(offers, 'one'), usageWish(offers, 'two')]);
    context.expect(code(await vtn.next('oadrCreatedReport'))).toBe('200');
    const told = [...reportsIn(await vtn.next('oadrUpdateReport')), ...reportsIn(await vtn.next('oadrUpdateReport'))];
    context.expect([...told].sort()).toEqual(['one', 'two']);
    context
      .expect(vtn.names.filter((name) => name !== 'oadrPoll').slice(-3))
      .toEqual(['oadrCreatedReport', 'oadrUpdateReport', 'oadrUpdateReport']);
    vtn.mayRefuse = true;
    vtn.askForReports((offers) => [{ ...statusWish(offers, 'three'), reportSpecifierID: 'never offered' }]);
    context.expect(code(await vtn.next('oadrCreatedReport'))).toBe('452');
    vtn.askForReports((offers) => [{ ...usageWish(offers, 'four'), rIDs: ['never offered'] }]);
    context.expect(code(await vtn.next('oadrCreatedReport'))).toBe('452');
    vtn.cancelReports(false, 'never asked for');
    context.expect(code(await vtn.next('oadrCanceledReport'))).toBe('452');
  });

  it('come at the pace that was asked for until they are cancelled, with one that follows if wanted', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    vtn.askForReports((offers) => [statusWish(offers, 'paced', { reportBackDuration: 'PT2S' })]);
    context.expect(pending(await vtn.next('oadrCreatedReport'))).toEqual(['paced']);
    const [first, second] = [await vtn.next('oadrUpdateReport'), await vtn.next('oadrUpdateReport')];
    // When they arrive says as well who else is at work here; of which instants they speak is the pace that was kept.
    context.expect(toldAt(second) - toldAt(first)).toBeGreaterThanOrEqual(2_000);
    vtn.cancelReports(true, 'paced');
    context.expect(pending(await vtn.next('oadrCanceledReport'))).toEqual(['paced']);
    await vtn.next('oadrUpdateReport');
    const told = vtn.named('oadrUpdateReport').length;
    vtn.lookAhead();
    for (let polls = 0; polls < 4; polls += 1) await vtn.next('oadrPoll');
    context.expect(vtn.named('oadrUpdateReport')).toHaveLength(told);
  });

  it('end when an oadrUpdatedReport says so', async (context) => {
    const { vtn } = await meet(context, { make });
    await vtn.next('oadrPoll');
    vtn.once('oadrUpdateReport', ({ message }) =>
      make.updatedReport({
        responseCode: '200',
        requestID: textAt(message, 'requestID') ?? '',
        venID: vtn.venID,
        cancel: { reportRequestIDs: ['paced'], reportToFollow: false },
      }),
    );
    vtn.askForReports((offers) => [statusWish(offers, 'paced', { reportBackDuration: 'PT1S' })]);
    await vtn.next('oadrUpdateReport');
    vtn.lookAhead();
    for (let polls = 0; polls < 3; polls += 1) await vtn.next('oadrPoll');
    context.expect(vtn.named('oadrUpdateReport')).toHaveLength(1);
    context.expect(vtn.names).not.toContain('oadrCanceledReport');
  });
});

describe.concurrent('reports', () => {
  it('about reports are made on request, under the reportRequestID of the request', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.askForReports(() => [
      {
        reportRequestID: 'metadata-1',
        reportSpecifierID: 'METADATA',
        rIDs: ['METADATA'],
        granularity: 'PT0S',
        reportBackDuration: 'PT0S',
      },
    ]);
    const promised = await vtn.next('oadrCreatedReport');
    const metadata = await vtn.next('oadrRegisterReport');
    context.expect(textAt(metadata.message, 'reportRequestID')).toBe('metadata-1');
    context.expect(vtn.received.indexOf(promised)).toBeLessThan(vtn.received.indexOf(metadata));
  });

  it('void all others when the metadata are told again', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.askForReports((offers) => [statusWish(offers, 'old', { reportBackDuration: 'PT1S' })]);
    await vtn.next('oadrUpdateReport');
    vtn.askForReports(() => [
      {
        reportRequestID: 'metadata-2',
        reportSpecifierID: 'METADATA',
        rIDs: ['METADATA'],
        granularity: 'PT0S',
        reportBackDuration: 'PT0S',
      },
    ]);
    vtn.lookAhead();
    const metadata = await vtn.next('oadrRegisterReport');
    for (let polls = 0; polls < 3; polls += 1) await vtn.next('oadrPoll');
    const after = vtn.named('oadrUpdateReport').filter(({ at: when }) => when > metadata.at);
    context.expect(after).toHaveLength(0);
  });

  it('of the oadrUpdatedReport of a VTN may be answered by a bare oadrResponse', async (context) => {
    const { vtn, lines } = await meet(context, { make: pythonic });
    await vtn.next('oadrPoll');
    vtn.once('oadrUpdateReport', () => pythonic.response({ responseCode: '200', requestID: '', venID: vtn.venID }));
    vtn.askForReports((offers) => [usageWish(offers, 'one')]);
    await vtn.next('oadrUpdateReport');
    vtn.lookAhead();
    for (let polls = 0; polls < 2; polls += 1) await vtn.next('oadrPoll');
    context.expect(vtn.named('oadrUpdateReport')).toHaveLength(1);
    context.expect(lines.join('')).toContain('delivered and acknowledged');
  });

  it('carry energy and power of every device for each interval, with a quality', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.askForReports((offers) => [usageWish(offers, 'both')]);
    const { message } = await vtn.next('oadrUpdateReport');
    const payloads = below(message, 'oadrReportPayload');
    context.expect(payloads.map((payload) => textAt(payload, 'rID'))).toEqual(vtn.offers.get('TELEMETRY_USAGE')?.rIDs);
    context
      .expect(payloads.every((payload) => (textAt(payload, 'oadrDataQuality') ?? '').startsWith('Quality ')))
      .toBe(true);
  });
});
