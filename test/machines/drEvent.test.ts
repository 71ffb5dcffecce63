import { describe, expect, it } from 'vitest';
import { rememberedForMs } from '../../src/machines/drEvent.ts';
import { hourMs, minuteMs, oadrEventOf, type DrEventParts } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

const startAt = noon + hourMs;

const accepted = (parts: DrEventParts = {}, kind: 'new' | 'modified' = 'new') => ({
  type: 'event.accepted',
  oadrEvent: oadrEventOf({ startAt, ...parts }),
  requestID: 'distribute-1',
  kind,
});

const cancelled = (by = 'explicit', modificationNumber = 1) => ({
  type: 'event.cancelled',
  by,
  modificationNumber,
  requestID: 'distribute-2',
});

const known = (parts: DrEventParts = {}): Play => given('drEvent', { id: 'event-1' }).when(accepted(parts));

describe('a DR event arrives', () => {
  it('given nothing known, when one that starts in an hour is accepted, then it is far and the log says so', () => {
    const play = known();
    expect(play.state).toBe('far');
    expect(play.saidTypes).toEqual(['DrEventAccepted', 'DrEventStatusChanged']);
    expect(play.facts('DrEventAccepted')).toMatchObject([
      { eventID: 'event-1', kind: 'new', test: false, offsetMs: 0, startAt, endAt: startAt + 2 * hourMs },
    ]);
  });

  it('given nothing known, when one that has begun is accepted, then it is active at once', () => {
    expect(known({ startAt: noon - minuteMs }).state).toBe('active');
  });

  it('given nothing known, when one that is over is accepted, then it is completed and never active', () => {
    const play = known({ startAt: noon - 5 * hourMs });
    expect(play.state).toBe('completed');
    expect(play.facts('DrEventStatusChanged')).toEqual([
      { eventID: 'event-1', modificationNumber: 0, status: 'completed' },
    ]);
  });

  it('given one that ends or begins this very moment, then it is over, or active: the start counts in, the end does not', () => {
    expect(known({ startAt: noon - 2 * hourMs }).facts('DrEventStatusChanged')).toMatchObject([
      { status: 'completed' },
    ]);
    expect(known({ startAt: noon }).facts('DrEventStatusChanged')).toMatchObject([{ status: 'active' }]);
  });

  it('given a status of the VTN that is not ours, then our own clock decides', () => {
    expect(known({ descriptor: { eventStatus: 'completed' } }).state).toBe('far');
    expect(known({ startAt: noon - minuteMs, descriptor: { eventStatus: 'far' } }).state).toBe('active');
  });

  // @row +7.16 -7.16
  it.each([
    ['true', true],
    ['anything', true],
    ['false', false],
    ['FALSE', false],
    ['', false],
  ])('given the testEvent text "%s", then test is %s', (testEvent, test) => {
    expect(known({ descriptor: { testEvent } }).facts('DrEventAccepted')).toMatchObject([{ test }]);
  });
});

describe('a DR event walks', () => {
  // @row +8.1 +8.10
  it('given a ramp-up of ten minutes, then it is near ten minutes before its start, active at it, completed at its end', () => {
    const far = known({ period: { 'x-eiRampUp': 'PT10M' } });
    expect(far.waits).toEqual({ 'x-eiRampUp': 50 * minuteMs });
    const near = far.whenDue('x-eiRampUp');
    expect(near.state).toBe('near');
    const active = near.whenDue('dtstart');
    expect([active.state, active.at]).toEqual(['active', startAt]);
    const completed = active.whenDue('duration');
    expect([completed.state, completed.at]).toEqual(['completed', startAt + 2 * hourMs]);
  });

  // @row -8.10
  it('given no ramp-up, then it goes from far to active', () => {
    expect(known().whenDue('x-eiRampUp').state).toBe('active');
  });

  it('given a negative ramp-up, which lies inside the active period, then it is not near before its start', () => {
    expect(known({ period: { 'x-eiRampUp': '-PT10M' } }).waits).toEqual({ 'x-eiRampUp': hourMs });
  });

  // @row +8.6
  it('given duration 0, then nothing ends it but a cancellation', () => {
    const active = known({ lengthMs: 0 }).whenDue('x-eiRampUp');
    expect(active.state).toBe('active');
    expect(active.waits).toEqual({});
    expect(active.when(cancelled()).state).toBe('cancelled');
  });

  it('given it is over, then it is remembered for eight days, and then forgotten aloud', () => {
    const completed = known({ startAt: noon - 5 * hourMs });
    expect(completed.waits).toEqual({ rememberedForMs });
    const forgotten = completed.whenDue('rememberedForMs');
    expect([forgotten.isOver, forgotten.saidTypes]).toEqual([true, ['DrEventForgotten']]);
  });
});

