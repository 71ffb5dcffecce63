import type { OadrReportPayload } from '../../protocol/elements/oadrReportPayload.ts';
import type { OadrPayloadResourceStatus } from '../../protocol/elements/oadrPayloadResourceStatus.ts';
import type { OadrDataQuality } from '../../protocol/types/enumerations.ts';
import type { DecimalText } from '../../protocol/types/scalars.ts';
import type { DeviceStatus } from '../../facts/input.ts';
import type { UsageInterval } from '../../facts/usage.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import type { DataPoint } from '../../machines/report/dataPoints.ts';
import { hourMs } from '../../programme/calendar.ts';

/** The values of data points, as they go onto the wire: kilo-units as offered in the metadata. */

/** Thousandths as decimal text, exactly: 1500 → `1.500`, -20 → `-0.020`. */
export const thousandths = (amount: number): DecimalText => {
  const rounded = Math.round(amount);
  const digits = String(Math.abs(rounded)).padStart(4, '0');
  return `${rounded < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
};

/** What the interval is worth for a data point: energy in kWh, or mean power in kW. */
const valueOf = (point: DataPoint, { energyWattHours, durationMs }: UsageInterval): DecimalText => {
  if (energyWattHours === null) return '0';
  return point.measure === 'energyReal'
    ? thousandths(energyWattHours)
    : thousandths((energyWattHours * hourMs) / durationMs);
};

const good: OadrDataQuality = 'Quality Good - Non Specific';

/** Power that was added up is no register: the VTN is told that it is less certain. */
const qualityOf = ({ bad, isIntegrated }: UsageInterval): OadrDataQuality =>
  bad !== undefined ? `Quality Bad - ${bad}` : isIntegrated === true ? 'Quality Uncertain - Non Specific' : good;

/** One usage value; what was not measured is a placeholder that says so. @rule 2.0b 318, 319 */
export const usagePayload = (point: DataPoint, interval: UsageInterval): OadrReportPayload => ({
  rID: point.rID,
  confidence: interval.energyWattHours === null ? 0 : 100,
  accuracy: '0.001',
  payloadFloat: valueOf(point, interval),
  oadrDataQuality: qualityOf(interval),
});

/** A device's status with its capacity in kW: negative is what it can deliver. The same parts in every report. @rule 2.0b 334 */
export const resourceStatus = (
  status: DeviceStatus | null,
  device: DeviceSettings | undefined,
): OadrPayloadResourceStatus => {
  const charge = status?.maxChargeWatts ?? device?.maxChargeWatts ?? 0;
  const discharge = status?.maxDischargeWatts ?? device?.maxDischargeWatts ?? 0;
  return {
    oadrOnline: status?.online ?? false,
    oadrManualOverride: status?.manualOverride ?? false,
    oadrLoadControlState: {
      oadrCapacity: {
        oadrMin: thousandths(-discharge),
        oadrMax: thousandths(charge),
        oadrCurrent: thousandths(status?.powerWatts ?? 0),
        oadrNormal: '0.000',
      },
    },
  };
};

/** One status value. */
export const statusPayload = (
  point: DataPoint,
  status: DeviceStatus | null,
  device: DeviceSettings | undefined,
  quality: OadrDataQuality,
): OadrReportPayload => ({
  rID: point.rID,
  oadrPayloadResourceStatus: resourceStatus(status, device),
  oadrDataQuality: quality,
});
