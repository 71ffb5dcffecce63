import { dayMs, localText } from '../../programme/calendar.ts';
import { Ahead } from '../kept/ahead.ts';
import type { FileReading } from '../fileReading.ts';
import type { FileGap } from '../sequence.ts';
import { refuseFile, shown } from '../unusableFile.ts';
import { remarkOn } from './espi.ts';
import { chooseBy, type Direction, type EspiItem, type EspiReading } from './items.ts';
import { fills, type Merged, sumOf } from './merged.ts';
import { wattHoursText } from '../cells/wholes.ts';

/** The directions of one usage point, laid together. */
export interface Laid {
  readonly readings: readonly FileReading[];
  readonly holes: readonly FileGap[];
  readonly notes: readonly string[];
}

type ByDirection = Readonly<Record<Direction, Merged>>;

/** What the directions state of one stretch: the shortest in which all of them begin and end together. */
interface LaidStretch extends Readonly<Record<Direction, readonly EspiItem[]>> {
  readonly startAt: number;
  readonly endAt: number;
}

const directions = ['import', 'export', 'net'] as const;

function* stretchesOf(all: ByDirection): Generator<LaidStretch> {
  const ahead = {
    import: new Ahead(all.import.items),
    export: new Ahead(all.export.items),
    net: new Ahead(all.net.items),
  };
  for (;;) {
    const startAt = Math.min(...directions.map((each) => ahead[each].next?.startAt ?? Number.POSITIVE_INFINITY));
    if (startAt === Number.POSITIVE_INFINITY) return;
    const stretch: Record<Direction, EspiItem[]> = { import: [], export: [], net: [] };
    let endAt = startAt + 1;
    for (let isGrowing = true; isGrowing;) {
      isGrowing = false;
      for (const each of directions)
        for (let item = ahead[each].next; item !== undefined && item.startAt < endAt; item = ahead[each].next) {
          endAt = Math.max(endAt, item.endAt);
          stretch[each].push(ahead[each].take());
          isGrowing = true;
        }
    }
    yield { startAt, endAt, ...stretch };
  }
}

/** @limit Texts of energies that are kept to be said again: most of a meter's values are small numbers. */
const mostTexts = 10_000;

/** The text of an energy, the same one for the same energy: years of readings share a few thousand. */
const sharedTexts = (unitPower: number): ((units: bigint) => string) => {
  const texts = new Map<bigint, string>();
  return (units) => {
    const known = texts.get(units);
    if (known !== undefined) return known;
    const text = wattHoursText(units, unitPower);
    if (texts.size < mostTexts) texts.set(units, text);
    return text;
  };
};

/** Whether a series was only written where energy flowed: it never says zero. */
const saysNoZero = ({ count, saysZero }: Merged): boolean => count > 0 && !saysZero;

