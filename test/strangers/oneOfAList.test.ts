import { describe, it } from 'vitest';
import { plain } from './makes/plain.ts';
import { textAt } from './support/element.ts';
import { fieldCase, fieldParties, hasFieldCase } from './support/fieldCases.ts';
import { meet, type Meeting } from './support/hosted.ts';
import { bodyOf } from './support/messageChecks.ts';
import { opted } from './support/opted.ts';
import { priceEvent, statusWish } from './support/wishes.ts';

const factsOf = async <Data>(meeting: Meeting, type: string): Promise<Data[]> =>
  (await meeting.entries()).filter((entry) => entry.type === type).map(({ data }) => data as Data);

const alarmsOf = (meeting: Meeting): Promise<{ alarm: string; subject?: string }[]> => factsOf(meeting, 'AlarmRaised');

const registered = async (context: Parameters<typeof meet>[0], options = {}): Promise<Meeting> => {
  const meeting = await meet(context, { make: plain, ...options });
  meeting.vtn.mayRefuse = true;
  await meeting.vtn.next('oadrPoll');
  return meeting;
};

/** Spoils the text of one event of a list, the one with this eventID. */
const spoilt = (xml: string, eventID: string, from: RegExp, to: string): string =>
  xml
    .split(/(?=<(?:\w+:)?oadrEvent[ >])/)
    .map((part) => (part.includes(`>${eventID}<`) ? part.replace(from, to) : part))
    .join('');

const nan = 'one-NaN-event-refuses-all.xml';
const negative = 'negative-active-period.xml';

describe.concurrent('of the field', () => {
  // @row +7.23 +7.24
  it.skipIf(!hasFieldCase(nan))('a price NaN refuses its event alone, and the other is in force', async (context) => {
    const meeting = await registered(context, fieldParties);
    const { vtn } = meeting;
    for (const eventID of ['GOOD', 'BADV']) vtn.handOut(eventID, 0);
    vtn.enqueue(() => fieldCase(nan, vtn));
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['GOOD/0 200 optIn', 'BADV/0 454 optOut']);
    context.expect(await factsOf(meeting, 'DrEventAccepted')).toMatchObject([{ eventID: 'GOOD' }]);
    context.expect(await factsOf(meeting, 'DrEventRefused')).toMatchObject([{ eventID: 'BADV', responseCode: '454' }]);
    context.expect(await alarmsOf(meeting)).toMatchObject([{ alarm: 'pricesRefused', subject: 'BADV' }]);
    context.expect(meeting.lines.join('')).toContain('NaN');
  });

  // @row +7.24
  it.skipIf(!hasFieldCase(negative))('a negative active period is refused, and no price follows', async (context) => {
    const meeting = await registered(context, fieldParties);
    const { vtn } = meeting;
    vtn.handOut('NEGDUR', 0);
    vtn.enqueue(() => fieldCase(negative, vtn));
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['NEGDUR/0 459 optOut']);
    context.expect(await factsOf(meeting, 'DrEventAccepted')).toEqual([]);
    context.expect(await alarmsOf(meeting)).toMatchObject([{ alarm: 'pricesRefused', subject: 'NEGDUR' }]);
  });
});

