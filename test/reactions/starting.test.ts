/** What follows from a start, from other settings, from a clock that is set, and from what is broken; and whose turn it is to report. */
import { describe, expect, it } from 'vitest';
import { Shelves } from '../../src/core/shelves.ts';
import { snapshotOf, viewFolds, type AgentState } from '../../src/core/state.ts';
import type { Input } from '../../src/facts/fact.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { farJumpMs } from '../../src/machines/watch/farJump.ts';
import type { Terms } from '../../src/machines/report/terms.ts';
import type { ReportRequestContext } from '../../src/machines/reportRequest.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { answersOtherwise, clockSetForDevices, devicesAfresh, slotsGiven } from '../../src/reactions/devices.ts';
import { levelFirstRead, statesAfterPause, statesAtOnce, statesAtStart } from '../../src/reactions/deviceStates.ts';
import { stepFailed } from '../../src/reactions/failure.ts';
import { operatorAsked, rejectionsMended } from '../../src/reactions/operator.ts';
import { nextPiece } from '../../src/reactions/reports/pieces.ts';
import { metadataPauseMs, turnMs, turnOf } from '../../src/reactions/reports/turns.ts';
import { goesOn, goesOnWithinMs } from '../../src/reactions/resuming.ts';
import { signaturesUnderSettings } from '../../src/reactions/signatures.ts';
import { itemText, readAgain, unreadableRequests } from '../../src/reactions/unreadable.ts';
import { devicesLeftOut, devicesWithheld } from '../../src/reactions/withheld.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs } from '../support/drEventMessages.ts';
import { told as folded, type Told as Fact } from '../store/projections/facts.ts';
import { device, eiResponse, inForce, noon, ownVenID, polling, started, type Told } from './support/told.ts';

const momentOf = (settings: Partial<VenSettings> = {}, at = noon) => ({
  at,
  chance: 7,
  runID: 'run',
  settings: settingsFor(settings),
});
const raised = { raisedAt: noon, text: '', advice: '', position: 1 };
const alarmed = (state: AgentState, ...keys: readonly string[]): AgentState => ({
  ...state,
  alarms: Object.fromEntries(keys.map((key) => [key, raised])) as never,
});
const factsIn = (consequences: readonly object[]): readonly unknown[] =>
  consequences.flatMap((each) => ('fact' in each ? [each.fact] : []));

describe('a run that goes on where the one before it was cut off', () => {
  const versions = { agent: '0', machines: '3', node: '20', timeZoneData: '0' };
  const resumes = { versions, resumes: true } as const;
  const rested = (): Told => {
    const told = polling();
    told.answer({ message: 'oadrResponse', eiResponse } as OadrMessage, { clockOffsetMs: 0 });
    return told;
  };
  const later = (told: Told, ms: number) => momentOf({}, told.at + ms);
  const withLifecycle = ({ state }: Told, changes: object): AgentState => {
    const before = snapshotOf(state, 'ven', 'ven');
    const resting = { ...before, context: { ...before?.context, ...changes }, matches: before?.matches };
    return { ...state, streams: state.streams.with('ven', resting as never) };
  };

  it('given it was told so, and nothing is open, then it goes on; a moment later than it may, it does not', () => {
    const told = rested();
    const { polledAt } = snapshotOf(told.state, 'ven', 'ven')?.context ?? {};
    const at = (ms: number) => momentOf({}, (polledAt ?? 0) + ms);
    expect(goesOn(told.state, at(goesOnWithinMs), resumes)).toBe(true);
    expect(goesOn(told.state, at(goesOnWithinMs + 1), resumes)).toBe(false);
    expect(goesOn(told.state, at(-1), resumes)).toBe(false);
  });

  it.each([
    ['nobody said so', { versions }],
    ['its settings are others', { ...resumes, settings: settingsFor() }],
    ['its venID is another', { ...resumes, renamedFrom: 'ven-0' }],
  ])('given %s, then it begins anew', (_, start) => {
    const told = rested();
    expect(goesOn(told.state, later(told, 1_000), start)).toBe(false);
  });

  it('given a message is on its way, or it was never registered, then it begins anew', () => {
    const told = polling();
    expect(goesOn(told.state, later(told, 1_000), resumes)).toBe(false);
    const unregistered = started();
    expect(goesOn(unregistered.state, later(unregistered, 1_000), resumes)).toBe(false);
  });

  it.each([
    { failures: 1 },
    { eventsFailures: 1 },
    { pollsRefused: 1 },
    { metadataFails: true },
    { reportsFail: true },
    { requestUnknownAt: noon },
  ])('given something fails (%o), then it begins anew', (changes) => {
    const told = rested();
    expect(goesOn(withLifecycle(told, {}), later(told, 1_000), resumes)).toBe(true);
    expect(goesOn(withLifecycle(told, changes), later(told, 1_000), resumes)).toBe(false);
  });

  it('given it goes on, then nothing is said to the VTN, and the next poll waits its turn', () => {
    const told = rested();
    told.take({ type: 'AgentStarted', data: resumes }, 'agent');
    expect(told.line.map(({ message }) => message['message'])).toEqual(['oadrRequestEvent']);
    const anew = rested();
    anew.take({ type: 'AgentStarted', data: { versions } }, 'agent');
    expect(anew.toSend('oadrCreatePartyRegistration')).toHaveLength(1);
  });
});