/** Lays the directions of a usage point together; `device` is what the file calls it. @throws UnusableFile when net and directions contradict one another */
export const laid = (reading: EspiReading, device: string | null, all: ByDirection): Laid => {
  const { file, timeZone, unitPower, collected } = reading;
  const isSparse = { import: saysNoZero(all.import), export: saysNoZero(all.export), net: false };
  const readings: FileReading[] = [];
  const holes: FileGap[] = [];
  const counts = { none: 0, coarse: 0, long: 0, net: 0 };
  const text = sharedTexts(unitPower);

  const remarkOf = (items: readonly EspiItem[]): string | null => {
    const remarks = items.flatMap(({ line, use }) => {
      const stated = collected.readings.quality(line - 1);
      return remarkOn(stated === '' ? use.series.type('defaultQuality') : stated) ?? [];
    });
    return remarks.length === 0 ? null : [...new Set(remarks)].join(', ');
  };
  const push = (
    { startAt, endAt }: LaidStretch,
    items: readonly EspiItem[],
    drawn: bigint | null,
    delivered: bigint | null,
    net: bigint,
  ): void => {
    const remark = remarkOf(items);
    const [first] = items as [EspiItem];
    readings.push({
      device,
      startAt,
      durationMs: endAt - startAt,
      importWattHours: drawn === null ? null : text(drawn),
      exportWattHours: delivered === null ? null : text(delivered),
      energyWattHours: text(net),
      source: first.use.isRegister ? 'register' : 'interval',
      quality: remark === null ? 'measured' : 'estimated',
      remark,
      line: first.line,
    });
  };
  const leaveOut = ({ startAt, endAt, ...stretch }: LaidStretch): void => {
    const [first] = directions.flatMap((each) => stretch[each]) as [EspiItem];
    holes.push({ device, startAt, endAt, line: first.line });
  };
  /** The sum of a direction in a stretch; null when it does not state all of it. */
  const statedIn = (stretch: LaidStretch, direction: Direction): bigint | null =>
    stretch[direction].length > 0 && fills(stretch[direction], stretch.startAt, stretch.endAt)
      ? sumOf(stretch[direction])
      : null;
  /** Nothing, where a direction is silent because only the other one flowed; null where it may have been forgotten. */
  const silentIn = (stretch: LaidStretch, direction: 'import' | 'export', other: bigint | null): bigint | null => {
    if (stretch[direction].length > 0 || other === null) return null;
    if (all[direction].count === 0) return 0n;
    if (!isSparse[direction] || other === 0n) return null;
    counts.none += 1;
    return 0n;
  };
  const judge = (stretch: LaidStretch): void => {
    if (stretch.endAt - stretch.startAt > dayMs) {
      counts.long += 1;
      return leaveOut(stretch);
    }
    const net = statedIn(stretch, 'net');
    const [ownImport, ownExport] = [statedIn(stretch, 'import'), statedIn(stretch, 'export')];
    if (net !== null && (ownImport === null || ownExport === null)) {
      counts.net += 1;
      return push(stretch, stretch.net, null, null, net);
    }
    const drawn = ownImport ?? silentIn(stretch, 'import', ownExport);
    const delivered = ownExport ?? silentIn(stretch, 'export', ownImport);
    if (drawn === null || delivered === null) return leaveOut(stretch);
    const items = [...stretch.import, ...stretch.export];
    if (net !== null && net !== drawn - delivered) {
      const { line, use } = stretch.net[0] as EspiItem;
      refuseFile(
        { file },
        `reading ${line} states a net of ${text(net)} Wh, which is not what was drawn less what was delivered, ${text(drawn - delivered)} Wh, from ${localText(stretch.startAt, timeZone)}; choose with ${chooseBy(collected, 'net', use.series.name)} or by naming import and export.`,
      );
    }
    if (stretch.import.length !== stretch.export.length && stretch.import.length > 0 && stretch.export.length > 0)
      counts.coarse += 1;
    return push(stretch, items, drawn, delivered, drawn - delivered);
  };
  for (const stretch of stretchesOf(all)) judge(stretch);
  return { readings, holes, notes: notesOf(file, device, all, counts) };
};

const notesOf = (
  file: string,
  device: string | null,
  all: ByDirection,
  counts: Readonly<Record<'none' | 'coarse' | 'long' | 'net', number>>,
): readonly string[] => {
  const whose = device === null ? file : `${file}, ${shown(device)}`;
  const intervals = (count: number): string => `${count} ${count === 1 ? 'interval' : 'intervals'}`;
  const hasBoth = all.import.count > 0 && all.export.count > 0;
  const isOneWay = all.net.count === 0 && !hasBoth;
  return [
    ...(isOneWay
      ? [
          all.import.count > 0
            ? `${whose}: it states only what was drawn; delivered energy counts as none.`
            : `${whose}: it states only what was delivered; drawn energy counts as none.`,
        ]
      : []),
    ...(counts.none > 0
      ? [
          `${whose}: in ${intervals(counts.none)} one direction is not stated, and never zero elsewhere: it counts as none there.`,
        ]
      : []),
    ...(counts.coarse > 0
      ? [
          `${whose}: its directions have intervals of different lengths; ${intervals(counts.coarse)} are read at the longer one.`,
        ]
      : []),
    ...(counts.net > 0 && (all.import.count > 0 || all.export.count > 0)
      ? [`${whose}: ${intervals(counts.net)} are read from the net series, the others from both directions.`]
      : []),
    ...(counts.long > 0
      ? [`${whose}: ${intervals(counts.long)} of more than a day are left out: they say nothing of their hours.`]
      : []),
  ];
};