describe.concurrent('one event of a list', () => {
  const value = /(<(?:\w+:)?value>)[^<]*/;
  // @row +7.23
  it.for([
    ['a price INF', value, '$1INF', '454'],
    ['a price 1e999', value, '$11e999', '454'],
    ['a price that is no number', value, '$1cheap', '454'],
    ['a length that is none', /(<(?:\w+:)?duration>)PT1H/, '$1an hour', '454'],
    ['a length beyond all', /(<(?:\w+:)?duration>)PT24H/, '$1PT99999999999999999H', '454'],
    ['a start in the year 0', /(<(?:\w+:)?date-time>)[^<]*/, '$10000-01-01T00:00:00Z', '454'],
    ['a status nobody knows', /(<(?:\w+:)?eventStatus>)[^<]*/, '$1perhaps', '454'],
    ['a negative interval', /(<(?:\w+:)?duration>)PT1H/, '$1-PT1H', '459'],
    ['a length of nine thousand years', /(<(?:\w+:)?duration>)PT24H/, '$1P9000Y', '454'],
  ] as const)('with %s costs itself, and keeps what was in force', async ([, from, to, code], context) => {
    const meeting = await registered(context);
    const { vtn } = meeting;
    const [kept, other] = [priceEvent('kept'), priceEvent('other')];
    vtn.tellEvents(kept, other);
    await vtn.next('oadrCreatedEvent');
    vtn.enqueue(() => {
      vtn.events = [{ ...kept, modificationNumber: 1 }, other];
      return spoilt(vtn.distributeEvent(), 'kept', from, to);
    });
    const answers = opted(await vtn.next('oadrCreatedEvent'));
    context.expect(new Set(answers)).toEqual(new Set([`kept/1 ${code} optOut`, 'other/0 200 optIn']));
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toEqual([]);
    context.expect(await alarmsOf(meeting)).toMatchObject([{ alarm: 'pricesRefused', subject: 'kept' }]);
    vtn.tellEvents({ ...kept, modificationNumber: 2 }, other);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['kept/2 200 optIn', 'other/0 200 optIn']);
    context.expect(await factsOf(meeting, 'AlarmCleared')).toMatchObject([{ alarm: 'pricesRefused', subject: 'kept' }]);
  });

  // @row -7.23
  it('that cannot be told from others cancels nothing by silence, and is answered for the message', async (context) => {
    const meeting = await registered(context);
    const { vtn } = meeting;
    const [kept, absent] = [priceEvent('kept'), priceEvent('absent')];
    vtn.tellEvents(kept, absent);
    await vtn.next('oadrCreatedEvent');
    vtn.enqueue(() => {
      vtn.events = [kept];
      const text = vtn.distributeEvent([kept, priceEvent('nameless', { responseRequired: 'never' })]);
      return spoilt(text, 'nameless', /<(\w+:)?eventID>nameless<\/(\w+:)?eventID>/, '');
    });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['kept/0 200 optIn']);
    const told = await vtn.next('oadrResponse');
    context.expect(told.service).toBe('EiEvent');
    context.expect(textAt(bodyOf(told.message), 'eiResponse', 'responseCode')).toBe('459');
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toEqual([]);
    context.expect(await alarmsOf(meeting)).toMatchObject([{ alarm: 'messageUnreadable' }]);
    vtn.tellEvents(kept);
    await vtn.next('oadrCreatedEvent');
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toMatchObject([{ eventID: 'absent', by: 'implicit' }]);
    context.expect(await factsOf(meeting, 'AlarmCleared')).toMatchObject([{ alarm: 'messageUnreadable' }]);
  });

  // @row -7.38
  it('with a currentValue that is no number is in force all the same', async (context) => {
    const { vtn } = await registered(context);
    const [signal] = priceEvent('informed').signals;
    const event = priceEvent('informed', { signals: signal === undefined ? [] : [{ ...signal, currentValue: 'NaN' }] });
    vtn.tellEvents(event);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['informed/0 200 optIn']);
  });

  // @row +7.20
  it('with a signal nobody knows beside its prices gets 460, and the prices are in force', async (context) => {
    const meeting = await registered(context);
    const { vtn } = meeting;
    const { signals } = priceEvent('both');
    const custom = { ...signals[0], signalName: 'x-custom', signalType: 'level' };
    vtn.tellEvents(priceEvent('both', { signals: [...signals, custom as (typeof signals)[number]] }));
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['both/0 460 optOut']);
    context.expect(await factsOf(meeting, 'DrEventAccepted')).toMatchObject([{ eventID: 'both' }]);
    context.expect(await factsOf(meeting, 'DrEventRefused')).toEqual([]);
    context.expect(await alarmsOf(meeting)).toMatchObject([{ alarm: 'signalUnsupported', subject: 'both' }]);
    context.expect(meeting.lines.join('')).toContain('its prices are in force all the same');
  });
});

describe.concurrent('one report request of a list', () => {
  it('that cannot be read costs itself: the others are met, and the answer tells of it', async (context) => {
    const meeting = await registered(context);
    const { vtn } = meeting;
    vtn.askForReports((offers) => [
      statusWish(offers, 'good', { reportBackDuration: 'PT1H', granularity: 'PT1H' }),
      statusWish(offers, 'bad', { reportBackDuration: 'now and then' }),
    ]);
    const created = await vtn.next('oadrCreatedReport');
    context.expect(textAt(bodyOf(created.message), 'eiResponse', 'responseCode')).toBe('454');
    context.expect(created.xml).toContain('good');
    context.expect(await factsOf(meeting, 'ReportRequestAccepted')).toMatchObject([{ reportRequestID: 'good' }]);
    context.expect(await factsOf(meeting, 'ReportRequestRefused')).toMatchObject([{ reportRequestID: 'bad' }]);
  });
});
