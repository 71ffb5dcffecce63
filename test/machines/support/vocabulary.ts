import { hourMs, oadrEventOf } from '../../support/drEventMessages.ts';
import { noon, type MachineName, type PlainEvent } from './given.ts';
import {
  confirmedPush,
  createdPartyRegistration,
  distributeNothing,
  failure,
  neverSent,
  oadrResponse,
  registeredReport,
  reply,
  report,
  requestReregistration,
  updatedReport,
} from './venTalk.ts';

/** What each statechart may hear, for the laws that hold whatever comes: timers are added by the search itself. */

const started: PlainEvent = { type: 'agent.started' };

const ven: readonly PlainEvent[] = [
  started,
  reply('query', createdPartyRegistration()),
  reply('registration', createdPartyRegistration()),
  reply('registration', createdPartyRegistration({ registrationID: 'registration-2' })),
  confirmedPush,
  reply('registration', oadrResponse('452')),
  reply('registration', requestReregistration),
  reply('metadata', registeredReport),
  reply('metadata', oadrResponse('459')),
  reply('requestEvent', distributeNothing),
  reply('requestEvent', oadrResponse('463')),
  reply('poll', oadrResponse()),
  reply('poll', null),
  reply('poll', oadrResponse('463')),
  reply('poll', distributeNothing),
  reply('report', updatedReport()),
  reply('report', updatedReport('452')),
  reply('report', updatedReport('454')),
  reply('cancel', oadrResponse()),
  failure('poll'),
  failure('report'),
  failure('report', neverSent),
  failure('answer', { ...neverSent, httpStatus: 500 }),
  {
    type: 'report.started',
    wanted: { purpose: 'report', message: { message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID: 'v' } },
    exchangeID: 'e',
  },
  report({ deliveryID: 'delivery-1' }),
  report({ deliveryID: 'delivery-2', needsFreshRequests: true }),
  { type: 'requests.void', reportRequestIDs: ['request-1'], because: 'test' },
  { type: 'line.free' },
  { type: 'answer.dropped' },
  { type: 'resync.wanted', bootstrap: 'full' },
  { type: 'resync.wanted', bootstrap: 'renewal' },
  { type: 'resync.wanted', bootstrap: 'events' },
  { type: 'resync.wanted', bootstrap: 'anew' },
  { type: 'resync.wanted', bootstrap: 'asked', byPerson: true },
  { type: 'clock.set', jumpMs: -hourMs },
  { type: 'usage.released' },
  { type: 'metadata.wanted', reportRequestID: 'q' },
  { type: 'registration.cancelled' },
  { type: 'vtn.heard' },
  { type: 'cancellation.wanted' },
  { type: 'polls.summarised', nextPollAt: noon + 5_000, lastPollAt: noon - 5_000 },
];

const wanted = (purpose: string, resend: boolean): PlainEvent => ({
  type: 'exchange.wanted',
  wanted: { purpose, message: { message: 'oadrPoll', venID: 'v' }, resend, attempt: 1 },
});

const lost = { reason: 'reset', certainlyNotDelivered: false, detail: 'lost' };

const exchange: readonly PlainEvent[] = [
  started,
  { type: 'agent.stopping' },
  wanted('poll', false),
  wanted('answer', true),
  ...['run00001.1', 'run00001.2'].flatMap((exchangeID) => [
    { type: 'exchange.answered', exchangeID, message: null },
    { type: 'exchange.failed', exchangeID, failure: lost },
    { type: 'exchange.failed', exchangeID, failure: { ...lost, httpStatus: 404 } },
  ]),
  { type: 'line.held' },
  { type: 'line.opened' },
  { type: 'line.cleared' },
  { type: 'line.withdrawn', purposes: ['poll'] },
  { type: 'polls.summarised', lastSerial: 5 },
];

const pushedEvents = { message: 'oadrDistributeEvent', requestID: 'p', vtnID: 'vtn', oadrEvent: [] };

const inbound: readonly PlainEvent[] = [
  { type: 'request.came', exchangeID: 'i1', message: pushedEvents, isRegistered: true },
  { type: 'request.came', exchangeID: 'i2', message: pushedEvents, isRegistered: false },
  {
    type: 'request.came',
    exchangeID: 'i3',
    message: { message: 'oadrRequestReregistration', venID: 'v' },
    isRegistered: true,
  },
  { type: 'request.refused', exchangeID: 'i4', httpStatus: 406 },
  { type: 'reply.wanted', message: oadrResponse() },
  { type: 'request.heard' },
];

