/** A meter by files that land in a folder: its hours come late, and are there once a file tells of them. */
import type { MeterRead } from '../../facts/input.ts';
import { layoutOfText, noLayout, type Layout } from '../../files/layout.ts';
import type { Device } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import type { Opening } from '../opening.ts';
import { folderOf, type MeterFolder } from './folder.ts';
import { IntervalLedger, type ToldRegisters } from './ledger.ts';

const layoutOf = ({ device: { resourceID, columns } }: Opening<'files'>): Layout => {
  try {
    return columns === undefined ? noLayout : layoutOfText(columns);
  } catch (error) {
    throw new DeviceError(
      'Configuration Error',
      `The columns of ${resourceID} cannot be used: ${(error as Error).message}`,
    );
  }
};

const asTold = (read: MeterRead): ToldRegisters => ({
  at: read.boundaryAt,
  importWattHours: read.importWattHours,
  exportWattHours: read.exportWattHours,
  registersSince: read.registersSince ?? read.boundaryAt,
  isUncertain: read.isIntegrated === true,
  powerWatts: read.status.powerWatts ?? 0,
});

const asIso = (at: number): string => new Date(at).toISOString();

class FilesDevice implements Device {
  readonly resourceID: string;
  readonly #opening: Opening<'files'>;
  readonly #ledger = new IntervalLedger();
  readonly #folder: MeterFolder;
  #readLast: ToldRegisters | null;

  constructor(opening: Opening<'files'>) {
    const { device, timeZone, now, journal, resumeFrom } = opening;
    const { resourceID, folder, fileDevice = null } = device;
    this.resourceID = resourceID;
    this.#opening = opening;
    this.#readLast = resumeFrom === null ? null : asTold(resumeFrom);
    this.#folder = folderOf({ folder, layout: layoutOf(opening), timeZone, now, journal }, device.columns, {
      resourceID,
      fileDevice,
      ledger: this.#ledger,
    });
  }

  /** @throws DeviceError when no file tells of that boundary, or none yet */
  async read(boundaryAt: number): Promise<MeterRead> {
    await this.#folder.look();
    const told = this.#ledger.at(boundaryAt, this.#readLast);
    if (told === null) throw this.#nothingToldAt(boundaryAt);
    if (boundaryAt > (this.#readLast?.at ?? Number.NEGATIVE_INFINITY)) this.#readLast = told;
    const { maxChargeWatts, maxDischargeWatts } = this.#opening.device;
    const { importWattHours, exportWattHours, registersSince, isUncertain, powerWatts } = told;
    return {
      resourceID: this.resourceID,
      boundaryAt,
      readAt: boundaryAt,
      importWattHours: Math.floor(importWattHours + 1e-6),
      exportWattHours: Math.floor(exportWattHours + 1e-6),
      registersSince,
      ...(isUncertain ? { isIntegrated: true } : {}),
      status: { online: true, manualOverride: false, powerWatts, maxChargeWatts, maxDischargeWatts },
    };
  }

  /** @throws DeviceError always: a file is told nothing */
  apply(): Promise<void> {
    return Promise.reject(
      new DeviceError('Configuration Error', `${this.resourceID} is a meter of files; it is never told anything.`),
    );
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#folder.leave(this.resourceID);
    return Promise.resolve();
  }

  #nothingToldAt(boundaryAt: number): DeviceError {
    const { folder } = this.#opening.device;
    const until = this.#ledger.toldUntil;
    if (until === null)
      return new DeviceError('Not Connected', `There is no file that tells of ${this.resourceID} yet in ${folder}.`);
    if (boundaryAt > until)
      return new DeviceError(
        'Not Connected',
        `The files of ${this.resourceID} in ${folder} tell until ${asIso(until)}, and not yet of ${asIso(boundaryAt)}.`,
      );
    return new DeviceError(
      'Not Connected',
      `No file of ${this.resourceID} in ${folder} has an interval that begins or ends at ${asIso(boundaryAt)}.`,
    );
  }
}

/** Opens a meter of files; they may come later. @throws DeviceError when its columns are none */
export const openFiles = (opening: Opening<'files'>): Device => new FilesDevice(opening);
