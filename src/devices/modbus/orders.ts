/**
 * How a SunSpec device is told its power: by model 704 where it has it, else by model 124.
 *
 * The time after which it reverts by itself is written first, so that it is never told something without an end; what was written is
 * read back.
 */
import { DeviceError } from '../deviceError.ts';
import type { ModbusConversation } from './connection.ts';
import type { Chain, ModelPlace } from './chain.ts';
import { mended, type Quirks } from './quirks.ts';
import { models, type SunspecPoint, valueOfPoint, wordsOfPoint } from './points.ts';

interface Writing {
  readonly name: string;
  readonly point: SunspecPoint;
  readonly value: number;
}

/** What is to be minded when it is told, and why. */
export type OrderQuirks = Quirks & { readonly because?: string | undefined };

/** What is to be told. */
export interface PowerOrder {
  /** Positive draws from the grid. @unit W */
  readonly demandWatts: number;
  readonly revertAfterS: number;
  readonly quirks: OrderQuirks;
}

const enabled = 1;
const inParts = 0;
const inWatts = 1;
const chargeAndDischarge = 3;

/** Each register of a time that a device does not have. */
const notImplemented = 0xffff;

/** 704: positive is delivered. `wattsAtMost`: of which it is told parts, where it is told parts. */
const by704 = (
  { demandWatts, revertAfterS, quirks: { hasNoRevertTimer, inPercent } }: PowerOrder,
  registers: readonly number[],
  wattsAtMost: number | undefined,
  resourceID: string,
): readonly Writing[] => {
  const { WSetEna, WSetMod, WSet, WSetPct, WSetEnaRvrt, WSetRvrtTms } = models[704];
  if (inPercent === true && (wattsAtMost === undefined || wattsAtMost <= 0))
    throw new DeviceError(
      'Device Failure',
      `${resourceID} does not tell WMax (model 702), of which it is to be told parts.`,
    );
  const power =
    inPercent !== true || wattsAtMost === undefined
      ? { name: 'WSet', point: WSet, value: 0 - demandWatts }
      : {
          name: 'WSetPct',
          point: WSetPct,
          value: Math.max(-100, Math.min(100, ((0 - demandWatts) / wattsAtMost) * 100)),
        };
  return [
    ...(hasNoRevertTimer === true
      ? []
      : [
          // What it reverts to: a device without that point leaves the power alone then.
          ...(valueOfPoint(registers, WSetEnaRvrt) === undefined
            ? []
            : [{ name: 'WSetEnaRvrt', point: WSetEnaRvrt, value: 0 }]),
          { name: 'WSetRvrtTms', point: WSetRvrtTms, value: revertAfterS },
        ]),
    { name: 'WSetMod', point: WSetMod, value: inPercent === true ? inParts : inWatts },
    power,
    { name: 'WSetEna', point: WSetEna, value: enabled },
  ];
};

/** 124: at most so much charging, and at least so much, which is at most so much of the contrary with the other sign. */
const by124 = (
  { demandWatts, revertAfterS, quirks: { hasNoRevertTimer } }: PowerOrder,
  registers: readonly number[],
  resourceID: string,
): readonly Writing[] => {
  const { WChaMax, StorCtl_Mod, OutWRte, InWRte, InOutWRte_RvrtTms } = models[124];
  const wattsAtMost = valueOfPoint(registers, WChaMax);
  if (wattsAtMost === undefined || wattsAtMost <= 0)
    throw new DeviceError('Device Failure', `${resourceID} does not tell WChaMax, of which its rates are parts.`);
  const percent = Math.max(-100, Math.min(100, (demandWatts / wattsAtMost) * 100));
  return [
    ...(hasNoRevertTimer === true
      ? []
      : [{ name: 'InOutWRte_RvrtTms', point: InOutWRte_RvrtTms, value: Math.min(65_534, revertAfterS) }]),
    { name: 'InWRte', point: InWRte, value: percent },
    { name: 'OutWRte', point: OutWRte, value: 0 - percent },
    { name: 'StorCtl_Mod', point: StorCtl_Mod, value: chargeAndDischarge },
  ];
};

const writeAndReadBack = async (
  line: ModbusConversation,
  place: ModelPlace,
  registers: readonly number[],
  { name, point, value }: Writing,
  resourceID: string,
): Promise<void> => {
  const words = wordsOfPoint(registers, point, value);
  if (words === undefined)
    throw new DeviceError(
      'Device Failure',
      `${resourceID} cannot be told ${name} ${value}: it does not fit, or has no scale.`,
    );
  await line.write(place.at + point.offset, words);
  const back = await line.read(place.at + point.offset, words.length);
  // A timer counts on meanwhile on some devices.
  const isTimer = name.endsWith('RvrtTms');
  if (!isTimer && back.join() !== words.join())
    throw new DeviceError(
      'Device Failure',
      `${resourceID} took ${name} and does not say so: ${words.join(' ')} was written, ${back.join(' ')} stands there.`,
    );
  if (isTimer && value > 0 && [0, notImplemented].some((none) => back.every((word) => word === none)))
    throw new DeviceError('Device Failure', `${resourceID} does not keep ${name}: it would go on without an end.`);
};

