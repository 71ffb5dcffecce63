/** What a device publishes, as numbers. */
import type { ValueName } from '../../shell/settings/deviceKinds/values.ts';
import { DeviceError } from '../deviceError.ts';
import type { DeviceSample } from './driver.ts';

/** Where a value stands: on which topic, where in its payload, in which unit. */
export interface ValueSource {
  readonly topic: string;
  readonly field?: string | undefined;
  readonly factor: number;
}

/** Where each value stands. */
export type ValueSources = { readonly [name in ValueName]?: ValueSource | undefined };

interface HeardValue {
  readonly value: number;
  readonly at: number;
}

/** What stands in a payload at a place, `a.b`. */
export const inside = (payload: unknown, field: string): unknown =>
  field
    .split('.')
    .reduce<unknown>(
      (part, name) =>
        typeof part === 'object' && part !== null && Object.hasOwn(part, name)
          ? (part as Record<string, unknown>)[name]
          : undefined,
      payload,
    );

/** A payload as JSON; undefined when it is none. */
export const parsedPayload = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const words: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['on', 1],
  ['online', 1],
  ['false', 0],
  ['off', 0],
  ['offline', 0],
]);

const numberOf = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const plain = Number(value);
  return Number.isFinite(plain) ? plain : (words.get(value.trim().toLowerCase()) ?? null);
};

/** The number in a payload; null when there is none that makes sense. */
export const valueIn = (text: string, { field, factor }: Pick<ValueSource, 'field' | 'factor'>): number | null => {
  const found = numberOf(field === undefined ? text : inside(parsedPayload(text), field));
  return found === null ? null : found * factor;
};

/** The last that was heard of each value. */
export class HeardValues {
  readonly #resourceID: string;
  readonly #sources: readonly (readonly [ValueName, ValueSource])[];
  readonly #maxAgeMs: number;
  readonly #heard = new Map<ValueName, HeardValue>();

  constructor(resourceID: string, state: ValueSources, maxAgeMs: number) {
    this.#resourceID = resourceID;
    this.#sources = (Object.entries(state) as [ValueName, ValueSource | undefined][]).flatMap(([name, source]) =>
      source === undefined ? [] : [[name, source] as const],
    );
    this.#maxAgeMs = maxAgeMs;
  }

  get topics(): readonly string[] {
    return [...new Set(this.#sources.map(([, { topic }]) => topic))];
  }

  /** Takes a message; whether it brought anything, and what of it could not be understood. */
  take(
    topic: string,
    text: string,
    at: number,
  ): { readonly changed: readonly ValueName[]; readonly odd: readonly ValueName[] } {
    const meant = this.#sources.filter(([, source]) => source.topic === topic);
    const values = meant.map(([name, source]) => [name, valueIn(text, source)] as const);
    for (const [name, value] of values) if (value !== null) this.#heard.set(name, { value, at });
    return {
      changed: values.flatMap(([name, value]) => (value === null ? [] : [name])),
      odd: values.flatMap(([name, value]) => (value === null ? [name] : [])),
    };
  }

  /** A value that is not too old. */
  recent(name: ValueName, now: number): number | undefined {
    const heard = this.#heard.get(name);
    return heard === undefined || now - heard.at > this.#maxAgeMs ? undefined : heard.value;
  }

  /** What the device says of itself now. It is as old as the oldest of what its energy is known by. @throws DeviceError */
  sample(now: number): DeviceSample {
    const names = this.#sources.map(([name]) => name);
    const registers = names.filter((name) => name === 'importRegister' || name === 'exportRegister');
    const telling = registers.length > 0 ? registers : (['power'] as const);
    const times = telling.map((name) => this.#heard.get(name)?.at);
    const at = times.reduce<number>((oldest, time) => Math.min(oldest, time ?? Number.NEGATIVE_INFINITY), now);
    if (now - at > this.#maxAgeMs)
      throw new DeviceError(
        'Comm Failure',
        `${this.#resourceID} has not published its ${telling.join(' and ')} for more than ${this.#maxAgeMs / 1000} s.`,
      );
    const available = this.#heard.get('available')?.value;
    const manualOverride = this.#heard.get('manualOverride')?.value;
    const known = {
      powerWatts: this.recent('power', now),
      stateOfCharge: this.recent('stateOfCharge', now),
      importWattHours: this.recent('importRegister', now),
      exportWattHours: this.recent('exportRegister', now),
      isAvailable: available === undefined ? undefined : available !== 0,
      manualOverride: manualOverride === undefined ? undefined : manualOverride !== 0,
    };
    const said = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
    return { at, ...said };
  }
}
