import { describe, expect, it } from 'vitest';
import { askAgainMs } from '../../src/machines/opt.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { given, noon, type Play } from './support/given.ts';

/** One opt of ours: it holds here whatever the VTN says, and the VTN is asked until it answers. */

const endAt = noon + 2 * hourMs;
const terms = (changes: object = {}) => ({
  optID: 'opt-1',
  optType: 'optOut',
  optReason: 'economic',
  windows: [],
  ...changes,
});
const schedule = (changes: object = {}) => ({
  type: 'opt.given',
  terms: terms(changes),
  endAt,
  by: 'ven',
});
const ofEvent = schedule({ eventID: 'event-1', modificationNumber: 0 });
const asking = (opt = schedule()): Play => given('opt').when(opt);
const answer = (responseCode: string, word = 1) => ({
  type: 'opt.answered',
  requestID: `opt-1.${word}`,
  responseCode,
  why: 'because',
});
const standing = (opt = schedule()): Play => asking(opt).when(answer('200'));
const wants = (isCancelled = false) => ({ type: 'opt.wanted', optID: 'opt-1', isCancelled });
const takenBack = { type: 'opt.takenBack' };
const registered = (isNew: boolean) => ({ type: 'registration.known', isNew });

describe('an opt that is given', () => {
  it('is told to the VTN, and again ever more rarely, until it is answered', () => {
    let play = asking();
    expect([play.state, play.said]).toEqual([{ holding: 'asking' }, [wants()]]);
    const waits: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      waits.push(play.waits['askAgainMs'] ?? 0);
      play = play.whenDue('askAgainMs');
      expect(play.said).toEqual([wants()]);
    }
    expect(waits).toEqual([2, 4, 8].map((minutes) => minutes * minuteMs));
    expect([0, 4, 5, 50].map(askAgainMs)).toEqual([2, 32, 60, 60].map((minutes) => minutes * minuteMs));
    const taken = play.when(answer('200'));
    expect([taken.state, taken.facts('OptCreated')]).toEqual([
      { holding: 'standing' },
      [{ optID: 'opt-1', optType: 'optOut' }],
    ]);
    expect(taken.waits).not.toHaveProperty('askAgainMs');
  });

  it('given registrations one after the other, then each asks no oftener than at its own pace, but for one as somebody new', () => {
    const first = asking().after(minuteMs).when(registered(false));
    expect(first.said).toEqual([wants()]);
    const again = first.after(minuteMs).when(registered(false));
    expect([again.said, again.waits['askAgainMs']]).toEqual([[], minuteMs]);
    expect(again.when(registered(true)).said).toEqual([wants()]);
    expect(again.whenDue('askAgainMs').after(minuteMs).when(registered(false)).said).toEqual([]);
  });

  it.each(['500', '503', '300', ''])('given the answer %s, then that is none', (code) => {
    expect([asking().when(answer(code)).state, asking().when(answer(code)).said]).toEqual([{ holding: 'asking' }, []]);
  });

  // @row -10.17
  it('given an answer to what was said before, then that is none', () => {
    const again = standing().when(registered(true));
    expect(again.when(answer('200', 1)).state).toEqual({ holding: 'asking' });
    expect(again.when(answer('200', 2)).state).toEqual({ holding: 'standing' });
  });

  it('given a refusal, then it holds here and is not asked for again, but of a VTN that registers us as somebody new', () => {
    const refused = asking().when(answer('459'));
    expect([refused.state, refused.facts('OptRefused')]).toEqual([
      { holding: 'refused' },
      [{ optID: 'opt-1', responseCode: '459', why: 'because' }],
    ]);
    expect(refused.when(registered(false)).said).toEqual([]);
    expect(refused.when(registered(true)).said).toEqual([wants()]);
    const over = refused.when(takenBack);
    expect([over.state, over.facts('OptEnded')]).toEqual(['ended', [{ optID: 'opt-1', because: 'cancelled' }]]);
  });

  it.each(['452', '463'])('given that the VTN does not know us (%s), then we register anew, once', (code) => {
    const unknown = asking().when(answer(code));
    expect([unknown.state, unknown.said]).toEqual([
      { holding: 'asking' },
      [{ type: 'resync.wanted', bootstrap: 'full' }],
    ]);
    const again = unknown.when(registered(false));
    expect(again.said).toEqual([wants()]);
    expect(again.when(answer(code)).state).toEqual({ holding: 'refused' });
    const taken = again.when(answer('200')).when(registered(true));
    expect(taken.when(answer(code, 2)).said).toEqual([{ type: 'resync.wanted', bootstrap: 'full' }]);
  });

  it('given that it stands, then only a VTN to which we are new is told again', () => {
    expect(standing().when(registered(false)).said).toEqual([]);
    const again = standing().when(registered(true));
    expect([again.state, again.said, again.context['word']]).toEqual([{ holding: 'asking' }, [wants()], 2]);
  });
});

