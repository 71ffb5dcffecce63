import type { EiEvent } from '../../src/protocol/elements/eiEvent.ts';
import type { EiEventSignal } from '../../src/protocol/elements/eiEventSignal.ts';
import type { EventDescriptor } from '../../src/protocol/elements/eventDescriptor.ts';
import type { OadrEvent } from '../../src/protocol/elements/oadrEvent.ts';
import type { OadrDistributeEvent } from '../../src/protocol/messages/oadrDistributeEvent.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { formatDurationMs } from '../../src/protocol/types/duration.ts';

/** DR events written by hand, where a test wants other ones than the embedded VTN would list. */

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** The instant these messages speak of when a test names none: 2026-06-10T14:00:00Z. */
export const defaultStartAt = Date.parse('2026-06-10T14:00:00Z') + hourMs;

/** A price signal of one hour for each value. */
export const priceSignal = (values: readonly string[], changes: Partial<EiEventSignal> = {}): EiEventSignal => ({
  intervals: values.map((payloadFloat, uid) => ({
    duration: 'PT1H',
    uid: String(uid),
    signalPayload: [{ payloadFloat }],
  })),
  signalName: 'ELECTRICITY_PRICE',
  signalType: 'price',
  signalID: 'signal-1',
  ...changes,
});

export interface DrEventParts {
  readonly eventID?: string;
  readonly modificationNumber?: number;
  readonly startAt?: number;
  /** Without it, as many hours as the first signal has intervals. */
  readonly lengthMs?: number;
  readonly descriptor?: Partial<EventDescriptor>;
  readonly period?: Partial<EiEvent['eiActivePeriod']>;
  readonly signals?: readonly EiEventSignal[];
  readonly target?: EiEvent['eiTarget'];
  readonly baseline?: NonNullable<EiEvent['eiEventSignals']['eiEventBaseline']>;
}

/** A DR event: by default two hours of prices, from an hour after `tenInTheMorning` on. */
export const eiEventOf = (parts: DrEventParts = {}): EiEvent => {
  const { startAt = defaultStartAt, signals = [priceSignal(['0.10', '0.20'])] } = parts;
  const lengthMs = parts.lengthMs ?? (signals[0]?.intervals.length ?? 1) * hourMs;
  return {
    eventDescriptor: {
      eventID: parts.eventID ?? 'event-1',
      modificationNumber: parts.modificationNumber ?? 0,
      eiMarketContext: 'http://programme.example/TER',
      createdDateTime: '2026-06-10T13:00:00Z',
      eventStatus: 'far',
      ...parts.descriptor,
    },
    eiActivePeriod: { dtstart: formatDateTime(startAt), duration: formatDurationMs(lengthMs), ...parts.period },
    eiEventSignals: {
      eiEventSignal: signals,
      ...(parts.baseline === undefined ? {} : { eiEventBaseline: parts.baseline }),
    },
    eiTarget: parts.target ?? {},
  };
};

/** The same as it is listed. */
export const oadrEventOf = (
  parts: DrEventParts = {},
  oadrResponseRequired: OadrEvent['oadrResponseRequired'] = 'always',
): OadrEvent => ({
  eiEvent: eiEventOf(parts),
  oadrResponseRequired,
});

/** A message that lists DR events. */
export const distributeEvent = (
  oadrEvent: readonly OadrEvent[],
  changes: Partial<OadrDistributeEvent> = {},
): OadrDistributeEvent => ({
  message: 'oadrDistributeEvent',
  eiResponse: { responseCode: '200', requestID: '' },
  requestID: 'distribute-1',
  vtnID: 'ter_vtn_1.0',
  oadrEvent,
  ...changes,
});