describe('deliveries of a run that ended', () => {
  const intervals = [{ startAt: noon - hourMs, durationMs: hourMs, energyWattHours: 1 }];
  const sending: readonly Fact[] = [
    [noon, 'UsageDue', { deliveryID: 'd-1', reportRequestID: 'r', usage: [{ resourceID: 'battery', intervals }] }],
    [noon, 'UsageDeliveryStarted', { deliveryID: 'd-1', exchangeID: 'e', requestID: 'm-1' }],
  ];
  const doubted: Fact = [
    noon,
    'UsageDeliveryDoubted',
    { deliveryID: 'd-1', requestID: 'm-1', policy: 'hold', because: 'test' },
  ];
  const with_ = (told: Told, facts: readonly Fact[]): AgentState => ({
    ...told.state,
    views: { ...told.state.views, deliveries: folded(viewFolds.deliveries, facts) },
  });

  it('given one was on its way, then it is in doubt at the next start', () => {
    const told = inForce();
    told.state = with_(told, sending);
    told.take(
      {
        type: 'AgentStarted',
        data: { versions: { agent: '0', machines: '3', node: '20', timeZoneData: '0' }, settings: settingsFor() },
      },
      'agent',
    );
    expect(told.facts('UsageDeliveryDoubted')).toEqual([
      {
        deliveryID: 'd-1',
        requestID: 'm-1',
        policy: 'resend',
        because: 'the run ended while the reply was awaited',
      },
    ]);
  });

  it('given a person releases what is held, one or all, then it is owed, and its alarm stands while another is held', () => {
    const second: readonly Fact[] = [...sending, doubted].map(
      ([at, type, data]) => [at, type, { ...data, deliveryID: 'd-2' }] as unknown as Fact,
    );
    const state = alarmed(with_(inForce(), [...sending, doubted, ...second]), 'usageInDoubt');
    const released = (deliveryID?: string) =>
      factsIn(operatorAsked(state, { wish: 'releaseHeldUsage', ...(deliveryID === undefined ? {} : { deliveryID }) }));
    const one = (deliveryID: string) => ({
      type: 'UsageDeliveryReleased',
      data: { deliveryID, because: 'released by a person' },
    });
    const over = (alarm: string) => ({ type: 'AlarmCleared', data: { alarm } });
    expect(released('d-1')).toEqual([one('d-1'), over('usageRejected')]);
    expect(released()).toEqual([one('d-1'), one('d-2'), over('usageInDoubt'), over('usageRejected')]);
  });

  it('given none stands rejected any more, then that alarm is over, and not before', () => {
    const rejected: Fact = [noon, 'UsageDeliveryRejected', { deliveryID: 'd-1', responseCode: '459', why: '' }];
    const told = inForce();
    const state = (facts: readonly Fact[]) => alarmed(with_(told, facts), 'usageRejected');
    expect(rejectionsMended(state([...sending, rejected]))).toEqual([]);
    expect(factsIn(rejectionsMended(state([...sending, doubted])))).toEqual([
      { type: 'AlarmCleared', data: { alarm: 'usageRejected' } },
    ]);
    expect(rejectionsMended(told.state)).toEqual([]);
  });
});

