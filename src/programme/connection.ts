/**
 * What the connection of a site takes of its devices.
 *
 * Nobody relies on another device, which may be empty or full, or not do as it was told: all that draw keep within the limit
 * one way, and all that deliver within the limit the other way.
 */

/** What a device does in a stretch of time: draws (positive) or delivers. UTC ms, inclusive and exclusive. */
export interface PoweredSlot {
  readonly startAt: number;
  readonly endAt: number;
  /** @unit W */
  readonly demandWatts: number;
  readonly stateOfChargeAtEnd?: number | null;
}

/** What one device does. */
export interface PoweredDevice<Slot extends PoweredSlot> {
  readonly resourceID: string;
  readonly slots: readonly Slot[];
}

/** How much devices may draw and deliver, all together. @unit W */
export interface RoomLeft {
  readonly drawWatts: number;
  readonly deliverWatts: number;
  /** As long as nothing of it changes. UTC ms. */
  readonly until: number;
}

/** What there is room for at an instant. */
export type RoomAt = (at: number) => RoomLeft;

/** The limits of a connection. Absent: none. @unit W */
interface ConnectionLimits {
  readonly importLimitWatts?: number;
  readonly exportLimitWatts?: number;
  readonly isExportForbidden?: boolean;
}

/** What a home draws beside its devices and what its panels give, and until when. @unit W */
export interface Beside {
  readonly loadWatts: number;
  readonly pvWatts: number;
  readonly until: number;
}

/** What the limits leave beside home and panels; null where there are none. */
export const roomBeside = (
  { importLimitWatts = Infinity, exportLimitWatts = Infinity, isExportForbidden = false }: ConnectionLimits,
  besideAt: (at: number) => Beside,
): RoomAt | null => {
  const exported = isExportForbidden ? 0 : exportLimitWatts;
  if (importLimitWatts === Infinity && exported === Infinity) return null;
  return (at) => {
    const { loadWatts, pvWatts, until } = besideAt(at);
    return {
      drawWatts: Math.max(0, importLimitWatts - loadWatts + pvWatts),
      deliverWatts: Math.max(0, exported + loadWatts - pvWatts),
      until,
    };
  };
};

const slotAt = <Slot extends PoweredSlot>(slots: readonly Slot[], at: number): Slot | undefined =>
  slots.find(({ startAt, endAt }) => startAt <= at && at < endAt);

/** The instants from which on something is another: a slot of a device, or the room. */
const cutsOf = (devices: readonly PoweredDevice<PoweredSlot>[], roomAt: RoomAt): readonly number[] => {
  const edges = new Set(devices.flatMap(({ slots }) => slots.flatMap(({ startAt, endAt }) => [startAt, endAt])));
  const inOrder = [...edges].sort((a, b) => a - b);
  const [first = 0, last = 0] = [inOrder[0], inOrder.at(-1)];
  for (let at = first; at < last;) {
    at = roomAt(at).until;
    if (at < last) edges.add(at);
  }
  return [...edges].sort((a, b) => a - b);
};

/** The powers in one direction as the room takes them, in the order given: of those that are too much together each has its share. */
const shared = (watts: readonly number[], room: number): readonly number[] => {
  const sum = watts.reduce((all, each) => all + each, 0);
  return sum <= room ? watts : watts.map((each) => Math.floor((each * room) / sum));
};

const joined = <Slot extends PoweredSlot>(slots: readonly Slot[]): readonly Slot[] =>
  slots.reduce<Slot[]>((done, slot) => {
    const last = done.at(-1);
    if (last?.endAt !== slot.startAt || last.demandWatts !== slot.demandWatts) return [...done, slot];
    return [...done.slice(0, -1), { ...slot, startAt: last.startAt }];
  }, []);

/**
 * What the devices do within the room there is: those that go first before the others, and of the same rank each its share. What
 * fits is given back as it is.
 */
export const withinRoom = <Slot extends PoweredSlot>(
  devices: readonly PoweredDevice<Slot>[],
  roomAt: RoomAt,
  goesFirst: (resourceID: string, at: number) => boolean,
): readonly PoweredDevice<Slot>[] => {
  const cuts = cutsOf(devices, roomAt);
  /** What is done of each device from each cut on. */
  const cutAt = new Map<number, readonly number[]>();
  for (const at of cuts.slice(0, -1)) {
    const wanted = devices.map(({ slots }) => slotAt(slots, at)?.demandWatts ?? 0);
    const first = devices.map(({ resourceID }) => goesFirst(resourceID, at));
    const { drawWatts, deliverWatts } = roomAt(at);
    const within = (sign: 1 | -1, limit: number): readonly number[] => {
      const ofRank = (isFirst: boolean): readonly number[] =>
        wanted.map((watts, index) => (first[index] === isFirst ? Math.max(0, sign * watts) : 0));
      const before = shared(ofRank(true), limit);
      const after = shared(
        ofRank(false),
        before.reduce((left, watts) => left - watts, limit),
      );
      return wanted.map((_, index) => (before[index] ?? 0) + (after[index] ?? 0));
    };
    const [drawn, delivered] = [within(1, drawWatts), within(-1, deliverWatts)];
    const done = wanted.map((watts, index) => (watts > 0 ? (drawn[index] ?? 0) : 0 - (delivered[index] ?? 0)));
    if (done.some((watts, index) => watts !== wanted[index])) cutAt.set(at, done);
  }
  if (cutAt.size === 0) return devices;
  return devices.map((device, index) => {
    const pieces = device.slots.flatMap((slot) => {
      const inside = cuts.filter((at) => slot.startAt <= at && at < slot.endAt);
      return inside.map((startAt, place): Slot => {
        const demandWatts = cutAt.get(startAt)?.[index] ?? slot.demandWatts;
        const endAt = inside[place + 1] ?? slot.endAt;
        if (startAt === slot.startAt && endAt === slot.endAt && demandWatts === slot.demandWatts) return slot;
        return {
          ...slot,
          startAt,
          endAt,
          demandWatts,
          ...(slot.stateOfChargeAtEnd === undefined ? {} : { stateOfChargeAtEnd: null }),
        };
      });
    });
    return { ...device, slots: joined(pieces) };
  });
};
