import { describe, expect, it } from 'vitest';
import { freshForMs, suspectForMs } from '../../../src/settlement/confirmations.ts';
import type { Told } from '../../store/projections/facts.ts';
import {
  at,
  delivered,
  exceptionsAt,
  hour,
  kindsAt,
  metered,
  priced,
  requested,
  settled,
  started,
} from '../support/facts.ts';

const minute = 1 / 60;
const usage: readonly Told[] = [priced('0.5'), ...metered([[1_000, 0]])];
const acknowledged = delivered([hour(0, 1_000)], 'acknowledged');
const lost = (hours: number): Told => [at(hours), 'RegistrationEnded', { by: 'lost' }];
const registered = (hours: number, renewed: boolean): Told => [
  at(hours),
  'Registered',
  { registrationID: 'registration-2', venID: 'ven-1', vtnID: 'vtn-1', renewed },
];

describe('an acknowledgement', () => {
  it('given a fresh request of the registration of the time, then it is confirmed, also when the VTN forgets us hours later', () => {
    const facts = [started, ...usage, ...requested(at(24)), ...acknowledged];
    expect(kindsAt(settled(facts), 0)).toEqual([]);
    expect(kindsAt(settled([...facts, lost(30)]), 0)).toEqual([]);
  });

  it('given a request that was never made, then it is not confirmed', () => {
    const exceptions = exceptionsAt(settled([started, ...usage, ...acknowledged]), 0);
    expect(exceptions).toMatchObject([{ kind: 'unconfirmed', stake: { lowUsd: '0', highUsd: '0.5' } }]);
    expect(exceptions[0]?.text).toContain('no registration of the time had made the request "request-1"');
  });

  it.each(['reportsRegistered', 'registrationEnded'] as const)(
    'given a request that had ended (%s), then it is not confirmed',
    (because) => {
      const ended: Told = [at(24), 'UsageUnasked', { asker: { kind: 'reportRequest', id: 'request-1' }, because }];
      expect(kindsAt(settled([started, ...requested(), ...usage, ended, ...acknowledged]), 0)).toEqual(['unconfirmed']);
    },
  );

  it('given a request that the VTN cancelled and still wants a last report of, then it is confirmed', () => {
    const ended: Told = [
      at(24),
      'UsageUnasked',
      { asker: { kind: 'reportRequest', id: 'request-1' }, because: 'cancelled' },
    ];
    expect(kindsAt(settled([started, ...requested(), ...usage, ended, ...acknowledged]), 0)).toEqual([]);
  });

  it('given an old request, when the registration turns out to be lost, then it is not confirmed', () => {
    const facts = [started, ...requested(), ...usage, ...acknowledged];
    expect(kindsAt(settled(facts), 0)).toEqual([]);
    expect(exceptionsAt(settled([...facts, lost(30)]), 0)).toMatchObject([{ kind: 'unconfirmed', positions: [9, 10] }]);
    expect(kindsAt(settled([...facts, registered(30, false)]), 0)).toEqual(['unconfirmed']);
  });

  it('given a fresh request, when the loss comes to light within a quarter of an hour, then it is not confirmed', () => {
    const facts = [started, ...usage, ...requested(at(24)), ...acknowledged];
    expect(kindsAt(settled([...facts, lost(24 + 10 * minute)]), 0)).toEqual(['unconfirmed']);
  });

  it('given a sign in between that the VTN knew us, then it is confirmed', () => {
    const facts = [started, ...requested(), ...usage, ...acknowledged, registered(25, true), lost(30)];
    expect(kindsAt(settled(facts), 0)).toEqual([]);
  });

  it('given a request of exactly half an hour, or a loss exactly a quarter of an hour later, then it is confirmed still', () => {
    const facts = (requestedAt: number): readonly Told[] => [
      started,
      ...usage,
      ...requested(requestedAt),
      ...acknowledged,
    ];
    const toldAt = at(24) + 60_000 + 2;
    const lostAfter = (ms: number): Told => [toldAt + ms, 'RegistrationEnded', { by: 'lost' }];
    const kindsOf = (ageMs: number, lostAfterMs: number): readonly string[] =>
      kindsAt(settled([...facts(toldAt - ageMs), lostAfter(lostAfterMs)], { asOf: { position: 20, at: at(26) } }), 0);
    expect(kindsOf(freshForMs, suspectForMs)).toEqual([]);
    expect(kindsOf(freshForMs + 1, suspectForMs)).toEqual(['unconfirmed']);
    expect(kindsOf(freshForMs, suspectForMs - 1)).toEqual(['unconfirmed']);
  });

  it('given that the VTN was shown to know us before the loss, however that came about, then only what came after is in doubt', () => {
    const facts = [started, ...requested(), ...usage, ...acknowledged];
    const reports: Told = [at(25), 'ReportsRegistered', { reportSpecifierIDs: ['RealEnergy'] }];
    expect(kindsAt(settled([...facts, reports, lost(30)]), 0)).toEqual([]);
    for (const by of ['ven', 'vtn'] as const) {
      const ended: Told = [at(25), 'RegistrationEnded', { by }];
      expect(kindsAt(settled([...facts, ended]), 0)).toEqual([]);
      expect(kindsAt(settled([...facts, ended, registered(26, false), lost(30)]), 0)).toEqual([]);
      const later = delivered([hour(0, 1_000)], 'acknowledged', 'delivery-2').map(
        ([, type, data]) => [at(27), type, data] as Told,
      );
      const [, due, ...rest] = [ended, ...later];
      expect(kindsAt(settled([started, ...requested(), ...usage, ended, due!, ...rest]), 0)).toEqual(['unconfirmed']);
    }
  });
});
