import { describe, expect, it } from 'vitest';
import { freshForMs, refusedUsageTries, reportQueueLimit } from '../../src/machines/lifecycle/reporting.ts';
import type { Failure, Wanted } from '../../src/machines/wanted.ts';
import { alarmHeadlines } from '../../src/telling/alarmHeadlines.ts';
import { hourMs } from '../support/drEventMessages.ts';
import { given, noon, type PlainEvent, type Play } from './support/given.ts';
import {
  bootstrap,
  createdPartyRegistration,
  distributeNothing,
  failure,
  lineFree,
  lost,
  neverSent,
  oadrResponse,
  refusal,
  registeredReport,
  reply,
  report,
  reportFailure,
  reportReply,
  requestReregistration,
  updatedReport,
} from './support/venTalk.ts';

const started = (settings = {}): Play => given('ven', { settings }).when({ type: 'agent.started' });
const registered = (settings = {}): Play => given('ven', { settings }).having(...bootstrap);
const asked = (play: Play): readonly { purpose: string; message: { message: string } & Record<string, unknown> }[] =>
  play.said.flatMap((one) => (one.type === 'exchange.wanted' ? [one.wanted as never] : []));
const askedFor = (play: Play): readonly string[] => asked(play).map(({ message }) => message.message);
const registering = (substate: string) => ({ registering: substate });
const inForce = (polling: string, reporting = 'idle', answering = 'taken') => ({
  registered: { polling, reporting, answering },
});
/** One poll that brings nothing. */
const quietly = (play: Play): Play => play.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', oadrResponse()));
const polled = (settings = {}): Play => registered(settings).whenDue('oadrRequestedOadrPollFreq');

describe('getting registered', () => {
  // @row +6.11
  it('given a first start, then party, metadata and DR events follow one another, and only then polls', () => {
    const party = started();
    expect([party.state, askedFor(party)]).toEqual([
      registering('awaitingCreatedPartyRegistration'),
      ['oadrCreatePartyRegistration'],
    ]);
    const metadata = party.when(reply('registration', createdPartyRegistration()));
    expect([metadata.state, askedFor(metadata)]).toEqual([
      registering('awaitingRegisteredReport'),
      ['oadrRegisterReport'],
    ]);
    const events = metadata.when(reply('metadata', registeredReport));
    expect([events.state, askedFor(events)]).toEqual([registering('awaitingDistributeEvent'), ['oadrRequestEvent']]);
    const known = events.when(reply('requestEvent', distributeNothing));
    expect([known.state, askedFor(known)]).toEqual([inForce('waiting'), []]);
    expect(askedFor(known.whenDue('oadrRequestedOadrPollFreq'))).toEqual(['oadrPoll']);
  });

  it('given the VTN assigns another venID, then we speak with that one', () => {
    const metadata = started().when(reply('registration', createdPartyRegistration({ venID: 'assigned-7' })));
    expect(metadata.facts('Registered')).toEqual([
      {
        registrationID: 'registration-1',
        venID: 'assigned-7',
        vtnID: 'vtn-1',
        requestedPollFreqMs: 20_000,
        renewed: false,
      },
    ]);
    expect(asked(metadata)).toMatchObject([{ message: { venID: 'assigned-7' } }]);
  });

  // @row -6.1
  it('given a query is wanted first, then it precedes the registration, and not a renewal', () => {
    const query = started({ queryRegistration: true });
    expect([query.state, askedFor(query)]).toEqual([
      registering('awaitingQueriedRegistration'),
      ['oadrQueryRegistration'],
    ]);
    expect(askedFor(query.when(reply('query', createdPartyRegistration())))).toEqual(['oadrCreatePartyRegistration']);
    const known = query.having(reply('query', createdPartyRegistration()), ...bootstrap.slice(1));
    expect(askedFor(known.when({ type: 'resync.wanted', bootstrap: 'renewal' }))).toEqual([
      'oadrCreatePartyRegistration',
    ]);
  });

  it('given the VTN refuses the query, then that is told, and the registration is asked for all the same', () => {
    const asking = started({ queryRegistration: true });
    for (const refused of [createdPartyRegistration({ eiResponse: refusal('457') }), oadrResponse('457')]) {
      const play = asking.when(reply('query', refused));
      expect(play.facts('ExchangeRefused')).toMatchObject([{ purpose: 'query', responseCode: '457', why: 'no' }]);
      expect(askedFor(play)).toEqual(['oadrCreatePartyRegistration']);
    }
    expect(asking.when(reply('query', createdPartyRegistration())).facts('ExchangeRefused')).toEqual([]);
  });

  // @row +6.5
  it('given the VTN assigns another venID than was handed out, then a person is told until they agree', () => {
    const party = started({ venID: 'mine', preallocatedVenID: true });
    const named = { alarm: 'identityMismatch', subject: 'venID assigned' };
    const assigned = party.when(reply('registration', createdPartyRegistration({ venID: 'assigned-7' })));
    expect(assigned.facts('AlarmRaised')).toMatchObject([
      { ...named, text: 'The VTN registered us as venID assigned-7, and the configuration says mine.' },
    ]);
    const agreed = party.when(reply('registration', createdPartyRegistration({ venID: 'mine' })));
    expect([agreed.facts('AlarmRaised'), agreed.facts('AlarmCleared')]).toMatchObject([
      [],
      expect.arrayContaining([named]),
    ]);
    const notHandedOut = started({ venID: 'mine', preallocatedVenID: false });
    const given = notHandedOut.when(reply('registration', createdPartyRegistration({ venID: 'assigned-7' })));
    expect(given.facts('AlarmRaised')).toEqual([]);
  });

  it('given a venID handed out beforehand or not, then the first registration carries it or not', () => {
    expect(asked(started({ venID: 'mine', preallocatedVenID: true }))[0]?.message).toMatchObject({ venID: 'mine' });
    expect(asked(started({ venID: 'mine', preallocatedVenID: false }))[0]?.message).not.toHaveProperty('venID');
  });

  it('given the VTN refuses, then it is told and left alone for longer and longer', () => {
    const refused = started().when(
      reply(
        'registration',
        createdPartyRegistration({
          eiResponse: { responseCode: '452', requestID: '' },
          registrationID: undefined,
          venID: undefined,
        }),
      ),
    );
    expect(refused.state).toBe('unregistered');
    expect(refused.factTypes).toEqual(['RegistrationRefused', 'AlarmRaised']);
    expect(refused.waits).toEqual({ registerAgainDelayMs: 32_000 });
    expect(refused.whenDue('registerAgainDelayMs').state).toEqual(registering('awaitingQueriedRegistration'));
  });

  it('given a VTN that refused has a registration for us that we forgot, then that is renewed', () => {
    const refused = started().when(
      reply(
        'registration',
        createdPartyRegistration({
          eiResponse: { responseCode: '452', requestID: '' },
          registrationID: undefined,
          venID: undefined,
        }),
      ),
    );
    const asking = refused.whenDue('registerAgainDelayMs');
    const ours = asking.when(
      reply('query', createdPartyRegistration({ registrationID: 'forgotten', venID: 'bellawatt.example.ven.123' })),
    );
    const another = asking.when(
      reply('query', createdPartyRegistration({ registrationID: 'of another', venID: 'another' })),
    );
    expect(asked(ours)[0]?.message).toMatchObject({ registrationID: 'forgotten' });
    expect(asked(another)[0]?.message).not.toHaveProperty('registrationID');
  });

  it('given the VTN says which registration it has, and fails on its renewal, then we are not registered, and register', () => {
    const unread: Failure = { reason: 'unreadable', certainlyNotDelivered: false, detail: 'not well-formed' };
    const again = started({ queryRegistration: true })
      .when(reply('query', createdPartyRegistration({ venID: 'bellawatt.example.ven.123' })))
      .when(failure('registration', unread))
      .whenDue('backoffDelayMs')
      .when(failure('registration', unread))
      .whenDue('backoffDelayMs');
    expect([again.state, askedFor(again)]).toEqual([
      registering('awaitingCreatedPartyRegistration'),
      ['oadrCreatePartyRegistration'],
    ]);
  });

  // @row -6.8 -6.24 -19.18
  it('given 200 without a registrationID, then that is no registration', () => {
    const refused = started().when(reply('registration', createdPartyRegistration({ registrationID: undefined })));
    expect(refused.state).toBe('unregistered');
    expect(refused.facts('RegistrationRefused')).toMatchObject([{ responseCode: '200' }]);
  });

  // @row -6.24
  it('given a refusal that names a registrationID all the same, then that is no registration', () => {
    const eiResponse = { responseCode: '452', requestID: 'r' } as const;
    const refused = started().when(reply('registration', createdPartyRegistration({ eiResponse })));
    expect(refused.state).toBe('unregistered');
    expect(refused.facts('Registered')).toEqual([]);
  });

  it('given it is accepted after a refusal, then the alarm ends', () => {
    const refused = started().when(reply('registration', oadrResponse('463')));
    const accepted = refused.whenDue('registerAgainDelayMs').when(reply('registration', createdPartyRegistration()));
    expect(accepted.facts('AlarmCleared')).toContainEqual({ alarm: 'registrationRefused' });
  });

  it('given a reply to something else, then the wait goes on', () => {
    expect(started().when(reply('poll', oadrResponse())).state).toEqual(
      registering('awaitingCreatedPartyRegistration'),
    );
  });

  it.each(['awaitingCreatedPartyRegistration', 'awaitingRegisteredReport', 'awaitingDistributeEvent'])(
    'given no outcome at all in %s, then it is a failure',
    (substate) => {
      const waiting = [0, 1, 2]
        .map((steps) => given('ven').having(...bootstrap.slice(0, steps + 1)))
        .find(({ state }) => (state as { registering: string }).registering === substate);
      const silent = waiting?.whenDue('outcomeTimeoutMs');
      expect(silent?.state).toBe('backoff');
      expect(silent?.factTypes).toEqual(['BackoffStarted']);
      expect(silent?.saidTypes).toContain('line.held');
    },
  );

  it('given the metadata is refused, then nothing is claimed and it is tried again', () => {
    const refused = given('ven')
      .having(...bootstrap.slice(0, 2))
      .when(reply('metadata', oadrResponse('459')));
    expect([refused.state, refused.facts('ReportsRegistered')]).toEqual(['backoff', []]);
  });

  it('given the DR events are answered with a failure of the VTN, then they are asked for again after a pause', () => {
    const failed = given('ven')
      .having(...bootstrap.slice(0, 3))
      .when(reply('requestEvent', oadrResponse('500')));
    expect([failed.state, failed.facts('RegistrationEnded')]).toEqual(['backoff', []]);
    expect(askedFor(failed.whenDue('backoffDelayMs'))).toEqual(['oadrRequestEvent']);
  });

  it.each(['450', '451', '453', '454', '459', '460', '461', '462'])(
    'given the DR events are refused with %s, then they are asked for once more after a pause, and no third time',
    (code) => {
      const refused = given('ven')
        .having(...bootstrap.slice(0, 3))
        .when(reply('requestEvent', oadrResponse(code)));
      expect([refused.state, refused.facts('RegistrationEnded')]).toEqual(['backoff', []]);
      const again = refused.whenDue('backoffDelayMs');
      expect(askedFor(again)).toEqual(['oadrRequestEvent']);
      const believed = again.when(reply('requestEvent', oadrResponse(code)));
      expect([believed.state, askedFor(believed)]).toEqual([inForce('waiting'), []]);
      expect(believed.waits).not.toHaveProperty('eventsAgainDelayMs');
    },
  );

  it.each([
    ['registered', () => registered()],
    ['about to ask for DR events', () => given('ven').having(...bootstrap.slice(0, 3))],
  ])(
    'given it is %s, and metadata that the VTN asked for are refused, then they may have ended every request all the same: they are told again before any report',
    (_, start) => {
      const refused = start()
        .when({ type: 'metadata.wanted', reportRequestID: 'request-1' })
        .when(reply('metadata', oadrResponse('459')));
      expect([refused.state, refused.context['metadataFails']]).toEqual(['backoff', true]);
    },
  );

  it('given the DR events are refused as unknown, then the registration is lost', () => {
    const refused = given('ven')
      .having(...bootstrap.slice(0, 3))
      .when(reply('requestEvent', oadrResponse('463')));
    expect([refused.state, refused.facts('RegistrationEnded')]).toEqual(['backoff', [{ by: 'lost' }]]);
  });
});