const accepted = (kind: 'new' | 'modified', parts: Parameters<typeof oadrEventOf>[0]): PlainEvent => ({
  type: 'event.accepted',
  oadrEvent: oadrEventOf({ startAt: noon + hourMs, ...parts }),
  requestID: 'd',
  kind,
});

const drEvent: readonly PlainEvent[] = [
  accepted('new', {}),
  accepted('new', { period: { 'x-eiRampUp': 'PT10M', startafter: 'PT30M' } }),
  accepted('modified', { modificationNumber: 1, lengthMs: 0 }),
  accepted('modified', { modificationNumber: 1, startAt: noon - 9 * hourMs }),
  accepted('modified', { modificationNumber: 1, startAt: noon - hourMs, period: { startafter: 'PT10M' } }),
  { type: 'event.repeated', requestID: 'd2', responseRequired: 'never' },
  ...(['explicit', 'implicit', 'registration'] as const).map((by) => ({
    type: 'event.cancelled',
    by,
    modificationNumber: 1,
    requestID: 'd3',
  })),
  { type: 'operator.opted', optType: 'optOut' },
  { type: 'clock.setBack' },
];

const request = (reportSpecifierID: string, granularity: string, reportBackDuration: string) => ({
  reportRequestID: 'request-1',
  reportSpecifier: { reportSpecifierID, granularity, reportBackDuration, specifierPayload: [] },
});

const terms = (changes: object): PlainEvent => ({
  type: 'request.accepted',
  terms: {
    reportRequestID: 'request-1',
    kind: 'usage',
    request: request('RealEnergy', 'PT1H', 'PT1H'),
    startAt: noon,
    granularityMs: hourMs,
    reportBackMs: hourMs,
    reportSpecifierID: 'RealEnergy',
    rIDs: [],
    aligned: 'clock',
    ...changes,
  },
});

const content = { message: { message: 'oadrUpdateReport', requestID: 'u', oadrReport: [], venID: 'v' } };

const reportRequest: readonly PlainEvent[] = [
  terms({}),
  terms({ aligned: 'localDay', reportBackMs: 24 * hourMs }),
  terms({ reportBackMs: 0, aligned: 'start' }),
  terms({ kind: 'status', granularityMs: 60_000, reportBackMs: 60_000, endAt: noon + 120_000 }),
  terms({ startAt: noon + hourMs, endAt: noon + 3 * hourMs, aligned: 'start' }),
  terms({ kind: 'metadata', reportBackMs: hourMs }),
  terms({ startAt: noon - 400 * 24 * hourMs, aligned: 'start' }),
  { type: 'turn.later', waitMs: 10_000, because: 'test' },
  { type: 'turn.come', piece: { fromAt: noon - hourMs, toAt: noon }, restFromAt: noon - 2 * hourMs },
  { type: 'turn.come', piece: { fromAt: 0, toAt: noon }, restFromAt: null },
  { type: 'round.over' },
  { type: 'readings.asked', awaited: [{ resourceID: 'battery', boundaryAt: noon }], silent: [] },
  { type: 'readings.came' },
  { type: 'readings.in' },
  { type: 'contents.made', contents: [], leftOut: [] },
  {
    type: 'contents.made',
    contents: [{ ...content, usage: [] }],
    leftOut: [{ resourceID: 'battery', fromAt: noon - hourMs, toAt: noon, because: 'neverMetered' }],
  },
  { type: 'request.ended', because: 'replaced' },
  { type: 'request.cancelled', reportToFollow: true },
  { type: 'request.cancelled', reportToFollow: false },
];

const device: readonly PlainEvent[] = [
  started,
  { type: 'clock.set', unreadFrom: null },
  { type: 'clock.set', unreadFrom: noon - hourMs },
  { type: 'meter.read', boundaryAt: noon },
  { type: 'meter.read', boundaryAt: noon + 900_000 },
  { type: 'shadow.known', isInShadow: true, isLetGo: true },
  { type: 'shadow.known', isInShadow: false, isLetGo: false },
  { type: 'reading.wanted', boundaryAt: noon - hourMs },
  { type: 'sampling.changed', grids: [{ originAt: noon, everyMs: 300_000 }] },
  { type: 'slots.given', slots: [] },
  { type: 'setpoint.applied', setpointID: null },
  { type: 'setpoint.failed', setpointID: null, detail: 'test' },
  { type: 'device.released', setpointID: 'test' },
  { type: 'slots.given', slots: [{ startAt: noon, endAt: noon + hourMs, demandWatts: 1 }] },
  { type: 'slots.given', slots: [{ startAt: noon + hourMs, endAt: noon + 2 * hourMs, demandWatts: 1 }] },
];