describe('other settings', () => {
  const changed = (told: Told, changes: Partial<VenSettings>, more: object = {}): Told => {
    const settings = { ...told.state.settings, ...changes } as VenSettings;
    const data = { settings, changed: [], reopened: [], isOfferAnother: false, ...more };
    told.take({ type: 'SettingsChanged', data }, 'agent');
    return told;
  };

  it('given what is offered is another, then all is registered anew; otherwise nothing is said', () => {
    expect(changed(inForce(), {}).line).toEqual([]);
    expect(changed(inForce(), {}, { isOfferAnother: true }).toSend('oadrCreatePartyRegistration')).toHaveLength(1);
  });

  it('given the VTN is to push from now on, then that is said with a registration', () => {
    const told = changed(inForce(), { transportAddress: 'https://ven.example:8443/oadr' });
    expect(told.toSend('oadrCreatePartyRegistration')).toMatchObject([{ oadrHttpPullModel: false }]);
  });

  it('given a device is there no longer, then its alarms are over, and those of others stand', () => {
    const told = inForce({ devices: [device('battery'), device('garage')] });
    told.state = alarmed(
      told.state,
      'meterSilent garage',
      'setpointFailed battery',
      'pricesMissing',
      'planFailed garage',
    );
    expect(changed(told, { devices: [device('battery')] }).facts('AlarmCleared')).toEqual([
      { alarm: 'meterSilent', subject: 'garage' },
    ]);
  });

  it('given a device was opened anew, then it is asked how it stands, and no other', () => {
    const devices = [device('battery'), device('garage'), device('late', { awaitedMs: hourMs })];
    const told = inForce({ devices, askDevicesAtStart: true });
    expect(changed(told, {}, { reopened: ['garage', 'late'] }).facts('DeviceStateRequested')).toEqual([
      { resourceID: 'garage', isInTurn: false },
    ]);
  });

  it('given rows of the list cannot be used, then three are told and how many more there are; given none, it is over', () => {
    const rows = ['Row 1.', 'Row 2.', 'Row 3.', 'Row 4.', 'Row 5.'];
    const text = (some: readonly string[]) => factsIn(devicesLeftOut(momentOf({ devicesLeftOut: some })));
    expect(text(rows)).toMatchObject([
      {
        data: {
          alarm: 'devicesLeftOut',
          text: 'Devices of the list are left out, and not metered: Row 1. Row 2. Row 3. (and 2 more)',
        },
      },
    ]);
    expect(text(rows.slice(0, 3))).toMatchObject([
      { data: { text: 'Devices of the list are left out, and not metered: Row 1. Row 2. Row 3.' } },
    ]);
    expect(text([])).toEqual([{ type: 'AlarmCleared', data: { alarm: 'devicesLeftOut' } }]);
    expect(devicesLeftOut(momentOf())).toEqual([]);
  });

  it('given simulated devices are withheld, then people are told, and what was asked of them is over', () => {
    const { state } = inForce();
    expect(factsIn(devicesWithheld(state, momentOf({ withheldDevices: ['a', 'b'] })))).toMatchObject([
      {
        type: 'AlarmRaised',
        data: { alarm: 'devicesWithheld', text: expect.stringContaining('a, b is simulated') as string },
      },
    ]);
    expect(factsIn(devicesWithheld(state, momentOf({ withheldDevices: [] })))).toEqual([
      { type: 'AlarmCleared', data: { alarm: 'devicesWithheld' } },
    ]);
    expect(devicesWithheld(state, momentOf())).toEqual([]);
  });

  it('given signatures are not asked for any more, then there is nothing to complain of', () => {
    const complaint = (settings: Partial<VenSettings>) =>
      factsIn(signaturesUnderSettings(alarmed(started(settings).state, 'signatureRefused')));
    expect(complaint({})).toEqual([{ type: 'AlarmCleared', data: { alarm: 'signatureRefused' } }]);
    expect(complaint({ signatures: 'sign' })).toHaveLength(1);
    expect([complaint({ signatures: 'verify' }), complaint({ signatures: 'both' })]).toEqual([[], []]);
    expect(signaturesUnderSettings(started().state)).toEqual([]);
  });
});

