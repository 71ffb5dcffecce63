/** What devices do otherwise than the models say, and what a configuration says of it. */
import { DeviceError } from '../deviceError.ts';
import { models, type ModelID, type SunspecPoint } from './points.ts';

/** What is to be minded. */
export interface Quirks {
  /** It does not take a revert timer: it keeps its last order when nobody renews it. */
  readonly hasNoRevertTimer?: boolean | undefined;
  /** Models that it lists, and that say what is not so: they are left alone. */
  readonly without?: readonly number[] | undefined;
  /** Powers of ten by model and point, where those that it states are wrong. */
  readonly scales?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  /** What it calls delivered is drawn, in its power and its registers. */
  readonly isReversed?: boolean | undefined;
  /** What it is told to deliver it draws. */
  readonly isOrderReversed?: boolean | undefined;
  /** It takes a power only while it is enabled already. */
  readonly enablesFirst?: boolean | undefined;
  /** By model 704 it is told parts of its greatest power, and not watts. */
  readonly inPercent?: boolean | undefined;
  /** Models that it lists, and by which it cannot be told its power. */
  readonly isNotToldBy?: readonly number[] | undefined;
}

const isKnown = (id: string): id is `${ModelID}` => Object.hasOwn(models, id);

/** Where the power of ten of a point stands. @throws DeviceError when there is no such point, or it has none */
const scaleNamed = (id: string, name: string, resourceID: string): SunspecPoint => {
  const points: Readonly<Record<string, SunspecPoint>> = isKnown(id) ? models[id] : {};
  const scale = Object.hasOwn(points, name) ? points[name]?.scale : undefined;
  if (scale !== undefined) return scale;
  const named = Object.entries(points).flatMap(([each, { scale: its }]) => (its === undefined ? [] : [each]));
  throw new DeviceError(
    'Configuration Error',
    `quirks.scales of ${resourceID} names ${id}.${name}, and there is no such power of ten: ${named.length === 0 ? `of models there is ${Object.keys(models).join(', ')}` : `of ${id} there is ${named.join(', ')}`}.`,
  );
};

/** Looks over what a configuration says. @throws DeviceError when it means nothing */
export const checkQuirks = ({ scales = {} }: Quirks, resourceID: string): void => {
  for (const [id, points] of Object.entries(scales))
    for (const name of Object.keys(points)) scaleNamed(id, name, resourceID);
};

/** A model's registers with the powers of ten that are right. */
export const mended = (id: ModelID, registers: readonly number[], { scales = {} }: Quirks): readonly number[] => {
  const right = Object.entries(scales[String(id)] ?? {});
  if (right.length === 0) return registers;
  const words = [...registers];
  for (const [name, exponent] of right) words[scaleNamed(String(id), name, '').offset] = exponent & 0xffff;
  return words;
};
