/** A device over MQTT. */
import type { Device } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import type { DeviceSample, Driver, DriverSetpoint } from '../live/driver.ts';
import { liveSettingsOf } from '../live/common.ts';
import { Echo } from '../live/echo.ts';
import { LiveDevice } from '../live/liveDevice.ts';
import type { Opening } from '../opening.ts';
import { type HeardText, type MqttLine, openLine } from './line.ts';
import { slugOf } from './slug.ts';
import { ToldTime } from '../live/toldTime.ts';
import { HeardValues } from '../live/values.ts';

/** It is told something no more often than this. @unit ms */
const leastPauseMs = 1_000;

/** Opens a device over MQTT; its broker may come later. */
export const openMqtt = async (opening: Opening<'mqtt'>): Promise<Device> => {
  const { device, now, timeZone, resumeFrom, journal } = opening;
  const { resourceID, baseTopic, state, stateMaxAgeMs, setpointFormat } = device;
  const base = `${baseTopic}/${slugOf(resourceID)}`;
  const setpointTopic = device.setpointTopic ?? `${base}/setpoint`;
  const values = new HeardValues(resourceID, state, stateMaxAgeMs);
  const echo = new Echo(resourceID);
  const oddities = new Set<string>();
  const times = new ToldTime({ ...opening, timeField: device.timeField, maxAgeMs: stateMaxAgeMs });
  /** What is wrong with the time of the last message; null when nothing is. */
  let tooOld: string | null = null;
  let clockAt: number | undefined;

  const hear = ({ topic, text, isRetained }: HeardText): void => {
    // Nobody knows how old it is.
    if (isRetained && !isLasting(topic)) return;
    const told = times.of(text);
    if (told !== null) {
      tooOld = 'tooOld' in told ? told.tooOld : null;
      if ('tooOld' in told) return;
      ({ clockAt } = told);
    }
    // A message that tells no time is of now.
    const { changed, odd } = values.take(topic, text, told?.at ?? now());
    for (const name of odd) {
      if (oddities.has(name)) continue;
      oddities.add(name);
      journal.warn(`${resourceID} publishes no number as its ${name} on ${topic}; see state.${name} of the device.`);
    }
    for (const name of changed) oddities.delete(name);
    echo.hear(changed.includes('setpoint') ? values.recent('setpoint', now()) : undefined);
    if (changed.length > 0) heard();
  };
  const isLasting = (topic: string): boolean =>
    topic === state.available?.topic || topic === state.manualOverride?.topic;

  const line: MqttLine = await openLine({
    name: resourceID,
    broker: device,
    availabilityTopic: `${base}/availability`,
    topics: values.topics,
    onMessage: hear,
    onConnected: () => tellAgain(),
    journal,
  });

  /** What it is told at present; a broker that was started anew may have forgotten it. */
  let told: DriverSetpoint | null = null;
  const tellAgain = (): void => {
    const expiresInMs = (told?.validUntil ?? 0) - now();
    if (told === null || expiresInMs <= 0) return;
    const text = texts[setpointFormat](told.demandWatts, told.validUntil);
    // Where it fails the next renewal says so.
    void line.tell(setpointTopic, text, { retain: true, expiresInMs }).catch(() => undefined);
  };

  const texts = {
    json: (demandWatts: number | null, validUntil: number | null): string =>
      JSON.stringify({
        demandWatts,
        validUntil: validUntil === null ? null : new Date(validUntil).toISOString(),
      }),
    watts: (demandWatts: number | null): string => String(Math.round(demandWatts ?? 0)),
  };

  // A bare number says nothing of its end.
  const keeping = setpointFormat === 'watts' ? { keepsLastOrder: true } : {};

  const sample = (): DeviceSample => ({
    ...values.sample(now()),
    ...keeping,
    ...(clockAt === undefined ? {} : { clockAt }),
  });

  const driver: Driver = {
    sample: async () => {
      await line.begun();
      if (!line.isConnected) throw new DeviceError('Comm Failure', `${resourceID}: its broker is not connected.`);
      try {
        return sample();
      } catch (error) {
        throw tooOld === null ? error : new DeviceError('Sensor Failure', `${resourceID}: ${tooOld}`);
      }
    },
    write: async ({ demandWatts, validUntil }: DriverSetpoint) => {
      const echoed = state.setpoint === undefined ? null : echo.of(demandWatts);
      const expiresInMs = validUntil - now();
      if (expiresInMs <= 0)
        throw new DeviceError('Non Specific', `${resourceID}: the setpoint was over before it was told.`);
      // What could not be told is told by nobody later.
      told = null;
      await line.tell(setpointTopic, texts[setpointFormat](demandWatts, validUntil), { retain: true, expiresInMs });
      told = { demandWatts, validUntil };
      const missing = await echoed;
      if (missing !== null) throw new DeviceError('Device Failure', missing);
    },
    free: async () => {
      told = null;
      await line.tell(setpointTopic, texts[setpointFormat](null, null));
      // What the broker kept is let go.
      await line.tell(setpointTopic, '', { retain: true });
    },
    close: () => line.close(),
  };

  const live = new LiveDevice({
    ...liveSettingsOf(device),
    maxAgeMs: stateMaxAgeMs,
    leastPauseMs,
    driver,
    resumeFrom,
    now,
    timeZone,
    journal,
  });
  /** Power is added up as finely as it is told. */
  const heard = (): void => {
    try {
      live.hear(sample());
    } catch {
      // Not all of it is known yet: a reading will say what is missing.
    }
  };
  return live;
};
