/** Numbers in registers, as the configuration says that they are coded. */

/** Where a number stands, and how it is coded. */
export interface RegisterPlace {
  readonly address: number;
  readonly type: 'uint16' | 'int16' | 'uint32' | 'int32' | 'uint64' | 'int64' | 'float32';
  readonly wordOrder: 'big' | 'little';
  readonly factor: number;
  /** The raw value that means that there is none. */
  readonly absent?: number | undefined;
}

const words: Readonly<Record<RegisterPlace['type'], number>> = {
  uint16: 1,
  int16: 1,
  uint32: 2,
  int32: 2,
  float32: 2,
  uint64: 4,
  int64: 4,
};

/** How many registers a number takes. */
export const wordsOf = ({ type }: Pick<RegisterPlace, 'type'>): number => words[type];

/** The number that is coded so (IEEE 754). */
export const floatOfBits = (bits: bigint): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number(bits));
  return view.getFloat32(0);
};

const bitsOfFloat = (value: number): bigint => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return BigInt(view.getUint32(0));
};

const inOrder = (registers: readonly number[], { wordOrder }: RegisterPlace): readonly number[] =>
  wordOrder === 'big' ? registers : [...registers].reverse();

/** The number in registers, multiplied; undefined when there is none. */
export const numberIn = (registers: readonly number[], place: RegisterPlace): number | undefined => {
  const { type, factor, absent } = place;
  if (registers.length < words[type]) return undefined;
  const bits = inOrder(registers.slice(0, words[type]), place).reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
  const size = 16 * words[type];
  const raw =
    type === 'float32' ? floatOfBits(bits) : Number(type.startsWith('int') ? BigInt.asIntN(size, bits) : bits);
  if (!Number.isFinite(raw) || raw === absent) return undefined;
  return raw === 0 ? 0 : raw * factor;
};

/** The registers that hold a number, divided; undefined when it does not fit. */
export const registersOf = (value: number, place: RegisterPlace): readonly number[] | undefined => {
  const { type, factor } = place;
  const size = 16 * words[type];
  const scaled = value / factor;
  if (!Number.isFinite(scaled)) return undefined;
  const raw = type === 'float32' ? bitsOfFloat(scaled) : BigInt(Math.round(scaled));
  const isSigned = type.startsWith('int');
  if ((isSigned ? BigInt.asIntN(size, raw) : BigInt.asUintN(size, raw)) !== raw) return undefined;
  const bits = BigInt.asUintN(size, raw);
  const all = Array.from({ length: words[type] }, (_, index) =>
    Number((bits >> BigInt(16 * (words[type] - 1 - index))) & 0xffffn),
  );
  return inOrder(all, place);
};
