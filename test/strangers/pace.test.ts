import { describe, expect, it } from 'vitest';
import { plain } from './makes/plain.ts';
import { pythonic } from './makes/pythonic.ts';
import { at, children, textAt } from './support/element.ts';
import type { Received } from './support/received.ts';
import type { StrangerVtn } from './support/strangerVtn.ts';
import { meetVirtually, soon, type VirtualMeeting } from './support/virtual.ts';
import { priceEvent, statusWish, usageWish } from './support/wishes.ts';

const minuteMs = 60_000;

const offsets = (meeting: VirtualMeeting, name: string, from: number): readonly number[] =>
  meeting.vtn
    .named(name)
    .filter((each) => each.at >= from)
    .map((each) => Math.round((each.at - from) / 1000));

const gaps = (received: readonly Received[]): readonly number[] =>
  received.slice(1).map((each, place) => Math.round((each.at - (received[place]?.at ?? 0)) / 100) / 10);

const intervalsOf = ({ message }: Received): number =>
  children(at(message, 'oadrReport', 'intervals'), 'interval').length;

describe('polling', () => {
  it('goes at the pace the VTN asked for, never faster, and at another as soon as a re-registration names one', async () => {
    const meeting = await meetVirtually({ make: plain, pollFreq: 'PT20S' });
    await meeting.pass(5 * minuteMs);
    const first = gaps(meeting.vtn.named('oadrPoll'));
    expect(first.length).toBeGreaterThan(10);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...first)).toBeLessThan(21);
    meeting.vtn.pollFreq = 'PT1M';
    meeting.vtn.requestReregistration();
    await meeting.pass(30_000);
    const from = meeting.time.now();
    await meeting.pass(10 * minuteMs);
    const second = gaps(meeting.vtn.named('oadrPoll').filter((poll) => poll.at > from));
    expect(second.length).toBeGreaterThan(7);
    expect(Math.min(...second)).toBeGreaterThanOrEqual(60);
    expect(meeting.vtn.faults).toEqual([]);
  });

  it('drains a queue at once, answering each item before the next poll, and then keeps its pace', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(minuteMs);
    const { vtn } = meeting;
    vtn.askForReports((offers) => [statusWish(offers, 'one', { reportBackDuration: 'PT1H' })]);
    vtn.cancelReports(false, 'one');
    vtn.enqueue(() => plain.registerReport({ requestID: vtn.requestID('oadrRegisteredReport'), venID: vtn.venID }));
    const from = vtn.received.length;
    await meeting.pass(11_000);
    const names = vtn.names.slice(from);
    expect(vtn.isDrained).toBe(true);
    for (const reply of ['oadrCreatedReport', 'oadrCanceledReport', 'oadrRegisteredReport'])
      expect(names).toContain(reply);
    const polls = vtn.received.slice(from).filter(({ name }) => name === 'oadrPoll');
    expect(gaps(polls).filter((gap) => gap < 2)).toHaveLength(3);
    expect(vtn.faults).toEqual([]);
  });

  it('is not spun by a VTN that hands the same thing out again and again', async () => {
    const meeting = await meetVirtually({
      make: plain,
      prepare: (vtn) => vtn.always('oadrPoll', () => vtn.distributeEvent([])),
    });
    await meeting.pass(3 * minuteMs);
    expect(meeting.vtn.named('oadrPoll').length).toBeLessThan(18 * 25);
  });

  it.each(['oadrCreatedReport', 'oadrResponse', 'oadrRegisteredReport'])(
    'is not spun by a VTN that answers every %s with something to answer',
    async (name) => {
      const meeting = await meetVirtually({ make: plain });
      await meeting.pass(minuteMs);
      const { vtn } = meeting;
      const write: Readonly<Record<string, () => string>> = {
        oadrCreatedReport: () =>
          plain.createReport({
            requestID: vtn.requestID('oadrCreatedReport'),
            venID: vtn.venID,
            wishes: [statusWish(vtn.offers, 'again')],
          }),
        oadrResponse: () => plain.requestReregistration({ venID: vtn.venID }),
        oadrRegisteredReport: () =>
          plain.registerReport({ requestID: vtn.requestID('oadrRegisteredReport'), venID: vtn.venID }),
      };
      const again = write[name] as () => string;
      vtn.always(name, again);
      vtn.enqueue(again);
      await meeting.pass(3 * minuteMs);
      expect(vtn.named(name).length).toBeGreaterThan(0);
      expect(vtn.named(name).length).toBeLessThan(18 * 25);
      expect(vtn.named('oadrPoll').length).toBeGreaterThan(10);
    },
  );
});

