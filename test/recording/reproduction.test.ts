import { describe, expect, it } from 'vitest';
import { encodePayload, type OadrMessage } from '../../src/protocol/payload.ts';
import { isPlayedPush } from '../../src/recording/awaitedPushes.ts';
import type { RecordedPush } from '../../src/recording/recordedExchange.ts';
import { Reproduction } from '../../src/recording/reproduction.ts';

const startAt = Date.parse('2026-07-14T16:00:00Z');
const list: OadrMessage = { message: 'oadrDistributeEvent', requestID: 'p', vtnID: 'vtn', oadrEvent: [] };

/** Pushes that were recorded a second from each other. */
const recorded = (count: number): readonly RecordedPush[] =>
  Array.from({ length: count }, (_, place) => ({
    position: place,
    at: startAt + place * 1_000,
    service: 'EiEvent',
    message: list,
    xml: encodePayload({ ...list, requestID: `p${place}` }),
    reply: { httpStatus: 200, xml: '' },
  }));

/** Plays pushes in a time of its own, in which the VTN pushes as many as are given, and each as late. @unit ms */
const playedWith = async (turns: readonly RecordedPush[], late: (place: number) => number | null) => {
  let now = startAt;
  let place = 0;
  const until = (at: number): Promise<void> => {
    const lateMs = late(place);
    const comesAt = lateMs === null ? Number.POSITIVE_INFINITY : now + lateMs;
    // What comes is answered, and the wait is over by that.
    if (comesAt > at) now = Math.max(now, at);
    else {
      now = comesAt;
      reproduction.answer(turns[place]?.xml ?? '');
    }
    return Promise.resolve();
  };
  const reproduction: Reproduction = new Reproduction(
    { now: () => now, until, exchange: () => Promise.reject(new Error('Nothing is sent here.')) },
    { turns, speed: 1 },
  );
  const came: boolean[] = [];
  for (const turn of turns) {
    const played = await reproduction.play(turn);
    came.push(played.some((each) => isPlayedPush(each) && each.said !== null));
    place += 1;
  }
  return { came, tookMs: now - startAt };
};

describe('pushes that are awaited again', () => {
  it('given a VTN that pushes none, then it is waited for half a minute in all, however many there are', async () => {
    const { came, tookMs } = await playedWith(recorded(20), () => null);
    expect(came).not.toContain(true);
    expect(tookMs).toBe(30_000);
  });

  it('given each comes late, then none is missed', async () => {
    const { came } = await playedWith(recorded(20), () => 14_000);
    expect(came).not.toContain(false);
  });

  it('given one comes after two that did not, then the next are waited for as before', async () => {
    const { came } = await playedWith(recorded(5), (place) => (place < 2 ? null : place === 2 ? 0 : 10_000));
    expect(came).toEqual([false, false, true, true, true]);
  });
});