describe('renewing', () => {
  const renewing = (): Play => registered().after(hourMs).when({ type: 'resync.wanted', bootstrap: 'renewal' });

  // @row +6.9 +6.13
  it('given a renewal, then it carries registrationID and venID, and stops after the party', () => {
    expect(asked(renewing())).toMatchObject([
      { message: { message: 'oadrCreatePartyRegistration', registrationID: 'registration-1', venID: 'ven-1' } },
    ]);
    const renewed = renewing().when(reply('registration', createdPartyRegistration()));
    expect([renewed.state, askedFor(renewed)]).toEqual([inForce('waiting'), []]);
    expect(renewed.facts('Registered')).toMatchObject([{ renewed: true }]);
  });

  it.each([{ registrationID: 'registration-2' }, { venID: 'ven-2' }])(
    'given the VTN gives another identity %j, then it has forgotten us and everything is told anew',
    (changes) => {
      const anew = renewing().when(reply('registration', createdPartyRegistration(changes)));
      expect([anew.state, askedFor(anew)]).toEqual([registering('awaitingRegisteredReport'), ['oadrRegisterReport']]);
    },
  );

  it.each(['renewal', 'asked', 'anew'] as const)(
    'given the VTN gives another identity to what is wanted as %s, and fails on what follows, then everything is owed all the same',
    (kind) => {
      const other = reply('registration', createdPartyRegistration({ registrationID: 'registration-2' }));
      const failed = registered()
        .after(hourMs)
        .having({ type: 'resync.wanted', bootstrap: kind }, reply('query', createdPartyRegistration()), other)
        .when(failure('metadata'));
      const again = failed.whenDue('backoffDelayMs');
      expect(asked(again)).toMatchObject([{ message: { registrationID: 'registration-2' } }]);
      const owing = again.when(other);
      expect(askedFor(owing)).toEqual(['oadrRequestEvent']);
      expect(askedFor(owing.when(reply('requestEvent', distributeNothing)))).toEqual(['oadrRegisterReport']);
      const still = owing.when(failure('requestEvent')).whenDue('backoffDelayMs').when(other);
      expect(askedFor(still.when(reply('requestEvent', distributeNothing)))).toEqual(['oadrRegisterReport']);
    },
  );

  it('given the VTN does not know the registrationID, then a fresh registration follows at once', () => {
    const anew = renewing().when(
      reply('registration', createdPartyRegistration({ eiResponse: { responseCode: '452', requestID: '' } })),
    );
    expect(anew.facts('RegistrationEnded')).toEqual([{ by: 'lost' }]);
    expect(asked(anew)[0]?.message).not.toHaveProperty('registrationID');
  });

  describe('where DR events are to be asked for', () => {
    const wanted: PlainEvent = { type: 'resync.wanted', bootstrap: 'renewal' };
    const renewed = (play: Play): Play => play.when(reply('registration', createdPartyRegistration()));

    it('given the answer to a poll was lost, and a renewal is wanted in the pause, then they are asked for after it', () => {
      const back = polled().having(failure('poll'), wanted).whenDue('backoffDelayMs');
      expect(askedFor(back)).toEqual(['oadrCreatePartyRegistration']);
      expect(askedFor(renewed(back).whenDue('eventsAgainDelayMs'))).toEqual(['oadrRequestEvent']);
    });

    it('given the answer to a poll is lost while we renew, then they are asked for after it, and once', () => {
      const back = polled().having(wanted, failure('poll')).whenDue('backoffDelayMs');
      const asking = renewed(back).whenDue('eventsAgainDelayMs');
      expect(askedFor(asking)).toEqual(['oadrRequestEvent']);
      const told = asking.when(reply('requestEvent', distributeNothing));
      expect([told.state, told.context['eventsDueAt']]).toEqual([inForce('waiting'), null]);
    });

    it('given they were to be asked for, and a renewal is wanted first, then they are asked for after it', () => {
      const renewing = registered().having({ type: 'resync.wanted', bootstrap: 'events' }).when(wanted);
      expect(askedFor(renewing)).toEqual(['oadrCreatePartyRegistration']);
      expect(askedFor(renewed(renewing).whenDue('eventsAgainDelayMs'))).toEqual(['oadrRequestEvent']);
    });

    it('given the VTN fails when it is asked who it is, then they are asked for all the same', () => {
      const asked = registered()
        .having({ type: 'resync.wanted', bootstrap: 'asked' })
        .when(failure('query', { ...lost, reason: 'httpStatus', httpStatus: 500 }));
      expect(askedFor(renewed(asked.whenDue('backoffDelayMs')).whenDue('eventsAgainDelayMs'))).toEqual([
        'oadrRequestEvent',
      ]);
    });

    it('given the VTN asks for a registration in their place, though we have just registered, then both are done', () => {
      const told = given('ven')
        .having(...bootstrap.slice(0, 3))
        .having(reply('requestEvent', { message: 'oadrRequestReregistration', venID: 'ven-1' }), wanted)
        .whenDue('backoffDelayMs');
      expect(askedFor(told)).toEqual(['oadrCreatePartyRegistration']);
      expect(askedFor(renewed(told).whenDue('eventsAgainDelayMs'))).toEqual(['oadrRequestEvent']);
    });

    it('given a poll surely did not reach the VTN, and a renewal is under way, then none is', () => {
      const back = polled().having(wanted, failure('poll', neverSent)).whenDue('backoffDelayMs');
      expect(renewed(back).context['eventsDueAt'] ?? null).toBeNull();
    });
  });

  it('given the VTN fails on the renewal, then we keep what we have and try again after a pause', () => {
    const failed = renewing().when(reply('registration', oadrResponse('500')));
    expect([failed.state, failed.facts('RegistrationEnded'), failed.context['registrationID']]).toEqual([
      'backoff',
      [],
      'registration-1',
    ]);
  });

  // @row +6.20
  it('given a fresh registration is wanted while registered, then it goes without the registrationID, and all is told anew', () => {
    const fresh = registered().when({ type: 'resync.wanted', bootstrap: 'anew' });
    expect(asked(fresh)[0]?.message).toMatchObject({ message: 'oadrCreatePartyRegistration', venID: 'ven-1' });
    expect(asked(fresh)[0]?.message).not.toHaveProperty('registrationID');
    const anew = fresh.when(reply('registration', createdPartyRegistration({ registrationID: 'registration-2' })));
    expect([anew.facts('Registered'), askedFor(anew)]).toMatchObject([
      [{ registrationID: 'registration-2', renewed: false }],
      ['oadrRegisterReport'],
    ]);
  });

  // @row -6.20
  it('given the VTN does not take a fresh registration, then that is told and what we have is renewed', () => {
    const renewing = registered()
      .when({ type: 'resync.wanted', bootstrap: 'anew' })
      .when(reply('registration', oadrResponse('452')));
    expect(renewing.facts('RegistrationRefused')).toMatchObject([{ responseCode: '452' }]);
    expect(asked(renewing)[0]?.message).toMatchObject({ registrationID: 'registration-1' });
  });

  it('given the VTN is to be asked first, then its word on our registrationID is taken up and renewed', () => {
    const asking = registered().when({ type: 'resync.wanted', bootstrap: 'asked' });
    expect(askedFor(asking)).toEqual(['oadrQueryRegistration']);
    const known = asking.when(reply('query', createdPartyRegistration({ registrationID: 'registration-9' })));
    expect(asked(known)[0]?.message).toMatchObject({ registrationID: 'registration-9' });
    const unknown = asking.when(reply('query', createdPartyRegistration({ registrationID: undefined })));
    expect(asked(unknown)[0]?.message).toMatchObject({ registrationID: 'registration-1' });
  });

  it('given the clock is set, then what was fresh stays as fresh as it was, and no fresher', () => {
    const set = registered()
      .when({ type: 'clock.set', jumpMs: -9 * hourMs })
      .with({ at: noon - 9 * hourMs });
    const old = set.after(freshForMs + 1).having(report({ deliveryID: 'delivery-1', needsFreshRequests: true }));
    expect(askedFor(old.when(lineFree))).toEqual(['oadrCreatePartyRegistration']);
  });

  it('given only DR events are wanted, then only they are asked for', () => {
    expect(askedFor(registered().when({ type: 'resync.wanted', bootstrap: 'events' }))).toEqual(['oadrRequestEvent']);
  });
});

