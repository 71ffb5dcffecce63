import type { ReportKind } from '../../facts/output.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';

/** What a data point measures. */
export type Measure = 'energyReal' | 'powerReal' | 'resourceStatus';

/** One series this VEN can report: an rID, the device behind it and what it measures. */
export interface DataPoint {
  readonly rID: string;
  readonly resourceID: string;
  readonly measure: Measure;
}

const point = ({ resourceID, rIDs }: DeviceSettings, measure: Measure): DataPoint => ({
  rID: rIDs?.[measure] ?? `${resourceID}/${measure}`,
  resourceID,
  measure,
});

const usagePoints = (settings: Pick<VenSettings, 'devices'>): readonly DataPoint[] =>
  settings.devices.flatMap((device) => [point(device, 'energyReal'), point(device, 'powerReal')]);

const statusPoints = (settings: Pick<VenSettings, 'devices'>): readonly DataPoint[] =>
  settings.devices.map((device) => point(device, 'resourceStatus'));

/** Which report a reportSpecifierID of ours names, or null when it names none. @rule 2.0b 304 */
export const reportKindOf = (reportSpecifierID: string, settings: VenSettings): ReportKind | null => {
  switch (reportSpecifierID) {
    case settings.usageSpecifierID:
      return 'usage';
    case settings.statusSpecifierID:
      return 'status';
    case settings.historySpecifierID:
      return 'history';
    case 'METADATA':
      return 'metadata';
    default:
      return null;
  }
};

/** The data points of a report. */
export const dataPointsOf = (kind: ReportKind, settings: Pick<VenSettings, 'devices'>): readonly DataPoint[] =>
  kind === 'status' ? statusPoints(settings) : kind === 'metadata' ? [] : usagePoints(settings);
