/** Points of SunSpec models: where they stand, how they are read and written. The offsets are those of the published models. */
import { floatOfBits } from './registers.ts';

/** How a point is coded. */
type PointType =
  'uint16' | 'int16' | 'uint32' | 'int32' | 'acc32' | 'uint64' | 'float32' | 'sunssf' | 'enum16' | 'bitfield16';

/** A point of a model. */
export interface SunspecPoint {
  readonly offset: number;
  readonly type: PointType;
  /** The point that holds its power of ten. */
  readonly scale?: SunspecPoint;
}

const factor = (offset: number): SunspecPoint => ({ offset, type: 'sunssf' });
const point = (offset: number, type: PointType, scale?: SunspecPoint): SunspecPoint => ({
  offset,
  type,
  ...(scale === undefined ? {} : { scale }),
});

const shareOf124 = factor(25);
const capacityOf713 = factor(7);
const powerOf702 = factor(45);

/** An inverter of one, two or three phases, in whole numbers. */
const inverter = {
  W: point(14, 'int16', factor(15)),
  WH: point(24, 'acc32', factor(26)),
  St: point(38, 'enum16'),
};

/** The same in floating point, which some makers tell unless they are set otherwise. */
const floatInverter = { W: point(22, 'float32'), WH: point(32, 'float32'), St: point(48, 'enum16') };

/** The models that are read and written, by their number. */
export const models = {
  101: inverter,
  102: inverter,
  103: inverter,
  111: floatInverter,
  112: floatInverter,
  113: floatInverter,
  120: { MaxChaRte: point(23, 'uint16', factor(24)), MaxDisChaRte: point(25, 'uint16', factor(26)) },
  121: { WMax: point(2, 'uint16', factor(22)) },
  122: { StorConn: point(3, 'bitfield16') },
  123: {
    Conn: point(4, 'enum16'),
    WMaxLimPct: point(5, 'uint16', factor(23)),
    WMaxLim_Ena: point(9, 'enum16'),
  },
  124: {
    WChaMax: point(2, 'uint16', factor(18)),
    StorCtl_Mod: point(5, 'bitfield16'),
    ChaState: point(8, 'uint16', factor(22)),
    OutWRte: point(12, 'int16', shareOf124),
    InWRte: point(13, 'int16', shareOf124),
    InOutWRte_RvrtTms: point(15, 'uint16'),
  },
  701: {
    InvSt: point(4, 'enum16'),
    W: point(10, 'int16', factor(116)),
    TotWhInj: point(19, 'uint64', factor(120)),
    TotWhAbs: point(23, 'uint64', factor(120)),
  },
  702: {
    WMaxRtg: point(2, 'uint16', powerOf702),
    WChaRteMaxRtg: point(10, 'uint16', powerOf702),
    WDisChaRteMaxRtg: point(11, 'uint16', powerOf702),
    WMax: point(26, 'uint16', powerOf702),
    WChaRteMax: point(34, 'uint16', powerOf702),
    WDisChaRteMax: point(35, 'uint16', powerOf702),
  },
  703: { ES: point(2, 'enum16') },
  704: {
    WSetEna: point(22, 'enum16'),
    WSetMod: point(23, 'enum16'),
    WSet: point(24, 'int32', factor(55)),
    WSetPct: point(28, 'int16', factor(56)),
    WSetEnaRvrt: point(30, 'enum16'),
    WSetRvrtTms: point(31, 'uint32'),
    WSetRvrtRem: point(33, 'uint32'),
  },
  713: { WHRtg: point(2, 'uint16', capacityOf713), SoC: point(4, 'uint16', factor(8)), Sta: point(6, 'enum16') },
  802: { SoC: point(11, 'uint16', factor(56)), LocRemCtl: point(17, 'enum16'), State: point(22, 'enum16') },
} as const;

/** The models of inverters, three phases first: what one says in whole numbers goes before what it says in floating point. */
export const inverters = [103, 102, 101, 113, 112, 111] as const;

/** The number of a model that is known here. */
export type ModelID = keyof typeof models;

const sizes: Readonly<Record<PointType, number>> = {
  uint16: 1,
  int16: 1,
  enum16: 1,
  bitfield16: 1,
  sunssf: 1,
  uint32: 2,
  int32: 2,
  acc32: 2,
  float32: 2,
  uint64: 4,
};

/** What a model holds where a point is not implemented; of a float everything that is no number. */
const absent: Readonly<Record<PointType, bigint>> = {
  uint16: 0xffffn,
  enum16: 0xffffn,
  bitfield16: 0xffffn,
  int16: 0x8000n,
  sunssf: 0x8000n,
  uint32: 0xffff_ffffn,
  int32: 0x8000_0000n,
  acc32: 0n,
  float32: 0x7fc0_0000n,
  uint64: 0xffff_ffff_ffff_ffffn,
};

const isSigned = (type: PointType): boolean => type === 'int16' || type === 'int32' || type === 'sunssf';

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const rawOf = (registers: readonly number[], { offset, type }: SunspecPoint): number | undefined => {
  const words = registers.slice(offset, offset + sizes[type]);
  if (words.length < sizes[type]) return undefined;
  const bits = words.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
  if (bits === absent[type]) return undefined;
  if (type === 'float32') return finite(floatOfBits(bits));
  return Number(isSigned(type) ? BigInt.asIntN(16 * sizes[type], bits) : bits);
};

/** The power of ten of a point; undefined when it should have one and does not say it. */
const scaleOf = (registers: readonly number[], { scale }: SunspecPoint): number | undefined => {
  if (scale === undefined) return 0;
  const exponent = rawOf(registers, scale);
  return exponent === undefined || Math.abs(exponent) > 10 ? undefined : exponent;
};

/** What a model's registers say of a point, scaled; undefined when it is not implemented. */
export const valueOfPoint = (registers: readonly number[], of: SunspecPoint): number | undefined => {
  const [raw, exponent] = [rawOf(registers, of), scaleOf(registers, of)];
  return raw === undefined || exponent === undefined ? undefined : raw * 10 ** exponent;
};

/** The registers that say a value, as near as the scale allows; undefined when it does not fit, or no scale is known. */
export const wordsOfPoint = (
  registers: readonly number[],
  of: SunspecPoint,
  value: number,
): readonly number[] | undefined => {
  const exponent = scaleOf(registers, of);
  if (exponent === undefined) return undefined;
  const bits = 16 * sizes[of.type];
  const raw = BigInt(Math.round(value / 10 ** exponent));
  const fits = isSigned(of.type) ? BigInt.asIntN(bits, raw) === raw : BigInt.asUintN(bits, raw) === raw;
  if (!fits) return undefined;
  const unsigned = BigInt.asUintN(bits, raw);
  return Array.from({ length: sizes[of.type] }, (_, index) =>
    Number((unsigned >> BigInt(16 * (sizes[of.type] - 1 - index))) & 0xffffn),
  );
};

/** A text of a model. */
export const textAt = (registers: readonly number[], offset: number, length: number): string =>
  String.fromCharCode(...registers.slice(offset, offset + length).flatMap((word) => [word >> 8, word & 0xff]))
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trim();
