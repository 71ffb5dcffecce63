import type { ReadingRows } from './kept/keptReadings.ts';
import { shown } from './unusableFile.ts';

/** @limit Qualities that are named; a file has a handful. */
const mostNamed = 8;

/** What a file states of the quality of its readings, where it is worth telling: each once, with how many have it. */
export const qualityNotes = (file: string, readings: ReadingRows): readonly string[] => {
  if (readings.hasRemarks === false) return [];
  const counts = new Map<string, number>();
  for (const { quality, remark } of readings) {
    if (remark === null) continue;
    const name = `${shown(remark)} (${quality})`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const named = [...counts].slice(0, mostNamed).map(([name, count]) => `${name} of ${count}`);
  const others = counts.size > mostNamed ? `, and ${counts.size - mostNamed} more` : '';
  return [`${file}: qualities that it states, each with the number of its readings: ${named.join(', ')}${others}.`];
};