describe('how devices stand', () => {
  const many = Array.from({ length: statesAtOnce + 2 }, (_, place) => device(`device-${place}`));
  const askedOf = (consequences: readonly object[]): readonly unknown[] =>
    factsIn(consequences).map((fact) => (fact as { data: { resourceID: string } }).data.resourceID);

  it('given a start, then so many are asked at a time, and each that answers, or does not, has the next one asked', () => {
    const told = started({ devices: many, askDevicesAtStart: true });
    expect(told.facts('DeviceStateRequested')).toHaveLength(statesAtOnce);
    const unread = (resourceID: string, isInTurn: boolean): readonly unknown[] => {
      const data = { resourceID, isInTurn, quality: 'Comm Failure' as const, detail: '' };
      told.take({ type: 'DeviceStateUnread', data }, `device/${resourceID}`);
      return told.facts('DeviceStateRequested');
    };
    expect(unread('device-0', true)).toEqual([{ resourceID: `device-${statesAtOnce}`, isInTurn: true }]);
    expect(unread('device-1', false)).toEqual([]);
    expect(unread('device-1', true)).toEqual([{ resourceID: `device-${statesAtOnce + 1}`, isInTurn: true }]);
    expect(unread('device-2', true)).toEqual([]);
    expect(statesAtStart(started({ devices: many }).state, momentOf({ devices: many }))).toEqual([]);
  });

  it('given a run goes on, then they are asked again only if one has said nothing for longer than readings lie apart', () => {
    const told = started({ devices: [device('battery')], askDevicesAtStart: true });
    const status = { online: true, manualOverride: false, maxChargeWatts: 1, maxDischargeWatts: 1 };
    const reading = { boundaryAt: noon, readAt: noon, importWattHours: 0, exportWattHours: 0, status };
    told.take({ type: 'MeterRead', data: { resourceID: 'battery', ...reading } }, 'device/battery');
    const { sampleEveryMs } = settingsFor();
    const after = (ms: number) => askedOf(statesAfterPause(told.state, momentOf({}, noon + ms)));
    expect([after(sampleEveryMs), after(sampleEveryMs + 1), after(-1)]).toEqual([[], ['battery'], ['battery']]);
  });

  it('given a level is read for the first time, and the plan has nothing for its device, then it is planned for', () => {
    const told = started({
      devices: [device('battery'), device('meter', { isReadOnly: true })],
      askDevicesAtStart: true,
    });
    const site = snapshotOf(told.state, 'site', 'site');
    const planned = (devices: readonly object[]): AgentState => {
      const next = { ...site, context: { ...site?.context, plan: { devices } } };
      return { ...told.state, streams: told.state.streams.with('site', next as never) };
    };
    const read = (state: AgentState, resourceID = 'battery', changes: object = {}) =>
      levelFirstRead(state, {
        resourceID,
        status: { online: true, stateOfCharge: 0.5, ...changes },
      } as never).length;
    expect(read(planned([]))).toBe(1);
    expect(read(planned([{ resourceID: 'battery' }]))).toBe(0);
    expect([read(planned([]), 'meter'), read(planned([]), 'nobody'), read(told.state)]).toEqual([0, 0, 0]);
    expect(read(planned([]), 'battery', { online: false })).toBe(0);
    expect(read(planned([]), 'battery', { stateOfCharge: undefined })).toBe(0);
  });

  it('given a plan, then each hears its own slots, and one that is not named hears that it is left alone', () => {
    const { state } = started({ devices: [device('battery'), device('garage')] });
    const slots = [{ startAt: noon, endAt: noon + hourMs, demandWatts: 1 }];
    expect(slotsGiven(state, [{ resourceID: 'garage', slots } as never])).toMatchObject([
      { to: 'device/battery', event: { slots: [] } },
      { to: 'device/garage', event: { slots } },
    ]);
  });

  it('given one is silent or answers again, then the site plans anew, unless it never plans for it', () => {
    const { state } = started({ devices: [device('battery'), device('meter', { isReadOnly: true })] });
    const told = (type: 'device.silent' | 'device.heard', resourceID: string) =>
      answersOtherwise(state, { type, resourceID } as never);
    expect(told('device.silent', 'battery')).toMatchObject([
      { event: { type: 'device.changed', because: 'battery does not answer' } },
      { unsettled: 'plan' },
    ]);
    expect(told('device.heard', 'battery')).toMatchObject([{ event: { because: 'battery answers again' } }, {}]);
    expect([told('device.silent', 'meter'), told('device.silent', 'nobody')]).toEqual([[], []]);
  });

  it('given the clock is set by far, then they go by the record: from the first hour that nobody read', () => {
    const told = started({ devices: [device('battery'), device('garage')] });
    const status = { online: true, manualOverride: false, maxChargeWatts: 1, maxDischargeWatts: 1 };
    for (const hour of [0, 1, 3]) {
      const instant = { boundaryAt: noon + hour * hourMs, readAt: noon + hour * hourMs };
      const data = { resourceID: 'battery', ...instant, importWattHours: hour, exportWattHours: 0, status };
      told.take({ type: 'MeterRead', data }, 'device/battery');
    }
    const heard = (jumpMs: number, at = noon + 4 * hourMs) =>
      clockSetForDevices(told.state, at, jumpMs).map((each) => ('event' in each ? each.event : null));
    const set = { type: 'clock.set' };
    const none = { ...set, unreadFrom: null, knownUntil: null };
    expect(heard(farJumpMs)).toEqual([{ ...set, unreadFrom: noon + 2 * hourMs, knownUntil: noon + 3 * hourMs }, none]);
    expect(heard(-farJumpMs, noon + hourMs)).toEqual([{ ...set, unreadFrom: null, knownUntil: noon + hourMs }, none]);
    expect(heard(farJumpMs - 1)).toEqual([
      { ...set, unreadFrom: null },
      { ...set, unreadFrom: null },
    ]);
    expect(devicesAfresh(told.state).map((each) => ('event' in each ? each.event : null))).toEqual([none, none]);
  });
});