describe('polling', () => {
  // @row +3.7
  it('given the VTN names a pace, then polls keep it; without one ours; never faster than our least', () => {
    const paceOf = (freq: string | undefined, settings = {}): unknown => {
      const confirmed = reply('registration', createdPartyRegistration({ oadrRequestedOadrPollFreq: freq }));
      return quietly(given('ven', { settings }).having(bootstrap[0] as PlainEvent, confirmed, ...bootstrap.slice(2)))
        .waits['oadrRequestedOadrPollFreq'];
    };
    expect(paceOf('PT20S')).toBe(20_000);
    expect(paceOf('P3D')).toBe(72 * hourMs);
    expect(paceOf(undefined)).toBe(10_000);
    expect(paceOf('PTS')).toBe(10_000);
    expect(paceOf('PT0S')).toBe(10_000);
    expect(paceOf('PT0.01S', { minimumPollFreqMs: 1_000 })).toBe(1_000);
  });

  it('given jitter, then it only ever makes the pause longer, by different amounts', () => {
    const pauses = Array.from({ length: 50 }, (_, chance) =>
      Number(
        quietly(given('ven', { chance: chance * 9_999_991, settings: { pollJitter: 0.1 } }).having(...bootstrap)).waits[
          'oadrRequestedOadrPollFreq'
        ],
      ),
    );
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(22_000);
    expect(new Set(pauses).size).toBeGreaterThan(25);
  });

  it('given a poll brings nothing, then the next one waits its turn', () => {
    const nothing = polled().when(reply('poll', oadrResponse()));
    expect([nothing.state, nothing.waits['oadrRequestedOadrPollFreq'], askedFor(nothing)]).toEqual([
      inForce('waiting'),
      20_000,
      [],
    ]);
  });

  // @row +3.7
  it('given something else came between two polls, then the pause still counts from the last poll', () => {
    const between = quietly(registered())
      .after(5_000)
      .having({ type: 'resync.wanted', bootstrap: 'events' }, reply('requestEvent', distributeNothing));
    expect(between.waits['oadrRequestedOadrPollFreq']).toBe(15_000);
  });

  // @row -3.13
  it('given a poll brings something, then the next follows at once, until there is no more', () => {
    const more = polled().when(reply('poll', distributeNothing));
    expect([more.state, askedFor(more)]).toEqual([inForce('draining'), ['oadrPoll']]);
    expect(more.when(reply('poll', oadrResponse())).state).toEqual(inForce('waiting'));
  });

  // @row +3.13
  it('given a VTN that always has something, then draining ends at its limit and starts anew with the next poll', () => {
    let play = polled({ drainLimit: 3 });
    let polls = 1;
    while (JSON.stringify(play.state) !== JSON.stringify(inForce('waiting'))) {
      play = play.when(reply('poll', { ...distributeNothing, vtnID: `vtn-${polls}` } as never));
      polls += askedFor(play).length;
    }
    expect(polls).toBe(4);
    expect(play.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', distributeNothing)).state).toEqual(
      inForce('draining'),
    );
  });

  /** What a VTN may ask for again and again, because it does not hear our answer. */
  const repeatedRequest = { message: 'oadrRegisterReport', requestID: '', oadrReport: [], venID: 'ven' };

  it('given a VTN that lists its DR events in every answer, then each poll is followed by the next one at its pace, and nobody is alarmed', () => {
    const said = (requestID: string) => reply('poll', { ...distributeNothing, requestID } as never);
    let play = polled().when(said('d1')).when(said('d2'));
    for (const time of [3, 4, 5, 6, 7]) {
      play = play.whenDue('oadrRequestedOadrPollFreq').when(said(`d${time}`));
      expect([play.state, askedFor(play), play.facts('AlarmRaised')]).toEqual([inForce('waiting'), [], []]);
    }
  });

  it('given a VTN that refuses polls, then each is told, a person after three in a row, DR events are asked for at first and when it is over, with the next that is taken', () => {
    const refused = () => reply('poll', oadrResponse('500'));
    const wanted: (readonly string[])[] = [];
    let play = registered();
    const told = [1, 2, 3, 4].map(() => {
      play = play.whenDue('oadrRequestedOadrPollFreq').when(refused());
      expect(play.facts('ExchangeRefused')).toMatchObject([
        { purpose: 'poll', message: 'oadrPoll', responseCode: '500' },
      ]);
      const alarms = play.facts('AlarmRaised');
      wanted.push(askedFor(play));
      if (askedFor(play).length > 0) play = play.when(reply('requestEvent', distributeNothing));
      return alarms;
    });
    expect(told).toMatchObject([[], [], [{ alarm: 'pollsRefused' }], []]);
    expect(wanted).toEqual([['oadrRequestEvent'], [], [], []]);
    const taken = play.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', oadrResponse()));
    expect([askedFor(taken), taken.facts('AlarmCleared')]).toEqual([
      ['oadrRequestEvent'],
      expect.arrayContaining([{ alarm: 'pollsRefused' }]),
    ]);
  });

  it.each([
    'oadrUpdatedReport',
    'oadrCreatedPartyRegistration',
    'oadrCanceledPartyRegistration',
    'oadrCreatedOpt',
    'oadrCanceledOpt',
  ])(
    'given a poll is answered with %s, then what it may have brought is lost, and DR events are asked for',
    (message) => {
      const astray = { message, eiResponse: { responseCode: '200', requestID: 'another' } };
      const missed = polled().when(reply('poll', astray as never));
      expect(askedFor(missed)).toEqual(['oadrRequestEvent']);
      expect(missed.when(reply('requestEvent', distributeNothing)).state).toEqual(inForce('waiting'));
    },
  );

  it('given a VTN that repeats itself under new requestIDs, then each poll is followed by the next one at its pace, and people are told', () => {
    const said = (requestID: string) => reply('poll', { ...repeatedRequest, requestID } as never);
    let play = polled().when(said('d1')).when(said('d2'));
    expect([play.state, askedFor(play), play.waits['oadrRequestedOadrPollFreq']]).toEqual([
      inForce('waiting'),
      [],
      20_000,
    ]);
    const alarms = [3, 4, 5].map((time) => {
      play = play.whenDue('oadrRequestedOadrPollFreq').when(said(`d${time}`));
      expect(play.state).toEqual(inForce('waiting'));
      return play.facts('AlarmRaised').length;
    });
    expect(alarms).toEqual([0, 1, 0]);
    const empty = play.whenDue('oadrRequestedOadrPollFreq').when(reply('poll', oadrResponse()));
    expect(empty.facts('AlarmCleared')).toContainEqual({ alarm: 'listNeverEmpties' });
    expect(empty.whenDue('oadrRequestedOadrPollFreq').when(said('d1')).state).toEqual(inForce('draining'));
  });

  // @row +3.13
  it('given a list that never empties and is new each time, then it is drained to the limit three times, and once a poll from then on', () => {
    let serial = 0;
    const next = () => reply('poll', { ...distributeNothing, vtnID: `vtn-${(serial += 1)}` } as never);
    let play = registered({ drainLimit: 3 });
    const drained = [1, 2, 3, 4, 5].map(() => {
      play = play.whenDue('oadrRequestedOadrPollFreq');
      let polls = 1;
      while (JSON.stringify(play.state) !== JSON.stringify(inForce('waiting'))) {
        play = play.when(next());
        polls += askedFor(play).length;
      }
      return polls;
    });
    expect(drained).toEqual([4, 4, 4, 2, 2]);
  });

  // @row +3.10
  it.each(['452', '463'])(
    'given a poll is refused with %s, then the VTN does not know us: register anew after a pause',
    (code) => {
      const lostUs = polled().when(reply('poll', oadrResponse(code)));
      expect([lostUs.state, lostUs.facts('RegistrationEnded')]).toEqual(['backoff', [{ by: 'lost' }]]);
      expect(asked(lostUs.whenDue('backoffDelayMs'))[0]?.message).not.toHaveProperty('registrationID');
    },
  );

  // @row -3.10 -6.23
  it('given another refusal, then we are registered as before, and DR events that may have gone with it are asked for', () => {
    const refused = polled().when(reply('poll', oadrResponse('459')));
    expect([askedFor(refused), refused.facts('RegistrationEnded')]).toEqual([['oadrRequestEvent'], []]);
    expect(refused.when(reply('requestEvent', distributeNothing)).state).toEqual(inForce('waiting'));
  });

  it('given quiet polls were summarised, then the next poll is due when the summary says', () => {
    expect(
      registered().when({ type: 'polls.summarised', nextPollAt: noon + 3_000, lastPollAt: noon - 17_000 }).waits[
        'oadrRequestedOadrPollFreq'
      ],
    ).toBe(3_000);
  });

  // @row -3.12
  it('given quiet polls are summarised while a report is on its way, then the report is not disturbed', () => {
    const busy = registered()
      .having(report(), lineFree)
      .when({ type: 'polls.summarised', nextPollAt: noon + 3_000, lastPollAt: noon - 17_000 });
    expect([busy.state, askedFor(busy)]).toEqual([inForce('waiting', 'awaitingUpdatedReport'), []]);
  });
});

