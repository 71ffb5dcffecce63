import { describe, expect, it } from 'vitest';
import { eventAt, scene } from './support/ven.ts';
import type { MessageOf } from '../../src/protocol/payload.ts';

const valuesOf = (event: ReturnType<typeof eventAt>): string[] =>
  (event?.eiEvent.eiEventSignals.eiEventSignal[0]?.intervals ?? []).map(
    (interval) => interval.signalPayload?.[0]?.payloadFloat ?? 'none',
  );

const distributed = (message: unknown): MessageOf<'oadrDistributeEvent'> => message as MessageOf<'oadrDistributeEvent'>;

describe('the price event of a day', () => {
  it('is not there at 16:59 local time and is there at 17:00', () => {
    const { clock, ven } = scene('2026-07-01T20:59:59Z');
    ven.register();
    expect(eventAt(ven.requestEvent(), '2026-07-02T04:00:00Z')).toBeUndefined();
    clock.set('2026-07-01T21:00:00Z');
    const event = eventAt(ven.requestEvent(), '2026-07-02T04:00:00Z');
    expect(event?.eiEvent.eventDescriptor).toMatchObject({
      modificationNumber: 0,
      eventStatus: 'far',
      eiMarketContext: 'oadr://unknown.context',
      createdDateTime: '2026-07-01T21:00:00Z',
    });
    expect(event?.oadrResponseRequired).toBe('always');
  });

  it.each([
    ['2026-03-07T22:30:00Z', '2026-03-08T05:00:00Z', 'PT23H', 23],
    ['2026-07-01T22:30:00Z', '2026-07-02T04:00:00Z', 'PT24H', 24],
    ['2026-10-31T22:30:00Z', '2026-11-01T04:00:00Z', 'PT25H', 25],
  ])('at %s gives the local day beginning %s %s in hourly prices', (now, dtstart, duration, count) => {
    const { ven } = scene(now);
    ven.register();
    const event = eventAt(ven.requestEvent(), dtstart);
    const signal = event?.eiEvent.eiEventSignals.eiEventSignal[0];
    expect(event?.eiEvent.eiActivePeriod.duration).toBe(duration);
    expect(signal).toMatchObject({ signalName: 'ELECTRICITY_PRICE', signalType: 'price' });
    expect(signal?.intervals.map((interval) => interval.uid)).toEqual(
      Array.from({ length: count }, (_, uid) => String(uid)),
    );
    expect(signal?.intervals.every((interval) => interval.duration === 'PT1H')).toBe(true);
  });

  it('is handed out by one poll only, and listed by every oadrRequestEvent', () => {
    const { clock, ven } = scene('2026-07-01T20:00:00Z');
    ven.register();
    expect(ven.poll().message?.message).toBe('oadrDistributeEvent');
    expect(ven.poll().message?.message).toBe('oadrResponse');
    clock.set('2026-07-01T21:00:05Z');
    expect(distributed(ven.poll().message).oadrEvent).toHaveLength(2);
    clock.pass(10_000);
    expect(ven.poll().message?.message).toBe('oadrResponse');
    expect(ven.requestEvent().oadrEvent).toHaveLength(2);
    expect(ven.requestEvent().oadrEvent).toHaveLength(2);
  });

  it('goes from far over active to completed, and leaves the list after two days', () => {
    const { clock, ven } = scene('2026-07-01T21:00:00Z');
    ven.register();
    const statusAt = (at: string): string | undefined => {
      clock.set(at);
      return eventAt(ven.requestEvent(), '2026-07-02T04:00:00Z')?.eiEvent.eventDescriptor.eventStatus;
    };
    expect(statusAt('2026-07-02T03:59:59Z')).toBe('far');
    expect(statusAt('2026-07-02T04:00:00Z')).toBe('active');
    expect(statusAt('2026-07-03T03:59:59Z')).toBe('active');
    expect(statusAt('2026-07-03T04:00:00Z')).toBe('completed');
    expect(statusAt('2026-07-04T22:00:00Z')).toBe('completed');
    expect(statusAt('2026-07-05T21:00:00Z')).toBeUndefined();
  });

  it('is the same for the same seed and another for another', () => {
    const pricesOf = (seed: number) => scene('2026-07-01T22:00:00Z', { seed }).vtn.pricesOf('2026-07-02');
    expect(pricesOf(7)).toEqual(pricesOf(7));
    expect(pricesOf(7)).not.toEqual(pricesOf(8));
  });

  it('does not depend on when the VTN was started or how often it was asked', () => {
    const early = scene('2026-06-28T12:00:00Z', { seed: 3 });
    early.ven.register();
    for (let day = 0; day < 4; day += 1) {
      early.clock.pass(86_400_000);
      early.ven.poll();
    }
    early.clock.set('2026-07-02T22:00:00Z');
    const late = scene('2026-07-02T22:00:00Z', { seed: 3 });
    late.ven.register();
    const event = eventAt(late.ven.requestEvent(), '2026-07-03T04:00:00Z');
    expect(valuesOf(eventAt(early.ven.requestEvent(), '2026-07-03T04:00:00Z'))).toEqual(valuesOf(event));
    expect(valuesOf(event)).toEqual(late.vtn.pricesOf('2026-07-03'));
  });

  it('comes out for every day of a week in which nobody asked', () => {
    const { clock, vtn, ven } = scene('2026-07-01T12:00:00Z', { listedAfterEndMs: 30 * 86_400_000 });
    ven.register();
    clock.set('2026-07-08T12:00:00Z');
    const days = ven.requestEvent().oadrEvent.map((event) => event.eiEvent.eiActivePeriod.dtstart.slice(0, 10));
    expect(days.sort()).toEqual([
      '2026-07-01',
      '2026-07-02',
      '2026-07-03',
      '2026-07-04',
      '2026-07-05',
      '2026-07-06',
      '2026-07-07',
      '2026-07-08',
    ]);
    expect(vtn.events.priceEventOf('2026-07-09')).toBeUndefined();
  });

  it('stays away when it is withheld, and comes late when it is released', () => {
    const { clock, vtn, ven } = scene('2026-07-01T20:00:00Z');
    ven.register();
    ven.poll();
    vtn.events.withhold('2026-07-02');
    clock.set('2026-07-01T23:00:00Z');
    expect(ven.poll().message?.message).toBe('oadrResponse');
    vtn.events.release('2026-07-02');
    expect(
      eventAt(distributed(ven.poll().message), '2026-07-02T04:00:00Z')?.eiEvent.eventDescriptor.createdDateTime,
    ).toBe('2026-07-01T23:00:00Z');
  });

  it('is handed out again with a higher modificationNumber when its prices change', () => {
    const { vtn, ven } = scene('2026-07-01T22:00:00Z');
    ven.register();
    ven.poll();
    const changed = Array.from({ length: 24 }, (_, hour) => `0.${hour + 10}`);
    vtn.events.modifyPrices('2026-07-02', changed);
    const event = eventAt(distributed(ven.poll().message), '2026-07-02T04:00:00Z');
    expect(event?.eiEvent.eventDescriptor.modificationNumber).toBe(1);
    expect(valuesOf(event)).toEqual(changed);
    expect(vtn.pricesOf('2026-07-02')).toEqual(changed);
  });
});
