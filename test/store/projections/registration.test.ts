import { describe, expect, it } from 'vitest';
import { registrationProjection } from '../../../src/store/projections/registration.ts';
import { agentStarted, hourMs, throughJson, type Told, told } from './facts.ts';

const start = Date.UTC(2026, 6, 28);
const registration = registrationProjection();
const registered = (at: number, renewed = false): Told => [
  at,
  'Registered',
  { registrationID: 'r-1', venID: 'ven-1', vtnID: 'vtn-1', requestedPollFreqMs: 10_000, renewed },
];
const reports = (at: number): Told => [at, 'ReportsRegistered', { reportSpecifierIDs: ['RealEnergy', 'Status'] }];
const backoff = (at: number): Told => [
  at,
  'BackoffStarted',
  { attempt: 3, delayMs: 8_000, because: 'connection refused' },
];
const contact = (at: number): Told => [at, 'EmptyReplyReceived', { exchangeID: 'x', roundTripMs: 5 }];

describe('the registration', () => {
  it('before anything happened is none', () => {
    expect(registration.initial).toMatchObject({ status: 'unregistered', run: null, registrationID: null });
  });

  it('names both parties, the poll frequency and the reports', () => {
    const state = told(registration, [agentStarted(start), registered(start + 1), reports(start + 2)]);
    expect(throughJson(state)).toMatchObject({
      status: 'registered',
      registrationID: 'r-1',
      venID: 'ven-1',
      vtnID: 'vtn-1',
      requestedPollFreqMs: 10_000,
      registeredAt: start + 1,
      renewedAt: start + 1,
      renewals: 0,
      reportsRegisteredAt: start + 2,
      reportSpecifierIDs: ['RealEnergy', 'Status'],
      run: { startedAt: start, venID: 'ven-1', timeZone: 'America/New_York', starts: 1, stoppedBecause: null },
    });
  });

  it('when renewed, keeps its beginning and its reports', () => {
    const state = told(registration, [
      registered(start),
      reports(start + 1),
      registered(start + hourMs, true),
      registered(start + 2 * hourMs, true),
    ]);
    expect(state).toMatchObject({
      registeredAt: start,
      renewedAt: start + 2 * hourMs,
      renewals: 2,
      reportsRegisteredAt: start + 1,
    });
  });

  it('when made anew, has to register its reports again', () => {
    const state = told(registration, [registered(start), reports(start + 1), registered(start + hourMs)]);
    expect(state).toMatchObject({ registeredAt: start + hourMs, renewals: 0, reportsRegisteredAt: null });
  });

  it('when it is refused, says with which code', () => {
    const refused: Told = [start, 'RegistrationRefused', { responseCode: '452', responseDescription: 'unknown venID' }];
    expect(told(registration, [refused])).toMatchObject({
      status: 'refused',
      refused: { at: start, responseCode: '452' },
    });
    expect(told(registration, [refused, registered(start + 1)])).toMatchObject({ status: 'registered', refused: null });
  });

  it('when it ends, says by whom', () => {
    const ended: Told = [start + 9, 'RegistrationEnded', { by: 'vtn' }];
    expect(told(registration, [registered(start), reports(start), ended])).toMatchObject({
      status: 'unregistered',
      registrationID: null,
      ended: { at: start + 9, by: 'vtn' },
      reportsRegisteredAt: null,
    });
  });

  it('shows a back-off until the VTN is heard again', () => {
    const waiting = told(registration, [registered(start), backoff(start + 1)]);
    expect(waiting.backoff).toEqual({
      at: start + 1,
      attempt: 3,
      untilAt: start + 8_001,
      because: 'connection refused',
    });
    expect(told(registration, [contact(start + 2)], waiting, 2).backoff).toBeNull();
    expect(told(registration, [registered(start + 2)], waiting, 2).backoff).toBeNull();
  });

  it('counts starts and knows why a run ended', () => {
    const stopped: Told = [start + 5, 'AgentStopped', { because: 'SIGTERM' }];
    expect(told(registration, [agentStarted(start), stopped]).run).toMatchObject({ stoppedBecause: 'SIGTERM' });
    expect(told(registration, [agentStarted(start), stopped, agentStarted(start + 9)]).run).toMatchObject({
      stoppedBecause: null,
      starts: 2,
    });
  });

  it('returns the same state for facts that do not concern it', () => {
    const state = told(registration, [registered(start)]);
    expect(told(registration, [contact(start + 1), [start, 'TimerFired', { timer: 't', dueAt: 0 }]], state, 1)).toBe(
      state,
    );
  });
});