describe('a DR event with startafter', () => {
  const spread = { period: { startafter: 'PT30M' } };
  const offsetOf = (play: Play): number => Number(play.context['offsetMs']);

  // @row +8.3
  it('given any dice, then its start is shifted by 0 to startafter and its end with it', () => {
    const offsets = Array.from({ length: 200 }, (_, chance) => {
      const play = given('drEvent', { id: 'event-1', chance: chance * 2_654_435 }).when(accepted(spread));
      const offset = offsetOf(play);
      expect(play.facts('DrEventAccepted')).toMatchObject([
        { offsetMs: offset, startAt: startAt + offset, endAt: startAt + offset + 2 * hourMs },
      ]);
      return offset;
    });
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(30 * minuteMs);
    expect(new Set(offsets).size).toBeGreaterThan(150);
  });

  // @row +8.3
  it('given an offset, when the event is modified with the same startafter, then the offset stays', () => {
    const first = known(spread);
    const second = first
      .with({ chance: 99 })
      .when(accepted({ ...spread, modificationNumber: 1, startAt: startAt + hourMs }, 'modified'));
    expect(offsetOf(second)).toBe(offsetOf(first));
    expect(second.facts('DrEventAccepted')).toMatchObject([{ startAt: startAt + hourMs + offsetOf(first) }]);
  });

  // @row -8.3
  it('given an offset, when startafter changes, then the dice are cast again; when it goes, so does the offset', () => {
    const first = known(spread);
    const other = first
      .with({ chance: 99 })
      .when(accepted({ period: { startafter: 'PT10M' }, modificationNumber: 1 }, 'modified'));
    expect(offsetOf(other)).not.toBe(offsetOf(first));
    expect(offsetOf(first.when(accepted({ modificationNumber: 1 }, 'modified')))).toBe(0);
  });

  // @row +8.5
  it('given it is active, when it is cancelled, then it ends at random within startafter', () => {
    const active = known({ ...spread, startAt: noon - hourMs });
    expect(active.state).toBe('active');
    const ends = Array.from({ length: 100 }, (_, chance) => {
      const ending = active.with({ chance: chance * 7_654_321 }).when(cancelled());
      expect(ending.state).toBe('ending');
      expect(ending.saidTypes).toEqual(['DrEventCancelled']);
      return Number(ending.waits['startafter']);
    });
    expect(Math.max(...ends)).toBeLessThanOrEqual(30 * minuteMs);
    expect(new Set(ends).size).toBeGreaterThan(50);
    expect(active.when(cancelled('implicit')).whenDue('startafter').state).toBe('cancelled');
  });

  it('given it is ending, when the cancellation is repeated, then its end stays', () => {
    const ending = known({ ...spread, startAt: noon - hourMs }).when(cancelled());
    expect(ending.with({ chance: 5 }).when(cancelled()).waits).toEqual(ending.waits);
  });

  // @row -8.5
  it('given it is far, or its registration ended, when it is cancelled, then it ends at once', () => {
    expect(known(spread).when(cancelled()).state).toBe('cancelled');
    expect(known({ ...spread, startAt: noon - hourMs }).when(cancelled('registration')).state).toBe('cancelled');
  });
});

describe('a DR event is modified', () => {
  // @row +8.7
  it('given it is far, when it is moved, then the new times are in force', () => {
    const play = known().when(accepted({ modificationNumber: 1, startAt: startAt + hourMs }, 'modified'));
    expect(play.waits).toEqual({ 'x-eiRampUp': 2 * hourMs });
    expect(play.facts('DrEventAccepted')).toMatchObject([{ kind: 'modified', modificationNumber: 1 }]);
  });

  // @row +8.7
  it('given it is active, when it is made longer, then it stays active and ends later', () => {
    const active = known()
      .whenDue('x-eiRampUp')
      .after(10 * minuteMs);
    const longer = active.when(accepted({ modificationNumber: 1, lengthMs: 3 * hourMs }, 'modified'));
    expect(longer.state).toBe('active');
    expect(longer.waits).toEqual({ duration: 3 * hourMs - 10 * minuteMs });
  });

  // @row -8.7
  it('given it is active, when it is made shorter than it has lasted, then it is completed', () => {
    const active = known()
      .whenDue('x-eiRampUp')
      .after(90 * minuteMs);
    expect(active.when(accepted({ modificationNumber: 1, lengthMs: hourMs }, 'modified')).state).toBe('completed');
  });

  it('given it was cancelled, when a higher number lists it again, then it lives again', () => {
    expect(
      known()
        .when(cancelled())
        .when(accepted({ modificationNumber: 2 }, 'modified')).state,
    ).toBe('far');
  });
});