describe('backing off', () => {
  const failing = (times: number): Play => {
    let play = started();
    for (let count = 1; count < times; count += 1) play = play.when(failure('registration')).whenDue('backoffDelayMs');
    return play.when(failure('registration'));
  };

  // @row +2.12
  it('given failures in a row, then the pauses double from a second up to the cap', () => {
    const pauses = [1, 2, 3, 4, 9, 10, 30].map((times) => failing(times).waits['backoffDelayMs']);
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
  });

  it('given a pause is over, then the way back begins where it broke off', () => {
    expect(askedFor(failing(1).whenDue('backoffDelayMs'))).toEqual(['oadrCreatePartyRegistration']);
    const back = polled().when(failure('poll')).whenDue('backoffDelayMs');
    expect([back.state, askedFor(back)]).toEqual([registering('awaitingDistributeEvent'), ['oadrRequestEvent']]);
  });

  // @row -2.12
  it('given all steps of the bootstrap succeed again, then the count starts anew, and not before', () => {
    const back = failing(6).whenDue('backoffDelayMs');
    expect(back.having(...bootstrap.slice(1, 2)).when(failure('metadata')).waits['backoffDelayMs']).toBe(64_000);
    expect(back.having(...bootstrap.slice(1, 3)).when(failure('requestEvent')).waits['backoffDelayMs']).toBe(64_000);
    expect(back.having(...bootstrap.slice(1)).context['failures']).toBe(0);
  });

  it('given the VTN failed on the metadata, then DR events are asked for before it gets them again', () => {
    const again = given('ven')
      .having(...bootstrap.slice(0, 2))
      .when(failure('metadata'))
      .whenDue('backoffDelayMs')
      .having(...bootstrap.slice(1, 2));
    expect(again.state).toEqual(registering('awaitingDistributeEvent'));
    const owing = again.when(bootstrap[3] as never);
    expect([owing.state, owing.context['failures']]).toEqual([registering('awaitingRegisteredReport'), 1]);
    const well = owing.when(bootstrap[2] as never);
    expect([well.state, well.context['failures'], well.context['metadataFails']]).toEqual([
      inForce('waiting', 'idle'),
      0,
      false,
    ]);
  });

  it('given it refuses to tell its DR events before it takes the metadata, then that is told, and they are asked for again beside the polls', () => {
    const refused = given('ven')
      .having(...bootstrap.slice(0, 2))
      .when(failure('metadata'))
      .whenDue('backoffDelayMs')
      .having(...bootstrap.slice(1, 2))
      .when(reply('requestEvent', oadrResponse('459')));
    expect([refused.state, refused.facts('ExchangeRefused')]).toMatchObject([
      registering('awaitingRegisteredReport'),
      [{ purpose: 'requestEvent', responseCode: '459' }],
    ]);
    const well = refused.when(bootstrap[2] as never);
    expect(well.state).toEqual(inForce('waiting', 'idle'));
    const again = well.whenDue('eventsAgainDelayMs');
    expect([again.state, askedFor(again)]).toEqual([registering('awaitingDistributeEvent'), ['oadrRequestEvent']]);
  });

  describe('from a VTN that fails on oadrRequestEvent', () => {
    const error = { ...lost, reason: 'httpStatus', httpStatus: 500 } as const;
    const failedOnce = polled().when(failure('poll')).whenDue('backoffDelayMs').when(failure('requestEvent', error));
    const failedTwice = failedOnce.whenDue('backoffDelayMs').when(failure('requestEvent', error));

    it('given it failed once, then it is asked again before anything else', () => {
      expect(failedOnce.whenDue('backoffDelayMs').state).toEqual(registering('awaitingDistributeEvent'));
    });

    it('given it failed twice, then it is polled, and asked again beside the polls, ever more rarely', () => {
      const back = failedTwice.whenDue('backoffDelayMs');
      expect([back.state, back.waits['eventsAgainDelayMs']]).toEqual([inForce('waiting'), 2_000]);
      const again = back.whenDue('eventsAgainDelayMs');
      expect([again.state, askedFor(again)]).toEqual([registering('awaitingDistributeEvent'), ['oadrRequestEvent']]);
      const third = again.when(failure('requestEvent', error)).whenDue('backoffDelayMs');
      expect([third.state, third.waits['eventsAgainDelayMs']]).toEqual([inForce('waiting'), 4_000]);
    });

    it('given it answers at last, then nothing is owed any more', () => {
      const well = failedTwice
        .whenDue('backoffDelayMs')
        .whenDue('eventsAgainDelayMs')
        .when(reply('requestEvent', distributeNothing));
      expect([well.state, well.context['eventsFailures'], well.waits['eventsAgainDelayMs']]).toEqual([
        inForce('waiting'),
        0,
        undefined,
      ]);
    });

    it('given the network failed and not the VTN, then DR events come before polls as ever', () => {
      const cut = polled()
        .when(failure('poll'))
        .whenDue('backoffDelayMs')
        .when(failure('requestEvent'))
        .whenDue('backoffDelayMs')
        .when(failure('requestEvent'))
        .whenDue('backoffDelayMs');
      expect([cut.state, cut.context['eventsFailures']]).toEqual([registering('awaitingDistributeEvent'), 0]);
    });

    // @row +9.17
    it('given requests that are fresh, then a first failure makes them doubtful, and the failures that always come do not', () => {
      expect(
        registered().when({ type: 'resync.wanted', bootstrap: 'events' }).when(failure('requestEvent', error)).context[
          'requestsFreshSince'
        ],
      ).toBeNull();
      const usage = failedTwice
        .whenDue('backoffDelayMs')
        .when({ type: 'resync.wanted', bootstrap: 'full' })
        .having(...bootstrap.slice(1, 3))
        .when(failure('requestEvent', error))
        .whenDue('backoffDelayMs');
      expect(usage.state).toEqual(inForce('waiting'));
      expect(usage.context['requestsFreshSince']).not.toBeNull();
    });
  });

  describe('from a VTN that fails on our answers', () => {
    const error = { ...lost, reason: 'httpStatus', httpStatus: 500 } as const;
    const dropped: PlainEvent = { type: 'answer.dropped' };
    const listed = reply('requestEvent', distributeNothing);
    const owing = registered().when(dropped);

    it('given one failed, then that has cost nothing else: after the pause we go on where we were, and ask for nothing', () => {
      const back = quietly(registered()).when(failure('answer', error));
      expect(back.state).toBe('backoff');
      const registeredAgain = back.whenDue('backoffDelayMs');
      expect([registeredAgain.state, askedFor(registeredAgain)]).toEqual([inForce('waiting'), []]);
      const wider = back.when({ type: 'resync.wanted', bootstrap: 'events' }).whenDue('backoffDelayMs');
      expect(askedFor(wider)).toEqual(['oadrRequestEvent']);
    });

    it('given the way failed and not the VTN, then DR events are asked for as ever', () => {
      const back = quietly(registered()).when(failure('answer')).whenDue('backoffDelayMs');
      expect(askedFor(back)).toEqual(['oadrRequestEvent']);
    });

    it('given one was given up, then polls and reports go on, and the VTN is asked for its DR events, ever more rarely', () => {
      const busy = registered().having(report(), lineFree).when(dropped);
      expect([busy.state, askedFor(busy)]).toEqual([inForce('waiting', 'awaitingUpdatedReport', 'owed'), []]);
      let play = owing;
      for (const pauseMs of [32_000, 64_000, 128_000, 256_000, 300_000, 300_000]) {
        expect([play.state, play.waits['answersAgainDelayMs']]).toEqual([inForce('waiting', 'idle', 'owed'), pauseMs]);
        const again = play.when(dropped).whenDue('answersAgainDelayMs');
        expect([again.state, askedFor(again)]).toEqual([registering('awaitingDistributeEvent'), ['oadrRequestEvent']]);
        play = again.when(listed).when(dropped);
      }
    });

    it('given it was given up while we were quiet, then it is owed once we are back', () => {
      const back = quietly(registered()).having(dropped, failure('answer', error)).whenDue('backoffDelayMs');
      expect(back.state).toEqual(inForce('waiting', 'idle', 'owed'));
    });

    it('given all that it tells is answered, then nothing is owed any more, and the next pause is the first one', () => {
      const well = owing.whenDue('answersAgainDelayMs').when(listed);
      expect([well.state, well.waits['answersAgainDelayMs']]).toEqual([inForce('waiting'), undefined]);
      const later = well.having({ type: 'resync.wanted', bootstrap: 'events' }, listed).when(dropped);
      expect(later.waits['answersAgainDelayMs']).toBe(32_000);
    });

    it('given it refuses to tell its DR events, then the answer stays owed', () => {
      const refused = reply('requestEvent', oadrResponse('459'));
      const twice = owing.whenDue('answersAgainDelayMs').when(refused).whenDue('backoffDelayMs').when(refused);
      expect(twice.state).toEqual(inForce('waiting', 'idle', 'owed'));
    });
  });

  it('given the VTN asks for patience, then it gets it', () => {
    const busy = polled().when(
      failure('poll', { ...lost, reason: 'httpStatus', httpStatus: 503, retryAfterMs: 90_000 }),
    );
    expect(busy.waits['backoffDelayMs']).toBe(90_000);
  });

  describe('for long, when money is at stake', () => {
    const patience = { ...lost, reason: 'httpStatus', httpStatus: 503, retryAfterMs: 5 * hourMs } as const;
    const lateAt = Date.parse('2026-06-10T21:30:00Z');
    const busyAt = (at: number, settings = {}): Play =>
      registered(settings).with({ at }).whenDue('oadrRequestedOadrPollFreq').when(failure('poll', patience));

    it('given the VTN asks for more patience than it may, then it gets the most that is configured', () => {
      expect(busyAt(noon).waits['backoffDelayMs']).toBe(hourMs);
      expect(busyAt(noon, { retryAfterCapMs: 120_000 }).waits['backoffDelayMs']).toBe(120_000);
    });

    it.each([
      [90 * 60_000, '90 min of patience'],
      [5 * hourMs, '5 h of patience'],
      [4_193_437_182 * 60_000, 'patience for ever'],
    ])('given %d ms are asked for while usage is due, then that is said as %s', (retryAfterMs, words) => {
      const busy = polled()
        .when(failure('poll', { ...patience, retryAfterMs }))
        .after(60_000);
      const due = busy.when(report({ deliveryID: 'delivery-1' }));
      expect(due.facts('AlarmRaised')).toMatchObject([{ text: `The VTN asks for ${words} while usage is due.` }]);
    });

    it.each([lateAt - hourMs + 60_000, lateAt - 20 * 60_000])(
      'given the pause would cover the price window (from %d on), then one try is made in it, told, and then it gets its patience',
      (at) => {
        const busy = busyAt(at);
        const tryAt = busy.at + Number(busy.waits['backoffDelayMs']);
        expect(tryAt).toBeGreaterThan(Math.max(at, lateAt - 30 * 60_000));
        expect(tryAt).toBeLessThan(lateAt);
        expect(busy.facts('AlarmRaised')).toMatchObject([{ alarm: 'patienceAsked' }]);
        const again = busy.whenDue('backoffDelayMs').when(failure('requestEvent', patience));
        expect(again.waits['backoffDelayMs']).toBe(hourMs);
        const well = again.whenDue('backoffDelayMs').when(reply('requestEvent', distributeNothing));
        expect(well.facts('AlarmCleared')).toContainEqual({ alarm: 'patienceAsked' });
      },
    );

    it('given it asks for a few minutes while prices are expected, then it gets them, and the second time that is told', () => {
      const minutes = { ...patience, retryAfterMs: 300_000 };
      const askedTwiceAt = (at: number): readonly Play[] => {
        const once = registered().with({ at }).whenDue('oadrRequestedOadrPollFreq').when(failure('poll', minutes));
        return [once, once.whenDue('backoffDelayMs').when(failure('requestEvent', minutes))];
      };
      const told = (plays: readonly Play[]) => plays.map((play) => play.facts('AlarmRaised'));
      expect(told(askedTwiceAt(lateAt - hourMs))).toEqual([[], []]);
      const [, twice] = askedTwiceAt(lateAt - 37 * 60_000);
      expect(twice?.facts('AlarmRaised')).toMatchObject([
        { alarm: 'patienceAsked', text: 'The VTN asks for 5 min of patience while prices are expected.' },
      ]);
      expect(twice?.waits['backoffDelayMs']).toBe(300_000);
    });

    it('given our own pause is of hours, then it does not sleep through the price window either', () => {
      let play = registered({ backoffFirstMs: 2 * hourMs, backoffCapMs: 9 * hourMs })
        .with({ at: lateAt - 2 * hourMs })
        .whenDue('oadrRequestedOadrPollFreq')
        .when(failure('poll'));
      expect(play.at + Number(play.waits['backoffDelayMs'])).toBeLessThan(lateAt);
      play = play.whenDue('backoffDelayMs').when(failure('requestEvent'));
      expect(play.waits['backoffDelayMs']).toBe(4 * hourMs);
    });

    it('given usage becomes due in a long pause, then one try is made within minutes, and no other within the hour', () => {
      const busy = busyAt(noon).after(60_000);
      const due = busy.when(report({ deliveryID: 'delivery-1' }));
      expect(Number(due.waits['backoffDelayMs'])).toBeLessThanOrEqual(5 * 60_000);
      expect(due.facts('AlarmRaised')).toMatchObject([{ alarm: 'patienceAsked' }]);
      const again = due.whenDue('backoffDelayMs').when(failure('requestEvent', patience)).after(60_000);
      const next = again.when(report({ deliveryID: 'delivery-2' }));
      expect([next.waits['backoffDelayMs'], (next.context['reports'] as unknown[]).length]).toEqual([
        again.waits['backoffDelayMs'],
        2,
      ]);
      expect(busy.when(report()).waits['backoffDelayMs']).toBe(busy.waits['backoffDelayMs']); // status can wait
    });
  });

  it('given the credentials are refused, then the first pause is a minute and people are told', () => {
    const refused = polled().when(failure('poll', { ...lost, reason: 'httpStatus', httpStatus: 403 }));
    expect(refused.waits['backoffDelayMs']).toBe(60_000);
    expect(refused.facts('AlarmRaised')).toMatchObject([{ alarm: 'credentialsRefused' }]);
  });

  it('given one service is not found, then people are told which, and not to mend a token that is good', () => {
    const failed = failure('metadata', { ...lost, reason: 'httpStatus', httpStatus: 404 });
    const message = { message: 'oadrRegisterReport', requestID: 'r', oadrReport: [], venID: 'ven-1' } as const;
    const missing = polled().when({ ...failed, wanted: { ...(failed['wanted'] as Wanted), message } });
    expect(missing.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'credentialsRefused',
        text: expect.stringContaining('There is no EiReport where we look for it') as string,
        advice: expect.not.stringContaining('token') as string,
      },
    ]);
  });

  it.each([
    [
      'HTTP 500',
      { reason: 'httpStatus', httpStatus: 500 },
      '5 messages to the VTN in a row have come to no answer of use',
    ],
    ['a page of HTML', { reason: 'contentType' }, '5 messages to the VTN in a row have come to no answer of use'],
    ['nothing', { reason: 'timeout' }, 'The VTN has not answered 5 times in a row'],
  ] as const)(
    'given messages that are met with %s, then what people are told agrees with its headline',
    (_, how, told) => {
      const failed = failing(4)
        .whenDue('backoffDelayMs')
        .when(failure('registration', { ...lost, ...how }));
      expect(failed.facts('AlarmRaised')).toMatchObject([{ text: expect.stringContaining(told) as string }]);
      expect(alarmHeadlines.vtnUnreachable.words).toBe('Messages to the VTN fail');
    },
  );

  it('given five failures in a row, then people are told, and told again when it is over', () => {
    expect(failing(4).facts('AlarmRaised')).toEqual([]);
    expect(failing(5).facts('AlarmRaised')).toMatchObject([{ alarm: 'vtnUnreachable' }]);
    const recovered = failing(5)
      .whenDue('backoffDelayMs')
      .having(...bootstrap.slice(1));
    expect(recovered.facts('AlarmCleared')).toContainEqual({ alarm: 'vtnUnreachable' });
  });
});

