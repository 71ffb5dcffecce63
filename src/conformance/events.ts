/** What the cases about DR events have in common: how the VTN hands them out, and what answers to them look like. */
import { hourMs } from '../programme/calendar.ts';
import type { OptType } from '../protocol/types/enumerations.ts';
import type { DrEventScript } from '../vtn/events/drEvents.ts';
import type { Vtn } from '../vtn/vtn.ts';
import type { Proceedings } from './proceedings.ts';
import type { Passed } from './traffic.ts';

/** @unit ms */
export const minuteMs = 60_000;

/** What certification configures on both sides. */
export const marketContexts = ['http://MarketContext1', 'http://MarketContext2'] as const;

/** A DR event of SIMPLE level 1, for an hour from ten minutes ahead, unless it is said otherwise. */
export const simpleEvent = (now: number, parts: Partial<DrEventScript> = {}): DrEventScript => ({
  startAt: now + 10 * minuteMs,
  lengthMs: hourMs,
  signals: [{ signalName: 'SIMPLE', signalType: 'level', values: ['1'] }],
  ...parts,
});

/** Prices of a day from an hour ahead. @unit USD/kWh */
export const priceEvent = (now: number, intervals: number, parts: Partial<DrEventScript> = {}): DrEventScript => ({
  startAt: Math.ceil(now / hourMs) * hourMs + hourMs,
  lengthMs: intervals * hourMs,
  signals: [
    {
      signalName: 'ELECTRICITY_PRICE',
      signalType: 'price',
      values: Array.from({ length: intervals }, (_, index) => `0.${String(10 + index)}`),
      itemBase: {
        element: 'currencyPerKWh',
        itemDescription: 'currencyPerKWh',
        itemUnits: 'USD',
        siScaleCode: 'none',
      },
    },
  ],
  ...parts,
});

/** Power from the devices, as LOAD_DISPATCH asks for it. @unit kW */
export const dispatchEvent = (now: number, kilowatts: string, parts: Partial<DrEventScript> = {}): DrEventScript => ({
  startAt: now + 2 * minuteMs,
  lengthMs: 10 * minuteMs,
  signals: [
    {
      signalName: 'LOAD_DISPATCH',
      signalType: 'setpoint',
      values: [kilowatts],
      itemBase: {
        element: 'powerReal',
        itemDescription: 'RealPower',
        itemUnits: 'W',
        siScaleCode: 'k',
        powerAttributes: { hertz: '60', voltage: '240', ac: true },
      },
    },
  ],
  ...parts,
});

/** The list of DR events that came. */
export type ListReceived = Passed<'oadrDistributeEvent'>;

/** Has the VTN hand out a list of DR events, and waits for it. */
export const distributes = async (
  t: Proceedings,
  text: string,
  does: (vtn: Vtn, now: number) => void,
): Promise<ListReceived> => {
  await t.vtn(text, does);
  return t.receives('oadrDistributeEvent');
};

/** The eventIDs of a list, in its order. */
export const eventIDsIn = ({ message }: ListReceived): readonly string[] =>
  message.oadrEvent.map(({ eiEvent }) => eiEvent.eventDescriptor.eventID);

/** What is to be answered to one DR event. */
export interface ExpectedAnswer {
  readonly responseCode?: string;
  readonly optType?: OptType;
}

const good: Required<ExpectedAnswer> = { responseCode: '200', optType: 'optIn' };

/**
 * Expects an oadrCreatedEvent that answers all DR events of a list that want it, each by the number it came under.
 * `otherwise`: by eventID, what is to be answered instead of 200 and optIn.
 */
export const answers = async (
  t: Proceedings,
  list: ListReceived,
  otherwise: (eventID: string) => ExpectedAnswer = () => ({}),
): Promise<void> => {
  const wanting = list.message.oadrEvent.filter(({ oadrResponseRequired }) => oadrResponseRequired === 'always');
  const { message } = await t.sends('oadrCreatedEvent', {
    such: ({ eventResponses = [] }) => eventResponses.some(({ requestID }) => requestID === list.message.requestID),
    as: 'the VEN answers the list by oadrCreatedEvent',
  });
  t.equal('eiResponse is 200, with an empty requestID', message.eiResponse, {
    ...message.eiResponse,
    responseCode: '200',
    requestID: '',
  });
  t.equal(
    'each DR event that wants it is answered once, under the requestID of the list and its modificationNumber',
    (message.eventResponses ?? []).map(({ requestID, qualifiedEventID, responseCode, optType }) => ({
      requestID,
      ...qualifiedEventID,
      responseCode,
      optType,
    })),
    wanting.map(({ eiEvent: { eventDescriptor } }) => ({
      requestID: list.message.requestID,
      eventID: eventDescriptor.eventID,
      modificationNumber: eventDescriptor.modificationNumber,
      ...good,
      ...otherwise(eventDescriptor.eventID),
    })),
  );
};

/** Hands out one DR event and expects that it is taken; gives back its eventID. */
export const accepted = async (
  t: Proceedings,
  text: string,
  script: (now: number) => DrEventScript,
): Promise<string> => {
  const list = await distributes(t, text, (vtn, now) => void vtn.events.add(script(now)));
  await answers(t, list);
  return eventIDsIn(list)[0] ?? '';
};
