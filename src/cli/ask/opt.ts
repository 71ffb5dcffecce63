/** What a person opts by EiOpt, handed to the agent that runs; and the opts that hold. */
import { optsThatHold } from '../../core/state.ts';
import type { OptTerms, OptWindow } from '../../facts/opts.ts';
import { accepts } from '../../machines/exchange/replies.ts';
import type { OptType } from '../../protocol/types/enumerations.ts';
import { comingAgain, mostWindows, optPaces } from '../../shell/opts.ts';
import { heldOptText } from '../../telling/words.ts';
import type { Wish } from '../control/questions.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { reading, stateOf } from '../reading.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { timeAhead, type Here } from '../when.ts';
import { askFor, type WishOutcome } from './ask.ts';

const timesGiven = (given: Pick<ParsedArguments, 'text'>): { readonly everyDays: number; readonly count: number } => {
  const [every, times] = [given.text('every'), given.text('times')];
  if (every === undefined && times === undefined) return { everyDays: 1, count: 1 };
  const everyDays = optPaces[every ?? ''];
  if (everyDays === undefined)
    throw new UsageError(`"${every ?? ''}" is no pace: write --every day or --every week, and --times for how often.`);
  const count = Number(times);
  if (!Number.isInteger(count) || count < 1 || count > mostWindows)
    throw new UsageError(`"${times ?? ''}" is no number of times: give --times from 1 to ${mostWindows}.`);
  return { everyDays, count };
};

/** An end as it is meant beside a start: `20:00` is the next one after it, `tomorrow 20:00` is tomorrow’s. */
const endAhead = (text: string, startAt: number, here: Here): number => {
  const endAt = timeAhead(text, here);
  return endAt > startAt ? endAt : timeAhead(text, { ...here, now: startAt });
};

/** The times that --from and --to name, and as often as they are to come again by the local clock. @throws UsageError */
export const windowsGiven = (given: Pick<ParsedArguments, 'text'>, here: Here): readonly OptWindow[] => {
  const [from, to] = [given.text('from'), given.text('to')];
  if (from === undefined)
    throw new UsageError('Say what is opted: a DR event by its eventID, or a time with --from 17:00 --to 20:00.');
  const startAt = from === 'now' ? here.now : timeAhead(from, here);
  const endAt = to === undefined ? null : endAhead(to, startAt, here);
  if (endAt !== null && endAt <= startAt)
    throw new UsageError(`The time from ${from} to ${to ?? ''} has no length: let --from be the earlier of the two.`);
  const { everyDays, count } = timesGiven(given);
  if (endAt === null && count > 1)
    throw new UsageError('What has no end cannot come again: give --to as well, or leave --every out.');
  return comingAgain({ startAt, endAt }, everyDays, count, here.timeZone);
};

const scopeGiven = (given: ParsedArguments) => {
  const [reason, context] = [given.text('reason'), given.text('market-context')];
  const devices = given.texts.get('device');
  const deviceClass = given.text('class');
  return {
    ...(reason === undefined ? {} : { optReason: reason }),
    ...(context === undefined ? {} : { marketContext: context }),
    ...(devices === undefined ? {} : { resourceIDs: devices }),
    ...(deviceClass === undefined ? {} : { deviceClass }),
  };
};

/** The VTN takes it or not; what is waited for is the first word on what was asked. */
const settled = (): WishOutcome => {
  let optID = '';
  return ({ type, data }) => {
    if (type === 'OptGiven') optID = data.optID;
    if (type === 'OptCreated') return data.optID === optID ? 'done' : null;
    return type === 'OptRefused' && data.optID === optID ? 'failed' : null;
  };
};

const opting = (given: ParsedArguments, surroundings: Surroundings, optType: OptType): Promise<ExitCode> => {
  const [eventID] = given.operands;
  if (eventID !== undefined && given.text('from') !== undefined)
    throw new UsageError('Name a DR event or a time, not both: an opt of an event has the event’s time.');
  const wish = (here: Here): Wish => ({
    type: 'OptGiven',
    optType,
    ...scopeGiven(given),
    ...(eventID === undefined ? { windows: windowsGiven(given, here) } : { eventID }),
  });
  return askFor(given, surroundings, wish, settled());
};

/** The body of `ven opt out`. */
export const optOut = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  opting(given, surroundings, 'optOut');

/** The body of `ven opt in`. */
export const optIn = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  opting(given, surroundings, 'optIn');

/** The VTN's answer to what is said of the opt from now on. */
const heardBack = (optID: string): WishOutcome => {
  let exchangeID = '';
  return ({ type, data }) => {
    switch (type) {
      case 'SendRequested':
        if ('optID' in data.message && data.message.optID === optID) ({ exchangeID } = data);
        return null;
      case 'MessageReceived':
        return data.exchangeID === exchangeID && accepts(data.message) ? 'done' : null;
      case 'ExchangeRefused':
        return exchangeID !== '' && data.purpose === 'opt' ? 'failed' : null;
      case 'MessageDropped':
        return data.subjects?.includes(optID) === true ? 'failed' : null;
      default:
        return null;
    }
  };
};

const endedHere =
  (optID: string): WishOutcome =>
  ({ type, data }) =>
    type === 'OptEnded' && data.optID === optID ? 'done' : null;

/** The body of `ven opt cancel`: to a VTN that has refused an opt nothing is said of its end. */
export const optCancel = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [optID = ''] = given.operands;
  const isRefused = await reading(given, surroundings, async (opened) => {
    const { state } = await stateOf(opened);
    return optsThatHold(state).some(({ terms, standing }) => terms?.optID === optID && standing === 'refused');
  });
  const outcome = isRefused ? endedHere(optID) : heardBack(optID);
  return askFor(given, surroundings, { type: 'OptTakenBack', optID }, outcome);
};

const told: Readonly<Record<string, string>> = {
  asking: 'the VTN has not answered yet',
  standing: 'the VTN has taken it',
  refused: 'the VTN does not take it; here it holds',
};

const documentOf = ({ windows, ...terms }: OptTerms, standing: string): object => ({
  ...terms,
  windows: windows.map(({ startAt, endAt }) => ({
    start: new Date(startAt).toISOString(),
    end: endAt === null ? null : new Date(endAt).toISOString(),
  })),
  standing,
});

/** The body of `ven opt list`. */
export const optList = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  reading(given, surroundings, async (opened) => {
    const { state, here } = await stateOf(opened);
    const { stdout } = surroundings;
    const holding = optsThatHold(state);
    for (const { terms, endAt, standing } of holding) {
      if (terms === null) continue;
      say(
        stdout,
        given.switches.has('json')
          ? `${JSON.stringify(documentOf(terms, standing))}\n`
          : `${terms.optID}: ${heldOptText(terms, endAt, here.timeZone)}, for ${terms.optReason}; ${told[standing] ?? standing}.\n`,
      );
    }
    if (holding.length === 0 && !given.switches.has('json')) say(stdout, 'Nothing is opted.\n');
    return EXIT.success;
  });