describe('an opt that is over', () => {
  it('given that its last window has passed, or another stands for it, then nothing is taken back', () => {
    const play = standing();
    expect(play.waits['lapse']).toBe(2 * hourMs);
    const over = play.whenDue('lapse');
    expect([over.state, over.facts('OptEnded')]).toEqual(['ended', [{ optID: 'opt-1', because: 'over' }]]);
    for (const [type, because] of [
      ['opt.replaced', 'replaced'],
      ['opt.eventEnded', 'over'],
    ] as const)
      expect(play.when({ type }).facts('OptEnded')).toEqual([{ optID: 'opt-1', because }]);
    expect(given('opt').when({ ...schedule(), endAt: null }).waits).not.toHaveProperty('lapse');
  });

  it('given that the VTN has not taken it, then it may have heard it all the same; what it has taken is over without a word', () => {
    const unheard = { type: 'opt.unheard', terms: terms(), unanswered: 0 };
    const over = { type: 'OptEnded', data: { optID: 'opt-1', because: 'over' } };
    expect(asking().whenDue('lapse').said).toEqual([unheard, over]);
    expect(standing().whenDue('lapse').said).toEqual([over]);
  });

  it('given that its event was moved, then it is over when the event says so', () => {
    const moved = standing(ofEvent).when({ type: 'opt.eventMoved', endAt: endAt + hourMs });
    expect(moved.context).toMatchObject({ endAt: endAt + hourMs, isMoved: true });
    const lapsed = moved.whenDue('lapse');
    expect([lapsed.state, lapsed.said]).toEqual([{ holding: 'standing' }, []]);
    expect(lapsed.when({ type: 'opt.eventEnded' }).state).toBe('ended');
    const same = standing(ofEvent).when({ type: 'opt.eventMoved', endAt });
    expect(same.whenDue('lapse').state).toBe('ended');
  });

  it('given a schedule that is taken back, then the VTN is told so, until it answers', () => {
    for (const play of [standing(), asking()]) {
      const leaving = play.when(takenBack);
      expect([leaving.state, leaving.facts('OptEnded')]).toEqual([
        'cancelling',
        [{ optID: 'opt-1', because: 'cancelled' }],
      ]);
      expect(leaving.said).toContainEqual(wants(true));
      expect(leaving.when(answer('200', 1)).state).toBe('cancelling');
      expect(leaving.when(answer('500', 2)).state).toBe('cancelling');
      expect(leaving.whenDue('askAgainMs').said).toEqual([wants(true)]);
      for (const code of ['200', '452']) expect(leaving.when(answer(code, 2)).state).toBe('ended');
    }
  });

  it('given one of a DR event that is taken back, then the VTN hears the opposite under the same optID', () => {
    for (const play of [standing(ofEvent), asking(ofEvent)]) {
      const leaving = play.when(takenBack);
      expect(leaving.state).toBe('reversing');
      expect(leaving.said).toContainEqual(wants());
      expect(leaving.context).toMatchObject({ terms: { optID: 'opt-1', optType: 'optIn' }, word: 2, unanswered: 0 });
      expect(leaving.when(registered(false)).said).toEqual([wants()]);
      expect(leaving.when(answer('500', 2)).state).toBe('reversing');
      for (const code of ['200', '452']) expect(leaving.when(answer(code, 2)).state).toBe('ended');
    }
    const optIn = standing(schedule({ eventID: 'event-1', optType: 'optIn' })).when(takenBack);
    expect(optIn.context).toMatchObject({ terms: { optType: 'optOut' } });
  });

  it.each([
    ['cancelling', schedule()],
    ['reversing', ofEvent],
  ])(
    'given that the VTN refuses to let it go (%s), then people are told and it is asked again, until its time is over',
    (state, opt) => {
      const cleared = [{ alarm: 'optRefused', subject: 'opt-1' }];
      const kept = standing(opt).when(takenBack).when(answer('459', 2));
      expect([kept.state, kept.facts('AlarmRaised')]).toMatchObject([
        state,
        [{ ...cleared[0], text: expect.stringContaining('opt-1 (459: because), and may go by it until 20') as string }],
      ]);
      const again = kept.whenDue('askAgainMs');
      expect([again.state, again.said.length, again.waits['askAgainMs']]).toEqual([state, 1, 4 * minuteMs]);
      for (const over of [again.when(answer('200', 2)), again.whenDue('lapse'), again.when({ type: 'opt.eventEnded' })])
        expect([over.state, over.facts('AlarmCleared')]).toEqual(['ended', cleared]);
    },
  );

  it('given that the HTTP status forbids to ask again that it be let go, then people are told until its time is over', () => {
    const kept = standing().when(takenBack).when(answer('404', 2));
    expect([kept.state, kept.facts('AlarmRaised').length, kept.waits]).toEqual(['kept', 1, { lapse: 2 * hourMs }]);
    expect(kept.when(registered(false)).state).toBe('kept');
    for (const over of [kept.whenDue('lapse'), kept.when(registered(true)), kept.when({ type: 'opt.eventEnded' })])
      expect([over.state, over.facts('AlarmCleared')]).toMatchObject(['ended', [{ alarm: 'optRefused' }]]);
  });

  it('given another opt under the same name, then everything begins anew, with another word', () => {
    const again = standing().when({ ...schedule({ optType: 'optIn' }), endAt: endAt + hourMs, by: 'mqtt' });
    expect(again.state).toEqual({ holding: 'asking' });
    expect(again.context).toMatchObject({
      terms: { optType: 'optIn' },
      endAt: endAt + hourMs,
      by: 'mqtt',
      word: 2,
      unanswered: 0,
      wasUnknown: false,
      isMoved: false,
      eventID: null,
    });
    expect(standing(ofEvent).context['eventID']).toBe('event-1');
  });
});