describe('reporting', () => {
  const usage = { deliveryID: 'delivery-1', needsFreshRequests: false } as const;
  const sent = (settings = {}): Play => registered(settings).having(report(usage), lineFree);

  it('given usage within the day that is acknowledged, then it is told where the VTN may have forgotten the request meanwhile', () => {
    const acknowledged = (play: Play) =>
      play
        .having(report(usage), lineFree, reportReply(updatedReport(), 'delivery-1'))
        .facts('UsageDeliveryAcknowledged');
    expect(acknowledged(registered())[0]).not.toHaveProperty('requestsKnownAt');
    const later = registered().after(freshForMs);
    expect(acknowledged(later)).toMatchObject([{ requestsKnownAt: later.at - freshForMs }]);
  });

  it('given a report waits, then it goes when the line is free, and not before', () => {
    const waiting = registered().when(report());
    expect([waiting.state, askedFor(waiting)]).toEqual([inForce('waiting'), []]);
    const first = waiting.when(lineFree);
    expect([first.state, askedFor(first)]).toEqual([inForce('waiting', 'awaitingUpdatedReport'), ['oadrUpdateReport']]);
  });

  it('given reports wait, then one is on its way at a time', () => {
    const first = registered().having(report(), report({ reportRequestID: 'request-2' }), lineFree);
    expect(askedFor(first.when(lineFree))).toEqual([]);
    const settled = first.when(reportReply(updatedReport()));
    expect(askedFor(settled)).toEqual([]);
    expect(askedFor(settled.when(lineFree))).toEqual(['oadrUpdateReport']);
  });

  it('given no report waits, when the line is free, then nothing goes', () => {
    expect(askedFor(registered().when(lineFree))).toEqual([]);
  });

  it('given usage is acknowledged, then that is told', () => {
    expect(sent().when(reportReply(updatedReport(), 'delivery-1')).facts('UsageDeliveryAcknowledged')).toMatchObject([
      { deliveryID: 'delivery-1', reportRequestID: 'request-1', responseCode: '200' },
    ]);
  });

  it('given usage is refused, then it is owed and wants a fresh request, three times; the fourth time it stands still', () => {
    let play = sent();
    for (let time = 1; time <= refusedUsageTries; time += 1) {
      play = play.when(reportReply(updatedReport('459'), 'delivery-1'));
      expect([play.state, play.saidTypes.slice(0, 2)]).toEqual([
        inForce('waiting'),
        ['UsageDeliveryReleased', 'usage.refused'],
      ]);
      play = play.having(report(usage), lineFree);
    }
    const rejected = play.when(reportReply(updatedReport('459'), 'delivery-1'));
    expect(rejected.factTypes.slice(0, 2)).toEqual(['UsageDeliveryRejected', 'AlarmRaised']);
    expect(rejected.context['refusals']).toEqual([]);
  });

  it('given usage is acknowledged or let go by a person, then former refusals do not count any more', () => {
    const refusedOnce = sent()
      .when(reportReply(updatedReport('459'), 'delivery-1'))
      .having(report(usage), lineFree);
    expect(refusedOnce.context['refusals']).toHaveLength(1);
    expect(refusedOnce.when(reportReply(updatedReport(), 'delivery-1')).context['refusals']).toEqual([]);
    expect(refusedOnce.when({ type: 'usage.released' }).context['refusals']).toEqual([]);
  });

  it.each(['500', '503', '599', ''])(
    'given the VTN fails on usage with the code "%s", then nobody knows whether it was counted: it goes again as the same message',
    (code) => {
      const doubted = sent().when(reportReply(updatedReport(code), 'delivery-1'));
      expect([doubted.state, doubted.facts('UsageDeliveryDoubted')]).toMatchObject([
        'backoff',
        [{ deliveryID: 'delivery-1', requestID: 'update-1', policy: 'resend' }],
      ]);
      const registeredAgain = doubted.whenDue('backoffDelayMs').when(reply('requestEvent', distributeNothing));
      const back = quietly(registeredAgain.when(lineFree));
      expect(asked(back.when(lineFree))).toMatchObject([{ message: { requestID: 'update-1' }, attempt: 2 }]);
      const held = sent({ unknownOutcome: 'hold' }).when(reportReply(updatedReport(code), 'delivery-1'));
      expect([held.facts('AlarmRaised'), held.context['reports']]).toMatchObject([[{ alarm: 'usageInDoubt' }], []]);
    },
  );

  it.each([401, 403, 404, 429])(
    'given the door stays shut with HTTP %d, then usage is owed and not in doubt',
    (httpStatus) => {
      const away = sent({ unknownOutcome: 'hold' }).when(
        reportFailure('delivery-1', { ...lost, reason: 'httpStatus', httpStatus }),
      );
      expect([away.facts('UsageDeliveryReleased').length, away.facts('UsageDeliveryDoubted').length]).toEqual([1, 0]);
      expect(away.context['reports']).toHaveLength(1);
    },
  );

  it('given a reply to a message that carried another delivery, then that one is booked, whatever waits', () => {
    const other = sent().having(report({ deliveryID: 'delivery-2', reportRequestID: 'request-2' }));
    const settled = other.when(reportReply(updatedReport(), 'delivery-0'));
    expect(settled.facts('UsageDeliveryAcknowledged')).toMatchObject([{ deliveryID: 'delivery-0' }]);
    expect(settled.context['reports']).toMatchObject([{ deliveryID: 'delivery-2' }]);
  });

  it.each([
    ['452', updatedReport('452')],
    ['oadrRequestReregistration', requestReregistration],
  ] as const)(
    'given the VTN does not know the request (%s), then the usage is owed as before and all is registered anew',
    (_name, message) => {
      const released = sent().when(reportReply(message, 'delivery-1'));
      expect([released.state, released.facts('UsageDeliveryReleased')]).toMatchObject([
        'backoff',
        [{ deliveryID: 'delivery-1' }],
      ]);
      expect(askedFor(released.whenDue('backoffDelayMs'))).toEqual(['oadrCreatePartyRegistration']);
    },
  );

  const unknown = (play: Play): Play =>
    play.having(report(usage), lineFree).when(reportReply(updatedReport('463'), 'delivery-1'));
  const registeredAgain = (play: Play): Play => play.whenDue('backoffDelayMs').having(...bootstrap.slice(1));

  it('given single unknown requests with such reports taken in between, then each pause is the first one', () => {
    let play = registered();
    for (let time = 0; time < 6; time += 1) {
      const fault = unknown(play);
      expect([fault.waits['backoffDelayMs'], fault.facts('AlarmRaised')]).toEqual([
        unknown(registered()).waits['backoffDelayMs'],
        [],
      ]);
      play = registeredAgain(fault).having(report(usage), lineFree).when(reportReply(updatedReport(), 'delivery-1'));
    }
  });

  it('given an unknown request and then a lost poll, then that one is the first failure after the answers between', () => {
    const lostPoll = quietly(registeredAgain(unknown(registered())))
      .whenDue('oadrRequestedOadrPollFreq')
      .when(failure('poll'));
    expect(lostPoll.facts('BackoffStarted')).toMatchObject([{ attempt: 1 }]);
  });

  it('given requests that the VTN never knows, then the pauses grow, and the alarm says that it answers', () => {
    let play = unknown(registered());
    const first = Number(play.waits['backoffDelayMs']);
    for (const times of [2, 4, 8, 16]) {
      play = unknown(registeredAgain(play));
      expect(play.waits['backoffDelayMs']).toBe(first * times);
    }
    expect(play.facts('AlarmRaised')).toMatchObject([
      { text: 'The VTN answers, but 5 tries have failed since all was well (the VTN did not accept what was sent).' },
    ]);
  });

  it('given usage and requests that may be forgotten by now, then party and reports are registered before it goes', () => {
    const old = registered().after(freshForMs + 1);
    const renewing = old.having(report({ ...usage, needsFreshRequests: true })).when(lineFree);
    expect([renewing.state, askedFor(renewing)]).toEqual([
      registering('awaitingCreatedPartyRegistration'),
      ['oadrCreatePartyRegistration'],
    ]);
    const ready = renewing.having(
      reply('registration', createdPartyRegistration()),
      reply('metadata', registeredReport),
      reply('requestEvent', distributeNothing),
    );
    expect(askedFor(ready.when(lineFree))).toEqual(['oadrUpdateReport']);
  });

  it('given usage and requests that are fresh, then it goes at once', () => {
    const fresh = registered()
      .after(freshForMs - 1)
      .having(report({ ...usage, needsFreshRequests: true }));
    expect(askedFor(fresh.when(lineFree))).toEqual(['oadrUpdateReport']);
  });

  it('given usage failed on the way, then it is doubted and sent again after the pause, as the same message', () => {
    const doubted = sent().when(reportFailure('delivery-1'));
    expect(doubted.facts('UsageDeliveryDoubted')).toMatchObject([
      { deliveryID: 'delivery-1', requestID: 'update-1', policy: 'resend' },
    ]);
    const registeredAgain = doubted.whenDue('backoffDelayMs').when(reply('requestEvent', distributeNothing));
    const back = quietly(registeredAgain.when(lineFree));
    expect(asked(back.when(lineFree))).toMatchObject([{ message: { requestID: 'update-1' }, attempt: 2 }]);
  });

  it('given a report failed, when a poll is due, then it goes before the next report, and what it brings is heard', () => {
    const failed = sent().when(reportFailure('delivery-1'));
    const back = failed.whenDue('backoffDelayMs').when(reply('requestEvent', distributeNothing));
    const passed = back.when(lineFree);
    expect([passed.state, asked(passed)]).toEqual([inForce('waiting', 'lettingAPollPass'), []]);
    const polling = passed.whenDue('oadrRequestedOadrPollFreq');
    expect([polling.state, askedFor(polling)]).toEqual([
      inForce('awaitingPollReply', 'lettingAPollPass'),
      ['oadrPoll'],
    ]);
    const heard = polling.when(reply('poll', oadrResponse()));
    expect(heard.state).toEqual(inForce('waiting'));
    expect(askedFor(heard.when(lineFree))).toEqual(['oadrUpdateReport']);
  });

  it('given usage failed on the way and its request became void meanwhile, then it is doubted and not sent again', () => {
    const voided = sent().when({ type: 'requests.void', reportRequestIDs: ['request-1'], because: 'test' });
    const doubted = voided.when(reportFailure('delivery-1'));
    expect(doubted.facts('UsageDeliveryDoubted')).toMatchObject([{ deliveryID: 'delivery-1' }]);
    expect(doubted.context['reports']).toEqual([]);
  });

  it('given usage failed on the way and a person is to decide, then it is held and people are told', () => {
    const held = sent({ unknownOutcome: 'hold' }).when(reportFailure('delivery-1'));
    expect(held.facts('AlarmRaised')).toMatchObject([{ alarm: 'usageInDoubt' }]);
    expect(held.context['reports']).toEqual([]);
  });

  it('given usage certainly was not delivered, then it is simply owed, and sent again', () => {
    const owed = sent({ unknownOutcome: 'hold' }).when(reportFailure('delivery-1', neverSent));
    expect([owed.facts('UsageDeliveryReleased').length, owed.facts('UsageDeliveryDoubted').length]).toEqual([1, 0]);
    expect(owed.context['reports']).toHaveLength(1);
  });

  it('given too many reports wait, then the oldest without usage makes room', () => {
    const waiting = started().having(
      report(usage),
      ...Array.from({ length: reportQueueLimit }, (_, index) => report({ reportRequestID: `status-${index}` })),
    );
    const reports = waiting.context['reports'] as readonly { reportRequestID: string }[];
    expect([reports.length, reports[0]?.reportRequestID, reports[1]?.reportRequestID]).toEqual([
      reportQueueLimit,
      'request-1',
      'status-1',
    ]);
  });

  it('given the request of a waiting report ended, then it is let go and its usage is owed', () => {
    const voided = started()
      .having(report(usage), report({ reportRequestID: 'other' }))
      .when({ type: 'requests.void', reportRequestIDs: ['request-1'], because: 'its request ended' });
    expect(voided.facts('UsageDeliveryReleased')).toMatchObject([{ deliveryID: 'delivery-1' }]);
    expect(voided.context['reports']).toHaveLength(1);
  });
});

