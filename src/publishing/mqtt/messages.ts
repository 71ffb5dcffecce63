/** News as messages: what stands on which topic. */
import type { NeedStanding } from '../../shell/need.ts';
import type { DeviceNews, News, ToldPrice } from '../news.ts';
import type { DeviceTopics, VenTopics } from './topics.ts';

const iso = (at: number): string => new Date(at).toISOString();

const price = ({ usdPerKwh, startAt, endAt }: ToldPrice): object => ({
  usdPerKwh,
  start: iso(startAt),
  end: iso(endAt),
});

/** What a power is called. */
const actionOf = (demandWatts: number | undefined): string =>
  demandWatts === undefined ? 'none' : demandWatts > 0 ? 'charge' : demandWatts < 0 ? 'discharge' : 'hold';

const asPercent = (stateOfCharge: number): number => Math.round(stateOfCharge * 1_000) / 10;

const needOf = ({ energyWattHours, drawnWattHours, startAt, doneAt }: NeedStanding): object => ({
  energyWattHours,
  drawnWattHours,
  since: iso(startAt),
  until: iso(doneAt),
});

const deviceMessages = (
  { state, plan, override, reserve, wishes, need, trust, availability }: DeviceTopics,
  news: DeviceNews,
  at: number,
): readonly (readonly [string, string])[] => {
  const { setpoint } = news;
  const about = {
    powerWatts: news.powerWatts === null ? null : Math.round(news.powerWatts),
    stateOfChargePercent: news.stateOfCharge === null ? null : asPercent(news.stateOfCharge),
    setpointWatts: setpoint === null ? null : setpoint.demandWatts,
    setpointUntil: setpoint === null ? null : iso(setpoint.validUntil),
    mode: news.mode,
  };
  const read: readonly (readonly [string, string])[] = [
    [state, JSON.stringify(about)],
    [availability, news.isOnline === false ? 'offline' : 'online'],
    ...(news.isTrusted === null
      ? []
      : [[trust, JSON.stringify({ trust: news.isTrusted ? 'trusted' : 'untrusted' })] as const]),
    ...(news.need === null ? [] : [[need, JSON.stringify(needOf(news.need))] as const]),
  ];
  if (!news.canBeTold) return read;
  const now = news.plan.find(({ startAt, endAt }) => startAt <= at && at < endAt);
  return [
    ...read,
    [
      plan,
      JSON.stringify({
        now: actionOf(now?.demandWatts),
        slots: news.plan.map(({ startAt, endAt, demandWatts }) => ({
          start: iso(startAt),
          end: iso(endAt),
          demandWatts,
        })),
      }),
    ],
    [
      override,
      JSON.stringify({
        action: news.override?.action ?? 'none',
        powerWatts: news.override?.powerWatts ?? null,
        until: news.override === null ? null : iso(news.override.endAt),
      }),
    ],
    ...(news.reserve === null
      ? []
      : [
          [
            reserve,
            JSON.stringify({
              percent: asPercent(news.reserve.stateOfCharge),
              until: news.reserve.endAt === null ? null : iso(news.reserve.endAt),
            }),
          ] as const,
          [
            wishes,
            JSON.stringify({
              wishes: news.wishes.map(({ kind, stateOfCharge, endAt }) => ({
                kind,
                percent: asPercent(stateOfCharge),
                until: iso(endAt),
              })),
            }),
          ] as const,
        ]),
  ];
};

/** The text of each topic; all of them are kept by the broker for who comes later. */
export const messagesOf = (topics: VenTopics, news: News, at: number): ReadonlyMap<string, string> =>
  new Map([
    [topics.price, JSON.stringify(news.price === null ? { usdPerKwh: null } : price(news.price))],
    [topics.prices, JSON.stringify({ prices: news.prices.map(price) })],
    [
      topics.today,
      JSON.stringify({
        day: news.today.day,
        start: iso(news.today.startAt),
        earnedUsd: Math.round(news.today.earnedUsd * 1e4) / 1e4,
        plannedUsd: news.today.plannedUsd === null ? null : Math.round(news.today.plannedUsd * 100) / 100,
      }),
    ],
    [topics.alarms, JSON.stringify({ count: news.alarms.length, alarms: news.alarms })],
    [
      topics.drEvents,
      JSON.stringify({
        drEvents: news.drEvents.map(({ startAt, endAt, ...event }) => ({
          ...event,
          start: iso(startAt),
          end: endAt === null ? null : iso(endAt),
        })),
      }),
    ],
    [
      topics.opts,
      JSON.stringify({
        opts: news.opts.map(({ windows, ...opt }) => ({
          ...opt,
          windows: windows.map(({ startAt, endAt }) => ({
            start: iso(startAt),
            end: endAt === null ? null : iso(endAt),
          })),
        })),
      }),
    ],
    ...news.devices.flatMap((device) => deviceMessages(topics.device(device.resourceID), device, at)),
  ]);
