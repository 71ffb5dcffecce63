/** The words that a predicate can use: what an entry says, and what the agent knew. */
import { snapshotOf, type AgentState } from '../core/state.ts';
import { factVersions } from '../facts/fact.ts';
import { machines, type MachineID } from '../machines/machines.ts';
import { dayOf, hourMs, localHourOf, nextDay } from '../programme/calendar.ts';
import { instructionsAt, wishesAt } from '../store/projections/instructions.ts';
import { hoursByStatus } from '../store/projections/hourDelivery.ts';
import { priceAt, unpriced } from '../store/projections/priceSlots.ts';
import { latestState } from '../store/projections/usage.ts';
import { alarmHeadlines } from '../telling/alarmHeadlines.ts';
import type { WhereMoment, WhereValue, WhereWord } from './terms.ts';

const one = (value: string | number | null | undefined): readonly WhereValue[] =>
  value === null || value === undefined ? [] : [{ key: null, value }];

/** A state and those within it. */
interface StateNodes {
  readonly states: Readonly<Record<string, StateNodes>>;
}

const namesOf = ({ states }: StateNodes): readonly string[] =>
  Object.entries(states).flatMap(([name, inner]) => [name, ...namesOf(inner)]);

/** The names of all states that are active, outside in. */
const activeNames = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : Object.entries((value ?? {}) as Readonly<Record<string, unknown>>).flatMap(([name, inner]) => [
        name,
        ...activeNames(inner),
      ]);

const statesOf = (state: AgentState, machine: MachineID): readonly WhereValue[] =>
  [...state.streams.shelf(machine)].flatMap(([stream, { value }]) =>
    activeNames(value).map((name) => ({
      key: stream.includes('/') ? stream.slice(machine.length + 1) : null,
      value: name,
    })),
  );

const machineWord = (name: string, machine: MachineID, about: string): WhereWord => ({
  name,
  about,
  of: 'state',
  kind: 'text',
  values: [...new Set(namesOf(machines[machine] as StateNodes))],
  ...(['ven', 'exchange', 'watch', 'site'].includes(machine) ? {} : { isKeyed: true }),
  read: ({ state }) => (state === null ? [] : statesOf(state, machine)),
});

type Devices = (state: AgentState, resourceID: string, at: number) => string | number | null | undefined;

/** A word that each device has a value of. */
const ofDevices =
  (read: Devices) =>
  ({ state, entry: { recordedAt } }: WhereMoment): readonly WhereValue[] =>
    (state?.settings?.devices ?? []).flatMap(({ resourceID }) => {
      const value = state === null ? null : read(state, resourceID, recordedAt);
      return value === null || value === undefined ? [] : [{ key: resourceID, value }];
    });

const tidy = (value: number): number => Number(value.toFixed(3));

/** A load has a need, and stores nothing. */
const isLoad = ({ settings }: AgentState, resourceID: string): boolean =>
  settings?.devices.some((each) => each.resourceID === resourceID && each.need !== undefined) === true;

const soc: Devices = (state, resourceID) => {
  const level = latestState(state.views.usage, resourceID)?.status.stateOfCharge;
  return level === undefined || isLoad(state, resourceID) ? null : tidy(level * 100);
};

const power: Devices = ({ views }, resourceID) => {
  const watts = latestState(views.usage, resourceID)?.status.powerWatts;
  return watts === undefined ? null : tidy(watts / 1_000);
};

const online: Devices = ({ views }, resourceID) => {
  const read = latestState(views.usage, resourceID);
  return read === null ? null : read.status.online ? 'yes' : 'no';
};

const planned: Devices = (state, resourceID, at) => {
  const slots = snapshotOf(state, `device/${resourceID}`, 'device')?.context.slots ?? [];
  const slot = slots.find(({ startAt, endAt }) => startAt <= at && at < endAt);
  return slot === undefined ? null : tidy(slot.demandWatts / 1_000);
};