describe('a DR event is cancelled', () => {
  it.each(['far', 'near', 'active'])('given it is %s, then it ends at once and both facts say so', (state) => {
    const far = known({ period: { 'x-eiRampUp': 'PT10M' } });
    const play =
      state === 'far'
        ? far
        : state === 'near'
          ? far.whenDue('x-eiRampUp')
          : far.whenDue('x-eiRampUp').whenDue('dtstart');
    expect(play.state).toBe(state);
    const over = play.when(cancelled());
    expect(over.state).toBe('cancelled');
    expect(over.facts('DrEventCancelled')).toEqual([
      { eventID: 'event-1', modificationNumber: 1, by: 'explicit', endsAt: play.at },
    ]);
    expect(over.facts('DrEventStatusChanged')).toMatchObject([{ status: 'cancelled' }]);
  });

  // @row -8.8
  it('given it is over, when it is cancelled once more, then nothing is said', () => {
    expect(known({ startAt: noon - 5 * hourMs }).when(cancelled()).said).toEqual([]);
  });
});

describe('a DR event is listed again, or opted', () => {
  it('given it is known, when it is listed unchanged, then only the requestID of its answer is new', () => {
    const play = known().when({ type: 'event.repeated', requestID: 'distribute-9', responseRequired: 'never' });
    expect(play.said).toEqual([]);
    expect(play.state).toBe('far');
    expect(play.context).toMatchObject({ requestID: 'distribute-9', responseRequired: 'never' });
  });

  it('given it is cancelled or ending, when a person opts, then nothing is said of it any more', () => {
    const ending = known({ startAt: noon - hourMs, period: { startafter: 'PT30M' } }).when(cancelled());
    for (const play of [known().when(cancelled()), ending])
      expect(play.when({ type: 'operator.opted', optType: 'optOut' }).said).toEqual([]);
  });

  it('given a person opts out, then the answer is given anew and stays so', () => {
    const play = known().when({ type: 'operator.opted', optType: 'optOut' });
    expect(play.said).toEqual([{ type: 'answer.wanted', eventID: 'event-1' }]);
    expect(play.context['optType']).toBe('optOut');
    expect(play.when(accepted({ modificationNumber: 1 }, 'modified')).context['optType']).toBe('optOut');
  });
});

describe('a clock that was ahead and is set back', () => {
  const back = (play: Play, at: number): Play => play.with({ at }).when({ type: 'clock.setBack' });
  const ahead = (parts: DrEventParts = {}): Play => known({ period: { 'x-eiRampUp': 'PT10M' }, ...parts });

  it('given it was near, active or over by that clock, then it walks anew from where the hour puts it', () => {
    const near = ahead().whenDue('x-eiRampUp');
    const active = near.whenDue('dtstart');
    const completed = active.whenDue('duration');
    for (const play of [near, active, completed]) {
      const far = back(play, noon);
      expect([far.state, far.waits]).toEqual(['far', { 'x-eiRampUp': 50 * minuteMs }]);
      expect(far.facts('DrEventStatusChanged')).toMatchObject([{ status: 'far' }]);
    }
    const begun = back(completed, startAt + minuteMs);
    expect([begun.state, begun.waits]).toEqual(['active', { duration: 2 * hourMs - minuteMs }]);
    expect(begun.when(cancelled()).facts('DrEventCancelled')).toMatchObject([{ endsAt: startAt + minuteMs }]);
  });

  it('given the hour leaves it where it is, then nothing is said', () => {
    const near = ahead().whenDue('x-eiRampUp');
    const active = near.whenDue('dtstart');
    const completed = active.whenDue('duration');
    const still: readonly (readonly [Play, number])[] = [
      [ahead(), noon - hourMs],
      [near, near.at],
      [active, active.at],
      [completed, completed.at],
      [ahead().when(cancelled()), noon],
    ];
    for (const [play, at] of still) expect([back(play, at).state, back(play, at).said]).toEqual([play.state, []]);
  });

  it.each(['explicit', 'registration'])(
    'given it was cancelled by that clock (%s), then it ends now, and not at the hour that was said',
    (by) => {
      const gone = ahead()
        .with({ at: noon + 30 * minuteMs })
        .when(cancelled(by));
      const play = back(gone, noon);
      expect(play.state).toBe('cancelled');
      expect(play.said).toEqual([
        { type: 'DrEventCancelled', data: { eventID: 'event-1', modificationNumber: 1, by, endsAt: noon } },
      ]);
      expect(back(play, noon).said).toEqual([]);
    },
  );

  it('given it was to end within startafter by that clock, then it ends now where that is longer than startafter from now', () => {
    const active = known({ startAt: noon - hourMs, period: { startafter: 'PT30M' } });
    const ending = active.with({ at: noon + hourMs }).when(cancelled());
    expect(ending.state).toBe('ending');
    expect(back(ending, noon + hourMs).said).toEqual([]);
    const play = back(ending, noon);
    expect(play.state).toBe('cancelled');
    expect(play.facts('DrEventCancelled')).toMatchObject([{ by: 'explicit', endsAt: noon }]);
  });
});

