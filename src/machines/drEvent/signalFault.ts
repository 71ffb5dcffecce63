import { foreignCurrency, statesPrice } from './priceSignal.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import { signalValue } from '../../protocol/elements/interval.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import type { Objection } from '../objection.ts';
import { asksForPower, canBeDone, loadSignals } from './loadCommands.ts';
import { targetedDevices } from './targetFault.ts';
import { intervalTimes } from './timeFault.ts';

/** Whether we can act on the signals of a DR event, and whether they make sense. @rule 2.0b 2, 8, 33, 48, 102, 104, 109 */

/** What was found about the signals of a DR event. */
export interface SignalFindings {
  /** What costs the whole event. */
  readonly fault: Objection | null;
  /** A signal that is not supported, beside prices that are: it is told, and they stay in force. @rule 2.0b 109 */
  readonly unsupported: Objection | null;
  /** A price that cannot be reckoned with, in a sentence. */
  readonly unusable: string | null;
  readonly remarks: readonly string[];
  /** Whether the VEN does what the event says: only that is opted into. */
  readonly isFollowed: boolean;
}

/** signalName/signalType → units that may go with it; no unit is tolerated unless strict. @rule 2.0b 104 */
const supported: Readonly<Record<string, readonly string[]>> = {
  'SIMPLE/level': [],
  'simple/level': [],
  'ELECTRICITY_PRICE/price': ['currencyPerKWh'],
  'ENERGY_PRICE/price': ['currencyPerKWh'],
  'LOAD_DISPATCH/setpoint': ['powerReal'],
};

/** Instead of the unit of a price of energy; what energy it is for is then for the programme to say. */
const bareCurrency = 'currency';

const unitIsRight = (signal: EiEventSignal, units: readonly string[], strict: boolean): boolean => {
  const unit = signal.itemBase?.element;
  if (units.length === 0) return true;
  if (unit === undefined) return !strict;
  return units.includes(unit) || (!strict && unit === bareCurrency && statesPrice(signal));
};

const supportFault = (signal: EiEventSignal, eventID: string, settings: VenSettings): Objection | null => {
  const name = `${signal.signalName}/${signal.signalType}`;
  const units = supported[name] ?? (settings.followDrEvents === true ? loadSignals[name] : undefined);
  if (units !== undefined && unitIsRight(signal, units, settings.strict)) return null;
  const unit = signal.itemBase === undefined ? '' : ` in ${signal.itemBase.element}`;
  return { responseCode: '460', why: `signal ${name}${unit} of ${eventID} is not supported` };
};

/** A signal's own target narrows the event's. @rule 2.0b 111 */
const classFault = (signal: EiEventSignal, eventID: string, devices: readonly DeviceSettings[]): Objection | null => {
  const classes = signal.eiTarget?.endDeviceAsset ?? [];
  const applies =
    classes.length === 0 ||
    devices.some(({ deviceClass }) => deviceClass === undefined || classes.includes(deviceClass));
  return applies
    ? null
    : {
        responseCode: '469',
        why: `signal ${signal.signalID} of ${eventID} applies to ${classes.join(', ')}, and we have no such device`,
      };
};

const orderFault = (signal: EiEventSignal, eventID: string): Objection | null => {
  const wrong = signal.intervals.findIndex(({ uid }, place) => uid !== undefined && Number(uid) !== place);
  return wrong === -1
    ? null
    : {
        responseCode: '450',
        why: `interval ${wrong} of signal ${signal.signalID} of ${eventID} has uid ${signal.intervals[wrong]?.uid ?? ''}`,
      };
};

const isSimple = ({ signalName }: EiEventSignal): boolean => signalName.toUpperCase() === 'SIMPLE';

const valueFault = (signal: EiEventSignal, eventID: string): Objection | null => {
  const isLevel = isSimple(signal);
  const wrong = signal.intervals.findIndex((interval) => {
    const value = signalValue(interval);
    return value === undefined || (isLevel && ![0, 1, 2, 3].includes(Number(value)));
  });
  if (wrong === -1) return null;
  const value = signal.intervals[wrong] === undefined ? undefined : signalValue(signal.intervals[wrong]);
  return value === undefined
    ? {
        responseCode: '459',
        why: `interval ${wrong} of signal ${signal.signalID} of ${eventID} does not carry exactly one value`,
      }
    : { responseCode: '454', why: `value ${value} of signal ${signal.signalID} of ${eventID} is out of range` };
};

