/** A SunSpec device over Modbus TCP. */
import type { Device } from '../../shell/ports.ts';
import { AnotherDevice, DeviceError } from '../deviceError.ts';
import { liveSettingsOf } from '../live/common.ts';
import type { DeviceSample, Driver } from '../live/driver.ts';
import { LiveDevice } from '../live/liveDevice.ts';
import type { Opening } from '../opening.ts';
import { type Chain, walkChain } from './chain.ts';
import { ModbusConnection, type ModbusConversation } from './connection.ts';
import { endOrder, giveOrder } from './orders.ts';
import { models, type ModelID } from './points.ts';
import { firstOf, type ModelsRead, outOfUse, standingOf } from './standing.ts';
import { type Quirks, quirksOf } from './quirks.ts';

/** What a device said is no reading when it was asked longer ago. @unit ms */
const maxAgeMs = 60_000;

/** It is told something no more often than this. @unit ms */
const leastPauseMs = 1_000;

/** A device without registers is asked for its power so often. @unit ms */
const lookEveryMs = 20_000;

const measuring: readonly ModelID[] = [701, 103, 102, 101, 713, 802, 124, 120, 121, 122, 123, 702, 703];

/** What the models say. In SunSpec what is delivered is positive. */
const sampleOf = (read: ModelsRead, at: number, isGenerator: boolean): DeviceSample => {
  const delivered = firstOf(
    read,
    [701, models[701].W],
    [103, models[103].W],
    [102, models[102].W],
    [101, models[101].W],
  );
  const percent = firstOf(read, [713, models[713].SoC], [802, models[802].SoC], [124, models[124].ChaState]);
  // WH of an inverter counts what it delivers; of a store that draws as well it is not all.
  const inverted = isGenerator
    ? firstOf(read, [103, models[103].WH], [102, models[102].WH], [101, models[101].WH])
    : undefined;
  const [injected, absorbed] = [
    firstOf(read, [701, models[701].TotWhInj]) ?? inverted,
    firstOf(read, [701, models[701].TotWhAbs]),
  ];
  const known = {
    powerWatts: delivered === undefined ? undefined : 0 - delivered,
    stateOfCharge: percent === undefined ? undefined : Math.min(1, Math.max(0, percent / 100)),
    exportWattHours: injected,
    importWattHours: absorbed,
  };
  return {
    at,
    ...standingOf(read),
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
};

const readModels = async (line: ModbusConversation, { places }: Chain): Promise<ModelsRead> => {
  const read = new Map<ModelID, readonly number[]>();
  for (const id of measuring) {
    const place = places.get(id);
    if (place !== undefined) read.set(id, await line.read(place.at, place.length));
  }
  return read;
};

/** Who a device says that it is. */
const serialOf = ({ manufacturer, model, serialNumber }: Pick<Chain, 'manufacturer' | 'model' | 'serialNumber'>) =>
  [manufacturer, model, serialNumber].filter((part) => part !== '').join(' ');

/** Opens a SunSpec device; it need not answer yet. */
export const openSunspec = (opening: Opening<'sunspec'>): Device => {
  const { device, now, resumeFrom, journal } = opening;
  const { resourceID, baseAddresses } = device;
  const settings = liveSettingsOf(device);
  const connection = new ModbusConnection(device);
  let known: { readonly chain: Chain; readonly quirks: Quirks; readonly opening: number } | null = null;
  let introduced = '';

  const introduce = ({ manufacturer, model, serialNumber, places }: Chain): Quirks => {
    const { because, ...quirks } = quirksOf(manufacturer, model);
    const name = serialOf({ manufacturer, model, serialNumber });
    if (name !== introduced) {
      journal.info(`${resourceID} is ${name}, with the SunSpec models ${[...places.keys()].join(', ')}.`);
      if (quirks.hasNoRevertTimer === true)
        journal.warn(`${resourceID} keeps its last order if we die, because ${because ?? 'it has no revert timer'}.`);
    }
    introduced = name;
    return quirks;
  };

  const talk = <T>(work: (line: ModbusConversation, chain: Chain, quirks: Quirks) => Promise<T>): Promise<T> =>
    connection.together(async (line) => {
      if (known === null || known.opening !== connection.openings) {
        const chain = await walkChain(line, baseAddresses, resourceID);
        known = { chain, quirks: introduce(chain), opening: connection.openings };
      }
      return work(line, known.chain, known.quirks);
    });

  const driver: Driver = {
    sample: () =>
      talk(async (line, chain, { hasNoRevertTimer }) => {
        const at = now();
        const said = sampleOf(await readModels(line, chain), at, settings.maxChargeWatts === 0);
        const serial = serialOf(chain);
        return {
          ...said,
          ...(serial === '' ? {} : { serial }),
          ...(hasNoRevertTimer === true ? { keepsLastOrder: true } : {}),
        };
      }),
    write: ({ demandWatts, validUntil, serial }) =>
      talk(async (line, chain, { hasNoRevertTimer = false }) => {
        const found = serialOf(chain);
        if (serial !== undefined && found !== serial) throw new AnotherDevice(resourceID, serial, found);
        const because = outOfUse(await readModels(line, chain));
        if (because !== null)
          throw new DeviceError(
            'Device Failure',
            `${resourceID} cannot be used, because ${because}: it is not told anything until that is over.`,
          );
        const revertAfterS = Math.max(1, Math.ceil((validUntil - now()) / 1000));
        await giveOrder(line, chain, { demandWatts, revertAfterS, hasNoRevertTimer }, resourceID);
      }),
    free: () => talk((line, chain) => endOrder(line, chain, resourceID)),
    close: () => connection.close(),
  };

  return new LiveDevice({
    ...settings,
    maxAgeMs,
    leastPauseMs,
    lookEveryMs,
    driver,
    resumeFrom,
    now,
    journal,
  });
};