describe('what a DR event remembers', () => {
  it('given remarks, then they are told with it, and none where there are none', () => {
    const told = (remarks?: readonly string[]): object =>
      given('drEvent', { id: 'event-1' })
        .when({ ...accepted(), ...(remarks === undefined ? {} : { remarks }) })
        .facts('DrEventAccepted')[0] as object;
    expect(told(['the end is that of the intervals'])).toMatchObject({
      remarks: ['the end is that of the intervals'],
    });
    expect(told([])).not.toHaveProperty('remarks');
    expect(told()).not.toHaveProperty('remarks');
  });

  it('given that it is listed again, then the request that lists it is the one that is answered', () => {
    const repeated = known().when({ type: 'event.repeated', requestID: 'distribute-7', responseRequired: 'never' });
    expect([repeated.context['requestID'], repeated.context['responseRequired']]).toEqual(['distribute-7', 'never']);
    const opted = repeated.when({ type: 'operator.opted', optType: 'optOut' });
    expect([opted.context['requestID'], opted.context['responseRequired'], opted.context['optType']]).toEqual([
      'distribute-7',
      'never',
      'optOut',
    ]);
  });

  it('given an opt of ours that qualifies it, then it is remembered and nothing is answered by it; given an operator, then it is', () => {
    const qualified = known().when({ type: 'opt.qualified', optType: 'optOut' });
    expect([qualified.context['optType'], qualified.said]).toEqual(['optOut', []]);
    expect(known().when({ type: 'operator.opted', optType: 'optOut' }).said).toEqual([
      { type: 'answer.wanted', eventID: 'event-1' },
    ]);
  });

  it('given a cancellation, then it has its number and its request; one without a request leaves the former', () => {
    expect(known().when(cancelled('explicit', 3)).context).toMatchObject({
      modificationNumber: 3,
      requestID: 'distribute-2',
      cancelledBy: 'explicit',
      endsAt: noon,
    });
    const silent = known().when({ ...cancelled('implicit', 0), requestID: null });
    expect(silent.context).toMatchObject({ requestID: 'distribute-1', cancelledBy: 'implicit' });
  });
});

describe('a cancellation by silence that is then said in words', () => {
  const active = (startafter?: string): Play =>
    known({ startAt: noon - hourMs, ...(startafter === undefined ? {} : { period: { startafter } }) });

  it.each([
    ['at once', undefined],
    ['while it is still to end', 'PT30M'],
  ])('given one that was cancelled %s, then it is told once more, and its time to end stays', (_, startafter) => {
    const silent = active(startafter).when({ ...cancelled('implicit', 0), requestID: null });
    const said = silent.after(minuteMs).when({ ...cancelled('explicit', 2), requestID: null });
    expect(said.facts('DrEventCancelled')).toEqual([
      { eventID: 'event-1', modificationNumber: 2, by: 'explicit', endsAt: silent.context['endsAt'] },
    ]);
    expect(said.state).toEqual(silent.state);
    expect(said.context).toMatchObject({ cancelledBy: 'explicit', modificationNumber: 2, requestID: 'distribute-1' });
    expect(silent.when(cancelled('explicit', 2)).context['requestID']).toBe('distribute-2');
    expect(said.when(cancelled('explicit', 3)).said).toEqual([]);
  });

  it.each(['implicit', 'registration'])(
    'given one that is cancelled by %s after it, then nothing more is said',
    (by) => {
      for (const startafter of [undefined, 'PT30M'])
        expect(active(startafter).when(cancelled('implicit', 0)).when(cancelled(by, 0)).said).toEqual([]);
    },
  );

  it('given the end of a registration, then it ends at once, whatever its startafter', () => {
    const ended = active('PT30M').when(cancelled('registration', 0));
    expect([ended.state, ended.context['endsAt']]).toEqual(['cancelled', noon]);
    expect(active('PT30M').when(cancelled('explicit', 1)).state).toBe('ending');
  });
});
