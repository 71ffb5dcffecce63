import { beforeAll, describe, expect, it } from 'vitest';
import { foldLog } from '../../src/shell/fold.ts';
import { toPlain } from '../../src/core/plainState.ts';
import { daySpan, hourMs, localText } from '../../src/programme/calendar.ts';
import type { VtnExchange } from '../../src/vtn/chronicle.ts';
import { booksOf, vtnLedger, type Books } from '../support/ledgers.ts';
import { Outgoing } from '../support/outgoing.ts';
import { resourceID, timeZone, worldOn } from './support/day.ts';

/** The second of the three days is the whole one: its prices come on the first, its usage goes out on the third. */
const day = '2026-06-11';
const { world, meter } = worldOn({ day: '2026-06-10', hour: 10 });
const outgoing = new Outgoing(world);
let books: Books;

const messagesOn = (localDay: string): readonly (readonly [time: string, exchange: VtnExchange])[] =>
  world.vtn.chronicle.exchanges.flatMap((exchange) => {
    const [date = '', time = ''] = localText(exchange.at, timeZone).split(' ');
    return date === localDay ? [[time, exchange] as const] : [];
  });

/** `16:45 oadrCreatePartyRegistration` */
const storyOf = (localDay: string): readonly string[] =>
  messagesOn(localDay).map(
    ([time, { request, answer }]) => `${time} ${request?.message ?? '?'} → ${answer?.message ?? 'nothing'}`,
  );

describe('a programme day, from midnight to midnight', () => {
  beforeAll(async () => {
    await world.start();
    await world.runTo(daySpan('2026-06-12', timeZone).startAt + 10 * 60_000);
    await world.stop();
    books = await booksOf(world.log, timeZone);
  });

  it('given a VEN that starts at ten, when it has registered, then party, reports and DR events are known in this order', () => {
    expect(storyOf('2026-06-10').slice(0, 6)).toEqual([
      '10:00 oadrCreatePartyRegistration → oadrCreatedPartyRegistration',
      '10:00 oadrRegisterReport → oadrRegisteredReport',
      '10:00 oadrCreatedReport → oadrResponse',
      '10:00 oadrRequestEvent → oadrDistributeEvent',
      '10:00 oadrCreatedEvent → oadrResponse',
      '10:00 oadrPoll → oadrDistributeEvent',
    ]);
  });

  // @row +11.4 +12.1
  it('when a quiet day passes, then the VEN reports after midnight, registers before the price window, and answers the prices at five', () => {
    const usage = [
      '00:00 oadrCreatePartyRegistration → oadrCreatedPartyRegistration',
      '00:00 oadrRegisterReport → oadrRegisteredReport',
      '00:00 oadrCreatedReport → oadrResponse',
      '00:00 oadrRequestEvent → oadrDistributeEvent',
      '00:00 oadrCreatedEvent → oadrResponse',
      '00:00 oadrUpdateReport → oadrUpdatedReport',
    ];
    const resynchronisation = usage.slice(0, 5).map((line) => line.replace('00:00', '16:45'));
    const story = storyOf(day);
    expect(story.slice(0, 6)).toEqual(usage);
    expect(story.slice(6, 11)).toEqual(resynchronisation);
    expect(story.slice(11).map((line) => line.replace(/^17:0[01]/, '17:0x'))).toEqual([
      '17:0x oadrPoll → oadrDistributeEvent',
      '17:0x oadrCreatedEvent → oadrResponse',
    ]);
  });

  it('when the day is over, then each of its hours is acknowledged and both ledgers agree, hour by hour', () => {
    const ours = books.ledger(resourceID, day);
    expect(ours).toHaveLength(24);
    expect(books.statuses(resourceID, day)).toEqual(Array(24).fill('acknowledged'));
    expect(ours).toEqual(vtnLedger(world.vtn, resourceID, day));
  });

  it('when the day is over, then what was told is what the meter measured, import positive and export negative', () => {
    const { startAt } = daySpan(day, timeZone);
    const measured = Array.from({ length: 24 }, (_, hour) =>
      meter.netBetween(startAt + hour * hourMs, startAt + (hour + 1) * hourMs),
    );
    expect(books.metered(resourceID, day)).toEqual(measured);
    expect(books.ledger(resourceID, day).map(({ energyKilowattHours }) => Number(energyKilowattHours) * 1000)).toEqual(
      measured,
    );
    expect(measured.some((wattHours) => wattHours < 0) && measured.some((wattHours) => wattHours > 0)).toBe(true);
  });

  it('when the first day began before the VEN did, then its hours come from the meter’s own memory', () => {
    const { startAt } = daySpan('2026-06-10', timeZone);
    const ours = books.ledger(resourceID, '2026-06-10');
    expect(ours).toEqual(vtnLedger(world.vtn, resourceID, '2026-06-10'));
    expect(Number(ours[0]?.energyKilowattHours) * 1000).toBe(meter.netBetween(startAt, startAt + hourMs));
  });

  it('then no hour was told twice, none vanished, and the VTN has nothing to complain about', () => {
    expect(world.vtn.totals()).toMatchObject({ toldTwice: 0, conflicts: 0 });
    expect(world.vtn.vanished).toEqual([]);
    expect(world.vtn.complaints).toEqual([]);
    expect(world.lines).toEqual([]);
  });

  it('then every message that left was valid against the schema and by the checks certification always makes', () => {
    expect(outgoing.faults).toEqual([]);
    expect(outgoing.sent.length).toBeGreaterThan(2_000);
  });

  it('when the log is replayed, then every output comes out as it was recorded', async () => {
    const { divergences, state, entries } = await foldLog(world.log, { verify: true });
    expect(divergences).toEqual([]);
    expect(entries).toBeGreaterThan(500);
    expect(Object.keys(toPlain(state).streams)).toEqual(
      expect.arrayContaining(['ven', 'exchange', 'watch', `device/${resourceID}`]),
    );
  });
});
