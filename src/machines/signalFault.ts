import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../protocol/elements/eiEventSignal.ts';
import { signalValue } from '../protocol/elements/interval.ts';
import { durationMs } from '../protocol/types/duration.ts';
import type { DeviceSettings, VenSettings } from '../facts/settings.ts';
import { activeMs, dtstartOf } from './eventTimes.ts';
import type { Fault } from './objection.ts';
import { targetedDevices } from './targetFault.ts';

/** Whether we can act on the signals of a DR event, and whether they make sense. @rule 2.0b 2, 8, 33, 48, 102, 104, 109 */

/** signalName/signalType → units that may go with it; no unit is tolerated unless strict. @rule 2.0b 104 */
const supported: Readonly<Record<string, readonly string[]>> = {
  'SIMPLE/level': [],
  'simple/level': [],
  'ELECTRICITY_PRICE/price': ['currencyPerKWh'],
  'ENERGY_PRICE/price': ['currencyPerKWh'],
  'LOAD_DISPATCH/setpoint': ['powerReal'],
};

const supportFault = (signal: EiEventSignal, eventID: string, settings: VenSettings): Fault | null => {
  const name = `${signal.signalName}/${signal.signalType}`;
  const units = supported[name];
  const unit = signal.itemBase?.element;
  const unitIsRight =
    unit === undefined
      ? !settings.strict || units?.length === 0
      : (units?.includes(unit) ?? false) || units?.length === 0;
  return units !== undefined && unitIsRight
    ? null
    : {
        responseCode: '460',
        why: `signal ${name}${unit === undefined ? '' : ` in ${unit}`} of ${eventID} is not supported`,
      };
};

/** A signal's own target narrows the event's. @rule 2.0b 111 */
const classFault = (signal: EiEventSignal, eventID: string, devices: readonly DeviceSettings[]): Fault | null => {
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

const orderFault = (signal: EiEventSignal, eventID: string): Fault | null => {
  const wrong = signal.intervals.findIndex(({ uid }, place) => uid !== undefined && Number(uid) !== place);
  return wrong === -1
    ? null
    : {
        responseCode: '450',
        why: `interval ${wrong} of signal ${signal.signalID} of ${eventID} has uid ${signal.intervals[wrong]?.uid ?? ''}`,
      };
};

const valueFault = (signal: EiEventSignal, eventID: string): Fault | null => {
  const isSimple = signal.signalName.toUpperCase() === 'SIMPLE';
  const wrong = signal.intervals.findIndex((interval) => {
    const value = signalValue(interval);
    return value === undefined || (isSimple && ![0, 1, 2, 3].includes(Number(value)));
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

const sumFault = (signal: EiEventSignal, event: EiEvent): Fault | null => {
  const { eventID } = event.eventDescriptor;
  const total = activeMs(event);
  let at = dtstartOf(event);
  const lengths = signal.intervals.map(({ duration }) => {
    const ms = duration === undefined ? 0 : durationMs(duration, at);
    at += ms;
    return ms;
  });
  const sum = lengths.reduce((all, ms) => all + ms, 0);
  // One interval without a length lasts for what the others leave. @rule 2.0b 47
  const fills = lengths.filter((ms) => ms === 0).length === 1 && sum <= total;
  return total === 0 || sum === total || fills
    ? null
    : {
        responseCode: '459',
        why: `the intervals of signal ${signal.signalID} of ${eventID} last ${sum / 1000} s and its active period ${total / 1000} s`,
      };
};

const faultOfSignal = (signal: EiEventSignal, event: EiEvent, settings: VenSettings, venID: string): Fault | null => {
  const { eventID } = event.eventDescriptor;
  return (
    supportFault(signal, eventID, settings) ??
    classFault(signal, eventID, targetedDevices(event.eiTarget, venID, settings)) ??
    orderFault(signal, eventID) ??
    valueFault(signal, eventID) ??
    sumFault(signal, event)
  );
};

/** The first fault of the signals of a DR event, or null. One unsupported signal makes the event unsupported. */
export const signalFault = (event: EiEvent, settings: VenSettings, venID: string): Fault | null => {
  const { eventID } = event.eventDescriptor;
  const ids = event.eiEventSignals.eiEventSignal.map(({ signalID }) => signalID);
  if (settings.strict && new Set(ids).size !== ids.length) {
    return { responseCode: '459', why: `two signals of ${eventID} have the same signalID` };
  }
  for (const signal of event.eiEventSignals.eiEventSignal) {
    const fault = faultOfSignal(signal, event, settings, venID);
    if (fault !== null) return fault;
  }
  return null;
};