describe('what was wanted in a state that is left', () => {
  const usage = { deliveryID: 'delivery-1' } as const;

  it('given a report on its way, when a resynchronisation begins, then what waits is taken back and the report still settles', () => {
    const leaving = registered().having(report(usage), lineFree).when({ type: 'resync.wanted', bootstrap: 'full' });
    expect(leaving.said).toContainEqual(
      expect.objectContaining({ type: 'line.withdrawn', purposes: expect.arrayContaining(['metadata', 'poll']) }),
    );
    const settled = leaving.when(reportReply(updatedReport(), 'delivery-1'));
    expect(settled.facts('UsageDeliveryAcknowledged')).toMatchObject([{ deliveryID: 'delivery-1' }]);
    expect([settled.state, settled.context['reports']]).toEqual([registering('awaitingCreatedPartyRegistration'), []]);
  });

  it('given the request of a report that waits is cancelled, then it never leaves, and the next one goes', () => {
    const voided = registered()
      .having(report(usage), report({ reportRequestID: 'other' }))
      .when({ type: 'requests.void', reportRequestIDs: ['request-1'], because: 'its request ended' });
    expect(voided.facts('UsageDeliveryReleased')).toMatchObject([{ deliveryID: 'delivery-1' }]);
    expect(asked(voided.when(lineFree))).toHaveLength(1);
    expect(voided.context['reports']).toMatchObject([{ reportRequestID: 'other' }]);
  });
});

