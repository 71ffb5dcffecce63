import { localText } from '../../programme/calendar.ts';
import { shown } from '../unusableFile.ts';
import { type EspiItem, type EspiItems, itemsOf, type EspiReading, type Use } from './items.ts';
import { fills, sumOf } from './merged.ts';
import { wattHoursText } from '../cells/wholes.ts';

/** What is to be told of a register beside intervals: whether it grew by their sum. */
export const registerNotes = (reading: EspiReading, register: Use, stated: EspiItems): readonly string[] => {
  const intervals = [...stated];
  const { file, unitPower, timeZone } = reading;
  let at = 0;
  let agreed = 0;
  for (const { startAt, endAt, energy } of itemsOf(reading, register)) {
    while (at < intervals.length && (intervals[at] as EspiItem).startAt < startAt) at += 1;
    let to = at;
    while (to < intervals.length && (intervals[to] as EspiItem).startAt < endAt) to += 1;
    const within = intervals.slice(at, to);
    if (!fills(within, startAt, endAt)) continue;
    if (sumOf(within) !== energy)
      return [
        `${file}: the register ${shown(register.series.name)} grew by ${wattHoursText(energy, unitPower)} Wh from ${localText(startAt, timeZone)} to ${localText(endAt, timeZone)}, and the intervals sum to ${wattHoursText(sumOf(within), unitPower)} Wh; the intervals are read.`,
      ];
    agreed += 1;
  }
  return [
    agreed === 0
      ? `${file}: the register ${shown(register.series.name)} is left out beside intervals, which it cannot be held against.`
      : `${file}: the register ${shown(register.series.name)} grew by the sum of the intervals, ${agreed} times out of ${agreed}.`,
  ];
};
