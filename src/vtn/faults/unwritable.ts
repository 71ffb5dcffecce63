import type { OadrMessage } from '../../protocol/payload.ts';
import type { PayloadBase } from '../../protocol/elements/payloadBase.ts';
import type { EiEventSignal } from '../../protocol/elements/eiEventSignal.ts';

/** Stands for a value that our own writer would refuse, until the message is text. */
const placeholder = '9007199254740881';

const isUnwritable = (value: string | undefined): boolean => value !== undefined && !Number.isFinite(Number(value));

const writable = (signal: EiEventSignal): EiEventSignal => ({
  ...signal,
  intervals: signal.intervals.map((interval) => ({
    ...interval,
    ...(interval.signalPayload === undefined
      ? {}
      : {
          signalPayload: interval.signalPayload.map((payload): PayloadBase =>
            isUnwritable(payload.payloadFloat) ? { payloadFloat: placeholder } : payload,
          ),
        }),
  })),
});

/** The values of a message that are no numbers, such as `NaN`, in the order in which they are written. */
const unwritableOf = (message: OadrMessage): readonly string[] =>
  message.message === 'oadrDistributeEvent'
    ? message.oadrEvent.flatMap(({ eiEvent }) =>
        eiEvent.eiEventSignals.eiEventSignal.flatMap(({ intervals }) =>
          intervals.flatMap(({ signalPayload }) =>
            (signalPayload ?? []).flatMap(({ payloadFloat }) =>
              payloadFloat !== undefined && isUnwritable(payloadFloat) ? [payloadFloat] : [],
            ),
          ),
        ),
      )
    : [];

const withPlaceholders = (message: OadrMessage): OadrMessage =>
  message.message === 'oadrDistributeEvent'
    ? {
        ...message,
        oadrEvent: message.oadrEvent.map((event) => {
          const { eiEventSignals } = event.eiEvent;
          const eiEventSignal = eiEventSignals.eiEventSignal.map(writable);
          return { ...event, eiEvent: { ...event.eiEvent, eiEventSignals: { ...eiEventSignals, eiEventSignal } } };
        }),
      }
    : message;

/** Writes what a careless VTN writes: values that are no numbers, as they stand. */
export const carelessly =
  (encode: (message: OadrMessage) => string) =>
  (message: OadrMessage): string => {
    const values = unwritableOf(message);
    if (values.length === 0) return encode(message);
    return values.reduce((xml, value) => xml.replace(placeholder, value), encode(withPlaceholders(message)));
  };