/** A model by which a device is told its power. */
interface Control {
  readonly id: 704 | 124;
  readonly place: ModelPlace;
}

const controlIn = ({ places }: Chain, { without = [], isNotToldBy = [] }: OrderQuirks): Control | null => {
  for (const id of [704, 124] as const) {
    const place = without.includes(id) || isNotToldBy.includes(id) ? undefined : places.get(id);
    if (place !== undefined) return { id, place };
  }
  return null;
};

/** The model by which a device is told its power. @throws DeviceError when it has none */
const controlOf = (chain: Chain, quirks: OrderQuirks, resourceID: string): Control => {
  const control = controlIn(chain, quirks);
  if (control !== null) return control;
  const { isNotToldBy = [], because } = quirks;
  if (isNotToldBy.length > 0)
    throw new DeviceError(
      'Configuration Error',
      `${resourceID} cannot be told its power by SunSpec${because === undefined ? '' : `, for ${because}`}: name those registers in an entry of kind modbus, or set readOnly to true.`,
    );
  throw new DeviceError(
    'Configuration Error',
    `${resourceID} has neither model 704 nor 124, by which it could be told its power: set readOnly to true.`,
  );
};

/** What enables goes before the power, and after the timer all the same: nothing is told without an end. */
const enabledFirst = (writings: readonly Writing[]): readonly Writing[] => {
  const last = writings.slice(-1);
  const timers = writings.filter(({ name }) => name.includes('Rvrt'));
  return [...timers, ...last, ...writings.slice(0, -1).filter((each) => !timers.includes(each))];
};

/** The most that a device delivers, of which parts are told. */
const wattsAtMostOf = async (
  line: ModbusConversation,
  { places }: Chain,
  { inPercent, without = [] }: OrderQuirks,
): Promise<number | undefined> => {
  const place = places.get(702);
  if (inPercent !== true || place === undefined || without.includes(702)) return undefined;
  const registers = await line.read(place.at, place.length);
  return valueOfPoint(registers, models[702].WMax) ?? valueOfPoint(registers, models[702].WMaxRtg);
};

/** The time after which it would revert, where the model by which it is told has that point and the device does not; else null. */
export const revertTimerLacking = async (
  line: ModbusConversation,
  chain: Chain,
  quirks: OrderQuirks,
): Promise<string | null> => {
  const control = controlIn(chain, quirks);
  if (control === null) return null;
  const { id, place } = control;
  const [name, point] =
    id === 704
      ? (['WSetRvrtTms', models[704].WSetRvrtTms] as const)
      : (['InOutWRte_RvrtTms', models[124].InOutWRte_RvrtTms] as const);
  return valueOfPoint(await line.read(place.at, place.length), point) === undefined ? name : null;
};

/** Whether the time after which it reverts runs; undefined where it does not say. */
const timerRuns = async (line: ModbusConversation, id: 704 | 124, place: ModelPlace): Promise<boolean | undefined> => {
  if (id === 124) return undefined;
  const left = valueOfPoint(await line.read(place.at, place.length), models[704].WSetRvrtRem);
  return left === undefined ? undefined : left > 0;
};

/** Tells a device its power; whether it will revert by itself, where it says so. @throws DeviceError when it does not take it */
export const giveOrder = async (
  line: ModbusConversation,
  chain: Chain,
  order: PowerOrder,
  resourceID: string,
): Promise<{ readonly timerRuns: boolean | undefined }> => {
  const { quirks } = order;
  const { id, place } = controlOf(chain, quirks, resourceID);
  const registers = mended(id, await line.read(place.at, place.length), quirks);
  const meant = quirks.isOrderReversed === true ? { ...order, demandWatts: 0 - order.demandWatts } : order;
  const writings =
    id === 704
      ? by704(meant, registers, await wattsAtMostOf(line, chain, quirks), resourceID)
      : by124(meant, registers, resourceID);
  for (const writing of quirks.enablesFirst === true ? enabledFirst(writings) : writings)
    await writeAndReadBack(line, place, registers, writing, resourceID);
  return { timerRuns: quirks.hasNoRevertTimer === true ? undefined : await timerRuns(line, id, place) };
};

/** Leaves a device to itself. */
export const endOrder = async (
  line: ModbusConversation,
  chain: Chain,
  quirks: OrderQuirks,
  resourceID: string,
): Promise<void> => {
  const { id, place } = controlOf(chain, quirks, resourceID);
  const [name, point] =
    id === 704 ? (['WSetEna', models[704].WSetEna] as const) : (['StorCtl_Mod', models[124].StorCtl_Mod] as const);
  await writeAndReadBack(line, place, [], { name, point, value: 0 }, resourceID);
};
