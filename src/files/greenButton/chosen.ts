import { dayMs } from '../../programme/calendar.ts';
import { grouped } from '../grouped.ts';
import type { Layout, SeriesRole } from '../layout.ts';
import { refuseFile, shown } from '../unusableFile.ts';
import type { Collected } from './collected.ts';
import {
  flowDirections,
  intervalBehaviours,
  registerBehaviours,
  strangeCommodity,
  totalFlow,
  unitText,
  wattHours,
} from './espi.ts';
import { chooseBy, type Direction, type Use } from './items.ts';
import type { Series } from './series.ts';

/** The series that are read, and what is told of the others. */
export interface Chosen {
  readonly uses: readonly Use[];
  /** Registers beside intervals of the same direction: they are only checked. */
  readonly checks: readonly Use[];
  readonly notes: readonly string[];
}

/** Why a series is not read: `because` ends a sentence about it, `refusal` is said when nothing else is there. */
interface SeriesLeftOut {
  readonly series: Series;
  readonly because: string;
  readonly refusal: string;
}

type Judged = { readonly use: Use } | { readonly leftOut: SeriesLeftOut };

const powerOf = (text: string): number | null =>
  /^-?\d{1,2}$/.test(text) && Math.abs(Number(text)) <= 12 ? Number(text) : null;

/** What makes Wh of a series, as a power of ten: as it says, or as a person declared where it says nothing. */
const multiplierOf = ({ type }: Series, declared: number | null): number | null => {
  const stated = type('powerOfTenMultiplier');
  return stated === '' ? declared : powerOf(stated);
};

const isLong = ({ stretches }: Series, { readings }: Collected): boolean => {
  for (const { from, to } of stretches)
    for (let index = from; index < to; index += 1) if (!(readings.durationMs(index) > dayMs)) return false;
  return stretches.some(({ from, to }) => to > from);
};

/** Why a series is no energy of electricity that can be read; null when it is. */
const strangeness = (
  series: Series,
  collected: Collected,
  declaredPower: number | null,
): Omit<SeriesLeftOut, 'series'> | null => {
  const { type, hasType, serviceKind } = series;
  if (!hasType)
    return {
      because: 'it leads to no ReadingType, so its unit is not known',
      refusal: 'an IntervalBlock leads to no ReadingType, so its unit is not known.',
    };
  const commodity = strangeCommodity(type('commodity'), serviceKind);
  if (commodity !== null)
    return { because: `it is about ${commodity}`, refusal: `none of its readings is electricity, but ${commodity}.` };
  if (type('uom') !== wattHours)
    return {
      because: `it has ${unitText(type('uom'))}, and energy has the uom 72 (Wh)`,
      refusal: `none of its readings is energy in Wh (uom 72): its ReadingType has ${unitText(type('uom'))}.`,
    };
  const behaviour = type('accumulationBehaviour');
  if (!registerBehaviours.has(behaviour) && !intervalBehaviours.has(behaviour))
    return {
      because: `its accumulationBehaviour ${behaviour} is neither that of intervals nor that of registers`,
      refusal: `the accumulationBehaviour ${behaviour} of a ReadingType is neither that of intervals (4) nor that of registers (1, 3, 9).`,
    };
  const power = type('powerOfTenMultiplier');
  if (multiplierOf(series, declaredPower) === null)
    return {
      because: power === '' ? 'it has no powerOfTenMultiplier' : 'its powerOfTenMultiplier is no power of ten',
      refusal:
        power === ''
          ? `a ReadingType has no powerOfTenMultiplier, so it is not known whether its values are Wh or kWh; declare --columns "${collected.readAs}:powerOfTenMultiplier=0" where they are Wh, or 3 where they are kWh.`
          : `the powerOfTenMultiplier ${shown(power.slice(0, 20))} is no power of ten from -12 to 12.`,
    };
  if (!registerBehaviours.has(behaviour) && isLong(series, collected))
    return {
      because: 'its intervals are longer than a day',
      refusal: 'an interval of more than a day says nothing of its hours.',
    };
  return null;
};

const useOf = (series: Series, direction: Direction, declaredPower: number | null, isTurned = false): Use => ({
  series,
  direction,
  isTurned,
  isRegister: registerBehaviours.has(series.type('accumulationBehaviour')),
  powerOfTen: multiplierOf(series, declaredPower) ?? 0,
});

const judged = (series: Series, collected: Collected, declaredPower: number | null): Judged => {
  const strange = strangeness(series, collected, declaredPower);
  if (strange !== null) return { leftOut: { series, ...strange } };
  const code = series.type('flowDirection');
  const direction = flowDirections[code];
  if (direction !== undefined) return { use: useOf(series, direction, declaredPower) };
  const declare = `declare what it is, as in ${chooseBy(collected, 'import', series.name)} (or export=, net=, exportNet=)`;
  if (code === totalFlow)
    return {
      leftOut: {
        series,
        because: 'it is the sum of both directions (flowDirection 20)',
        refusal: `the flowDirection 20 of a ReadingType is the sum of both directions, which says nothing of either; ${declare}.`,
      },
    };
  return {
    leftOut: {
      series,
      because: code === '' ? 'it has no flowDirection' : `its flowDirection ${code} is neither 1, 19 nor 4`,
      refusal:
        code === ''
          ? `a ReadingType has no flowDirection, so it is not known whether its energy was drawn or delivered; ${declare}.`
          : `the flowDirection ${code} of a ReadingType is neither 1 (drawn), 19 (delivered) nor 4 (net); ${declare}.`,
    },
  };
};

