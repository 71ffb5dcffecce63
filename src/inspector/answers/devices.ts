/** What the devices do at a moment. */
import { snapshotOf } from '../../core/state.ts';
import type { PlanSlot } from '../../facts/planning.ts';
import type { DeviceSettings } from '../../facts/settings.ts';
import { deviceStandingOf } from '../../shell/deviceStanding.ts';
import { levelSaid, standingNeed } from '../../shell/need.ts';
import { instructionsAt, wishesAt } from '../../store/projections/instructions.ts';
import { ordersOf } from '../../store/projections/setpoints.ts';
import { latestState } from '../../store/projections/usage.ts';
import type { ApiAnswer } from '../api/paths.ts';
import type { ShownMoment } from '../history/history.ts';

type Device = ApiAnswer<'state'>['devices'][number];
type ToldSlot = NonNullable<Device['setpoint']>;

/** Power below this is no doing. @unit W */
const idleWatts = 20;

const doing = (powerWatts: number | null): Device['doing'] =>
  powerWatts === null
    ? 'unknown'
    : powerWatts > idleWatts
      ? 'charging'
      : powerWatts < -idleWatts
        ? 'discharging'
        : 'idle';

/** A slot as it is told: a level that is not known is null. */
const toldSlot = ({ startAt, endAt, demandWatts, stateOfChargeAtEnd = null }: PlanSlot): ToldSlot => ({
  startAt,
  endAt,
  demandWatts,
  stateOfChargeAtEnd,
});

/** What a device is to do from the moment on, as its machine remembers it; one in shadow is to do nothing. */
export const slotsOf = ({ agent }: Pick<ShownMoment, 'agent'>, resourceID: string): readonly ToldSlot[] => {
  const device = snapshotOf(agent, `device/${resourceID}`, 'device')?.context;
  return device === undefined || device.isInShadow ? [] : device.slots.map(toldSlot);
};

/** What a person told a device, and how much longer it holds. */
const overrideOf = ({ agent, asOf }: ShownMoment, resourceID: string): Device['override'] => {
  const view = instructionsAt(agent.views.instructions, asOf).find((each) => each.resourceID === resourceID);
  if (view === undefined) return null;
  const { instruction, startAt, endAt, by, position } = view;
  const { action, powerWatts = null } = instruction;
  return { action, powerWatts, startAt, endAt, remainingMs: endAt - asOf, by, position };
};

/** What a person wishes of a device once, and how much longer. */
const wishesOf = ({ agent, asOf }: ShownMoment, resourceID: string): Device['wishes'] =>
  wishesAt(agent.views.instructions, asOf)
    .filter((each) => each.resourceID === resourceID)
    .map(({ instruction: { kind, stateOfCharge }, startAt, endAt, by, position }) => ({
      kind,
      stateOfCharge,
      startAt,
      endAt,
      remainingMs: endAt - asOf,
      by,
      position,
    }));

/** What a load needs, and how much of it it has. */
const needOf = ({ agent, asOf, timeZone }: ShownMoment, device: DeviceSettings): Device['need'] =>
  standingNeed(agent, device, asOf, timeZone);

/** How all devices stand. */
export const devicesPart = (moment: ShownMoment): Omit<Device, 'today'>[] =>
  (moment.agent.settings?.devices ?? []).map((device) => {
    const { resourceID, capacityWattHours, maxChargeWatts, maxDischargeWatts, role } = device;
    const { mode, identity, trustedSince, keepsLastOrder, wouldBe, outs } = deviceStandingOf(
      moment.agent,
      device,
      moment.asOf,
    );
    const read = latestState(moment.views.usage, resourceID);
    const { plan } = ordersOf(moment.views.setpoints, resourceID);
    const slots = slotsOf(moment, resourceID);
    const setpoint = slots.find(({ startAt, endAt }) => startAt <= moment.asOf && moment.asOf < endAt) ?? null;
    const powerWatts = read?.status.powerWatts ?? null;
    return {
      resourceID,
      role: role ?? (capacityWattHours === undefined ? null : 'battery'),
      capacityWattHours: capacityWattHours ?? null,
      maxChargeWatts,
      maxDischargeWatts,
      readAt: read?.boundaryAt ?? null,
      isOnline: read?.status.online ?? null,
      powerWatts,
      stateOfCharge: levelSaid(device, read?.status),
      need: needOf(moment, device),
      importWattHours: read?.importWattHours ?? null,
      exportWattHours: read?.exportWattHours ?? null,
      mode,
      address: identity?.address ?? null,
      serial: identity?.serial ?? null,
      trustedSince,
      keepsLastOrder,
      wouldBe: wouldBe === null ? null : toldSlot(wouldBe),
      override: overrideOf(moment, resourceID),
      outs: [...outs],
      wishes: wishesOf(moment, resourceID),
      unmet: (plan?.unmet ?? [])
        .filter(({ at, kind }) => at > moment.asOf || kind === 'reserve')
        .map(({ resourceID: _resourceID, ...missed }) => missed),
      isOverriddenAtDevice: read?.status.manualOverride ?? null,
      setpoint,
      next: slots.find(({ startAt }) => startAt > moment.asOf) ?? null,
      plan:
        plan === null
          ? null
          : { basis: plan.basis, madeAt: plan.madeAt, position: plan.position, slots: plan.slots.map(toldSlot) },
      doing: doing(powerWatts),
    };
  });