describe('a step that this program fails on', () => {
  const { state } = inForce();
  const failing = (input: object) => stepFailed(state, momentOf(), input as Input, 'no such thing', () => []);
  const message = { message: 'oadrDistributeEvent' };

  it('given a message, then the exchange has failed, and the VTN is told that it could not be processed', () => {
    expect(failing({ type: 'MessageReceived', data: { exchangeID: 'e-1', message } })).toMatchObject([
      {
        event: {
          type: 'exchange.failed',
          exchangeID: 'e-1',
          failure: {
            reason: 'unreadable',
            certainlyNotDelivered: false,
            detail: 'this program failed on oadrDistributeEvent: no such thing',
          },
        },
      },
      {
        signal: {
          wanted: {
            message: {
              message: 'oadrResponse',
              eiResponse: { responseCode: '459', responseDescription: 'this VEN could not process the message' },
            },
          },
        },
      },
    ]);
  });

  it.each(['RequestReceived', 'RequestRejected'])('given %s, then its sender is told by the status', (type) => {
    expect(factsIn(failing({ type, data: { exchangeID: 'p-1' } }))).toEqual([
      { type: 'ReplyRequested', data: { exchangeID: 'p-1', httpStatus: 500 } },
    ]);
  });

  it.each(['MessageRejected', 'SignatureRefused', 'EmptyReplyReceived', 'ExchangeFailed'])(
    'given %s, then the exchange has failed',
    (type) => {
      expect(failing({ type, data: { exchangeID: 'e-1' } })).toMatchObject([
        { event: { exchangeID: 'e-1', failure: { detail: 'this program failed on the outcome: no such thing' } } },
      ]);
    },
  );

  it('given a timer, then nothing; given anything else, then what is usual', () => {
    const usual = [{ unsettled: 'plan' }] as const;
    const said = (type: string) => stepFailed(state, momentOf(), { type } as Input, '', () => usual);
    expect([said('TimerFired'), said('PlanMade')]).toEqual([[], usual]);
  });
});