const bad = (fault: Objection): SignalFindings => ({
  fault,
  unsupported: null,
  unusable: null,
  remarks: [],
  isFollowed: false,
});

/** The first fault of the signals that are supported, or the remarks about them. */
const senseOf = (
  signals: readonly EiEventSignal[],
  event: EiEvent,
  settings: VenSettings,
  venID: string,
): Objection | readonly string[] => {
  const { eventID } = event.eventDescriptor;
  const devices = targetedDevices(event.eiTarget, venID, settings);
  const remarks: string[] = [];
  for (const signal of signals) {
    const times = intervalTimes(signal, event, settings.timeZone);
    const fault =
      classFault(signal, eventID, devices) ?? orderFault(signal, eventID) ?? valueFault(signal, eventID) ?? times.fault;
    if (fault !== null) return fault;
    if (times.remark !== null) remarks.push(times.remark);
    if (signal.itemBase?.element === bareCurrency && statesPrice(signal))
      remarks.push(
        `signal ${signal.signalID} of ${eventID} names a currency and no energy: it is read as ${settings.priceUnit}`,
      );
  }
  return remarks;
};

const isUsable = (signal: EiEventSignal): boolean => statesPrice(signal) && foreignCurrency(signal) === null;

const unusableIn = (signals: readonly EiEventSignal[], eventID: string): string | null => {
  const prices = signals.filter(statesPrice);
  const [foreign] = prices;
  return foreign === undefined || prices.some(isUsable)
    ? null
    : `signal ${foreign.signalID} of ${eventID} is in ${foreignCurrency(foreign) ?? ''}, and only USD is understood`;
};

/**
 * Whether the VEN does what a DR event says; nothing else is opted into. @rule 2.0b 510
 *
 * @reading An event is followed when its prices can be acted on, and what it asks of the devices can be done by one of
 * them. SIMPLE beside prices is their shadow for simpler VENs. In logs of before nobody carried out anything but prices.
 */
const isFollowed = (event: EiEvent, settings: VenSettings, venID: string): boolean => {
  const signals = event.eiEventSignals.eiEventSignal;
  const { eventID } = event.eventDescriptor;
  const isDone = (signal: EiEventSignal): boolean =>
    settings.followDrEvents === true && canBeDone(signal, event, settings, venID);
  if (!signals.some(statesPrice))
    return (
      signals.length > 0 &&
      signals.every((signal) => supportFault(signal, eventID, settings) === null && isDone(signal))
    );
  return (
    signals.some(isUsable) &&
    signals.every(
      (signal) =>
        supportFault(signal, eventID, settings) === null &&
        (statesPrice(signal) || isSimple(signal) || (asksForPower(signal) && isDone(signal))),
    )
  );
};

/** What there is to say of the signals of a DR event. */
export const signalFindings = (event: EiEvent, settings: VenSettings, venID: string): SignalFindings => {
  const { eventID } = event.eventDescriptor;
  const all = event.eiEventSignals.eiEventSignal;
  if (settings.strict && new Set(all.map(({ signalID }) => signalID)).size !== all.length)
    return bad({ responseCode: '459', why: `two signals of ${eventID} have the same signalID` });
  const unsupported =
    all.map((signal) => supportFault(signal, eventID, settings)).find((fault) => fault !== null) ?? null;
  const known = all.filter((signal) => supportFault(signal, eventID, settings) === null);
  if (unsupported !== null && !known.some(isUsable)) return bad(unsupported);
  const sense = senseOf(known, event, settings, venID);
  if ('responseCode' in sense) return bad(sense);
  const unusable = unusableIn(known, eventID);
  return { fault: null, unsupported, unusable, remarks: sense, isFollowed: isFollowed(event, settings, venID) };
};

/** What a DR event is answered with for its signals, or null: one unsupported signal is told even beside prices in force. */
export const signalFault = (event: EiEvent, settings: VenSettings, venID: string): Objection | null => {
  const { fault, unsupported } = signalFindings(event, settings, venID);
  return fault ?? unsupported;
};
