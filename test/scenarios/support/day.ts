import type { VenSettings } from '../../../src/facts/settings.ts';
import { daySpan, type LocalDay } from '../../../src/programme/calendar.ts';
import type { VtnOptions } from '../../../src/vtn/settings.ts';
import { AgentWorld, type Storage, type WorldOptions } from '../../support/agentWorld.ts';
import { Meter, wavyRegister } from '../../support/meter.ts';

export const timeZone = 'America/New_York';
export const resourceID = 'example-device-001';

export interface DayOptions {
  readonly day: LocalDay;
  /** Hours after local midnight at which the world begins. */
  readonly hour: number;
  readonly vtn?: Partial<VtnOptions>;
  readonly settings?: Partial<VenSettings>;
  readonly seed?: number;
  readonly storage?: Storage;
  readonly signatures?: WorldOptions['signatures'];
  readonly pushEveryMs?: WorldOptions['pushEveryMs'];
}

/** A VEN with one meter, and a VTN that asks for daily usage only, before the VEN's first start. */
export const worldOn = ({
  day,
  hour,
  vtn,
  settings,
  seed,
  storage,
  signatures,
  pushEveryMs,
}: DayOptions): { world: AgentWorld; meter: Meter } => {
  const epochAt = daySpan(day, timeZone).startAt;
  const meters: Meter[] = [];
  const world = new AgentWorld({
    startAt: epochAt + hour * 3_600_000,
    vtn: { pollFreq: 'PT1M', status: 'never', ...vtn },
    ...(settings === undefined ? {} : { settings }),
    ...(seed === undefined ? {} : { seed }),
    ...(storage === undefined ? {} : { storage }),
    ...(signatures === undefined ? {} : { signatures }),
    ...(pushEveryMs === undefined ? {} : { pushEveryMs }),
    devices: (time) => {
      meters.push(new Meter(resourceID, time, wavyRegister(4_000, 3, epochAt), wavyRegister(5_000, 7, epochAt)));
      return meters;
    },
  });
  return { world, meter: meters[0] as Meter };
};

/** A local time of day as an instant. */
export const at = (day: LocalDay, hours: number, minutes = 0): number =>
  daySpan(day, timeZone).startAt + (hours * 60 + minutes) * 60_000;