describe('what cannot be read', () => {
  const item = (more: object = {}) =>
    ({
      element: 'oadrReportRequest',
      place: 2,
      responseCode: '454',
      text: 'no duration',
      path: '/a',
      ...more,
    }) as never;

  it('given report requests, then those with a name are refused by it, and people are told where and why', () => {
    const { fault, told } = unreadableRequests([item({ reportRequestID: 'request-1' }), item()]);
    expect(itemText(item())).toBe('oadrReportRequest 2: no duration (/a)');
    expect(fault).toEqual({ responseCode: '454', why: 'oadrReportRequest 2: no duration (/a)' });
    expect(factsIn(told)).toMatchObject([
      {
        type: 'ReportRequestRefused',
        data: { reportRequestID: 'request-1', responseCode: '454', why: 'no duration' },
      },
      {
        type: 'AlarmRaised',
        data: {
          alarm: 'messageUnreadable',
          subject: 'oadrCreateReport',
          text: '2 of the VTN’s report requests cannot be read: oadrReportRequest 2: no duration (/a); oadrReportRequest 2: no duration (/a).',
        },
      },
    ]);
    expect(unreadableRequests([])).toEqual({ fault: null, told: [] });
    const named = Array.from({ length: 12 }, (_, place) => item({ reportRequestID: `r-${place}` }));
    expect(unreadableRequests(named).told).toHaveLength(11);
  });

  it('given one of its kind is read as a whole, then that alarm is over; a part is not enough, but where a DR event can be told', () => {
    const keys = ['messageUnreadable', 'messageUnreadable oadrCreateReport', 'messageUnreadable oadrDistributeEvent'];
    const state = alarmed(inForce().state, ...keys);
    const over = (message: object): readonly unknown[] =>
      factsIn(readAgain(state, message as OadrMessage)).map(
        (fact) => (fact as { data: { subject?: string } }).data.subject,
      );
    expect(over({ message: 'oadrResponse' })).toEqual([]);
    expect(over({ message: 'oadrCreateReport' })).toEqual([undefined, 'oadrCreateReport']);
    expect(over({ message: 'oadrRegisteredReport' })).toEqual([undefined, 'oadrCreateReport']);
    expect(over({ message: 'oadrCancelReport' })).toEqual([undefined]);
    expect(over({ message: 'oadrCreateReport', unreadable: [item()] })).toEqual([]);
    const list = (more: object) =>
      over({ message: 'oadrDistributeEvent', unreadable: [item({ element: 'oadrEvent', ...more })] });
    expect(list({ eventID: 'e', modificationNumber: 0 })).toEqual([undefined, 'oadrDistributeEvent']);
    expect([list({ eventID: 'e' }), list({ modificationNumber: 0 })]).toEqual([[], []]);
  });
});

