/** What needs no simulation: what a fleet stores, holds in memory and costs, and what one VEN with very many devices does. */
import type { ScaleFigures } from './inputs.ts';

/** A fleet on paper. */
export interface FleetOnPaper {
  readonly vens: number;
  readonly workers: number;
  readonly servers: number;
}

/** What it takes. */
export interface FleetSums {
  readonly vensOfWorker: number;
  /** VENs of the worker with the most shards. */
  readonly vensOfBusiestWorker: number;
  /** The part of its core that polls alone take of that worker. */
  readonly pollShare: number;
  readonly heapGb: number;
  readonly entriesPerSecond: number;
  readonly walGbADay: number;
  /** Of all servers. */
  readonly storedTb: number;
  /** Of the entries and of the XML, of one server, with those made ahead. */
  readonly partitions: number;
  readonly monthGb: number;
  readonly usdPerVenYear: number;
}

const daysAMonth = 30.4;
const monthsAhead = 3;

/** Bytes that a VEN stores in a day. */
export const storedADay = ({ bytesADay, xmlBytesADay, entriesADay, rowBytes }: ScaleFigures): number =>
  bytesADay + xmlBytesADay + entriesADay * rowBytes;

/** Sums up a fleet. */
export const fleetSums = ({ vens, workers, servers }: FleetOnPaper, figures: ScaleFigures): FleetSums => {
  const vensOfBusiestWorker = (vens * Math.ceil(figures.shards / workers)) / figures.shards;
  const aDay = storedADay(figures) * vens;
  const storedGb = (aDay * figures.retentionDays) / 1e9;
  const monthly =
    2 * workers * figures.coreUsdPerMonth +
    servers * figures.serverUsdPerMonth +
    storedGb * figures.storageUsdPerGbMonth;
  return {
    vensOfWorker: vens / workers,
    vensOfBusiestWorker,
    pollShare: (vensOfBusiestWorker * figures.pollMs) / (figures.pollEveryMs * (1 + figures.pollJitter / 2)),
    heapGb: (vensOfBusiestWorker * figures.venBytes) / 1e9,
    entriesPerSecond: (vens * figures.entriesADay) / 86_400,
    walGbADay: (aDay * figures.walFactor) / 1e9,
    storedTb: storedGb / 1e3,
    partitions: 2 * (Math.ceil(figures.retentionDays / daysAMonth) + monthsAhead),
    monthGb: (aDay * daysAMonth) / servers / 1e9,
    usdPerVenYear: (12 * monthly) / vens,
  };
};

/** What one VEN with so many devices comes to, from what ten thousand were measured at. */
export interface ManyDevicesSums {
  readonly devices: number;
  readonly heapGb: number;
  readonly messages: number;
  readonly reportGb: number;
  readonly encodeS: number;
  /** All messages of a day one after the other over the one line of the VEN. */
  readonly lineMinutes: number;
  /** The one message that offers all devices. */
  readonly offerMb: number;
  /** From the full hour until the readings of all devices are acknowledged by one PostgreSQL. */
  readonly readingsS: number;
  readonly readingsCpuS: number;
}

/** What is known of the line of a VEN, of its offer and of the longest text that the engine holds. */
export const lineFigures = {
  roundTripMs: 50,
  bytesPerSecond: 12.5e6,
  offerBytesOfDevice: 1_500,
  longestTextBytes: 536_870_888,
};

/** Sums it up: everything here grows with the devices. */
export const manyDevicesSums = (devices: number, figures: ScaleFigures): ManyDevicesSums => {
  const times = devices / 10_000;
  const messages = Math.ceil(figures.deviceMessages * times);
  const reportBytes = figures.deviceReportBytes * times;
  const encodeS = (figures.deviceEncodeMs * times) / 1_000;
  const onTheWireS = reportBytes / lineFigures.bytesPerSecond + (messages * lineFigures.roundTripMs) / 1_000;
  return {
    devices,
    heapGb: (devices * figures.deviceBytes) / 1e9,
    messages,
    reportGb: reportBytes / 1e9,
    encodeS,
    lineMinutes: (encodeS + onTheWireS) / 60,
    offerMb: (devices * lineFigures.offerBytesOfDevice) / 1e6,
    readingsS: (devices * figures.hourEntries) / figures.appendsPerSecond,
    readingsCpuS: (devices * 2 * figures.stepMs) / 1_000,
  };
};
