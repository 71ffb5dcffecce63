/** A step that cannot be taken costs itself and nothing else. */
import { describe, expect, it } from 'vitest';
import { failStepWith, reasonOf } from '../../src/core/failure.ts';
import type { Reactions } from '../../src/core/reactions.ts';
import { initialState, snapshotOf, type AgentState } from '../../src/core/state.ts';
import { stepLimit, stepWith, type StepInput, type StepResult } from '../../src/core/step.ts';
import { toPlain } from '../../src/core/plainState.ts';
import type { Input } from '../../src/facts/fact.ts';
import { tell } from '../../src/core/consequence.ts';
import { siteStream } from '../../src/machines/streams.ts';
import { reactions } from '../../src/reactions/reactions.ts';
import { settingsFor } from '../support/agentWorld.ts';

const noon = Date.parse('2026-06-10T16:00:00Z');
const minuteMs = 60_000;

const given = (input: Input, stream = 'agent', at = noon, position = 10): StepInput => ({
  input,
  stream,
  position,
  recordedAt: at,
  runID: 'run',
  chance: 7,
});

const versions = { agent: '0', machines: '2', node: '20', timeZoneData: '0' };
const start = given({ type: 'AgentStarted', data: { versions, settings: settingsFor({}) } }, 'agent', noon, 0);
const begun = stepWith(reactions)(initialState, start).state;

/** The usual reactions, but one kind of input breaks them. */
const failingOn = (type: Input['type']): Reactions => ({
  ...reactions,
  // What is usually told is broken as well; a message has remedies of its own.
  toFailure: (state, moment, input, why) =>
    input.type === 'MeterRead' ? [] : reactions.toFailure(state, moment, input, why),
  toInput: (state, moment, input) => {
    if (input.type === type) throw new TypeError(`cannot read ${type}`);
    return reactions.toInput(state, moment, input);
  },
});

const fail = (rules: Reactions, state: AgentState, input: StepInput): StepResult => {
  try {
    return stepWith(rules)(state, input);
  } catch (error) {
    return failStepWith(rules)(state, input, { why: reasonOf(error), isRemedied: true });
  }
};

const typesOf = ({ outputs }: StepResult): readonly string[] => outputs.map(({ fact }) => fact.type);

const reading = (boundaryAt: number): Input => ({
  type: 'MeterRead',
  data: {
    resourceID: 'example-device-001',
    boundaryAt,
    readAt: boundaryAt,
    importWattHours: 5,
    exportWattHours: 0,
    status: { online: true, manualOverride: false, powerWatts: 0, maxChargeWatts: 1, maxDischargeWatts: 1 },
  },
});

describe('a step that fails', () => {
  it('given a reading that a machine fails on, then the streams are as they were, the log says why, and the reading is readable', () => {
    const rules = failingOn('MeterRead');
    const failed = fail(rules, begun, given(reading(noon), 'device/example-device-001'));
    expect(toPlain(failed.state).streams).toEqual(toPlain(begun).streams);
    expect(typesOf(failed)).toEqual(['StepFailed', 'AlarmRaised']);
    expect(failed.outputs[0]?.fact.data).toEqual({
      input: 'MeterRead',
      subject: 'device/example-device-001 MeterRead',
      why: 'cannot read MeterRead',
      times: 1,
      isRemedied: true,
    });
    expect(failed.state.views.usage).not.toBe(begun.views.usage);
  });

  it('given it works again, then the alarm ends by itself', () => {
    const failed = fail(failingOn('MeterRead'), begun, given(reading(noon), 'device/example-device-001'));
    const next = given(reading(noon + minuteMs), 'device/example-device-001', noon + minuteMs, 20);
    const mended = stepWith(reactions)(failed.state, next);
    expect(typesOf(mended)).toContain('AlarmCleared');
    expect(mended.state.failures).toEqual({});
    expect(Object.keys(mended.state.alarms)).not.toContain('stepFailed device/example-device-001 MeterRead');
  });

  it('given a delay that a machine fails on, then it comes again after pauses that double up to an hour', () => {
    const stream = 'watch';
    const timer = [...begun.timers.ofStream(stream)].map(([, each]) => each)[0];
    if (timer === undefined) throw new Error('The watchdogs wait for something after a start.');
    let state = begun;
    let at = timer.dueAt;
    const pauses: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      const fired = given({ type: 'TimerFired', data: { timer: timer.timer, dueAt: at } }, stream, at, 30 + 10 * times);
      const result = failStepWith(reactions)(state, fired, { why: 'broken', isRemedied: true });
      state = result.state;
      const again = state.timers.get(`${stream} ${timer.timer}`)?.dueAt ?? Number.NaN;
      pauses.push((again - at) / minuteMs);
      at = again;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('given a message that we fail on, then its exchange has failed, the VTN is told 459, and it is asked again after a pause', () => {
    const exchangeID = snapshotOf(begun, 'exchange', 'exchange')?.context.exchangeID ?? '';
    const message = {
      message: 'oadrCreatedPartyRegistration',
      eiResponse: { responseCode: '200', requestID: 'r' },
      registrationID: 'registration-1',
      venID: 'ven-1',
      vtnID: 'vtn-1',
      oadrProfiles: [],
    } as never;
    const received: Input = { type: 'MessageReceived', data: { exchangeID, message, deviations: [], roundTripMs: 1 } };
    const failed = fail(failingOn('MessageReceived'), begun, given(received, 'exchange'));
    expect(typesOf(failed)).toEqual(expect.arrayContaining(['StepFailed', 'AlarmRaised', 'BackoffStarted']));
    const line = snapshotOf(failed.state, 'exchange', 'exchange');
    expect(line?.context.queue.map(({ message: waiting }) => waiting)).toMatchObject([
      { message: 'oadrResponse', eiResponse: { responseCode: '459' } },
    ]);
    expect(snapshotOf(failed.state, 'ven', 'ven')?.value).toBe('backoff');
  });

  it('given machines that talk in circles, then the step ends at its limit and fails like any other', () => {
    let told = 0;
    const circling: Reactions = {
      ...reactions,
      toInput: () => [tell(siteStream, { type: 'clock.set' }), tell(siteStream, { type: 'news.told' })],
      toFact: (_state, _moment, fact) => {
        if (fact.type !== 'PlanRequested') return [];
        told += 1;
        return [tell(siteStream, { type: 'clock.set' }), tell(siteStream, { type: 'news.told' })];
      },
    };
    const input = given({ type: 'OperatorAsked', data: { wish: 'requestEvent' } });
    expect(() => stepWith(circling)(begun, input)).toThrow(`More than ${stepLimit} deliveries`);
    expect(told).toBeLessThanOrEqual(stepLimit);
    expect(typesOf(fail(circling, begun, input))).toContain('StepFailed');
  });

  it('given nothing was ever started, then there is nothing to go on with', () => {
    expect(() => failStepWith(reactions)(initialState, given(reading(noon)), { why: 'x', isRemedied: true })).toThrow();
  });
});