describe('report requests of one message', () => {
  const request = (reportRequestID: string, specifier: object = {}) => ({
    reportRequestID,
    reportSpecifier: {
      reportSpecifierID: 'RealEnergy',
      granularity: 'PT1H',
      reportBackDuration: 'PT1H',
      specifierPayload: [{ rID: 'example-device-001/energyReal', readingType: 'x-notApplicable' }],
      ...specifier,
    },
  });
  const asked = (told: Told, requests: readonly object[]): Told => {
    if (told.inFlight.purpose === '') told.due('PollFreq');
    told.answer({ message: 'oadrCreateReport', requestID: 'c', venID: ownVenID, oadrReportRequest: requests } as never);
    return told;
  };
  const answered = (told: Told): Told => {
    while (told.inFlight.purpose === 'answer') told.answer({ message: 'oadrResponse', eiResponse } as OadrMessage);
    return told;
  };
  const cancelled = (told: Told, reportRequestID: readonly string[]): Told => {
    if (told.inFlight.purpose === '') told.due('PollFreq');
    told.answer({
      message: 'oadrCancelReport',
      requestID: 'x',
      reportRequestID,
      reportToFollow: false,
      venID: ownVenID,
    } as never);
    return told;
  };

  it('given many that are not met, then ten are told, and how many more there are; a long name is told in part', () => {
    const long = 'x'.repeat(120);
    const bad = [long, ...Array.from({ length: 11 }, (_, place) => `r-${place}`)];
    const told = asked(
      polling(),
      bad.map((id) => request(id, { reportSpecifierID: 'Nobody' })),
    );
    const refused = told.facts('ReportRequestRefused');
    expect([refused.length, refused.at(-1)?.['why']]).toEqual([
      10,
      'reportSpecifierID Nobody is not one of ours (and 2 more requests of the same message)',
    ]);
    expect(told.facts('AlarmRaised')[0]).toMatchObject({
      alarm: 'unknownIdentifiers',
      text: `The VTN asks for a report we cannot give (${'x'.repeat(100)}…): reportSpecifierID Nobody is not one of ours.`,
      advice: expect.stringMatching(/^Compare reportSpecifierIDs/) as string,
    });
    const beyond = asked(polling(), [request('r', { granularity: 'PT1S' })]);
    expect(beyond.facts('AlarmRaised')).toMatchObject([
      { advice: expect.stringMatching(/^It was answered 454/) as string },
    ]);
  });

  it('given an odd pace, then it is told once of the report, and over when nobody asks so any more', () => {
    const odd = { granularity: 'PT2H', reportBackDuration: 'PT1H' };
    const told = answered(asked(polling(), [request('odd', odd)]));
    const key = 'wireDiffersFromProgramme RealEnergy';
    expect(told.alarms).toContain(key);
    answered(asked(told, [request('odd-2', odd), request('usual')]));
    expect(told.alarms).toContain(key);
    answered(cancelled(told, ['odd']));
    expect(told.alarms).toContain(key);
    cancelled(told, ['odd-2']);
    expect(told.facts('AlarmCleared')).toEqual([{ alarm: 'wireDiffersFromProgramme', subject: 'RealEnergy' }]);
  });

  it('given an odd one is asked for as usual under its name, then it is odd no longer', () => {
    const told = answered(asked(polling(), [request('odd', { granularity: 'PT2H', reportBackDuration: 'PT1H' })]));
    asked(told, [request('odd')]);
    expect(told.facts('ReportRequestEnded')).toMatchObject([{ reportRequestID: 'odd', because: 'replaced' }]);
    expect(told.facts('AlarmCleared')).toEqual([{ alarm: 'wireDiffersFromProgramme', subject: 'RealEnergy' }]);
  });

  it('given many are cancelled that are not in force, then some are named', () => {
    const ids = Array.from({ length: 7 }, (_, place) => `r-${place}`);
    expect(cancelled(polling(), ids).toSend('oadrCanceledReport')).toMatchObject([
      {
        eiResponse: {
          responseDescription: 'reportRequestID r-0, r-1, r-2, r-3, r-4 and 2 more is not in force here',
        },
      },
    ]);
  });

  it('given the registration ends, then they end with it, and the devices are read for them no longer', () => {
    const told = answered(asked(polling(), [request('usual')]));
    if (told.inFlight.purpose === '') told.due('PollFreq');
    const registrationID = 'registration-1';
    told.answer({
      message: 'oadrCancelPartyRegistration',
      requestID: 'c',
      registrationID,
      venID: ownVenID,
    } as OadrMessage);
    expect(told.facts('ReportRequestEnded')).toMatchObject([
      { reportRequestID: 'usual', because: 'registrationEnded' },
    ]);
    expect(told.facts('UsageUnasked')).toMatchObject([{ because: 'registrationEnded' }]);
  });
});

