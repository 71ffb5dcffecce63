/** Messages of the VTN that cannot be read, or not as a whole: an alarm stands until one of their kind can be read again. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { alarmKey } from '../facts/alarms.ts';
import type { Objection } from '../machines/objection.ts';
import { exchangeStream, streamOf } from '../machines/streams.ts';
import type { UnreadableItem } from '../protocol/errors.ts';
import type { MessageName, OadrMessage } from '../protocol/payload.ts';

const alarm = 'messageUnreadable';

const inTheLog = 'Its XML is in the log (`ven log show`); send it to the VTN’s operator.';

/** What a message that is never taken in as a whole leaves to do. */
const unkept =
  'Its XML is not kept here. Ask the VTN’s operator why it is so large: a list need not hold what is over.';

/** Tells that a message could not be read; `kind` is its name, where it could be told. */
export const unreadableAlarm = (kind: MessageName | undefined, text: string, advice = inTheLog): Consequence => ({
  stream: exchangeStream,
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm,
      ...(kind === undefined ? {} : { subject: kind }),
      text,
      advice,
    },
  },
});

/** Tells of a message that was too large to be read, so that the log has no XML of it. */
export const tooLargeAlarm = (kind: MessageName | undefined, detail: string): Consequence =>
  unreadableAlarm(kind, `A message of the VTN is too large and was not read: ${detail}`, unkept);

const growing = (message: MessageName) => ({ alarm: 'listGrows', subject: message }) as const;

/**
 * A message comes near the longest that is read: a person is told long before it is not read any more, until its like is shorter. A
 * list of DR events that nobody asked for may name those alone that have changed, and says nothing of how long the whole is.
 */
export const growthConcerns = (
  state: AgentState,
  { message }: OadrMessage,
  { bytes, isAsked }: { readonly bytes: number | undefined; readonly isAsked: boolean },
): readonly Consequence[] => {
  if (bytes !== undefined) {
    const text = `An ${message} of the VTN has ${bytes} bytes, more than half of the longest that is read.`;
    const advice = 'Ask the VTN’s operator to list what is over no longer: what is too long is not read at all.';
    return [{ stream: exchangeStream, fact: { type: 'AlarmRaised', data: { ...growing(message), text, advice } } }];
  }
  const isWhole = isAsked || message !== 'oadrDistributeEvent';
  return !isWhole || state.alarms[alarmKey(growing(message))] === undefined
    ? []
    : [{ stream: exchangeStream, fact: { type: 'AlarmCleared', data: growing(message) } }];
};

/** Where an item stood that cannot be read, and why it cannot. */
export const itemText = ({ element, place, text, path }: UnreadableItem): string =>
  `${element} ${place}: ${text} (${path})`;

/** What is standing for messages of this kind; both that bring report requests are one kind. */
const kindsOf = (name: MessageName): readonly MessageName[] =>
  name === 'oadrCreateReport' || name === 'oadrRegisteredReport'
    ? ['oadrCreateReport', 'oadrRegisteredReport']
    : [name];

/** An event that can be told has an alarm of its own. */
const isForTheWhole = (item: UnreadableItem): boolean =>
  item.element !== 'oadrEvent' || item.eventID === undefined || item.modificationNumber === undefined;

const readsWhole = (message: OadrMessage): boolean =>
  !('unreadable' in message && message.unreadable.some(isForTheWhole));

const standing = (state: AgentState, subject?: MessageName): boolean =>
  state.alarms[alarmKey({ alarm, ...(subject === undefined ? {} : { subject }) })] !== undefined;

/** A message was read: what was told of its kind is over. What says nothing tells nothing about any other kind. */
export const readAgain = (state: AgentState, message: OadrMessage): readonly Consequence[] => {
  if (!readsWhole(message)) return [];
  const kinds: readonly (MessageName | undefined)[] =
    message.message === 'oadrResponse' ? [message.message] : [undefined, ...kindsOf(message.message)];
  return kinds
    .filter((kind) => standing(state, kind))
    .map((kind) => ({
      stream: exchangeStream,
      fact: { type: 'AlarmCleared', data: { alarm, ...(kind === undefined ? {} : { subject: kind }) } },
    }));
};

/** @limit Items that are told one by one; the alarm says how many there are. */
const itemsTold = 10;

/** Report requests that cannot be read: told by name where they have one, with the fault that is answered. */
export const unreadableRequests = (
  unreadable: readonly UnreadableItem[],
): { readonly fault: Objection | null; readonly told: readonly Consequence[] } => {
  const [first] = unreadable;
  if (first === undefined) return { fault: null, told: [] };
  const text = unreadable.slice(0, 4).map(itemText).join('; ');
  const refused = unreadable
    .slice(0, itemsTold)
    .flatMap(({ reportRequestID, responseCode, text: why }): Consequence[] =>
      reportRequestID === undefined
        ? []
        : [
            {
              stream: streamOf('reportRequest', reportRequestID),
              fact: { type: 'ReportRequestRefused', data: { reportRequestID, responseCode, why } },
            },
          ],
    );
  const alarm = unreadableAlarm(
    'oadrCreateReport',
    `${unreadable.length} of the VTN’s report requests cannot be read: ${text}.`,
  );
  return { fault: { responseCode: first.responseCode, why: itemText(first) }, told: [...refused, alarm] };
};