const priceNow = ({ state, entry }: WhereMoment): readonly WhereValue[] => {
  const usd = state === null ? null : priceAt(state.views.prices, entry.recordedAt)?.usdPerKwh;
  return one(usd === null || usd === undefined ? null : Number(usd));
};

const priceNext = ({ state, entry }: WhereMoment): readonly WhereValue[] => {
  const now = state === null ? null : priceAt(state.views.prices, entry.recordedAt);
  if (state === null || now === null || !Number.isFinite(now.endAt)) return [];
  const usd = priceAt(state.views.prices, now.endAt)?.usdPerKwh;
  return one(usd === null || usd === undefined ? null : Number(usd));
};

const pricedHoursOf =
  (which: 'today' | 'tomorrow') =>
  ({ state, entry, timeZone }: WhereMoment): readonly WhereValue[] => {
    if (state === null) return [];
    const today = dayOf(entry.recordedAt, timeZone);
    const { startAt, endAt } = which === 'today' ? today : nextDay(today, timeZone);
    const holes = unpriced(state.views.prices, startAt, endAt);
    return one((endAt - startAt - holes.reduce((sum, hole) => sum + hole.endAt - hole.startAt, 0)) / hourMs);
  };

const alarmsOf = ({ state }: WhereMoment): readonly WhereValue[] =>
  Object.keys(state?.alarms ?? {}).map((named) => {
    const blank = named.indexOf(' ');
    return blank === -1 ? { key: null, value: named } : { key: named.slice(blank + 1), value: named.slice(0, blank) };
  });

/** The fields of a fact's data that a path leads to; a list is looked through. */
const fieldsAt = (data: unknown, path: readonly string[]): readonly WhereValue[] => {
  if (Array.isArray(data)) {
    const [place, ...rest] = path;
    return place !== undefined && /^\d+$/.test(place)
      ? fieldsAt(data[Number(place)], rest)
      : data.flatMap((each) => fieldsAt(each, path));
  }
  const [name, ...rest] = path;
  if (name !== undefined)
    return typeof data === 'object' && data !== null && Object.hasOwn(data, name)
      ? fieldsAt((data as Readonly<Record<string, unknown>>)[name], rest)
      : [];
  if (typeof data === 'boolean') return one(data ? 'yes' : 'no');
  return typeof data === 'string' || typeof data === 'number' ? one(data) : [];
};

const statuses = ['notDue', 'owed', 'sending', 'inDoubt', 'rejected', 'acknowledged'] as const;

const hourWords: readonly WhereWord[] = statuses.map((status) => ({
  name: `hours.${status}`,
  about: `how many hours of usage are ${status}`,
  of: 'state',
  kind: 'number',
  read: ({ state }) => (state === null ? [] : one(hoursByStatus(state.views.deliveries)[status])),
}));

const yesNo = ['yes', 'no'];

/** A word that goes on after a dot, with a field of the fact's data. */
export const dataWord: WhereWord = {
  name: 'data',
  about: 'a field of the fact, as "ven log show" has it: data.demandWatts',
  of: 'entry',
  kind: 'any',
  read: ({ entry }, path) => fieldsAt(entry.data, path.split('.')),
};

