import type { KnownEntry } from '../../facts/fact.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { gather, linesOf, type Story } from '../story.ts';
import { DeliveryThread } from '../threads/delivery.ts';
import { counted } from '../words.ts';

const endings = {
  UsageDeliveryAcknowledged: 'The VTN has acknowledged it',
  UsageDeliveryRejected: 'The VTN has rejected it',
  UsageDeliveryDoubted: 'Nobody knows whether the VTN counted it',
  UsageDeliveryReleased: 'It was not delivered, and its hours are owed',
  UsageDeliveryStarted: 'It is on its way',
  UsageDue: 'It is owed and was never sent',
} as const;

const isEnding = (type: KnownEntry['type']): type is keyof typeof endings => type in endings;

/** What became of the delivery, by the last word on it. */
export const outcomeOf = (entries: readonly KnownEntry[]): string => {
  const last = entries.findLast(({ type }) => isEnding(type));
  if (last === undefined || !isEnding(last.type)) return 'The log knows nothing of it.';
  const isInDoubt = entries.some(({ type }) => type === 'UsageDeliveryDoubted');
  const ending =
    last.type === 'UsageDeliveryReleased' && isInDoubt
      ? 'An earlier sending of it may have been counted, and its hours are owed'
      : endings[last.type];
  return `${ending} (position ${last.position}).`;
};

/** The story of a delivery of usage. */
export const deliveryStory = async (log: EventLog, deliveryID: string): Promise<Story> => {
  const entries = await gather(log, new DeliveryThread([deliveryID]));
  const sendings = entries.filter(({ type }) => type === 'UsageDeliveryStarted').length;
  return {
    about: `delivery ${deliveryID}`,
    summary: [`It was sent ${counted(sendings, 'time')}.`, outcomeOf(entries)],
    lines: linesOf(entries),
  };
};