const isNamed = (series: Series, name: string): boolean =>
  series.name.toLowerCase() === name.toLowerCase() || series.name.toLowerCase().endsWith(`/${name.toLowerCase()}`);

const listed = (all: readonly Series[]): string => all.map(({ name }) => shown(name)).join(', ');

const roles: Readonly<Record<SeriesRole, Direction>> = {
  import: 'import',
  export: 'export',
  net: 'net',
  exportNet: 'net',
};

/** The series that a person declared. */
const declaredUses = (
  file: string,
  all: readonly Series[],
  collected: Collected,
  { series, powerOfTenMultiplier }: Layout,
): readonly Use[] =>
  [...series].flatMap(([role, names]) =>
    names.map((name) => {
      const found = all.filter((each) => isNamed(each, name));
      if (found.length !== 1)
        return refuseFile(
          { file },
          `${found.length === 0 ? 'no series is' : 'more than one series is'} called ${shown(name)}; the file has ${listed(all)}.`,
        );
      const [only] = found as [Series];
      const strange = strangeness(only, collected, powerOfTenMultiplier);
      if (strange !== null) refuseFile({ file }, strange.refusal);
      return useOf(only, roles[role], powerOfTenMultiplier, role === 'exportNet');
    }),
  );

const leftOutNote = (file: string, { name }: Series, because: string): string =>
  `${file}: the series ${shown(name)} is left out: ${because}.`;

/** Registers only state what no interval states: beside intervals of the same direction they are left to be checked. */
const withoutCheckedRegisters = (
  uses: readonly Use[],
): { readonly uses: readonly Use[]; readonly checks: readonly Use[] } => {
  const isCheck = ({ isRegister, direction, series }: Use): boolean =>
    isRegister &&
    uses.some(
      (each) => !each.isRegister && each.direction === direction && each.series.usagePoint === series.usagePoint,
    );
  return { uses: uses.filter((use) => !isCheck(use)), checks: uses.filter(isCheck) };
};

/** The last part of a usage point's address. */
export const pointName = (address: string | null): string => (address ?? '').split('/').at(-1) ?? '';

const ofPoint = (file: string, all: readonly Series[], wanted: string | null): readonly Series[] => {
  if (wanted === null) return all;
  const kept = all.filter(({ usagePoint }) => usagePoint?.endsWith(`/${wanted}`) === true || usagePoint === wanted);
  const points = [...grouped(all, ({ usagePoint }) => usagePoint).keys()].map((each) => shown(pointName(each)));
  return kept.length > 0
    ? kept
    : refuseFile({ file }, `there is no usage point ${shown(wanted)}; the file has ${points.join(', ')}.`);
};

/** Which series of a file are read: as declared, or as they say of themselves. @throws UnusableFile when none can be */
export const chosen = (file: string, all: readonly Series[], collected: Collected, layout: Layout): Chosen => {
  const own = ofPoint(file, all, layout.usagePoint);
  const otherPoints = all.filter((series) => !own.includes(series));
  const told = otherPoints.map((series) => leftOutNote(file, series, 'it is of another usage point'));
  if (layout.series.size > 0) {
    const uses = declaredUses(file, own, collected, layout);
    const others = own.filter((series) => uses.every((use) => use.series !== series));
    return {
      uses,
      checks: [],
      notes: [...told, ...others.map((series) => leftOutNote(file, series, 'it was not declared'))],
    };
  }
  const judgedAll = own.map((series) => judged(series, collected, layout.powerOfTenMultiplier));
  const leftOut = judgedAll.flatMap((each) => ('leftOut' in each ? [each.leftOut] : []));
  const { uses, checks } = withoutCheckedRegisters(judgedAll.flatMap((each) => ('use' in each ? [each.use] : [])));
  if (uses.length === 0) {
    const nearest = leftOut.findLast(({ series }) => series.type('uom') === wattHours) ?? leftOut[0];
    refuseFile({ file }, nearest?.refusal ?? 'none of its readings is energy in Wh (uom 72).');
  }
  return {
    uses,
    checks,
    notes: [
      ...told,
      ...leftOut.map(({ series, because }) => leftOutNote(file, series, because)),
      ...(all.length > 1
        ? [
            `${file}: read as ${uses.map(({ direction, series }) => `${direction} = ${shown(series.name)}`).join(', ')}.`,
          ]
        : []),
    ],
  };
};
