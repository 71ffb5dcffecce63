/** What a DR event asks of the devices, whether that is done, and what it costs the plan in force. */
import { snapshotOf, type AgentState } from '../../core/state.ts';
import { levelBounds, type PowerBounds, unbounded } from '../../dispatch/levelBounds.ts';
import type { DrEventAccepted } from '../../facts/output.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import { asksForPower, type LoadCommand, loadCommandsOf } from '../../machines/drEvent/loadCommands.ts';
import { localText } from '../../programme/calendar.ts';
import { plainMoney } from '../../programme/moneyWords.ts';
import { explainedAsRecorded, planInForce, reasonOf } from '../plan/recorded.ts';
import { untoldSentence } from '../plan/sentences.ts';
import { stateOf, type OpenReading } from '../reading.ts';

const kilowatts = (watts: number): string => `${(Math.abs(watts) / 1_000).toFixed(2)} kW`;

/** What bounds of a power ask for. */
const boundsWords = ({ atLeastWatts, atMostWatts }: PowerBounds): string => {
  if (atLeastWatts === atMostWatts)
    return atMostWatts === 0
      ? 'neither to draw nor to deliver'
      : `to ${atMostWatts > 0 ? 'draw' : 'deliver'} just ${kilowatts(atMostWatts)}`;
  if (atMostWatts === 0) return 'to draw nothing';
  return atMostWatts > 0
    ? `to draw ${kilowatts(atMostWatts)} at most`
    : `to deliver ${kilowatts(atMostWatts)}, as far as your wishes leave it`;
};

const askedWords = (command: LoadCommand, device: DeviceSettings | undefined): string | null => {
  if (command.kind === 'power') return boundsWords({ ...unbounded, ...command });
  if (command.level === 0 || device === undefined) return null;
  const { role, maxChargeWatts, maxDischargeWatts } = device;
  const terms =
    role === 'flexibleLoad'
      ? { kind: 'flexibleLoad' as const, maxWatts: maxChargeWatts }
      : { kind: 'storage' as const, maxChargeWatts, maxDischargeWatts };
  return `${boundsWords(levelBounds(command.level, terms))} (level ${command.level})`;
};

/** @limit Devices that are named in one sentence. */
const namedAtOnce = 4;

const whoWords = (resourceIDs: readonly string[]): string =>
  resourceIDs.length === 0
    ? 'the site'
    : resourceIDs.length > namedAtOnce
      ? `each of ${resourceIDs.length} devices`
      : resourceIDs.join(', ');

/** A sentence for each stretch in which the same is asked of the same devices. */
const askedSentences = (commands: readonly LoadCommand[], { devices, timeZone }: VenSettings): readonly string[] => {
  const told = new Map<string, { readonly command: LoadCommand; readonly what: string; readonly who: string[] }>();
  for (const command of commands) {
    const { resourceID, startAt, endAt } = command;
    const what = askedWords(
      command,
      devices.find((each) => each.resourceID === resourceID),
    );
    if (what === null) continue;
    const key = `${startAt} ${endAt ?? ''} ${what}`;
    const same = told.get(key) ?? { command, what, who: [] };
    if (resourceID !== undefined) same.who.push(resourceID);
    told.set(key, same);
  }
  return [...told.values()].map(({ command: { startAt, endAt }, what, who }) => {
    const until = endAt === null ? 'on, until further notice,' : `to ${localText(endAt, timeZone)}`;
    return `From ${localText(startAt, timeZone)} ${until} it asks ${whoWords(who)} ${what}.`;
  });
};

const lastAccepted = (entries: readonly KnownEntry[], eventID: string): DrEventAccepted | null => {
  const entry = entries.findLast(({ type, data }) => type === 'DrEventAccepted' && data.eventID === eventID);
  return entry?.type === 'DrEventAccepted' ? entry.data : null;
};

/** Why nothing is done by it; null where it is. */
const whyNot = ({ settings }: AgentState, entries: readonly KnownEntry[]): string | null => {
  const answer = entries.findLast(({ type }) => type === 'DrEventAnswered');
  if (settings?.followDrEvents !== true) return 'Nothing is done by it: followDrEvents is false.';
  return answer?.type === 'DrEventAnswered' && answer.data.optType === 'optOut'
    ? 'Nothing is done by it: it is opted out of.'
    : null;
};

/** What of it fails is said in its place: what was asked and done is told all the same. */
const costSentence = async (opened: OpenReading, eventID: string): Promise<readonly string[]> => {
  try {
    const plan = await planInForce(opened);
    if (plan === null) return [];
    const { wishes, untold } = await explainedAsRecorded(opened, plan, { slots: () => false });
    if (untold !== null) return [untoldSentence('What it costs', untold)];
    return wishes
      .filter((wish) => wish.eventID === eventID)
      .map(({ costUsd }) => `It costs ${plainMoney(costUsd)} alone by the plan in force.`);
  } catch (error) {
    return [untoldSentence('What it costs', reasonOf(error))];
  }
};

/** The sentences; none of an event that asks no power. */
export const drEventAsks = async (
  opened: OpenReading,
  eventID: string,
  entries: readonly KnownEntry[],
): Promise<readonly string[]> => {
  const accepted = lastAccepted(entries, eventID);
  if (accepted?.event.eiEventSignals.eiEventSignal.some(asksForPower) !== true) return [];
  const { state } = await stateOf(opened);
  const { settings } = state;
  if (settings === null) return [];
  const { event, startAt, endAt = null } = accepted;
  const venID = snapshotOf(state, 'ven', 'ven')?.context.venID ?? settings.venID;
  const asked = askedSentences(loadCommandsOf({ event, startAt, endAt }, settings, venID), settings);
  if (asked.length === 0) return [];
  const not = whyNot(state, entries);
  return [...asked, ...(not === null ? await costSentence(opened, eventID) : [not])];
};
