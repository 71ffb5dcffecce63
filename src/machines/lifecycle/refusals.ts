/** Requests that the VTN answers with a code of failure: each is told, and a person when nothing is heard by polls any more. */
import type { Output } from '../../facts/fact.ts';
import { responseOf } from '../exchange/replies.ts';
import type { Conclusion, VenArgs } from './lifecycle.ts';
import { noneOwed } from './owedEvents.ts';

/** @limit Polls in a row that the VTN refuses, after which a person is told. */
export const refusedPollsBeforeAlarm = 3;

/** The refusal of what was asked for, where the event is one. */
export const refusedByCode = ({ event }: VenArgs): readonly Output[] => {
  if (event.type !== 'reply.received' || event.message === null) return [];
  const response = responseOf(event.message);
  if (response === null || response.responseCode.startsWith('2')) return [];
  const { purpose, message } = event.wanted;
  const { responseCode, responseDescription: why = '' } = response;
  return [{ type: 'ExchangeRefused', data: { purpose, message: message.message, responseCode, why } }];
};

/**
 * The VTN refused a poll, or answered it with what answers something else. What it had for us may have gone with that: it is asked
 * for its DR events the first time, and once it takes polls again.
 */
export const countRefusedPoll = (args: VenArgs): Conclusion => {
  const pollsRefused = (args.context.pollsRefused ?? 0) + 1;
  const refused = refusedByCode(args);
  const [first] = refused;
  const code = first?.type === 'ExchangeRefused' ? `${first.data.responseCode} ${first.data.why}`.trimEnd() : '';
  const alarm: Output = {
    type: 'AlarmRaised',
    data: {
      alarm: 'pollsRefused',
      text: `The VTN has refused ${pollsRefused} polls in a row (${code}).`,
      advice:
        'What it has for us does not come by polls; it is asked for DR events when prices are due. Ask the VTN’s operator.',
    },
  };
  return { tell: pollsRefused === refusedPollsBeforeAlarm ? [...refused, alarm] : refused, change: { pollsRefused } };
};

/** The VTN took a poll. */
export const pollTaken = ({ context: { pollsRefused = 0 } }: VenArgs): Conclusion =>
  pollsRefused === 0
    ? {}
    : {
        tell: pollsRefused < refusedPollsBeforeAlarm ? [] : [{ type: 'AlarmCleared', data: { alarm: 'pollsRefused' } }],
        change: { pollsRefused: 0 },
      };

/**
 * The VTN has told its DR events. Where it refused to while it fails on our metadata as well, they are owed to us: it is asked
 * again beside the polls. Told anew, they are answered anew: what was owed of that is owed only if it fails again.
 */
export const hearEvents = (args: VenArgs): Conclusion => {
  const refused = refusedByCode(args);
  const { eventsFailures, metadataFails, answersOwed, answersInVain } = args.context;
  if (refused.length > 0)
    return { tell: refused, change: { eventsFailures: metadataFails ? eventsFailures + 1 : 0, ...noneOwed(args) } };
  const answersInVainNow = answersOwed ? answersInVain + 1 : 0;
  return {
    change: { eventsFailures: 0, answersOwed: false, answersInVain: answersInVainNow, ...noneOwed(args) },
  };
};
