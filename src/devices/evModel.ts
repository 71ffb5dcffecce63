/**
 * A car: a battery that is away at times and comes back emptier. While it is away it takes nothing and
 * delivers nothing, its meter stands where it stood, and it is as full as it was when it left.
 */
import type { Weekday } from '../facts/preferences.ts';
import type { DeviceTrip } from '../facts/settings.ts';
import { advance, type BatteryParameters, powerAt } from './batteryModel.ts';
import { daysAround, spansAround, type WindowSpan } from './localWindow.ts';
import type { Model, SimulatedState } from './simulatedDevice.ts';

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const weekdayOf = (day: string): Weekday => weekdays[new Date(`${day}T12:00:00Z`).getUTCDay()] as Weekday;

/** A trip on a day. */
interface Away extends WindowSpan {
  readonly energyWattHours: number;
}

/** The trips that reach into [fromAt, toAt], in the order of their ends. */
const tripsAround = (trips: readonly DeviceTrip[], fromAt: number, toAt: number, timeZone: string): readonly Away[] => {
  const days = daysAround(fromAt, toAt, timeZone);
  return trips
    .flatMap(({ days: on, leaveAt, returnAt, energyWattHours }) =>
      spansAround({ from: leaveAt, to: returnAt }, fromAt, toAt, timeZone).flatMap((span, index) =>
        on.includes(weekdayOf(days[index]?.day ?? '')) ? [{ ...span, energyWattHours }] : [],
      ),
    )
    .filter((trip) => trip.toAt > fromAt && trip.fromAt <= toAt)
    .sort((a, b) => a.toAt - b.toAt);
};

/** The car's behaviour. */
export const evModel = (battery: BatteryParameters, trips: readonly DeviceTrip[], timeZone: string): Model => {
  const isAwayAt = (at: number): boolean =>
    tripsAround(trips, at, at, timeZone).some(({ fromAt, toAt }) => fromAt <= at && at < toAt);

  const returned = (state: SimulatedState, at: number): SimulatedState => ({
    ...state,
    storedWattHours: tripsAround(trips, at - 1, at, timeZone)
      .filter(({ toAt }) => toAt === at)
      .reduce((left, { energyWattHours }) => Math.max(0, left - energyWattHours), state.storedWattHours),
  });

  const onward = (state: SimulatedState, toAt: number, demandWatts: number): SimulatedState =>
    isAwayAt(state.at) ? { ...state, at: toAt } : advance(state, toAt, demandWatts, battery);

  return {
    advance: (state, toAt, demandWatts) => {
      const edges = tripsAround(trips, state.at, toAt, timeZone)
        .flatMap((trip) => [trip.fromAt, trip.toAt])
        .filter((edge) => edge > state.at && edge <= toAt);
      const stops = [...new Set([...edges, Math.max(toAt, state.at)])].sort((a, b) => a - b);
      return stops.reduce((now, stop) => (stop > now.at ? returned(onward(now, stop, demandWatts), stop) : now), state);
    },
    statusOf: (state, demandWatts) => {
      const isAway = isAwayAt(state.at);
      return {
        online: true,
        manualOverride: false,
        isAvailable: !isAway,
        powerWatts: isAway ? 0 : powerAt(state, demandWatts, battery),
        stateOfCharge: state.storedWattHours / battery.capacityWattHours,
        maxChargeWatts: battery.maxChargeWatts,
        maxDischargeWatts: battery.maxDischargeWatts,
      };
    },
  };
};
