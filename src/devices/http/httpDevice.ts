/** A device over HTTP: asked for its state or telling it, and told what to do by a POST that says until when. */
import type { ValueName } from '../../shell/settings/deviceKinds/values.ts';
import type { Device } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import { textOfFile } from '../fileText.ts';
import type { DeviceSample, Driver } from '../live/driver.ts';
import { liveSettingsOf } from '../live/common.ts';
import { Echo } from '../live/echo.ts';
import { LiveDevice } from '../live/liveDevice.ts';
import { ToldTime, type ToldInstant } from '../live/toldTime.ts';
import { HeardValues, type ValueSources } from '../live/values.ts';
import type { Opening } from '../opening.ts';
import { Hearing } from './hearing.ts';
import { ask, NoHttpAnswer, type AnsweredOverHttp, type AskedOverHttp } from './request.ts';
import { keyOf, SecretError, signatureHeaders } from './signature.ts';

/** It is told something no more often than this. @unit ms */
const leastPauseMs = 1_000;

/** A device that is asked what it is set to is asked so often, until it says so. @unit ms */
const lookAgainMs = 500;

/** A device without registers is asked for its power so often. @unit ms */
const lookEveryMs = 20_000;

/** All values come at once, so there is one place for all of them. */
const onePlace = 'state';

/** A login or a proxy in the way answers 200, too; whatever it took, the device did not. */
const isPage = (text: string): boolean => /^\s*(?:<!doctype html|<html[\s>])/i.test(text);

class HttpState {
  readonly #opening: Opening<'http'>;
  readonly #values: HeardValues;
  readonly #echo: Echo;
  readonly #time: ToldTime;
  #clock: ToldInstant | null = null;

  constructor(opening: Opening<'http'>, echo: Echo) {
    this.#opening = opening;
    this.#echo = echo;
    const { resourceID, state, stateMaxAgeMs } = opening.device;
    const sources = Object.fromEntries(
      Object.entries(state).flatMap(([name, source]) =>
        source === undefined ? [] : [[name as ValueName, { ...source, topic: onePlace }] as const],
      ),
    ) as ValueSources;
    this.#values = new HeardValues(resourceID, sources, stateMaxAgeMs);
    this.#time = new ToldTime({ ...opening, timeField: opening.device.timeField, maxAgeMs: stateMaxAgeMs });
  }

  /** Takes what it said; gives what is wrong with it, or null. */
  take(text: string): string | null {
    const { device, now } = this.#opening;
    const told = this.#time.of(text);
    if (told === null)
      return `There is no instant at ${device.timeField ?? ''}: say it with its offset, or in seconds or milliseconds since 1970.`;
    if ('tooOld' in told) return told.tooOld;
    const { changed, odd } = this.#values.take(onePlace, text, told.at);
    if (changed.length === 0)
      return `There is no number for ${odd.join(', ')}; see state of ${device.resourceID} in the configuration.`;
    this.#clock = told;
    if (changed.includes('setpoint')) this.#echo.hear(this.#values.recent('setpoint', now()));
    return null;
  }

