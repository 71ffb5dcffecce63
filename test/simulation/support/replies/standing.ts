/** Alarms that stand rightly when replies go well again, and what silence is meant. */
import type { KnownEntry } from '../../../../src/facts/fact.ts';
import { standingStill } from '../../../../src/store/projections/owedUsage.ts';
import type { AgentWorld } from '../../../support/agentWorld.ts';
import { anothersRequestID, type Cell } from './mishaps.ts';

/** Whether no answer has left since the last was given up: until one gets through, the VTN may believe that it has none. */
const noneAnsweredSince = (entries: readonly KnownEntry[]): boolean => {
  const givenUp = entries.findLast(({ type, data }) => type === 'MessageDropped' && data.purpose === 'answer');
  return entries.every(
    ({ type, data, position }) =>
      type !== 'SendRequested' || data.purpose !== 'answer' || position <= (givenUp?.position ?? 0),
  );
};

/** Whether the last message of its kind was one that nobody can read. */
const noneReadSince = (entries: readonly KnownEntry[], alarm: string): boolean => {
  const last = entries.findLast(
    ({ type, data }) =>
      (type === 'MessageReceived' && alarm === `messageUnreadable ${data.message.message}`) ||
      (type === 'MessageRejected' && alarm === `messageUnreadable ${data.message}`),
  );
  return last?.type === 'MessageRejected';
};

/** What stands as long as the VTN has us under another venID: it said so itself, and its DR events are for that one. */
const callsUsAnother = ({ mishap }: Cell, alarm: string): boolean =>
  mishap === 'another venID' && /^(?:identityMismatch|pricesRefused) /.test(alarm);

/** Usage that the VTN refused by its code as often as it is told: it stands still until a person lets it go again. */
export const isRejected = ({ agent }: AgentWorld): boolean =>
  agent !== null && standingStill(agent.state.views.deliveries).some(({ status }) => status === 'rejected');

/**
 * Whether what last answered our metadata was another's, which asks for nothing: the VTN has them, by its word, and does not want
 * usage. It is given reason to ask ever more rarely, and so for hours.
 */
export const asksForNothing = (entries: readonly KnownEntry[]): boolean => {
  const last = entries.findLast(
    ({ type, data }) => type === 'MessageReceived' && data.message?.message === 'oadrRegisteredReport',
  );
  const reply = last?.type === 'MessageReceived' ? last.data.message : null;
  return reply?.message === 'oadrRegisteredReport' && reply.eiResponse.requestID === anothersRequestID;
};

/** An opt that was taken back where the HTTP status forbids to ask that again: the VTN may go by it until its time is over. */
const isNotLetGo = ({ mishap }: Cell, alarm: string): boolean =>
  mishap === 'HTTP 404' && alarm.startsWith('optRefused ');

/** Whether an alarm stands for something that is still so. */
export const standsRightly = (
  alarm: string,
  {
    world,
    entries,
    cell,
  }: { readonly world: AgentWorld; readonly entries: readonly KnownEntry[]; readonly cell: Cell },
): boolean => {
  if (alarm === 'answersFail') return noneAnsweredSince(entries);
  if (alarm === 'usageRejected') return isRejected(world);
  if (alarm === 'usageRequestMissing') return asksForNothing(entries);
  return noneReadSince(entries, alarm) || callsUsAnother(cell, alarm) || isNotLetGo(cell, alarm);
};

/** Polls that are answered, and say that there is nothing: until prices are late, nobody can know that there is something. */
export const saysNothing = ({ request, mishap }: Cell): boolean =>
  ['oadrPoll', 'any'].includes(request) && ['empty', 'the one before', 'oadrResponse'].includes(mishap);
