/** Alarms about single DR events: one stands while its event is listed so, and is cleared when it is not any more. */
import type { Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import { alarmKey } from '../facts/alarms.ts';
import type { Concern, Judgement, Verdict } from '../machines/drEvent/judge.ts';
import type { Objection } from '../machines/objection.ts';
import { speaksOfPrices } from '../machines/drEvent/priceSignal.ts';
import { streamOf } from '../machines/streams.ts';
import type { OadrEvent } from '../protocol/elements/oadrEvent.ts';

type ConcernName = Concern['alarm'];

const advice: Readonly<Record<ConcernName, string>> = {
  pricesRefused:
    'What was known of the event before stays in force. The message is in the log (`ven explain`); ask the VTN’s operator to list the event correctly.',
  pricesUnusable: 'No plan and no settlement is made with these prices; ask the VTN’s operator for prices in USD.',
  signalUnsupported:
    'Its prices are planned with and settled; ask the VTN’s operator whether the other signal is meant.',
};

const textOf = (concern: Concern, { eventID, responseCode }: Verdict): string =>
  concern.alarm === 'pricesRefused'
    ? `${eventID === '' ? 'A DR event' : `DR event ${eventID}`} was refused with ${responseCode}: ${concern.why}.`
    : `DR event ${eventID} was taken, but not all of it: ${concern.why}.`;

const raised = (verdict: Verdict, concern: Concern): Consequence => ({
  stream: streamOf('drEvent', verdict.eventID),
  fact: {
    type: 'AlarmRaised',
    data: {
      alarm: concern.alarm,
      subject: verdict.eventID,
      text: textOf(concern, verdict),
      advice: advice[concern.alarm],
    },
  },
});

const names = Object.keys(advice) as readonly ConcernName[];

/** The concerns that stand, by name and event. */
const standing = (state: AgentState): readonly { readonly alarm: ConcernName; readonly subject: string }[] =>
  Object.keys(state.alarms).flatMap((key) =>
    names.flatMap((alarm) => (key.startsWith(`${alarm} `) ? [{ alarm, subject: key.slice(alarm.length + 1) }] : [])),
  );

/** Prices in a list that the VTN itself reports an error with: they are not taken, until it lists them without one. */
export const refusedListConcerns = (
  listed: readonly OadrEvent[],
  { responseCode, why }: Objection,
): readonly Consequence[] =>
  listed.flatMap(({ eiEvent }) => {
    if (!eiEvent.eiEventSignals.eiEventSignal.some(speaksOfPrices)) return [];
    const { eventID } = eiEvent.eventDescriptor;
    const text = `DR event ${eventID} came in a message by which the VTN reports an error (${responseCode} ${why}), and was not taken.`;
    const data = { alarm: 'pricesRefused', subject: eventID, text, advice: advice.pricesRefused } as const;
    return [{ stream: streamOf('drEvent', eventID), fact: { type: 'AlarmRaised', data } }];
  });

/**
 * What changes of the concerns with a list. One is over when its event is listed without it; where silence cancels, also when
 * its event is not listed any more.
 */
export const concernsOf = (
  state: AgentState,
  { verdicts, unnamed }: Judgement,
  implicitCancellation: boolean,
): readonly Consequence[] => {
  const present = verdicts.flatMap((verdict) => (verdict.concern === null ? [] : [raised(verdict, verdict.concern)]));
  const wanted = new Set(
    verdicts.flatMap(({ eventID, concern }) =>
      concern === null ? [] : [alarmKey({ alarm: concern.alarm, subject: eventID })],
    ),
  );
  const listed = new Set(verdicts.map(({ eventID }) => eventID));
  const silenceCounts = implicitCancellation && unnamed === undefined;
  const over = standing(state).filter(
    (each) => !wanted.has(alarmKey(each)) && (silenceCounts || listed.has(each.subject)),
  );
  return [
    ...over.map((data): Consequence => ({
      stream: streamOf('drEvent', data.subject),
      fact: { type: 'AlarmCleared', data },
    })),
    ...present,
  ];
};