  /** @throws DeviceError when too little of it is known, or it is too old */
  sample(): DeviceSample {
    const { clockAt } = this.#clock ?? {};
    return { ...this.#values.sample(this.#opening.now()), ...(clockAt === undefined ? {} : { clockAt }) };
  }
}

const keyOfFile = (path: string, resourceID: string): Buffer => {
  try {
    return keyOf(textOfFile(path, 'secret', resourceID));
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new DeviceError(
      'Configuration Error',
      `The secret of ${resourceID} in ${path} cannot be used: ${error.message}.`,
    );
  }
};

/** Opens a device over HTTP; it may come later. @throws DeviceError when a file of it cannot be read */
export const openHttp = async (opening: Opening<'http'>): Promise<Device> => {
  const { device, now, timeZone, resumeFrom, journal } = opening;
  const { resourceID, url, listen, tokenFile, caFile, secretFile, setpointUrl, replyTimeoutMs, stateMaxAgeMs } = device;
  const token = tokenFile === undefined ? undefined : textOfFile(tokenFile, 'token', resourceID);
  const ca = caFile === undefined ? undefined : textOfFile(caFile, 'authorities', resourceID);
  const key = secretFile === undefined ? undefined : keyOfFile(secretFile, resourceID);
  const echo = new Echo(resourceID);
  const state = new HttpState(opening, echo);
  const authorization = token === undefined || listen !== undefined ? {} : { authorization: `Bearer ${token}` };
  let orders = 0;

  const reach = async (
    asked: Pick<AskedOverHttp, 'method' | 'url' | 'headers' | 'body'>,
  ): Promise<AnsweredOverHttp> => {
    try {
      const answer = await ask({
        ...asked,
        headers: { ...authorization, ...asked.headers },
        timeoutMs: replyTimeoutMs,
        ca,
      });
      if (isPage(answer.text)) throw new NoHttpAnswer('it answers with a page for people, as a login or a proxy does');
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw new NoHttpAnswer(`it answers ${answer.status}`);
    } catch (error) {
      if (!(error instanceof NoHttpAnswer)) throw error;
      throw new DeviceError(
        'Comm Failure',
        `${resourceID} at ${asked.url.origin} cannot be reached: ${error.message}.`,
      );
    }
  };

  const look = async (): Promise<void> => {
    if (url === undefined) return;
    const { text } = await reach({ method: 'GET', url: new URL(url), headers: { accept: 'application/json' } });
    const wrong = state.take(text);
    if (wrong !== null) throw new DeviceError('Sensor Failure', `${resourceID} at ${new URL(url).origin}: ${wrong}`);
  };

  const order = async (demandWatts: number | null, validUntil: number | null): Promise<void> => {
    if (setpointUrl === undefined)
      throw new DeviceError('Configuration Error', `${resourceID} has no setpointUrl, so it can be told nothing.`);
    const until = validUntil === null ? null : new Date(validUntil).toISOString();
    const body = JSON.stringify({ resourceID, demandWatts, validUntil: until });
    orders += 1;
    const signed = key === undefined ? {} : signatureHeaders(key, `${resourceID}_${now()}_${orders}`, now(), body);
    await reach({
      method: 'POST',
      url: new URL(setpointUrl),
      headers: { 'content-type': 'application/json', ...signed },
      body,
    });
  };

  /** A device that is asked for its state does not tell by itself what it is set to. */
  const lookForEcho = async (): Promise<void> => {
    while (url !== undefined && echo.isAwaited) {
      await look().catch(() => undefined);
      if (echo.isAwaited) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    }
  };

  const driver: Driver = {
    sample: async () => {
      await look();
      return state.sample();
    },
    write: async ({ demandWatts, validUntil }) => {
      await order(demandWatts, validUntil);
      if (device.state.setpoint === undefined) return;
      const echoed = echo.of(demandWatts);
      void lookForEcho();
      const missing = await echoed;
      if (missing !== null) throw new DeviceError('Device Failure', missing);
    },
    free: () => order(null, null),
    close: async () => hearing?.close(),
  };

  const live = new LiveDevice({
    ...liveSettingsOf(device),
    maxAgeMs: stateMaxAgeMs,
    leastPauseMs,
    ...(url === undefined ? {} : { lookEveryMs: Math.min(lookEveryMs, stateMaxAgeMs) }),
    driver,
    resumeFrom,
    now,
    timeZone,
    journal,
  });

  /** Power is added up as finely as it is told. */
  const hear = (text: string): string | null => {
    const wrong = state.take(text);
    if (wrong !== null) return wrong;
    try {
      live.hear(state.sample());
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const hearing =
    listen === undefined || token === undefined
      ? null
      : new Hearing({ resourceID, ...listen, token, take: hear, journal });
  return live;
};
