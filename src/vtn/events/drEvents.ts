import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import type { EiEventBaseline } from '../../protocol/elements/eiEventBaseline.ts';
import type { EiTarget } from '../../protocol/elements/eiTarget.ts';
import type { ItemBase } from '../../protocol/elements/itemBase.ts';
import type { OadrEvent } from '../../protocol/elements/oadrEvent.ts';
import type { EventStatus, OadrResponseRequired, SignalName, SignalType } from '../../protocol/types/enumerations.ts';
import type { EventID, MarketContext, SignalID, VenID } from '../../protocol/types/identifiers.ts';
import type { DecimalText, Duration } from '../../protocol/types/scalars.ts';
import { formatDateTime } from '../../protocol/types/dateTime.ts';
import { durationText } from '../time.ts';

/** One signal of a DR event, by its values. */
export interface SignalScript {
  readonly signalName: SignalName;
  readonly signalType: SignalType;
  /** One value for each interval, oldest first. */
  readonly values: readonly DecimalText[];
  /** Length of each interval; without it the values share the DR event's duration evenly. @unit ms */
  readonly intervalMs?: number;
  /** Written instead of the length, interval by interval: for what no length can say. */
  readonly durations?: readonly Duration[];
  readonly signalID?: SignalID;
  readonly itemBase?: ItemBase;
  readonly currentValue?: DecimalText;
  readonly eiTarget?: EiTarget;
}

/** A DR event as a test or the price schedule writes it. */
export interface DrEventScript {
  readonly eventID?: EventID;
  /** @unit UTC ms */
  readonly startAt: number;
  /** 0 is open-ended. @unit ms @rule 2.0b 47 */
  readonly lengthMs: number;
  /** Written instead of the length: for what no length can say. */
  readonly duration?: Duration;
  readonly signals: readonly SignalScript[];
  readonly oadrResponseRequired?: OadrResponseRequired;
  readonly marketContext?: MarketContext;
  readonly priority?: number;
  /** @unit ms */
  readonly startafterMs?: number;
  /** @unit ms */
  readonly notificationMs?: number;
  /** @unit ms */
  readonly rampUpMs?: number;
  /** @unit ms */
  readonly recoveryMs?: number;
  readonly testEvent?: string;
  readonly vtnComment?: string;
  readonly eiTarget?: EiTarget;
  readonly eiEventBaseline?: EiEventBaseline;
  /** The VENs it is for; without it, all. */
  readonly venIDs?: readonly VenID[];
  /** Starts above 0 for a DR event that a VEN meets late. */
  readonly modificationNumber?: number;
}

/** What may be changed in a DR event that is out. */
export type DrEventChange = Partial<Omit<DrEventScript, 'eventID' | 'modificationNumber' | 'venIDs'>>;

/** A DR event in the VTN's list. */
export interface ListedDrEvent {
  readonly eventID: EventID;
  readonly script: DrEventScript;
  readonly modificationNumber: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly cancelledAt?: number;
}

/** How DR events are written down. */
export interface DrEventLook {
  readonly marketContext: MarketContext;
  /** `oneSecondApart` is what the family of NHEC's VTN sends; a VEN has to accumulate durations instead. @rule 2.0b 103 */
  readonly intervalDtstart: 'none' | 'oneSecondApart';
  /** Names the signalIDs. */
  readonly signalIDOf: (eventID: EventID, index: number) => SignalID;
}

/** When a DR event is over; never for an open-ended one that nobody cancelled. */
export const endOf = ({ script, cancelledAt }: ListedDrEvent): number =>
  cancelledAt ?? (script.lengthMs === 0 ? Infinity : script.startAt + script.lengthMs);

/** Where a DR event stands at an instant, as the VTN sees it. @rule 2.0b 13 */
export const eventStatusAt = (listed: ListedDrEvent, at: number): EventStatus => {
  const { startAt, rampUpMs = 0 } = listed.script;
  if (listed.cancelledAt !== undefined) return 'cancelled';
  if (at >= endOf(listed)) return 'completed';
  if (at >= startAt) return 'active';
  return at >= startAt - Math.max(0, rampUpMs) ? 'near' : 'far';
};

