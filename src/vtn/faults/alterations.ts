import type { OadrMessage } from '../../protocol/payload.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';
import type { OadrEvent } from '../../protocol/elements/oadrEvent.ts';
import type { Fault } from './faults.ts';

type Change = (message: OadrMessage) => OadrMessage;

const withEvents = (message: OadrMessage, change: (event: OadrEvent) => OadrEvent): OadrMessage =>
  message.message === 'oadrDistributeEvent' ? { ...message, oadrEvent: message.oadrEvent.map(change) } : message;

const renumbered = (event: OadrEvent, by: number): OadrEvent => {
  const { eventDescriptor } = event.eiEvent;
  const modificationNumber = Math.max(0, eventDescriptor.modificationNumber + by);
  return { ...event, eiEvent: { ...event.eiEvent, eventDescriptor: { ...eventDescriptor, modificationNumber } } };
};

/** Other values: each takes the place of its neighbour, so that they stay plausible. */
const rotated = (signal: EiEventSignal): EiEventSignal => ({
  ...signal,
  intervals: signal.intervals.map((interval, index, all) => {
    const other = all[(index + 1) % all.length]?.signalPayload;
    return other === undefined ? interval : { ...interval, signalPayload: other };
  }),
});

const withOtherValues = (event: OadrEvent): OadrEvent => {
  const { eiEventSignals } = event.eiEvent;
  return {
    ...event,
    eiEvent: {
      ...event.eiEvent,
      eiEventSignals: { ...eiEventSignals, eiEventSignal: eiEventSignals.eiEventSignal.map(rotated) },
    },
  };
};

const withVtnID: Change = (message) => ('vtnID' in message ? { ...message, vtnID: 'another.vtn' } : message);

const withVenID: Change = (message) =>
  'venID' in message && message.venID !== undefined ? { ...message, venID: 'another.ven' } : message;

const withResponse = (
  message: OadrMessage,
  change: { readonly requestID?: string; readonly responseCode?: string; readonly responseDescription?: string },
): OadrMessage =>
  'eiResponse' in message && message.eiResponse !== undefined
    ? { ...message, eiResponse: { ...message.eiResponse, ...change } }
    : message;

const withComment = (event: OadrEvent, vtnComment: string): OadrEvent => ({
  ...event,
  eiEvent: { ...event.eiEvent, eventDescriptor: { ...event.eiEvent.eventDescriptor, vtnComment } },
});

const echoing = (message: OadrMessage, text: string): OadrMessage =>
  withEvents(withResponse(message, { responseDescription: text }), (event) => withComment(event, text));

/** What a fault makes of a message; most leave it alone. */
export const altered = (message: OadrMessage, fault: Fault): OadrMessage => {
  switch (fault.do) {
    case 'wrongVtnID':
      return withVtnID(message);
    case 'wrongVenID':
      return withVenID(message);
    case 'wrongRequestID':
      return withResponse(message, { requestID: fault.requestID ?? 'another.request' });
    case 'responseCode':
      return withResponse(message, { responseCode: fault.responseCode, responseDescription: 'Refused for a test.' });
    case 'echo':
      return echoing(message, fault.text);
    case 'lowerModificationNumber':
      return withEvents(message, (event) => withOtherValues(renumbered(event, -1)));
    case 'sameNumberOtherContent':
      return withEvents(message, withOtherValues);
    default:
      return message;
  }
};