const priced = (usdPerKwh: string) => [
  { startAt: noon, endAt: noon + hourMs, importUsdPerKwh: usdPerKwh, exportUsdPerKwh: usdPerKwh },
];

const site: readonly PlainEvent[] = [
  started,
  { type: 'prices.known', prices: [] },
  { type: 'news.heard', because: 'test' },
  { type: 'prices.known', prices: priced('0.10') },
  { type: 'prices.known', prices: priced('0.20') },
  { type: 'news.told' },
  {
    type: 'overrides.known',
    overrides: [{ resourceID: 'battery', startAt: noon, endAt: noon + hourMs, action: 'charge', powerWatts: 1 }],
    because: 'test',
  },
  { type: 'overrides.known', overrides: [], because: null },
  {
    type: 'commands.known',
    commands: [{ eventID: 'event-1', resourceID: 'battery', startAt: noon, endAt: null, kind: 'level', level: 2 }],
  },
  { type: 'commands.known', commands: [] },
  { type: 'clock.set' },
  { type: 'plan.made', planID: null, devices: [] },
  {
    type: 'plan.made',
    planID: null,
    devices: [{ resourceID: 'battery', slots: [{ startAt: noon, endAt: noon + hourMs, demandWatts: 1 }] }],
  },
  { type: 'plan.failed', planID: null, detail: 'test' },
];

const overlapOf = (...ids: readonly string[]) => ({
  startAt: noon,
  endAt: noon + hourMs,
  sources: ids.map((id) => ({ source: { kind: 'drEvent', id }, version: 0 })),
});

const watch: readonly PlainEvent[] = [
  started,
  { type: 'prices.changed', unpriced: [], overlap: null },
  { type: 'prices.changed', unpriced: [{ startAt: 0, endAt: Number.MAX_SAFE_INTEGER }], overlap: null },
  { type: 'prices.changed', unpriced: [], overlap: overlapOf('event-1', 'event-2') },
  { type: 'reports.registered' },
  { type: 'usage.asked' },
  { type: 'usage.refused', times: 1 },
  { type: 'identity.doubted', vtnID: 'vtn-2' },
  { type: 'identity.agreed' },
  { type: 'pace.known', pollFreqMs: 72 * hourMs },
  { type: 'pace.known', pollFreqMs: null },
  { type: 'clock.agreed' },
  { type: 'clock.doubted' },
  { type: 'clock.set', jumpMs: -2 * hourMs },
];

const given = { type: 'instruction.given', resourceID: 'battery', kind: 'override' };

const instruction: readonly PlainEvent[] = [
  { ...given, endAt: noon + hourMs, isForLength: true },
  { ...given, endAt: noon + 2 * hourMs, isForLength: false },
  { type: 'instruction.released' },
  { type: 'clock.set', jumpMs: -2 * hourMs },
  { type: 'clock.set', jumpMs: 2 * hourMs },
];

const optTerms = { optID: 'opt-1', optType: 'optOut', optReason: 'notParticipating' };
const window = { startAt: noon + hourMs, endAt: noon + 3 * hourMs };

const opt: readonly PlainEvent[] = [
  { type: 'opt.given', terms: { ...optTerms, windows: [window] }, endAt: window.endAt },
  { type: 'opt.given', terms: { ...optTerms, windows: [{ startAt: noon, endAt: null }] }, endAt: null },
  { type: 'opt.given', terms: { ...optTerms, eventID: 'event-1', modificationNumber: 0, windows: [] }, endAt: null },
  { type: 'opt.takenBack' },
  { type: 'opt.replaced' },
  ...['200', '404', '452', '463', '459', '500'].flatMap((responseCode) =>
    ['opt-1.1', 'opt-1.2'].map((requestID) => ({ type: 'opt.answered', requestID, responseCode, why: '' })),
  ),
  { type: 'registration.known', isNew: true },
  { type: 'registration.known', isNew: false },
];

export const vocabulary: Readonly<Record<MachineName, readonly PlainEvent[]>> = {
  ven,
  exchange,
  inbound,
  drEvent,
  reportRequest,
  site,
  device,
  watch,
  instruction,
  opt,
};
