/** Two batteries, and what a person opts with them. */
import { expect } from 'vitest';
import { snapshotOf } from '../../../src/core/state.ts';
import { fixedSchedule } from '../../../src/dispatch/fixedSchedule.ts';
import type { KnownEntry } from '../../../src/facts/fact.ts';
import { configuredDevice, type VenSettings } from '../../../src/facts/settings.ts';
import { upcast } from '../../../src/facts/upcast.ts';
import { checkOutgoing } from '../../../src/protocol/rules.ts';
import type { MessageOf } from '../../../src/protocol/payload.ts';
import { deviceStandingOf } from '../../../src/shell/deviceStanding.ts';
import { foldLog } from '../../../src/shell/fold.ts';
import { operatorArrival, type OperatorCommand } from '../../../src/shell/operatorCommands.ts';
import type { VtnOptions } from '../../../src/vtn/settings.ts';
import { AgentWorld, memoryStorage, settingsFor } from '../../support/agentWorld.ts';
import { homeBattery } from '../../support/homeBattery.ts';
import { at } from './day.ts';

export const today = '2026-06-10';
export const tomorrow = '2026-06-11';
export const devices = ['battery', 'garage'];
export const iso = (instant: number): string => new Date(instant).toISOString().replace('.000', '');

/** Two batteries that charge at night and deliver in the evening; the one in the garage is of a class. */
export const worldWith = (vtn: Partial<VtnOptions> = {}, settings: Partial<VenSettings> = {}): AgentWorld =>
  new AgentWorld({
    startAt: at(today, 10),
    vtn: { pollFreq: 'PT1M', status: 'never', ...vtn },
    settings: {
      devices: devices.map((resourceID) => ({
        ...settingsFor().devices[0]!,
        resourceID,
        ...(resourceID === 'garage' ? { deviceClass: 'Exterior_Lighting' } : {}),
      })),
      ...settings,
    },
    planner: fixedSchedule(),
    storage: memoryStorage(),
    devices: (time) => devices.map((resourceID) => homeBattery(resourceID, time)),
  });

export const started = async (
  vtn: Partial<VtnOptions> = {},
  settings: Partial<VenSettings> = {},
): Promise<AgentWorld> => {
  const world = worldWith(vtn, settings);
  await world.start();
  await world.runTo(at(today, 10, 30));
  return world;
};

/** What a person asks, by the door through which it comes; gives back the optID. */
export const ask = (world: AgentWorld, command: OperatorCommand): string => {
  if (world.agent === null) throw new Error('Nobody is there to be told.');
  const arrival = operatorArrival(world.agent.state, world.time.now(), command, 'ven');
  world.agent.take(arrival);
  return arrival.stream.slice('opt/'.length);
};
export const optOut = (world: AgentWorld, asked: object): string =>
  ask(world, { type: 'OptGiven', optType: 'optOut', ...asked });
export const takeBack = (world: AgentWorld, optID: string): string => ask(world, { type: 'OptTakenBack', optID });

export const evening = (day: string) => ({ windows: [{ startAt: at(day, 17), endAt: at(day, 20) }] });

/** What the VTN heard at its service EiOpt, in order. */
export const heard = (world: AgentWorld): readonly (MessageOf<'oadrCreateOpt'> | MessageOf<'oadrCancelOpt'>)[] =>
  world.vtn.chronicle.exchanges.flatMap(({ request }) =>
    request?.message === 'oadrCreateOpt' || request?.message === 'oadrCancelOpt' ? [request] : [],
  );

export const entriesOf = async (world: AgentWorld): Promise<readonly KnownEntry[]> =>
  (await world.entries()).map(upcast);
export const sayings = async (world: AgentWorld): Promise<readonly string[]> =>
  (await entriesOf(world)).flatMap(({ type, data }) =>
    type === 'OptCreated' || type === 'OptRefused'
      ? [`${type} ${data.optID}`]
      : type === 'OptEnded'
        ? [`${type} ${data.optID} ${data.because}`]
        : [],
  );

export const orderOf = (world: AgentWorld, resourceID: string): number => {
  const state = world.agent?.state;
  const order = state === undefined ? null : snapshotOf(state, `device/${resourceID}`, 'device')?.context.order;
  return order === null || order === undefined || order.validUntil <= world.time.now() ? 0 : order.demandWatts;
};

/** For which times a device is out, as status, API and page say it. */
export const outsFor = (world: AgentWorld, resourceID: string) => {
  const { state } = world.agent!;
  const device = configuredDevice(state.settings!, resourceID)!;
  return deviceStandingOf(state, device, world.time.now()).outs;
};

/** Nothing is wrong with what was sent, and the log comes to what the agent knows. */
export const isInOrder = async (world: AgentWorld): Promise<void> => {
  for (const message of heard(world)) expect(checkOutgoing(message)).toEqual([]);
  expect(world.vtn.complaints).toEqual([]);
  expect((await foldLog(world.log, { verify: true })).divergences).toEqual([]);
};
