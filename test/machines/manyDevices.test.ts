import { expect, it } from 'vitest';
import type { ReportRequestAccepted } from '../../src/facts/output.ts';
import { targetedDevices } from '../../src/machines/drEvent/targetFault.ts';
import { dataPointsOf } from '../../src/machines/report/dataPoints.ts';
import { usageAsked } from '../../src/machines/report/usageAsked.ts';
import { settingsFor } from '../support/agentWorld.ts';

const resourceIDs = Array.from({ length: 300 }, (_, index) => `meter-${index}`);
const settings = settingsFor({
  devices: resourceIDs.map((resourceID) => ({ resourceID, maxChargeWatts: 0, maxDischargeWatts: 0 })),
});

/** The same list, and how often any of it was looked at. */
const counted = <Item>(items: readonly Item[]): { readonly list: readonly Item[]; readonly looks: () => number } => {
  let looks = 0;
  const list = new Proxy(items, {
    get: (target, key, receiver): unknown => {
      if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  return { list, looks: () => looks };
};

it('given a request for every series of many devices, when it is seen what it asks of usage, then each series is looked at once', () => {
  const points = dataPointsOf('usage', settings);
  const { list, looks } = counted(points.map(({ rID }) => rID));
  const request = { reportRequestID: 'day', rIDs: list, startAt: 0, granularityMs: 3_600_000, reportBackMs: 0 };
  expect(usageAsked(request as unknown as ReportRequestAccepted, settings).resourceIDs).toEqual(resourceIDs);
  expect(looks()).toBe(points.length);
});

it('given a DR event that names many devices, when it is seen whom it means, then each name is looked at once', () => {
  const { list, looks } = counted([...resourceIDs].reverse());
  const meant = targetedDevices({ resourceID: list } as never, 'ven', settings);
  expect(meant.map(({ resourceID }) => resourceID)).toEqual(resourceIDs);
  expect(looks()).toBe(resourceIDs.length);
});
