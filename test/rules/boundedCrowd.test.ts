/** However many devices, DR events and report requests there are at once: outputs are few, polls go on, and cost the same. */
import { describe, expect, it } from 'vitest';
import type { Planner } from '../../src/dispatch/planner.ts';
import type { OadrEvent } from '../../src/protocol/elements/oadrEvent.ts';
import type { OadrReportRequest } from '../../src/protocol/elements/oadrReportRequest.ts';
import { step } from '../../src/shell/step.ts';
import { seeded } from '../protocol/support/seeded.ts';
import { Conversation, tenInTheMorning } from '../support/conversation.ts';
import { distributeEvent, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import { minuteMs } from './support/reports.ts';

const deviceCount = 100;
const eventCount = 120;
const resourceIDs = Array.from({ length: deviceCount }, (_, index) => `device-${index}`);

/**
 * @limit Outputs of one virtual second, whatever is asked for: so many, and some for each device and each DR event of a list.
 */
const outputsPerSecond = 200 + 2 * deviceCount + 4 * eventCount;

/** When most of the DR events begin, after the start: all at once. @unit ms */
const beginMs = 10 * minuteMs;

/** A planner whose plan changes with each question, so that every device is told something new. */
const restless = (): Planner => {
  let asked = 0;
  return {
    plan: ({ fromAt, toAt, devices }) => {
      asked += 1;
      const demandWatts = 1_000 + (asked % 7) * 100;
      return Promise.resolve({
        basis: 'test',
        devices: devices.map(({ resourceID }) => ({
          resourceID,
          slots: [{ startAt: fromAt, endAt: toAt, demandWatts, stateOfChargeAtEnd: null }],
        })),
      });
    },
  };
};

const crowd = (): Conversation =>
  new Conversation({
    settings: {
      devices: resourceIDs.map((resourceID) => ({ resourceID, maxChargeWatts: 5_000, maxDischargeWatts: 5_000 })),
    },
    planner: restless(),
    devices: (time) => {
      const register = wavyRegister(4_000, 3, tenInTheMorning);
      return resourceIDs.map((resourceID) => new Meter(resourceID, time, register, register));
    },
  });

/** How many transitions the machines take for one poll, from the state as it is. */
const costOfPoll = async (talk: Conversation): Promise<number> => {
  const isBusy = (): boolean => talk.world.agent?.state.streams.get('exchange')?.value !== 'idle';
  for (let times = 0; isBusy() && times < 100; times += 1) await talk.pass(100);
  const state = talk.world.agent?.state;
  if (state === undefined) throw new Error('There is no agent.');
  const timer = [...state.timers.ofStream('ven')]
    .map(([, each]) => each)
    .find(({ timer: name }) => name.includes('oadrRequestedOadrPollFreq'));
  if (timer === undefined) throw new Error('No poll is to come.');
  let transitions = 0;
  const { outputs } = step(
    state,
    {
      input: { type: 'TimerFired', data: { timer: timer.timer, dueAt: timer.dueAt } },
      stream: 'ven',
      position: talk.world.log.head.position + 1,
      recordedAt: timer.dueAt,
      runID: 'run00001',
      chance: 1,
    },
    () => (transitions += 1),
  );
  expect(outputs.map(({ fact: { type } }) => type)).toEqual(['SendRequested']);
  return transitions;
};

const outputsBySecond = async (talk: Conversation): Promise<ReadonlyMap<number, number>> => {
  const counts = new Map<number, number>();
  for (const { recordedAt, direction } of await talk.world.entries()) {
    if (direction !== 'out') continue;
    const second = Math.floor(recordedAt / 1000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return counts;
};

describe('a hundred devices and 120 DR events at once', () => {
  it.each([2])(
    'given seed %d, when lists of all shapes come with every poll beside hundreds of report requests, then outputs are few, polls go on, and a poll costs what it did',
    async (seed) => {
      const { pick, below } = seeded(seed);
      const talk = crowd();
      await talk.world.start();
      await talk.pass(2 * minuteMs);
      const before = await costOfPoll(talk);
      const fromAt = talk.now;
      // Most ask of a few devices, some of all.
      const few = Array.from({ length: 19 }, () => [pick(resourceIDs), pick(resourceIDs)]);
      const shapes = [
        () => [priceSignal([`0.${10 + below(40)}`])],
        () => [priceSignal(['NaN'])],
        () => [priceSignal(['2'], { signalName: 'SIMPLE', signalType: 'level' })],
        () => [priceSignal([String(below(5_000))], { signalName: 'LOAD_DISPATCH', signalType: 'setpoint' })],
      ] as const;
      const eventsOf = (round: number): readonly OadrEvent[] =>
        Array.from({ length: eventCount }, (_, index) =>
          oadrEventOf({
            eventID: `event-${index}`,
            modificationNumber: below(3) === 0 ? round : 0,
            // All at one instant, or spread over the hours.
            startAt: tenInTheMorning + pick([beginMs, beginMs, below(20 * 60) * minuteMs]),
            descriptor: { priority: below(4) },
            signals: pick(shapes)(),
          }),
        );
      const requestsOf = (round: number): readonly OadrReportRequest[] =>
        Array.from({ length: 60 }, (_, index) => ({
          reportRequestID: `wish-${round}-${index}`,
          reportSpecifier: {
            reportSpecifierID: pick(['RealEnergy', 'Status', 'History']),
            granularity: pick(['PT0S', 'PT1S', 'PT1M', 'PT1H', 'P1D', '-PT1H']),
            reportBackDuration: pick(['PT0S', 'PT1S', 'PT1M', 'PT1H', 'P1D']),
            specifierPayload: pick([resourceIDs, ...few]).map((resourceID) => ({
              rID: `${resourceID}/${pick(['energyReal', 'resourceStatus'])}`,
              readingType: 'x-notApplicable' as const,
            })),
          },
        }));
      for (let round = 1; round <= 3; round += 1) {
        const asked = {
          message: 'oadrCreateReport' as const,
          requestID: `asking-${round}`,
          venID: 'bellawatt.example.ven.123',
          oadrReportRequest: requestsOf(round),
        };
        await talk.hand(distributeEvent(eventsOf(round)), asked);
        await talk.pass(minuteMs);
      }
      await talk.world.runTo(tenInTheMorning + beginMs + minuteMs);
      const seconds = (talk.now - fromAt) / 1000;
      const most = Math.max(...(await outputsBySecond(talk)).values());
      expect(talk.world.fatal).toBeNull();
      expect(await talk.facts('StepFailed')).toEqual([]);
      expect(most).toBeLessThanOrEqual(outputsPerSecond);
      expect(talk.sentNamed('oadrPoll', fromAt).length).toBeGreaterThanOrEqual(seconds / 20);
      expect(await costOfPoll(talk)).toBe(before);
    },
  );
});
