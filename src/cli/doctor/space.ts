import { bad, good, warning, type Finding } from './finding.ts';

/** @unit bytes: of a log whose own growth is not known yet */
const usualBytesADay = 1024 * 1024;
const noSpace = 20 * 1024 * 1024;
/** What a year's log leaves for everything else. @unit bytes */
const spare = 100 * 1024 * 1024;
const daysOfAYear = 366;

/** @limit From a shorter log nothing can be said of its growth. @unit days */
const leastDays = 1;

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MiB`;

/** Whether the disk has room for a year of log. */
export const spaceFindings = (freeBytes: number, bytes: number, days: number | null): readonly Finding[] => {
  const aDay = days === null || days < leastDays ? usualBytesADay : bytes / days;
  const aYear = aDay * daysOfAYear;
  const sentence = `The disk has ${mebibytes(freeBytes)} left; the log takes ${mebibytes(bytes)}, and about ${mebibytes(aYear)} a year.`;
  const advice = 'Free some space: an agent that cannot record stops.';
  if (freeBytes < noSpace) return [bad('disk', sentence, advice)];
  return [freeBytes < aYear + spare ? warning('disk', sentence, advice) : good('disk', sentence)];
};