/** All words but `data`, in the order of the help. */
export const whereWords: readonly WhereWord[] = [
  {
    name: 'fact',
    about: 'the fact: fact = AlarmRaised',
    of: 'entry',
    kind: 'text',
    values: Object.keys(factVersions),
    read: ({ entry }) => one(entry.type),
  },
  {
    name: 'stream',
    about: 'whose it is: stream = drEvent, or stream = device/battery',
    of: 'entry',
    kind: 'text',
    isPath: true,
    read: ({ entry }) => one(entry.stream),
  },
  {
    name: 'direction',
    about: 'in: it came from outside; out: it was concluded',
    of: 'entry',
    kind: 'text',
    values: ['in', 'out'],
    read: ({ entry }) => one(entry.direction),
  },
  {
    name: 'position',
    about: 'its place in the log',
    of: 'entry',
    kind: 'number',
    read: ({ entry }) => one(entry.position),
  },
  {
    name: 'requestID',
    about: 'the message’s requestID',
    of: 'entry',
    kind: 'text',
    read: ({ entry }) => one(entry.requestID),
  },
  { name: 'run', about: 'the run that recorded it', of: 'entry', kind: 'text', read: ({ entry }) => one(entry.runID) },
  {
    name: 'hour',
    about: 'the local hour, 0 to 23',
    of: 'entry',
    kind: 'number',
    read: ({ entry, timeZone }) => one(localHourOf(entry.recordedAt, timeZone)),
  },
  machineWord('lifecycle', 'ven', 'the states of the lifecycle: lifecycle = backoff'),
  ...(Object.keys(machines) as MachineID[])
    .filter((machine) => machine !== 'ven')
    .map((machine) => machineWord(machine, machine, `the states of the ${machine} chart`)),
  {
    name: 'alarm',
    about: 'alarms that are up',
    of: 'state',
    kind: 'text',
    values: Object.keys(alarmHeadlines),
    isKeyed: true,
    read: alarmsOf,
  },
  {
    name: 'price.now',
    about: 'the price that holds',
    of: 'state',
    kind: 'number',
    unit: 'USD/kWh',
    read: priceNow,
  },
  {
    name: 'price.next',
    about: 'the price that follows',
    of: 'state',
    kind: 'number',
    unit: 'USD/kWh',
    read: priceNext,
  },
  {
    name: 'priced.today',
    about: 'hours of today whose price is in hand',
    of: 'state',
    kind: 'number',
    unit: 'h',
    read: pricedHoursOf('today'),
  },
  {
    name: 'priced.tomorrow',
    about: 'hours of tomorrow whose price is in hand',
    of: 'state',
    kind: 'number',
    unit: 'h',
    read: pricedHoursOf('tomorrow'),
  },
  {
    name: 'soc',
    about: 'how full a device is',
    of: 'state',
    kind: 'number',
    unit: '%',
    isKeyed: true,
    read: ofDevices(soc),
  },
  {
    name: 'power',
    about: 'what a device draws (+) or delivers (−)',
    of: 'state',
    kind: 'number',
    unit: 'kW',
    isKeyed: true,
    read: ofDevices(power),
  },
  {
    name: 'planned',
    about: 'what a device is to draw (+) or deliver (−) by the plan',
    of: 'state',
    kind: 'number',
    unit: 'kW',
    isKeyed: true,
    read: ofDevices(planned),
  },
  {
    name: 'online',
    about: 'whether a device says that it is',
    of: 'state',
    kind: 'text',
    values: yesNo,
    isKeyed: true,
    read: ofDevices(online),
  },
  {
    name: 'override',
    about: 'what a person told a device',
    of: 'state',
    kind: 'text',
    values: ['charge', 'discharge', 'hold'],
    isKeyed: true,
    read: ({ state, entry }) =>
      state === null
        ? []
        : instructionsAt(state.views.instructions, entry.recordedAt).map(({ resourceID, instruction }) => ({
            key: resourceID,
            value: instruction.action,
          })),
  },
  {
    name: 'wish',
    about: 'what a person wishes once',
    of: 'state',
    kind: 'text',
    values: ['leave', 'keep'],
    isKeyed: true,
    read: ({ state, entry }) =>
      state === null
        ? []
        : wishesAt(state.views.instructions, entry.recordedAt).map(({ resourceID, instruction }) => ({
            key: resourceID,
            value: instruction.kind,
          })),
  },
  ...hourWords,
];

/** What numbers of a word are in; null of words that have no unit. */
export const unitOf = (name: string): string | null => whereWords.find((word) => word.name === name)?.unit ?? null;
