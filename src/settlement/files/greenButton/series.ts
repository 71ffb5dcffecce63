import { grouped } from '../../grouped.ts';
import { refuseFile } from '../unusableFile.ts';
import {
  espi,
  flowDirections,
  intervalBehaviours,
  registerBehaviours,
  type Resource,
  textOf,
  wattHours,
} from './espi.ts';

/** One direction of one usage point, and the blocks that state it. */
export interface Series {
  /** The usage point's identifier; null where the file names none. */
  readonly usagePoint: string | null;
  readonly direction: 'import' | 'export' | 'net';
  readonly isRegister: boolean;
  /** What makes Wh of its values, as a power of ten. */
  readonly powerOfTen: number;
  /** The quality of readings that state none; empty when that is not said. */
  readonly defaultQuality: string;
  readonly blocks: readonly Resource[];
}

/** The series of a file, and what was left out of them. */
export interface SeriesFound {
  readonly series: readonly Series[];
  readonly notes: readonly string[];
}

const named = (resources: readonly Resource[], local: string): readonly Resource[] =>
  resources.filter(({ element }) => element.namespace === espi && element.local === local);

/** The meter reading a block belongs to: the one whose address or links lead to it, or the only one there is. */
const meterReadingOf = (block: Resource, meterReadings: readonly Resource[]): Resource | undefined =>
  meterReadings.find(
    ({ self, related }) =>
      (self !== '' && [block.up, block.self].some((href) => href.startsWith(`${self}/`))) ||
      related.some((href) => href !== '' && (href === block.up || href === block.self)),
  ) ?? (meterReadings.length === 1 ? meterReadings[0] : undefined);

/** The reading type that a block, or the meter reading it belongs to, leads to; or the only one there is. */
const readingTypeOf = (
  block: Resource,
  meterReading: Resource | undefined,
  readingTypes: readonly Resource[],
): Resource | undefined =>
  readingTypes.find(
    ({ self }) => self !== '' && (block.related.includes(self) || meterReading?.related.includes(self) === true),
  ) ?? (readingTypes.length === 1 ? readingTypes[0] : undefined);

const usagePointOf = ({ self, up }: Resource): string | null =>
  /\/UsagePoint\/([^/]+)/.exec(self === '' ? up : self)?.[1] ?? null;

const directionOf = (file: string, type: Resource): Series['direction'] => {
  const code = textOf(type.element, 'flowDirection');
  if (code === flowDirections.forward) return 'import';
  if (code === flowDirections.reverse) return 'export';
  if (code === flowDirections.net) return 'net';
  return refuseFile(
    { file },
    code === ''
      ? 'a ReadingType has no flowDirection, so it is not known whether its energy was drawn or delivered.'
      : `the flowDirection ${code} of a ReadingType is neither 1 (drawn), 19 (delivered) nor 4 (net).`,
  );
};

const powerOfTenOf = (file: string, type: Resource): number => {
  const text = textOf(type.element, 'powerOfTenMultiplier');
  if (/^-?\d{1,2}$/.test(text) && Math.abs(Number(text)) <= 12) return Number(text);
  return refuseFile(
    { file },
    text === ''
      ? 'a ReadingType has no powerOfTenMultiplier, so it is not known whether its values are Wh or kWh.'
      : `the powerOfTenMultiplier ${JSON.stringify(text.slice(0, 20))} is no power of ten from -12 to 12.`,
  );
};

const isRegister = (file: string, type: Resource): boolean => {
  const code = textOf(type.element, 'accumulationBehaviour');
  if (registerBehaviours.has(code)) return true;
  return intervalBehaviours.has(code)
    ? false
    : refuseFile(
        { file },
        `the accumulationBehaviour ${code} of a ReadingType is neither that of intervals (4) nor that of registers (1, 3, 9).`,
      );
};

/** A block with what says what it is. */
interface Placed {
  readonly block: Resource;
  readonly meterReading: Resource | undefined;
  readonly type: Resource;
}

const placed = (
  file: string,
  block: Resource,
  meterReadings: readonly Resource[],
  types: readonly Resource[],
): Placed => {
  const meterReading = meterReadingOf(block, meterReadings);
  const type = readingTypeOf(block, meterReading, types);
  return type === undefined
    ? refuseFile({ file }, 'an IntervalBlock leads to no ReadingType, so its unit is not known.')
    : { block, meterReading, type };
};

const seriesFrom = (file: string, group: readonly Placed[]): Series => {
  const { block, meterReading, type } = group[0] as Placed;
  return {
    usagePoint: usagePointOf(meterReading ?? block),
    direction: directionOf(file, type),
    isRegister: isRegister(file, type),
    powerOfTen: powerOfTenOf(file, type),
    defaultQuality: textOf(type.element, 'defaultQuality'),
    blocks: group.map((each) => each.block),
  };
};

const isEnergy = ({ type }: Placed): boolean => textOf(type.element, 'uom') === wattHours;

/** What each interval block of the file states, by usage point and direction. @throws UnusableFile when a block does not say what it is */
export const seriesOf = (file: string, resources: readonly Resource[]): SeriesFound => {
  const [meterReadings, types] = [named(resources, 'MeterReading'), named(resources, 'ReadingType')];
  const blocks = named(resources, 'IntervalBlock').map((block) => placed(file, block, meterReadings, types));
  if (blocks.length === 0)
    refuseFile({ file }, 'the XML has no IntervalBlock of Green Button (http://naesb.org/espi) in it.');
  const energy = blocks.filter(isEnergy);
  if (energy.length === 0) refuseFile({ file }, 'none of its readings is energy in Wh (uom 72).');
  const others = new Set(
    blocks.filter((each) => !isEnergy(each)).map(({ type }) => textOf(type.element, 'uom') || 'none'),
  );
  const groups = grouped(
    energy,
    ({ block, meterReading, type }) => `${meterReading?.self ?? usagePointOf(block) ?? ''} ${type.self}`,
  );
  return {
    series: [...groups.values()].map((group) => seriesFrom(file, group)),
    notes: [...others].map(
      (uom) => `${file}: readings in the unit with the code ${uom} are left out; energy has the code 72.`,
    ),
  };
};