const signalOf = (signal: SignalScript, index: number, listed: ListedDrEvent, look: DrEventLook): EiEventSignal => {
  const { startAt, lengthMs } = listed.script;
  const intervalMs = signal.intervalMs ?? lengthMs / Math.max(1, signal.values.length);
  const { itemBase, currentValue, eiTarget } = signal;
  return {
    intervals: signal.values.map((payloadFloat, uid) => ({
      ...(look.intervalDtstart === 'none' ? {} : { dtstart: formatDateTime(startAt + uid * 1000) }),
      duration: signal.durations?.[uid] ?? durationText(intervalMs),
      uid: String(uid),
      signalPayload: [{ payloadFloat }],
    })),
    signalName: signal.signalName,
    signalType: signal.signalType,
    signalID: signal.signalID ?? look.signalIDOf(listed.eventID, index),
    ...(itemBase === undefined ? {} : { itemBase }),
    ...(currentValue === undefined ? {} : { currentValue }),
    ...(eiTarget === undefined ? {} : { eiTarget }),
  };
};

const activePeriodOf = ({
  startAt,
  lengthMs,
  duration,
  startafterMs,
  notificationMs,
  rampUpMs,
  recoveryMs,
}: DrEventScript) => ({
  dtstart: formatDateTime(startAt),
  duration: duration ?? durationText(lengthMs),
  ...(startafterMs === undefined ? {} : { startafter: durationText(startafterMs) }),
  ...(notificationMs === undefined ? {} : { 'x-eiNotification': durationText(notificationMs) }),
  ...(rampUpMs === undefined ? {} : { 'x-eiRampUp': durationText(rampUpMs) }),
  ...(recoveryMs === undefined ? {} : { 'x-eiRecovery': durationText(recoveryMs) }),
});

const descriptorOf = (listed: ListedDrEvent, at: number, look: DrEventLook) => ({
  eventID: listed.eventID,
  modificationNumber: listed.modificationNumber,
  modificationDateTime: formatDateTime(listed.modifiedAt),
  priority: listed.script.priority ?? 0,
  eiMarketContext: listed.script.marketContext ?? look.marketContext,
  createdDateTime: formatDateTime(listed.createdAt),
  eventStatus: eventStatusAt(listed, at),
  testEvent: listed.script.testEvent ?? 'false',
  ...(listed.script.vtnComment === undefined ? {} : { vtnComment: listed.script.vtnComment }),
});

const written = (listed: ListedDrEvent, venID: VenID, at: number, look: DrEventLook): OadrEvent => ({
  eiEvent: {
    eventDescriptor: descriptorOf(listed, at, look),
    eiActivePeriod: activePeriodOf(listed.script),
    eiEventSignals: {
      eiEventSignal: listed.script.signals.map((signal, index) => signalOf(signal, index, listed, look)),
      ...(listed.script.eiEventBaseline === undefined ? {} : { eiEventBaseline: listed.script.eiEventBaseline }),
    },
    eiTarget: listed.script.eiTarget ?? { venID: [venID] },
  },
  oadrResponseRequired: listed.script.oadrResponseRequired ?? 'always',
});

/** How each DR event was written down last, and what decides that: a list is told whole whenever one of them changes. */
const writtenLast = new WeakMap<
  ListedDrEvent,
  { readonly venID: VenID; readonly look: DrEventLook; readonly event: OadrEvent }
>();

/** Writes a DR event down for one VEN, as it stands at an instant. */
export const oadrEventOf = (listed: ListedDrEvent, venID: VenID, at: number, look: DrEventLook): OadrEvent => {
  const last = writtenLast.get(listed);
  const isSame = last?.venID === venID && last.look === look;
  if (isSame && last.event.eiEvent.eventDescriptor.eventStatus === eventStatusAt(listed, at)) return last.event;
  const event = written(listed, venID, at, look);
  writtenLast.set(listed, { venID, look, event });
  return event;
};

const rankOf = (listed: ListedDrEvent, at: number): number => (eventStatusAt(listed, at) === 'active' ? 0 : 1);

const priorityOf = ({ script }: ListedDrEvent): number =>
  script.priority === undefined || script.priority === 0 ? Infinity : script.priority;

/** Active ones first, then by priority, then by start. @rule 2.0b 15 */
export const inListOrder = (list: readonly ListedDrEvent[], at: number): ListedDrEvent[] =>
  [...list].sort((left, right) => {
    const byPriority = priorityOf(left) === priorityOf(right) ? 0 : priorityOf(left) - priorityOf(right);
    return rankOf(left, at) - rankOf(right, at) || byPriority || left.script.startAt - right.script.startAt;
  });
