/** A SunSpec device over Modbus TCP. */
import type { Device } from '../../shell/ports.ts';
import { AnotherDevice, DeviceError } from '../deviceError.ts';
import { liveSettingsOf } from '../live/common.ts';
import type { DeviceSample, Driver } from '../live/driver.ts';
import { LiveDevice } from '../live/liveDevice.ts';
import type { Opening } from '../opening.ts';
import { type Chain, unlessRefused, walkChain } from './chain.ts';
import { ModbusConnection, type ModbusConversation } from './connection.ts';
import { endOrder, giveOrder, type OrderQuirks, revertTimerLacking } from './orders.ts';
import { inverters, models, type ModelID } from './points.ts';
import { firstOf, type ModelsRead, outOfUse, standingOf } from './standing.ts';
import { quirksOf } from './makers.ts';
import { checkQuirks, mended, type Quirks } from './quirks.ts';

/** What a device said is no reading when it was asked longer ago. @unit ms */
const maxAgeMs = 60_000;

/** It is told something no more often than this. @unit ms */
const leastPauseMs = 1_000;

/** A device without registers is asked for its power so often. @unit ms */
const lookEveryMs = 20_000;

const measuring: readonly ModelID[] = [701, ...inverters, 713, 802, 124, 120, 121, 122, 123, 702, 703];

/** What the models say. In SunSpec what is delivered is positive. */
const sampleOf = (read: ModelsRead, at: number, isGenerator: boolean, { isReversed }: Quirks): DeviceSample => {
  const delivered = firstOf(read, [701, models[701].W], ...inverters.map((id) => [id, models[id].W] as const));
  const percent = firstOf(read, [713, models[713].SoC], [802, models[802].SoC], [124, models[124].ChaState]);
  // WH of an inverter counts what it delivers; of a store that draws as well it is not all.
  const inverted = isGenerator ? firstOf(read, ...inverters.map((id) => [id, models[id].WH] as const)) : undefined;
  const [injected, absorbed] = [
    firstOf(read, [701, models[701].TotWhInj]) ?? inverted,
    firstOf(read, [701, models[701].TotWhAbs]),
  ];
  const drawn = delivered === undefined || isReversed === true ? delivered : 0 - delivered;
  const known = {
    powerWatts: drawn,
    stateOfCharge: percent === undefined ? undefined : percent / 100,
    exportWattHours: isReversed === true ? absorbed : injected,
    importWattHours: isReversed === true ? injected : absorbed,
  };
  return {
    at,
    ...standingOf(read),
    ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  };
};

/** What was read, and the models that the device lists and refuses to tell. */
interface ModelsTold {
  readonly read: ModelsRead;
  readonly refused: readonly ModelID[];
}

/** One model that is refused costs itself; a device that does not answer at all is an error. */
const readModels = async (line: ModbusConversation, { places }: Chain, quirks: Quirks): Promise<ModelsTold> => {
  const read = new Map<ModelID, readonly number[]>();
  const refused: ModelID[] = [];
  for (const id of measuring) {
    const place = places.get(id);
    if (place === undefined || quirks.without?.includes(id) === true) continue;
    const registers = await unlessRefused(() => line.read(place.at, place.length), null);
    if (registers === null) refused.push(id);
    else read.set(id, mended(id, registers, quirks));
  }
  return { read, refused };
};

/** Who a device says that it is. */
const serialOf = ({ manufacturer, model, serialNumber }: Pick<Chain, 'manufacturer' | 'model' | 'serialNumber'>) =>
  [manufacturer, model, serialNumber].filter((part) => part !== '').join(' ');

/** What is to be minded of a device: by its maker, and by what it lacks; what is configured goes before. */
const quirksFound = async (line: ModbusConversation, chain: Chain, configured: Quirks = {}): Promise<OrderQuirks> => {
  const quirks = quirksOf(chain.manufacturer, chain.model, configured);
  if (quirks.hasNoRevertTimer !== undefined) return quirks;
  const lacking = await unlessRefused(() => revertTimerLacking(line, chain, quirks), null);
  return lacking === null ? quirks : { ...quirks, hasNoRevertTimer: true, because: `it has no ${lacking}` };
};

