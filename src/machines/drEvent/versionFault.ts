import type { EiActivePeriod } from '../../protocol/elements/eiActivePeriod.ts';
import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { Interval } from '../../protocol/elements/interval.ts';
import { decimalText, parseDecimal } from '../../programme/decimal.ts';
import { lengthOf, parseDuration } from '../../protocol/types/duration.ts';
import { activeMs, dtstartOf } from './eventTimes.ts';
import type { JudgeContext, KnownEvent } from './knownEvent.ts';
import type { Objection } from '../objection.ts';
import { sameContent } from '../sameContent.ts';

/** Whether a listed version may take the place of the one we have. @rule 2.0b 56-60, §8.7 */

/** A duration as the length that it says, whatever its units; any other text as it is. */
const saidLength = (text: unknown): unknown => {
  const parts = typeof text === 'string' ? parseDuration(text) : undefined;
  return parts === undefined ? text : lengthOf(parts);
};

/** A number without the noughts at its end; what is none as it is. */
const saidNumber = (text: string | undefined): string | undefined => {
  const number = text === undefined ? undefined : parseDecimal(text);
  return number === undefined ? text : decimalText(number);
};

/** What holds parts of an event against each other: as they are written, or as what they say. */
interface Spelling {
  readonly period: (period: EiActivePeriod) => unknown;
  readonly interval: (interval: Interval) => unknown;
}

const written: Spelling = { period: (period) => period, interval: (interval) => interval };

/** Two hours are PT2H or PT120M, and ten cents 0.1 or 0.100000. @rule 2.0b §8.1 */
const said: Spelling = {
  period: (period) => Object.fromEntries(Object.entries(period).map(([name, value]) => [name, saidLength(value)])),
  interval: ({ duration, signalPayload, ...rest }) => ({
    ...rest,
    duration: saidLength(duration),
    signalPayload: signalPayload?.map((payload) => ({ ...payload, payloadFloat: saidNumber(payload.payloadFloat) })),
  }),
};

/** The parts of an event that may not change without making a new version. @rule 2.0b 57 */
const essence = (event: EiEvent, as: Spelling): unknown => {
  const {
    createdDateTime: _created,
    eventStatus: _status,
    modificationDateTime: _modified,
    ...descriptor
  } = event.eventDescriptor;
  const eiEventSignal = event.eiEventSignals.eiEventSignal.map(({ currentValue: _current, intervals, ...signal }) => ({
    ...signal,
    intervals: intervals.map(as.interval),
  }));
  return [descriptor, as.period(event.eiActivePeriod), { ...event.eiEventSignals, eiEventSignal }, event.eiTarget];
};

/** Of each version the last one that was found to say the same: a list tells what is known again and again. */
const sayTheSame = new WeakMap<EiEvent, EiEvent>();

/** Whether two versions say the same; what their texts mean is looked at only where these differ, which is rare. */
const saysTheSame = (one: EiEvent, other: EiEvent): boolean => {
  if (one === other || sayTheSame.get(one) === other) return true;
  const isSame = [written, said].some((as) => sameContent(essence(one, as), essence(other, as)));
  if (isSame) sayTheSame.set(one, other);
  return isSame;
};

const isOver = ({ status }: KnownEvent): boolean => status === 'cancelled' || status === 'ending';

/** Why the number of a version is not acceptable, or null. */
export const versionFault = (event: EiEvent, known: KnownEvent | undefined): Objection | null => {
  const { modificationNumber, eventID, eventStatus } = event.eventDescriptor;
  if (known === undefined || modificationNumber > known.modificationNumber) return null;
  if (modificationNumber < known.modificationNumber) {
    return {
      responseCode: '450',
      why: `modificationNumber ${modificationNumber} of ${eventID} is lower than ${known.modificationNumber}, which we have`,
    };
  }
  if (eventStatus === 'cancelled') return null;
  if (isOver(known) && known.isOnlyMissing !== true) {
    return {
      responseCode: '450',
      why: `${eventID} was cancelled with modificationNumber ${modificationNumber}; it lives again with a higher one only`,
    };
  }
  return isOver(known) || saysTheSame(event, known.event)
    ? null
    : { responseCode: '450', why: `${eventID} changed without a higher modificationNumber than ${modificationNumber}` };
};

const isCancelled = (event: EiEvent): boolean => event.eventDescriptor.eventStatus === 'cancelled';

/** Why a listed version is refused beside the one of the same number that counts, or null. @rule 2.0b 57 */
export const twinFault = (twin: EiEvent, counts: EiEvent): Objection | null => {
  const { eventID, modificationNumber } = twin.eventDescriptor;
  return isCancelled(twin) === isCancelled(counts) && (isCancelled(twin) || saysTheSame(twin, counts))
    ? null
    : {
        responseCode: '450',
        why: `${eventID} stands twice with modificationNumber ${modificationNumber}, and the two do not say the same`,
      };
};

/** A start that has passed cannot be moved. @rule 2.0b §8.7 */
export const pastFault = (event: EiEvent, known: KnownEvent | undefined, context: JudgeContext): Objection | null => {
  const { eventID, eventStatus } = event.eventDescriptor;
  if (known?.status === 'active' && dtstartOf(event) !== dtstartOf(known.event)) {
    return { responseCode: '451', why: `${eventID} is active; its start cannot be moved any more` };
  }
  const over = activeMs(event) > 0 && dtstartOf(event) + activeMs(event) <= context.at;
  return known === undefined && context.settings.strict && over && eventStatus !== 'completed'
    ? { responseCode: '459', why: `${eventID} is new and already over` }
    : null;
};
