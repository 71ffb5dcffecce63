/** An evening and a night in which all is said that a VEN and a VTN say to each other, while replies go wrong. */
import { operatorArrival, type OperatorCommand } from '../../../../src/shell/operatorCommands.ts';
import type { OperatorWish } from '../../../../src/facts/input.ts';
import { at, worldOn } from '../../../scenarios/support/day.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import { faultsOf, hourMs, venID, type Cell } from './mishaps.ts';

export const today = '2026-06-10';
export const tomorrow = '2026-06-11';

/** From when on replies go wrong: before the prices of tomorrow come out, and before the usage of today is due. */
export const troubles = { prices: at(today, 16, 50), usage: at(today, 23, 55) } as const;

const minuteMs = 60_000;

/** A world in which the VEN has what it needs, and when each of its messages left. */
export const worldOf = ({ request }: Cell): { readonly world: AgentWorld; readonly sentAt: readonly number[] } => {
  const { world } = worldOn({
    day: today,
    hour: 16.4,
    vtn: { remembers: 50, pollFreq: 'PT2M' },
    settings: { queryRegistration: request === 'oadrQueryRegistration' || request === 'each' },
  });
  const sentAt: number[] = [];
  world.transport.onSent = () => void sentAt.push(world.time.now());
  return { world, sentAt };
};

const person = (world: AgentWorld, command: OperatorCommand): string => {
  if (world.agent === null) throw new Error('Nobody is there to be told.');
  const arrival = operatorArrival(world.agent.state, world.time.now(), command, 'ven');
  world.agent.take(arrival);
  return arrival.stream.slice('opt/'.length);
};

/** A person asks for something. */
export const wish = (world: AgentWorld, wished: OperatorWish): void =>
  world.agent?.take({ stream: 'agent', input: { type: 'OperatorAsked', data: { wish: wished } } });

/** Whether the VTN has all its VENs and what they report: one that has got its own answers wrong may have two of one. */
const isKnown = ({ vtn }: AgentWorld): boolean =>
  vtn.registrations().length > 0 && vtn.registrations().every(({ dataPoints }) => dataPoints.length > 0);

/** Both sides say what they can, a minute after the other, from an instant on. */
const converse = async (world: AgentWorld, fromAt: number): Promise<void> => {
  const { vtn } = world;
  let asked: readonly string[] = [];
  let optID = '';
  const steps: readonly (() => void)[] = [
    () => isKnown(world) && vtn.askReport({ kind: 'metadata' }),
    () => isKnown(world) && vtn.queue({ message: 'oadrRequestReregistration', venID }),
    () => isKnown(world) && vtn.askReport({ kind: 'oneShot' }),
    () => {
      const windows = [{ startAt: fromAt + 3 * hourMs, endAt: fromAt + 4 * hourMs }];
      optID = person(world, { type: 'OptGiven', optType: 'optOut', windows });
    },
    () => {
      if (!isKnown(world)) return;
      const pace = { granularity: 'PT10M', reportBackDuration: 'PT10M', lengthMs: 2 * hourMs } as const;
      asked = vtn.askReport({ kind: 'periodic', reportSpecifierID: 'Status', ...pace });
    },
    () =>
      isKnown(world) &&
      vtn.queue({ message: 'oadrRegisterReport', requestID: `offer.${fromAt}`, oadrReport: [], venID }),
    () => isKnown(world) && asked.length > 0 && vtn.cancelReports(false, asked),
    () => person(world, { type: 'OptTakenBack', optID }),
  ];
  for (const [index, step] of steps.entries()) {
    await world.runTo(fromAt + (index + 1) * minuteMs);
    step();
  }
};

/** Which side ends the registration in a time of trouble, where one does: in an evening of all of them the VEN, at night the VTN. */
const whoLeaves = ({ request }: Cell, fromAt: number): 'VEN' | 'VTN' | null => {
  if (request === 'oadrCancelPartyRegistration' || (request === 'each' && fromAt === troubles.prices)) return 'VEN';
  return request === 'oadrCanceledPartyRegistration' || request === 'each' ? 'VTN' : null;
};

/** Lives through one time of trouble, until all that was to be said is said. */
export const liveThrough = async (world: AgentWorld, cell: Cell, fromAt: number): Promise<void> => {
  await world.runTo(fromAt);
  for (const rule of faultsOf(cell, fromAt)) world.vtn.faults.next(rule);
  await converse(world, fromAt);
  const leaving = whoLeaves(cell, fromAt);
  if (leaving === null) return;
  if (leaving === 'VEN') wish(world, 'cancelRegistration');
  else if (isKnown(world)) world.vtn.cancelRegistration();
  await world.runTo(fromAt + (cell.span === 'for an hour' ? hourMs : 9 * minuteMs) + minuteMs);
  wish(world, 'reregister');
};