describe('a VTN whose one service is broken', () => {
  const broken =
    (name: string, status: number) =>
    (vtn: StrangerVtn): void =>
      vtn.always(name, () => ({ status, body: 'error' }));

  it.each([500, 503, 404, 406])(
    'by a %d to oadrRegisterReport: it is asked ever more rarely, and its DR events are taken all the same',
    async (status) => {
      const meeting = await meetVirtually({ make: pythonic, prepare: broken('oadrRegisterReport', status) });
      await meeting.pass(60 * minuteMs);
      const times = offsets(meeting, 'oadrRegisterReport', 0);
      expect(times.length).toBeLessThan(40);
      expect(times.length).toBeGreaterThan(5);
      expect(meeting.vtn.named('oadrRequestEvent').length).toBeGreaterThan(5);
    },
  );

  it.each([500, 406])('by a %d to oadrCreatedEvent: the polls go on', async (status) => {
    const meeting = await meetVirtually({ make: pythonic });
    await meeting.pass(minuteMs);
    broken('oadrCreatedEvent', status)(meeting.vtn);
    const event = {
      eventID: 'e',
      modificationNumber: 0,
      eventStatus: 'far',
      marketContext: 'http://m',
      responseRequired: 'always',
      dtstart: soon(meeting, 3_600),
      duration: 'PT1H',
      signals: [{ signalName: 'SIMPLE', signalType: 'level', values: [{ duration: 'PT1H', value: '1' }] }],
    } as const;
    meeting.vtn.tellEvents(event);
    await meeting.pass(60 * minuteMs);
    expect(meeting.vtn.named('oadrCreatedEvent').length).toBeLessThan(40);
    expect(meeting.vtn.named('oadrPoll').length).toBeGreaterThan(20);
    expect(meeting.vtn.named('oadrRequestEvent').length).toBeGreaterThan(1);
  });

  it('by a 500 to oadrUpdateReport: it is tried ever more rarely, and DR events are asked for meanwhile', async () => {
    const meeting = await meetVirtually({ make: pythonic });
    await meeting.pass(minuteMs);
    broken('oadrUpdateReport', 500)(meeting.vtn);
    meeting.vtn.askForReports((offers) => [usageWish(offers, 'hopeless')]);
    await meeting.pass(60 * minuteMs);
    expect(meeting.vtn.named('oadrUpdateReport').length).toBeLessThan(40);
    expect(meeting.vtn.named('oadrRequestEvent').length).toBeGreaterThan(5);
    expect(meeting.vtn.named('oadrPoll').length).toBeGreaterThan(10);
    expect(meeting.vtn.faults).toEqual([]);
  });

  it('by a 500 to oadrUpdateReport: what the VTN says when polled is heard all the same, that it wants no more reports', async () => {
    const meeting = await meetVirtually({ make: pythonic });
    const { vtn } = meeting;
    await meeting.pass(minuteMs);
    broken('oadrUpdateReport', 500)(vtn);
    vtn.askForReports((offers) => [usageWish(offers, 'hopeless')]);
    await meeting.pass(60 * minuteMs);
    vtn.cancelReports(false, 'hopeless');
    await meeting.pass(10 * minuteMs);
    expect(vtn.named('oadrCanceledReport')).toHaveLength(1);
    const [tried, polled] = [vtn.named('oadrUpdateReport').length, vtn.named('oadrPoll').length];
    await meeting.pass(60 * minuteMs);
    expect(vtn.named('oadrUpdateReport')).toHaveLength(tried);
    expect(vtn.named('oadrPoll').length).toBeGreaterThan(polled + 200);
  });

  it('by a 500 to oadrRequestEvent: it is not hammered, and polls and usage go on', async () => {
    const meeting = await meetVirtually({ make: pythonic, prepare: broken('oadrRequestEvent', 500) });
    await meeting.pass(minuteMs);
    meeting.vtn.askForReports((offers) => [usageWish(offers, 'all the same')]);
    await meeting.pass(59 * minuteMs);
    expect(meeting.vtn.named('oadrRequestEvent').length).toBeLessThan(40);
    expect(meeting.vtn.named('oadrRequestEvent').length).toBeGreaterThan(8);
    expect(meeting.vtn.named('oadrPoll').length).toBeGreaterThan(200);
    expect(meeting.vtn.named('oadrUpdateReport').length).toBeGreaterThan(0);
  });

  it('by a 500 to oadrRequestEvent: a price that comes by poll is taken and answered', async () => {
    const meeting = await meetVirtually({ make: pythonic, prepare: broken('oadrRequestEvent', 500) });
    await meeting.pass(10 * minuteMs);
    meeting.vtn.tellEvents({ ...priceEvent('tomorrow'), dtstart: soon(meeting, 3_600) });
    await meeting.pass(5 * minuteMs);
    expect(meeting.vtn.named('oadrCreatedEvent')).toHaveLength(1);
  });

  it('that asks by poll, again and again, for reports under a request that it then does not know: it is not hammered', async () => {
    const meeting = await meetVirtually({ make: pythonic });
    await meeting.pass(minuteMs);
    const { vtn } = meeting;
    const ask = (): void => vtn.askForReports((offers) => [usageWish(offers, 'forgotten at once')]);
    vtn.always('oadrUpdateReport', ({ message }) => {
      ask();
      return pythonic.updatedReport({
        responseCode: '452',
        requestID: textAt(message, 'requestID') ?? '',
        venID: vtn.venID,
      });
    });
    ask();
    await meeting.pass(60 * minuteMs);
    expect(vtn.named('oadrUpdateReport').length).toBeGreaterThan(5);
    expect(vtn.named('oadrUpdateReport').length).toBeLessThan(40);
  });
});

