import { describe, it } from 'vitest';
import { makes } from './makes/makes.ts';
import { plain } from './makes/plain.ts';
import { pythonic } from './makes/pythonic.ts';
import { textAt } from './support/element.ts';
import { meet, type Meeting } from './support/hosted.ts';
import { bodyOf } from './support/messageChecks.ts';
import { opted } from './support/opted.ts';
import { inSeconds, priceEvent, simpleEvent } from './support/wishes.ts';

const factsOf = async (meeting: Meeting, type: string): Promise<unknown[]> =>
  (await meeting.entries()).filter((entry) => entry.type === type).map(({ data }) => data);

const quiet = async ({ vtn }: Meeting, polls = 2): Promise<void> => {
  vtn.lookAhead();
  for (let count = 0; count < polls; count += 1) await vtn.next('oadrPoll');
};

describe.concurrent.each(makes)('DR events of a VTN of the make $name', (make) => {
  it('are answered when new, unchanged, modified and cancelled, and not when silently gone', async (context) => {
    const meeting = await meet(context, { make });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    const first = simpleEvent('first');
    const prices = priceEvent('prices');
    vtn.tellEvents(first, prices);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['first/0 200 optIn', 'prices/0 200 optIn']);
    vtn.tellEvents(first, prices);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['first/0 200 optIn', 'prices/0 200 optIn']);
    vtn.tellEvents({ ...first, modificationNumber: 1, dtstart: inSeconds(7_200) }, prices);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['first/1 200 optIn', 'prices/0 200 optIn']);
    vtn.tellEvents({ ...first, modificationNumber: 2, dtstart: inSeconds(7_200), eventStatus: 'cancelled' }, prices);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['first/2 200 optIn', 'prices/0 200 optIn']);
    vtn.tellEvents();
    await quiet(meeting);
    context.expect(vtn.named('oadrCreatedEvent')).toHaveLength(4);
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toMatchObject([
      { eventID: 'first', by: 'explicit' },
      { eventID: 'prices', by: 'implicit' },
    ]);
  });

  it('that want no answer get none, neither new nor modified nor cancelled', async (context) => {
    const meeting = await meet(context, { make });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    const silent = simpleEvent('silent', { responseRequired: 'never' });
    vtn.tellEvents(silent);
    vtn.tellEvents({ ...silent, modificationNumber: 1 });
    vtn.tellEvents({ ...silent, modificationNumber: 2, eventStatus: 'cancelled' });
    await quiet(meeting, 5);
    context.expect(vtn.names).not.toContain('oadrCreatedEvent');
    context.expect(await factsOf(meeting, 'DrEventAccepted')).toHaveLength(2);
  });

  it('that wait at the start are answered before the first poll', async (context) => {
    const { vtn } = await meet(context, {
      make,
      prepare: (stranger) => {
        stranger.events = [priceEvent('waiting')];
      },
    });
    await vtn.next('oadrPoll');
    context
      .expect(vtn.names)
      .toEqual([
        'oadrCreatePartyRegistration',
        'oadrRegisterReport',
        'oadrRequestEvent',
        'oadrCreatedEvent',
        'oadrPoll',
      ]);
  });
});

