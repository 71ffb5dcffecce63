import type { KnownEntry } from '../../../../src/facts/fact.ts';
import type { Check } from '../check.ts';
import { tooMany } from './wireChecks.ts';

/** What must hold while a second machine is the same VEN. */

const hourMs = 3_600_000;

/** @limit Registrations in an hour, of each of the two: neither may answer the other's by its own at once for ever. */
const registrationsPerHour = 30;

/** @limit Requests in a minute, of the second one: those of the first are bounded by another check. */
const requestsPerMinute = 120;

const registrationsOf = (entries: readonly KnownEntry[]): readonly number[] =>
  entries.flatMap(({ type, recordedAt }) => (type === 'Registered' ? [recordedAt] : []));

/** 20: two that take the registration from one another do it at a pace. */
const takesTurns: Check = ({ run: { seconds }, entries }) => {
  if (seconds.length === 0) return [];
  const at = tooMany(registrationsOf(entries), { limit: registrationsPerHour, withinMs: hourMs });
  const sent = seconds.flatMap(({ sentAt }) => tooMany(sentAt, { limit: requestsPerMinute, withinMs: 60_000 }) ?? []);
  return [
    ...(at === undefined
      ? []
      : [`20: more than ${registrationsPerHour} registrations within an hour before ${new Date(at).toISOString()}`]),
    ...sent.map(
      (each) =>
        `20: the second VEN sent more than ${requestsPerMinute} requests before ${new Date(each).toISOString()}`,
    ),
  ];
};

/** @limit After so many registrations that were taken away while the VTN answers, people are told of a second agent. */
const lossesSuspicious = 3;

/** 21: where the VTN takes our registration away again and again while a second one lives, people are told. */
const isTold: Check = ({ run: { seconds }, entries }) => {
  const [first] = seconds;
  if (first === undefined) return [];
  let runID = '';
  let losses = 0;
  let isRegistered = false;
  let isAlarmed = false;
  for (const entry of entries) {
    if (entry.runID !== runID) {
      runID = entry.runID;
      losses = 0;
      isRegistered = false;
    }
    if (entry.type === 'AlarmRaised' && entry.data.alarm === 'secondAgent') isAlarmed = true;
    if (entry.type === 'Registered') isRegistered = true;
    if (entry.type !== 'RegistrationEnded') continue;
    if (isRegistered && entry.data.by !== 'ven') losses += 1;
    isRegistered = false;
    if (losses >= lossesSuspicious && !isAlarmed) {
      const after = entries.filter(({ position }) => position > entry.position);
      // It is told in an input of its own, which a kill may prevent.
      if (after.every(({ runID: later }) => later !== runID)) continue;
      const tellsLater = after.some((each) => each.type === 'SecondAgentSuspected' && each.data.isSuspected);
      if (!tellsLater)
        return [
          `21: ${losses} registrations were taken away until ${entry.position}, and nobody was told of a second agent`,
        ];
    }
  }
  return [];
};

/** 22: whatever the second one takes, the first one has the prices of the next day by the evening, or says that it has not. */
const hasItsPrices: Check = ({ run: { seconds } }) =>
  seconds.flatMap(({ unpriced }) =>
    unpriced.map((day) => `22: the prices of ${day} went to the second VEN, and the first one says nothing of it`),
  );

/** The checks. */
export const secondVenChecks: readonly Check[] = [takesTurns, isTold, hasItsPrices];