describe('reports by the minute', () => {
  it('of status every minute for two minutes: one at once and one a minute later, then no more', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(30_000);
    const from = meeting.time.now();
    meeting.vtn.askForReports((offers) => [
      statusWish(offers, 'short', {
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
        interval: { dtstart: soon(meeting, 0), duration: 'PT2M' },
      }),
    ]);
    await meeting.pass(10 * minuteMs);
    const times = offsets(meeting, 'oadrUpdateReport', from);
    expect(times).toHaveLength(2);
    expect(times[0]).toBeLessThanOrEqual(15);
    expect(Math.abs((times[1] ?? 0) - (times[0] ?? 0) - 60)).toBeLessThanOrEqual(15);
    expect(meeting.vtn.faults).toEqual([]);
  });

  it('of usage every two minutes by the minute: two intervals each, two minutes apart', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(30_000);
    meeting.vtn.askForReports((offers) => [
      usageWish(offers, 'paired', {
        granularity: 'PT1M',
        reportBackDuration: 'PT2M',
        interval: { dtstart: soon(meeting, 0), duration: 'PT10M' },
      }),
    ]);
    await meeting.pass(15 * minuteMs);
    const reports = meeting.vtn.named('oadrUpdateReport');
    expect(reports.map(intervalsOf)).toEqual([2, 2, 2, 2, 2]);
    for (const gap of gaps(reports)) expect(Math.abs(gap - 120)).toBeLessThanOrEqual(15);
    expect(meeting.vtn.faults).toEqual([]);
  });

  it('that begin later: nothing before their dtstart', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(30_000);
    const from = meeting.time.now();
    meeting.vtn.askForReports((offers) => [
      statusWish(offers, 'later', {
        reportBackDuration: 'PT1M',
        interval: { dtstart: soon(meeting, 120), duration: 'PT3M' },
      }),
    ]);
    await meeting.pass(10 * minuteMs);
    const times = offsets(meeting, 'oadrUpdateReport', from);
    expect(times[0]).toBeGreaterThanOrEqual(119);
    expect(times).toHaveLength(3);
  });

  it('of two requests keep two paces', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(30_000);
    const span = { dtstart: soon(meeting, 0), duration: 'PT12M' };
    meeting.vtn.askForReports((offers) => [
      statusWish(offers, 'status', { granularity: 'PT1M', reportBackDuration: 'PT3M', interval: span }),
      usageWish(offers, 'usage', { granularity: 'PT1M', reportBackDuration: 'PT4M', interval: span }),
    ]);
    await meeting.pass(20 * minuteMs);
    const ids = meeting.vtn
      .named('oadrUpdateReport')
      .map(({ message }) => textAt(message, 'oadrReport', 'reportRequestID'));
    expect(ids.filter((id) => id === 'status')).toHaveLength(4);
    expect(ids.filter((id) => id === 'usage')).toHaveLength(3);
    expect(meeting.vtn.faults).toEqual([]);
  });

  it('about reports are repeated until they are cancelled, and are listed as pending', async () => {
    const meeting = await meetVirtually({ make: plain });
    await meeting.pass(30_000);
    const { vtn } = meeting;
    const before = vtn.named('oadrRegisterReport').length;
    vtn.askForReports(() => [
      {
        reportRequestID: 'all-about',
        reportSpecifierID: 'METADATA',
        rIDs: ['METADATA'],
        granularity: 'PT0S',
        reportBackDuration: 'PT1M',
      },
    ]);
    await meeting.pass(3.5 * minuteMs);
    expect(vtn.named('oadrRegisterReport').length - before).toBe(4);
    vtn.askForReports((offers) => [statusWish(offers, 'now')]);
    await meeting.pass(20_000);
    const listed = children(
      at(vtn.named('oadrCreatedReport').at(-1)?.message, 'oadrPendingReports'),
      'reportRequestID',
    ).map(({ text }) => text);
    expect(listed).toEqual(['all-about', 'now']);
    vtn.cancelReports(false, 'all-about');
    await meeting.pass(minuteMs);
    const count = vtn.named('oadrRegisterReport').length;
    await meeting.pass(5 * minuteMs);
    expect(vtn.named('oadrRegisterReport')).toHaveLength(count);
    expect(vtn.faults).toEqual([]);
  });
});
