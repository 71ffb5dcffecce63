import type { DeviceSettings } from '../../facts/settings.ts';
import { dataPointsOf } from '../../machines/report/dataPoints.ts';

const firstTwice = (names: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
};

/** Names of devices and of their data points that would mean two things. */
export const deviceNameFaults = (devices: readonly DeviceSettings[]): readonly string[] => {
  const twice = firstTwice(devices.map(({ resourceID }) => resourceID));
  if (twice !== undefined)
    return [`devices names the resourceID "${twice}" twice, and each device is billed by itself under its own`];
  return (['usage', 'status'] as const).flatMap((kind) => {
    const rID = firstTwice(dataPointsOf(kind, { devices }).map((point) => point.rID));
    return rID === undefined
      ? []
      : [`devices gives the rID "${rID}" to two data points, and a report could not tell them apart`];
  });
};