describe('ending', () => {
  // @row +6.18
  it('given the VTN cancels, then we are unregistered, know nothing any more, and register again later', () => {
    const ended = registered().when({ type: 'registration.cancelled' });
    expect([ended.state, ended.facts('RegistrationEnded')]).toEqual(['unregistered', [{ by: 'vtn' }]]);
    expect(ended.context).toMatchObject({ registrationID: null, venID: null, vtnID: null });
    expect(asked(ended.whenDue('registerAgainDelayMs'))[0]?.message).not.toHaveProperty('registrationID');
  });

  it('given the VTN cancels while we are to be quiet for long, then we register no sooner than that pause ends', () => {
    const refused: Failure = { ...lost, reason: 'httpStatus', httpStatus: 401, retryAfterMs: 900_000 };
    const quiet = polled().when(failure('poll', refused));
    const ended = quiet.when({ type: 'registration.cancelled' });
    expect(ended.state).toBe('unregistered');
    expect(ended.waits['registerAgainDelayMs']).toBe(quiet.waits['backoffDelayMs']);
    expect(registered().when({ type: 'registration.cancelled' }).waits['registerAgainDelayMs']).toBeLessThan(60_000);
  });

  // @row +6.19
  it('given a person cancels, then we say so to the VTN and stay away until asked back', () => {
    const saying = registered().when({ type: 'cancellation.wanted' });
    expect(asked(saying)).toMatchObject([
      { message: { message: 'oadrCancelPartyRegistration', registrationID: 'registration-1', venID: 'ven-1' } },
    ]);
    const away = saying.when(
      reply('cancel', {
        message: 'oadrCanceledPartyRegistration',
        eiResponse: { responseCode: '200', requestID: 'r' },
      } as never),
    );
    expect([away.state, away.facts('RegistrationEnded')]).toEqual(['unregistered', [{ by: 'ven' }]]);
    expect(away.whenDue('registerAgainDelayMs').state).toBe('unregistered');
    expect(away.when({ type: 'resync.wanted', bootstrap: 'full' }).state).toEqual('unregistered');
    expect(away.when({ type: 'resync.wanted', bootstrap: 'full', byPerson: true }).state).toEqual(
      registering('awaitingCreatedPartyRegistration'),
    );
  });
});

