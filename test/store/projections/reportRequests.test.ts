import { describe, expect, it } from 'vitest';
import {
  reportRequestsProjection,
  requestsAccepted,
  requestsInForce,
} from '../../../src/store/projections/reportRequests.ts';
import { dayMs, hourMs, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28, 4);
const requests = reportRequestsProjection();
const accepts = (reportRequestID: string, at = start): Told => [
  at,
  'ReportRequestAccepted',
  {
    reportRequestID,
    kind: 'usage',
    request: {
      reportRequestID,
      reportSpecifier: {
        reportSpecifierID: 'RealEnergy',
        granularity: 'PT1H',
        reportBackDuration: 'P1D',
        specifierPayload: [{ rID: 'battery-energy', readingType: 'x-notApplicable' }],
      },
    },
    reportSpecifierID: 'RealEnergy',
    rIDs: ['battery-energy'],
    startAt: at,
    granularityMs: hourMs,
    reportBackMs: dayMs,
    aligned: 'localDay',
  },
];
const ends = (reportRequestID: string, because: 'cancelled' | 'registrationEnded', at = start + 9): Told => [
  at,
  'ReportRequestEnded',
  { reportRequestID, because },
];
const due = (reportRequestID: string): Told => [
  start + dayMs,
  'UsageDue',
  { deliveryID: 'd', reportRequestID, usage: [] },
];
const acknowledged = (reportRequestID: string): Told => [
  start + dayMs + 1,
  'UsageDeliveryAcknowledged',
  { deliveryID: 'd', reportRequestID, responseCode: '200' },
];

describe('a report request', () => {
  it('in force shows what it asks for and at what pace', () => {
    expect(requestsInForce(throughJson(told(requests, [accepts('a')])))).toEqual([
      {
        reportRequestID: 'a',
        kind: 'usage',
        reportSpecifierID: 'RealEnergy',
        rIDs: ['battery-energy'],
        startAt: start,
        endAt: null,
        granularityMs: hourMs,
        reportBackMs: dayMs,
        aligned: 'localDay',
        acceptedAt: start,
        position: 0,
        due: 0,
        acknowledged: 0,
        lastAcknowledgedAt: null,
        ended: null,
      },
    ]);
  });

  it('counts the reports due and acknowledged under it', () => {
    const state = told(requests, [accepts('a'), accepts('b'), due('a'), acknowledged('a'), due('a')]);
    expect(requestsInForce(state)).toMatchObject([
      { reportRequestID: 'a', due: 2, acknowledged: 1, lastAcknowledgedAt: start + dayMs + 1 },
      { reportRequestID: 'b', due: 0, acknowledged: 0 },
    ]);
  });

  it('that ended is past, with the reason', () => {
    const state = told(requests, [accepts('a'), ends('a', 'registrationEnded')]);
    expect(requestsInForce(state)).toEqual([]);
    expect(requestsAccepted(state, start, start + 1)).toMatchObject([
      { reportRequestID: 'a', ended: { at: start + 9, because: 'registrationEnded' } },
    ]);
  });

  it('made again under the same ID replaces the former, and both stay in the books', () => {
    const state = told(requests, [accepts('a'), due('a'), accepts('a', start + hourMs)]);
    expect(requestsInForce(state)).toMatchObject([{ acceptedAt: start + hourMs, due: 0 }]);
    expect(requestsAccepted(state, 0, start + dayMs)).toMatchObject([
      { due: 1, ended: { because: 'replaced' } },
      { ended: null },
    ]);
  });

  it('that was refused shows the code', () => {
    const state = told(requests, [
      [start, 'ReportRequestRefused', { reportRequestID: 'x', responseCode: '454', why: 'no such specifier' }],
    ]);
    expect(state.refusals).toEqual([
      { at: start, reportRequestID: 'x', responseCode: '454', why: 'no such specifier' },
    ]);
  });
});

describe('the projection of report requests', () => {
  it('returns the same state for requests it does not know', () => {
    const state = told(requests, [accepts('a')]);
    expect(told(requests, [ends('constructor', 'cancelled'), due('b'), acknowledged('toString')], state, 1)).toBe(
      state,
    );
  });

  it('told to keep a week, stays small through daily re-registrations', () => {
    const bounded = reportRequestsProjection({ keepMs: 7 * dayMs });
    const facts = Array.from({ length: 60 }, (_, day): Told[] => [
      accepts(`a${day}`, start + day * dayMs),
      ends(`a${day}`, 'registrationEnded', start + (day + 1) * dayMs - 1),
    ]).flat();
    expect(requestsAccepted(told(bounded, facts), 0, Number.MAX_SAFE_INTEGER).length).toBeLessThanOrEqual(9);
    expect(requestsAccepted(told(requests, facts), 0, Number.MAX_SAFE_INTEGER)).toHaveLength(60);
  });
});
