/** What devices do otherwise than the models say: by their maker as it is known, and by the configuration where a person found it. */
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
}

interface MakerQuirks extends Quirks {
  readonly manufacturer: RegExp;
  readonly model?: RegExp;
  /** Why. */
  readonly because: string;
}

const makers: readonly MakerQuirks[] = [
  {
    manufacturer: /^Fronius$/i,
    model: /gen24|verto|tauro/i,
    hasNoRevertTimer: true,
    because: 'it refuses or misapplies InOutWRte_RvrtTms',
  },
];

/** The quirks of a device, by what it says of itself; what the configuration says goes before. */
export const quirksOf = (
  manufacturer: string,
  model: string,
  configured: Quirks = {},
): Quirks & { readonly because?: string } => {
  const known = makers.find((each) => each.manufacturer.test(manufacturer) && (each.model?.test(model) ?? true));
  if (known === undefined) return configured;
  const { manufacturer: _manufacturer, model: _model, ...quirks } = known;
  return { ...quirks, ...configured };
};

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
