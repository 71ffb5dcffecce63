import { drEventsOf, initialState } from '../../../src/core/state.ts';
import type { Storage } from '../../support/agentWorld.ts';
import { at, worldOn } from '../../scenarios/support/day.ts';

export const today = '2026-06-10';
export const tomorrow = '2026-06-11';
export const loadEventID = 'evening-load';

/**
 * An evening with everything in it: prices at five, a DR event with a random start, an opt-out, a status request at its
 * own pace, a one-shot, and the day's usage after midnight.
 */
export const evening = (storage?: Storage) => {
  const { world, meter } = worldOn({
    day: today,
    hour: 16.6,
    vtn: { pollFreq: 'PT15M' },
    settings: { sampleEveryMs: 3_600_000 },
    ...(storage === undefined ? {} : { storage }),
  });
  /** A real disk may be slower than the time of a simulation: what is not offered yet cannot be asked for. */
  const offersReports = (): boolean => world.vtn.registrations().some(({ dataPoints }) => dataPoints.length > 0);
  const optOut = (): void => {
    const known = drEventsOf(world.agent?.state ?? initialState).find(([id]) => id === loadEventID)?.[1];
    if (known?.optType === 'optOut') return;
    world.agent?.take({
      stream: `drEvent/${loadEventID}`,
      input: { type: 'OperatorOpted', data: { eventID: loadEventID, optType: 'optOut' } },
    });
  };
  const happenings: readonly (readonly [at: number, happen: () => void])[] = [
    [
      at(today, 16, 50),
      () =>
        offersReports() &&
        world.vtn.askReport({
          kind: 'periodic',
          reportSpecifierID: 'Status',
          granularity: 'PT1H',
          reportBackDuration: 'PT1H',
        }),
    ],
    [
      at(today, 17, 20),
      () =>
        world.vtn.events.add({
          eventID: loadEventID,
          startAt: at(today, 18),
          lengthMs: 3_600_000,
          startafterMs: 1_800_000,
          signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1', '2'] }],
        }),
    ],
    [at(today, 17, 50), optOut],
    [at(today, 17, 51), optOut], // a person who sees that it did not take does it again
    [at(today, 20), () => offersReports() && world.vtn.askReport({ kind: 'oneShot' })],
  ];
  return {
    world,
    meter,
    /** Lives the evening through; kills that were placed happen on the way. */
    live: async (): Promise<void> => {
      await world.start();
      for (const [when, happen] of happenings) {
        await world.runTo(when);
        happen();
      }
      await world.runTo(at(tomorrow, 0, 45));
    },
  };
};
