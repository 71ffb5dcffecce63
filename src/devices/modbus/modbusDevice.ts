/** A device over Modbus TCP whose registers the configuration names. What was written is read back; where it reverts by itself, that is written first. */
import type { ConfiguredAs } from '../../shell/settings/deviceKinds.ts';
import type { Device } from '../../shell/ports.ts';
import { DeviceError } from '../deviceError.ts';
import { liveSettingsOf } from '../live/common.ts';
import type { DeviceSample, Driver } from '../live/driver.ts';
import { LiveDevice } from '../live/liveDevice.ts';
import type { Opening } from '../opening.ts';
import { ModbusConnection, type ModbusConversation } from './connection.ts';
import { numberIn, type RegisterPlace, registersOf, wordsOf } from './registers.ts';

type Configured = ConfiguredAs<'modbus'>;
type ReadName = keyof Configured['registers'];

/** What a device said is no reading when it was asked longer ago. @unit ms */
const maxAgeMs = 60_000;

/** It is told something no more often than this. @unit ms */
const leastPauseMs = 1_000;

/** A device without registers of energy is asked for its power so often. @unit ms */
const lookEveryMs = 20_000;

const plain = (address: number): RegisterPlace => ({ address, type: 'uint16', wordOrder: 'big', factor: 1 });

const sampleOf = (values: ReadonlyMap<ReadName, number>, at: number): DeviceSample => {
  const flag = (name: ReadName): boolean | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : value !== 0;
  };
  const known = {
    powerWatts: values.get('power'),
    stateOfCharge: values.get('stateOfCharge'),
    importWattHours: values.get('importRegister'),
    exportWattHours: values.get('exportRegister'),
    isAvailable: flag('available'),
    manualOverride: flag('manualOverride'),
  };
  return { at, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
};

/** Opens a device over Modbus TCP; it need not answer yet. */
export const openModbus = (opening: Opening<'modbus'>): Device => {
  const { device, now, timeZone, resumeFrom, journal } = opening;
  const { resourceID, registers, control } = device;
  const connection = new ModbusConnection(device);
  const keepsLastOrder = control !== undefined && control.revertAfter === undefined;
  if (keepsLastOrder && !device.readOnly)
    journal.warn(
      `${resourceID} keeps its last order if we die, because its control names no revertAfter: where it has such a register, name it.`,
    );

  const readAll = async (line: ModbusConversation): Promise<ReadonlyMap<ReadName, number>> => {
    const values = new Map<ReadName, number>();
    for (const [name, place] of Object.entries(registers)) {
      if (place === undefined) continue;
      const value = numberIn(await line.read(place.address, wordsOf(place), place.table), place);
      if (value !== undefined) values.set(name as ReadName, value);
    }
    return values;
  };

  /** `isCounting`: it runs down meanwhile, so it is only looked whether it is there. */
  const put = async (
    line: ModbusConversation,
    name: string,
    place: RegisterPlace,
    value: number,
    isCounting = false,
  ): Promise<void> => {
    const words = registersOf(value, place);
    if (words === undefined)
      throw new DeviceError(
        'Configuration Error',
        `${resourceID} cannot be told ${name} ${value}: it does not fit into ${place.type} with the factor ${place.factor}.`,
      );
    await line.write(place.address, words);
    const back = await line.read(place.address, words.length);
    const isKept = isCounting ? back.some((word) => word !== 0) : back.join() === words.join();
    if (!isKept)
      throw new DeviceError(
        'Device Failure',
        `${resourceID} took ${name} at ${place.address} and does not say so: ${words.join(' ')} was written, ${back.join(' ')} stands there.`,
      );
  };

  const controlled = (): NonNullable<Configured['control']> => {
    if (control !== undefined) return control;
    throw new DeviceError('Configuration Error', `${resourceID} has no control, so it can be told nothing.`);
  };

  const driver: Driver = {
    sample: () =>
      connection.together(async (line) => {
        const at = now();
        return { ...sampleOf(await readAll(line), at), ...(keepsLastOrder ? { keepsLastOrder } : {}) };
      }),
    write: ({ demandWatts, validUntil }) =>
      connection.together(async (line) => {
        const { power, revertAfter, enable } = controlled();
        const seconds = Math.max(1, Math.ceil((validUntil - now()) / 1000));
        if (revertAfter !== undefined) await put(line, 'revertAfter', revertAfter, seconds, true);
        await put(line, 'power', power, power.charging === 'positive' ? demandWatts : 0 - demandWatts);
        if (enable !== undefined) await put(line, 'enable', plain(enable.address), enable.value);
      }),
    free: () =>
      connection.together(async (line) => {
        const { power, release } = controlled();
        await (release === undefined
          ? put(line, 'power', power, 0)
          : put(line, 'release', plain(release.address), release.value));
      }),
    close: () => connection.close(),
  };

  return new LiveDevice({
    ...liveSettingsOf(device),
    maxAgeMs,
    leastPauseMs,
    lookEveryMs,
    driver,
    resumeFrom,
    now,
    timeZone,
    journal,
  });
};
