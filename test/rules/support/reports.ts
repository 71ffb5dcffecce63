import type { Device } from '../../../src/shell/ports.ts';
import type { BadQuality, MeterRead } from '../../../src/facts/input.ts';
import type { OadrReport } from '../../../src/protocol/elements/oadrReport.ts';
import { parseDateTime } from '../../../src/protocol/types/dateTime.ts';
import { durationMs } from '../../../src/protocol/types/duration.ts';
import { deviceID, type Conversation } from '../../support/conversation.ts';

export const energyID = `${deviceID}/energyReal`;
export const powerID = `${deviceID}/powerReal`;
export const statusID = `${deviceID}/resourceStatus`;

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** One data report as it went out. */
export interface Told {
  readonly at: number;
  readonly report: OadrReport;
}

/** The data reports sent under a request (or any), oldest first. */
export const toldBy = (talk: Conversation, reportRequestID?: string): readonly Told[] =>
  talk
    .sentNamed('oadrUpdateReport')
    .flatMap(({ at, message }) => message.oadrReport.map((report) => ({ at, report })))
    .filter(({ report }) => reportRequestID === undefined || report.reportRequestID === reportRequestID);

/** Start and length of each interval of a report. @unit ms */
export const spansOf = ({ intervals = [] }: OadrReport): readonly (readonly [startAt: number, lengthMs: number])[] =>
  intervals.map(
    ({ dtstart, duration }) =>
      [parseDateTime(dtstart ?? '') ?? Number.NaN, duration === undefined ? 0 : durationMs(duration)] as const,
  );

/** Values of one data point, with their quality. */
export const valuesOf = (
  { intervals = [] }: OadrReport,
  rID: string,
): readonly (readonly [value: string | undefined, oadrDataQuality: string | undefined])[] =>
  intervals.flatMap(({ oadrReportPayload = [] }) =>
    oadrReportPayload
      .filter((payload) => payload.rID === rID)
      .map(({ payloadFloat, oadrDataQuality }) => [payloadFloat, oadrDataQuality] as const),
  );

/** A meter that fails when it is told to. */
export class MoodyMeter implements Device {
  readonly resourceID = deviceID;
  readonly #inner: Device;
  quality: BadQuality | 'silent' | null = null;

  constructor(inner: Device) {
    this.#inner = inner;
  }

  read(boundaryAt: number): Promise<MeterRead> {
    if (this.quality === null) return this.#inner.read(boundaryAt);
    if (this.quality === 'silent') return new Promise(() => undefined);
    return Promise.reject(Object.assign(new Error('The meter is not well.'), { quality: this.quality }));
  }

  apply(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}