/** Opens a SunSpec device; it need not answer yet. */
export const openSunspec = (opening: Opening<'sunspec'>): Device => {
  const { device, now, timeZone, resumeFrom, journal } = opening;
  const { resourceID, baseAddresses, quirks: configured } = device;
  checkQuirks(configured ?? {}, resourceID);
  const settings = liveSettingsOf(device);
  const connection = new ModbusConnection(device);
  let known: { readonly chain: Chain; readonly quirks: OrderQuirks; readonly opening: number } | null = null;
  /** It keeps the time after which it would revert, and does not count it. */
  let timerStands = false;
  let introduced = '';
  let refusedBefore = '';

  const introduce = (chain: Chain, quirks: OrderQuirks): void => {
    const { places, brokenOffAt } = chain;
    const { because } = quirks;
    const name = serialOf(chain);
    if (name !== introduced) {
      journal.info(`${resourceID} is ${name}, with the SunSpec models ${[...places.keys()].join(', ')}.`);
      if (brokenOffAt !== null)
        journal.warn(
          `The chain of SunSpec models of ${resourceID} breaks off at ${brokenOffAt}, where it refuses to tell more: what may come after it is not known.`,
        );
      if (quirks.hasNoRevertTimer === true)
        journal.warn(`${resourceID} keeps its last order if we die, because ${because ?? 'it has no revert timer'}.`);
    }
    introduced = name;
  };

  const talk = <T>(work: (line: ModbusConversation, chain: Chain, quirks: OrderQuirks) => Promise<T>): Promise<T> =>
    connection.together(async (line) => {
      if (known === null || known.opening !== connection.openings) {
        const chain = await walkChain(line, baseAddresses, resourceID);
        const quirks = await quirksFound(line, chain, configured);
        introduce(chain, quirks);
        known = { chain, quirks, opening: connection.openings };
      }
      return work(line, known.chain, known.quirks);
    });

  const look = async (line: ModbusConversation, chain: Chain, quirks: Quirks): Promise<ModelsRead> => {
    const { read, refused } = await readModels(line, chain, quirks);
    const names = refused.join(', ');
    if (names !== refusedBefore && names !== '')
      journal.warn(
        `${resourceID} lists the SunSpec models ${names} and refuses to tell them: it is read without them.`,
      );
    refusedBefore = names;
    return read;
  };

  const driver: Driver = {
    sample: () =>
      talk(async (line, chain, quirks) => {
        const { hasNoRevertTimer } = quirks;
        const at = now();
        const said = sampleOf(await look(line, chain, quirks), at, settings.maxChargeWatts === 0, quirks);
        const serial = serialOf(chain);
        return {
          ...said,
          ...(serial === '' ? {} : { serial }),
          ...(hasNoRevertTimer === true || timerStands ? { keepsLastOrder: true } : {}),
        };
      }),
    write: ({ demandWatts, validUntil, serial }) =>
      talk(async (line, chain, quirks) => {
        const found = serialOf(chain);
        if (serial !== undefined && found !== serial) throw new AnotherDevice(resourceID, serial, found);
        const because = outOfUse(await look(line, chain, quirks));
        if (because !== null)
          throw new DeviceError(
            'Device Failure',
            `${resourceID} cannot be used, because ${because}: it is not told anything until that is over.`,
          );
        const revertAfterS = Math.max(1, Math.ceil((validUntil - now()) / 1000));
        const { timerRuns } = await giveOrder(line, chain, { demandWatts, revertAfterS, quirks }, resourceID);
        if (timerRuns === false && !timerStands)
          journal.warn(
            `${resourceID} keeps its last order if we die: it takes WSetRvrtTms, and WSetRvrtRem does not count it down.`,
          );
        timerStands = timerRuns === false;
      }),
    free: () => talk((line, chain, quirks) => endOrder(line, chain, quirks, resourceID)),
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
    timeZone,
    journal,
  });
};