describe.concurrent('one message of events', () => {
  it('may hold good and bad ones: each gets its own code', async (context) => {
    const { vtn } = await meet(context, { make: plain, settings: { marketContexts: ['HTTP://marketcontext1/'] } });
    await vtn.next('oadrPoll');
    vtn.tellEvents(
      simpleEvent('good'),
      simpleEvent('other-context', { marketContext: 'http://MarketContext9' }),
      simpleEvent('other-target', { target: { venID: 'somebody-else' } }),
      simpleEvent('our-resource', { target: { resourceID: 'example-device-001' } }),
      simpleEvent('a-group', { target: { groupID: 'nobody' } }),
      simpleEvent('custom-signal', {
        signals: [{ signalName: 'x-custom', signalType: 'level', values: [{ duration: 'PT10M', value: '1' }] }],
      }),
      simpleEvent('dispatch', {
        signals: [
          {
            signalName: 'LOAD_DISPATCH',
            signalType: 'setpoint',
            unit: 'powerReal',
            values: [{ duration: 'PT10M', value: '2.5' }],
          },
        ],
      }),
      simpleEvent('new-with-modification', { modificationNumber: 3 }),
      simpleEvent('cancelled-and-unknown', { eventStatus: 'cancelled', modificationNumber: 1 }),
      simpleEvent('test', { testEvent: 'true' }),
      simpleEvent('does-not-add-up', { duration: 'PT11M' }),
      simpleEvent('over', { eventStatus: 'completed', dtstart: inSeconds(-7_200) }),
      simpleEvent('open-ended', {
        duration: 'PT0S',
        signals: [{ signalName: 'SIMPLE', signalType: 'level', values: [{ duration: 'PT0S', value: '2' }] }],
      }),
    );
    context
      .expect(opted(await vtn.next('oadrCreatedEvent')))
      .toEqual([
        'good/0 200 optIn',
        'other-context/0 462 optOut',
        'other-target/0 462 optOut',
        'our-resource/0 200 optIn',
        'a-group/0 462 optOut',
        'custom-signal/0 460 optOut',
        'dispatch/0 200 optIn',
        'new-with-modification/3 200 optIn',
        'cancelled-and-unknown/1 200 optIn',
        'test/0 200 optIn',
        'does-not-add-up/0 459 optOut',
        'over/0 200 optIn',
        'open-ended/0 200 optIn',
      ]);
  });

  it('of a wrong vtnID, even in case alone, is refused as a whole, and nothing of it is done', async (context) => {
    const meeting = await meet(context, { make: plain, vtnID: 'The_VTN' });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.tellEvents(simpleEvent('kept'));
    await vtn.next('oadrCreatedEvent');
    vtn.mayRefuse = true;
    vtn.enqueue(() => vtn.distributeEvent([simpleEvent('another')], 'THE_VTN'));
    const refused = await vtn.next('oadrCreatedEvent');
    context.expect(textAt(bodyOf(refused.message), 'eiResponse', 'responseCode')).toBe('452');
    await quiet(meeting);
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toEqual([]);
    context.expect(await factsOf(meeting, 'DrEventAccepted')).toHaveLength(1);
  });

  it('that reports an error cancels nothing and is not answered', async (context) => {
    const meeting = await meet(context, { make: plain });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.tellEvents(simpleEvent('kept'));
    await vtn.next('oadrCreatedEvent');
    vtn.enqueue(() => vtn.distributeEvent([], vtn.vtnID, '459'));
    await quiet(meeting);
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toEqual([]);
    context.expect(vtn.named('oadrCreatedEvent')).toHaveLength(1);
  });

  it('with a lower modificationNumber gets 450 for the number received, and the later version stays', async (context) => {
    const meeting = await meet(context, { make: plain });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    const event = simpleEvent('event', { modificationNumber: 2 });
    vtn.tellEvents(event);
    await vtn.next('oadrCreatedEvent');
    vtn.tellEvents({ ...event, modificationNumber: 1 });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['event/1 450 optOut']);
    vtn.tellEvents({ ...event, modificationNumber: 1, eventStatus: 'cancelled' });
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['event/1 450 optOut']);
    vtn.tellEvents(event);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['event/2 200 optIn']);
    context.expect(await factsOf(meeting, 'DrEventCancelled')).toEqual([]);
  });

  it('is answered under its own requestID although the VTN uses one for all', async (context) => {
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    const id = vtn.requestID('oadrCreatedEvent');
    for (const eventID of ['one', 'two']) {
      vtn.enqueue(() => {
        const xml = vtn.distributeEvent([simpleEvent(eventID), ...(eventID === 'two' ? [simpleEvent('one')] : [])]);
        return xml.replace(/REQ_\d+_of_at_least_fifty_characters_in_its_whole_length/, id);
      });
    }
    const [first, second] = [await vtn.next('oadrCreatedEvent'), await vtn.next('oadrCreatedEvent')];
    context.expect([first, second].map((each) => each.xml.includes(id))).toEqual([true, true]);
  });
});

describe.concurrent('a VTN that does not like an oadrCreatedEvent', () => {
  it.for(['450', '452', '459'])('with %s is not told the same again', async (responseCode, context) => {
    const meeting = await meet(context, { make: pythonic });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.once('oadrCreatedEvent', () =>
      pythonic.response({ responseCode, requestID: '', responseDescription: 'no', venID: vtn.venID }),
    );
    vtn.tellEvents(simpleEvent('disliked'));
    await vtn.next('oadrCreatedEvent');
    await quiet(meeting, 3);
    context.expect(vtn.named('oadrCreatedEvent')).toHaveLength(1);
    context.expect(vtn.named('oadrCreatePartyRegistration')).toHaveLength(1);
  });
});

describe.concurrent('a DR event that begins', () => {
  const short = { signalName: 'SIMPLE', signalType: 'level', values: [{ duration: 'PT2S', value: '1' }] };

  it('is active from its dtstart until its duration is over, by our own clock', async (context) => {
    const meeting = await meet(context, { make: plain });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    const dtstart = inSeconds(3);
    vtn.tellEvents(simpleEvent('short', { dtstart, duration: 'PT2S', signals: [short] }));
    await vtn.next('oadrCreatedEvent');
    await quiet(meeting, 6);
    const changes = (await meeting.entries()).filter(({ type }) => type === 'DrEventStatusChanged');
    context
      .expect(changes.map(({ data }) => (data as { status: string }).status))
      .toEqual(['far', 'active', 'completed']);
    context
      .expect(changes.slice(1).map(({ recordedAt }) => Math.round((recordedAt - Date.parse(dtstart)) / 1000)))
      .toEqual([0, 2]);
  });

  it('ends when it is cancelled while active, and again when it is silently gone', async (context) => {
    const meeting = await meet(context, { make: plain });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    const long = { ...short, values: [{ duration: 'PT10M', value: '1' }] };
    const running = (eventID: string) =>
      simpleEvent(eventID, { eventStatus: 'active', dtstart: inSeconds(-60), duration: 'PT10M', signals: [long] });
    const [one, two] = [running('one'), running('two')];
    vtn.tellEvents(one, two);
    await vtn.next('oadrCreatedEvent');
    vtn.tellEvents({ ...one, modificationNumber: 1, eventStatus: 'cancelled' }, two);
    context.expect(opted(await vtn.next('oadrCreatedEvent'))).toEqual(['one/1 200 optIn', 'two/0 200 optIn']);
    vtn.tellEvents();
    await quiet(meeting);
    context.expect(await factsOf(meeting, 'DrEventStatusChanged')).toMatchObject([
      { eventID: 'one', status: 'active' },
      { eventID: 'two', status: 'active' },
      { eventID: 'one', status: 'cancelled' },
      { eventID: 'two', status: 'cancelled' },
    ]);
  });
});