describe('a person who does not want the registration any more', () => {
  // @row -6.19
  it('given we are being registered for the first time, then we stay away and do not come back by ourselves', () => {
    const away = started().when({ type: 'cancellation.wanted' });
    expect(away.state).toEqual('unregistered');
    expect(away.whenDue('registerAgainDelayMs').state).toEqual('unregistered');
    expect(away.when({ type: 'resync.wanted', bootstrap: 'full' }).state).toEqual('unregistered');
    expect(away.when({ type: 'resync.wanted', bootstrap: 'full', byPerson: true }).state).toEqual(
      registering('awaitingCreatedPartyRegistration'),
    );
  });

  it('given we are backing off, then the VTN is told as soon as the line is open', () => {
    const backingOff = polled().when({
      type: 'exchange.failed',
      wanted: { purpose: 'poll' },
      failure: { reason: 'refused', certainlyNotDelivered: true, detail: 'nobody listens' },
    });
    expect(backingOff.state).toEqual('backoff');
    const open = backingOff.when({ type: 'cancellation.wanted' }).whenDue('backoffDelayMs');
    expect([open.state, askedFor(open)]).toEqual([
      registering('awaitingCanceledPartyRegistration'),
      ['oadrCancelPartyRegistration'],
    ]);
    const failed = open.when({
      type: 'exchange.failed',
      wanted: { purpose: 'cancel' },
      failure: { reason: 'reset', certainlyNotDelivered: false, detail: 'gone' },
    });
    expect(askedFor(failed.whenDue('backoffDelayMs'))).toEqual(['oadrCancelPartyRegistration']);
  });

  it('given the VTN asks for our metadata while we are backing off, then we leave all the same', () => {
    const leaving = polled()
      .when({
        type: 'exchange.failed',
        wanted: { purpose: 'poll' },
        failure: { reason: 'refused', certainlyNotDelivered: true, detail: 'nobody listens' },
      })
      .when({ type: 'cancellation.wanted' })
      .when({ type: 'metadata.wanted', reportRequestID: 'request-1' });
    expect(leaving.whenDue('backoffDelayMs').state).toEqual(registering('awaitingCanceledPartyRegistration'));
  });

  it('given a person asks back before the VTN has heard that we leave, then we stay with it', () => {
    const wish = { type: 'resync.wanted', bootstrap: 'full', byPerson: true } as const;
    const leaving = registered()
      .when({ type: 'resync.wanted', bootstrap: 'full' })
      .when({ type: 'cancellation.wanted' });
    const failing = leaving.when({
      type: 'exchange.failed',
      wanted: { purpose: 'cancel' },
      failure: { reason: 'reset', certainlyNotDelivered: false, detail: 'gone' },
    });
    for (const back of [leaving.when(wish), failing.when(wish).whenDue('backoffDelayMs')]) {
      expect(back.state).toEqual(registering('awaitingCreatedPartyRegistration'));
      expect(back.context).toMatchObject({ wantsRegistration: true, bootstrap: 'full' });
      // And a refusal to let us go that comes only then is told, and changes nothing
      const refused = back.when(reply('cancel', oadrResponse('452')));
      expect([refused.state, refused.facts('ExchangeRefused')]).toMatchObject([
        back.state,
        [{ purpose: 'cancel', responseCode: '452' }],
      ]);
    }
  });
});

describe('a person who asks us back after our leave was taken with nothing heard of it', () => {
  const error = { ...lost, reason: 'httpStatus', httpStatus: 500 } as const;
  const askedBack = (how: Failure): Play =>
    registered()
      .when({ type: 'cancellation.wanted' })
      .when(failure('cancel', how))
      .when({ type: 'resync.wanted', bootstrap: 'full', byPerson: true })
      .whenDue('backoffDelayMs');
  const failing = (play: Play): Play => play.when(failure('registration', error)).whenDue('backoffDelayMs');

  it('given the VTN fails on the registration, then it is asked for until it is confirmed: the VTN may have let us go', () => {
    const third = failing(failing(askedBack(error)));
    expect(askedFor(third)).toEqual(['oadrCreatePartyRegistration']);
    const well = third.having(...bootstrap.slice(1));
    const renewal = well.when({ type: 'resync.wanted', bootstrap: 'full' });
    expect(askedFor(failing(failing(renewal)))).toEqual(['oadrRequestEvent']);
  });

  it('given our leave certainly did not reach it, then prices do not wait for a registration on which it fails', () => {
    expect(askedFor(failing(askedBack(neverSent)))).toEqual(['oadrRequestEvent']);
  });
});

describe('a resynchronisation that is asked for while a smaller one is under way', () => {
  const catchingUp = (): Play => registered().when({ type: 'resync.wanted', bootstrap: 'events' });

  it('given it takes in more, then it begins anew with all of it', () => {
    const anew = catchingUp().when({ type: 'resync.wanted', bootstrap: 'full' });
    expect([anew.state, askedFor(anew)]).toEqual([
      registering('awaitingCreatedPartyRegistration'),
      ['oadrCreatePartyRegistration'],
    ]);
  });

  it('given it takes in no more, then what is under way is enough', () => {
    const same = catchingUp().when({ type: 'resync.wanted', bootstrap: 'events' });
    expect([same.state, askedFor(same)]).toEqual([registering('awaitingDistributeEvent'), []]);
  });
});