describe('whose turn it is to report', () => {
  type Standing = readonly [id: string, context: object, value: string];
  const turn = (requests: readonly Standing[], ven: object = {}) =>
    turnOf(
      {
        ...inForce().state,
        streams: Shelves.of([
          ['ven', { context: { reports: [], inHand: null, requestsFreshSince: null, ...ven } }],
          ...requests.map(([id, context, value]) => [
            `reportRequest/${id}`,
            { value, context: { reportRequestID: id, turnAt: null, terms: null, ...context } },
          ]),
        ] as never),
      },
      momentOf(),
      'own',
    );
  const own: Standing = ['own', {}, 'waiting'];

  it('given nobody else, then it is its turn', () => {
    expect(turn([own])).toEqual({ waitMs: 0, because: '' });
  });

  it('given others stand back, then they come first, unless it has stood back as well', () => {
    const standing: Standing = ['b', {}, 'standingBack'];
    expect(turn([own, standing])).toEqual({
      waitMs: 2 * turnMs,
      because: '1 report requests have their turn before it',
    });
    expect(turn([['own', { hasStoodBack: true }, 'waiting'], standing])).toEqual({ waitMs: 0, because: '' });
  });

  it('given a turn was just taken, then it waits for it, however much that one asked of the devices', () => {
    expect(turn([own, ['b', { turnAt: noon - turnMs + 1 }, 'waiting']])).toMatchObject({ waitMs: turnMs });
    expect(turn([own, ['b', { turnAt: noon - turnMs }, 'waiting']])).toMatchObject({ waitMs: 0 });
    const asking = turn([own, ['b', { turnAt: noon, askedInTurn: 1_000 }, 'waiting']]);
    expect(asking.waitMs).toBeGreaterThan(turnMs);
    expect(asking.because).toBe('the devices are asked for the readings of another report, so many a minute');
    expect(turn([own, ['b', { turnAt: noon - hourMs }, 'betweenReadings']])).toMatchObject({ waitMs: turnMs });
    expect(turn([own, ['b', { turnAt: noon + 1 }, 'waiting']])).toMatchObject({ waitMs: 0 });
  });

  it('given the metadata have just been told, then they are not told again at once', () => {
    const metadata: Standing = ['own', { terms: { kind: 'metadata' } }, 'waiting'];
    expect(turn([metadata], { requestsFreshSince: noon - 1_000 })).toEqual({
      waitMs: metadataPauseMs - 1_000,
      because: 'the metadata have just been told',
    });
    expect(turn([metadata], { requestsFreshSince: noon - metadataPauseMs })).toMatchObject({ waitMs: 0 });
    expect(turn([own], { requestsFreshSince: noon - 1_000 })).toMatchObject({ waitMs: 0 });
  });
});

describe('a piece of a report of very many devices', () => {
  const devices = Array.from({ length: 250 }, (_, place) => device(`d-${place}`));
  const { state } = started({ devices });
  const settings = settingsFor({ devices });
  const terms = {
    kind: 'usage',
    reportRequestID: 'r',
    reportSpecifierID: 'RealEnergy',
    request: {
      reportRequestID: 'r',
      reportSpecifier: { specifierPayload: devices.map(({ resourceID }) => ({ rID: `${resourceID}/energyReal` })) },
    },
    startAt: noon,
    granularityMs: hourMs,
    reportBackMs: hourMs,
    aligned: 'clock',
  } as unknown as Terms;
  const round = { fromAt: noon, toAt: noon + hourMs };
  const next = (piece: object, given = settings, asked = terms) =>
    nextPiece(state, { ...momentOf(), settings: given }, {
      terms: asked,
      round,
      acceptedAt: noon,
      piece: { ...round, ...piece },
      deliveries: 0,
      isLast: false,
      left: [],
    } as unknown as ReportRequestContext)?.piece;

  it('given the first, then it holds as many as one report; the next goes on after them, and the last is no part', () => {
    const limited = { ...settings, reportLimits: { bytes: 60_000 } };
    const parts: (readonly string[])[] = [];
    let before: object = {};
    for (let part = 0; part < 250; part += 1) {
      const piece = next(before, limited, { ...terms, request: { ...terms.request } });
      parts.push(piece?.resourceIDs ?? []);
      if (piece?.isPart !== true) break;
      before = piece;
    }
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flat()).toEqual(devices.map(({ resourceID }) => resourceID));
  });

  it('given a part of another stretch was told before, then it begins with the first device', () => {
    expect(next({ fromAt: noon - hourMs, isPart: true, resourceIDs: ['d-7'] })?.resourceIDs?.[0]).toBe('d-0');
    expect(next({ isPart: true, resourceIDs: ['d-7'] })?.resourceIDs?.[0]).toBe('d-8');
    expect(next({ resourceIDs: ['d-7'] })?.resourceIDs?.[0]).toBe('d-0');
  });
});
