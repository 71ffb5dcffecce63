import type { ItemBase } from '../../protocol/elements/itemBase.ts';
import type { OadrReport } from '../../protocol/elements/oadrReport.ts';
import type { OadrReportDescription } from '../../protocol/elements/oadrReportDescription.ts';
import type { OadrRegisterReport } from '../../protocol/messages/oadrRegisterReport.ts';
import type { ReportName } from '../../protocol/types/enumerations.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import type { VenSettings } from '../../facts/settings.ts';
import { dataPointsOf, type DataPoint } from './dataPoints.ts';
import { newID, type Moment } from '../moment.ts';

/**
 * What we offer to report. @rule 2.0b 301, 305-308, 311, 312, 331, 333
 *
 * The offer is the same for every VTN: usage (energy and power) and status of each device, and the history of usage.
 */

const energyReal: ItemBase = {
  element: 'energyReal',
  itemDescription: 'RealEnergy',
  itemUnits: 'Wh',
  siScaleCode: 'k',
};

const powerReal: ItemBase = {
  element: 'powerReal',
  itemDescription: 'RealPower',
  itemUnits: 'W',
  siScaleCode: 'k',
  powerAttributes: { hertz: '60', voltage: '240', ac: true },
};

/** The shortest and longest period of our series; readings are at hand for every minute that is asked for. */
export const samplingRate = { oadrMinPeriod: 'PT1M', oadrMaxPeriod: 'PT24H' } as const;

const description = (point: DataPoint, telemetry: boolean): OadrReportDescription => ({
  rID: point.rID,
  reportDataSource: { resourceID: [point.resourceID] },
  ...(point.measure === 'resourceStatus'
    ? { reportType: 'x-resourceStatus', readingType: 'x-notApplicable' }
    : {
        reportType: 'usage',
        itemBase: point.measure === 'energyReal' ? energyReal : powerReal,
        readingType: 'Direct Read',
      }),
  ...(telemetry ? { oadrSamplingRate: { ...samplingRate, oadrOnChange: point.measure === 'resourceStatus' } } : {}),
});

/** How much data we hold: a hundred points and more of every granularity up to eight hours. @rule 2.0b 312, 510 */
export const heldFor = 'P35D';

const metadataReport = (
  reportName: ReportName,
  reportSpecifierID: string,
  points: readonly DataPoint[],
  createdDateTime: string,
): OadrReport => ({
  duration: heldFor,
  oadrReportDescription: points.map((point) => description(point, reportName !== 'METADATA_HISTORY_USAGE')),
  reportRequestID: '0',
  reportSpecifierID,
  reportName,
  createdDateTime,
});

const metadataReports = (settings: VenSettings, createdDateTime: string): readonly OadrReport[] =>
  settings.devices.length === 0
    ? []
    : [
        metadataReport(
          'METADATA_TELEMETRY_STATUS',
          settings.statusSpecifierID,
          dataPointsOf('status', settings),
          createdDateTime,
        ),
        metadataReport(
          'METADATA_TELEMETRY_USAGE',
          settings.usageSpecifierID,
          dataPointsOf('usage', settings),
          createdDateTime,
        ),
        metadataReport(
          'METADATA_HISTORY_USAGE',
          settings.historySpecifierID,
          dataPointsOf('history', settings),
          createdDateTime,
        ),
      ];

/** The offer as a message; `reportRequestID` only when it answers a request for metadata. @rule 2.0b 311 */
export const metadataMessage = (moment: Moment, venID: string, reportRequestID: string | null): OadrRegisterReport => ({
  message: 'oadrRegisterReport',
  requestID: newID(moment, 'oadrRegisterReport'),
  oadrReport: metadataReports(moment.settings, formatDateTime(moment.at)),
  venID,
  ...(reportRequestID === null ? {} : { reportRequestID }),
});
