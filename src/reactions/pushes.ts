/** Whether what the VTN pushes arrives: a VTN that pushes and is not heard is asked, and what it answers tells. */
import type { Consequence } from '../core/consequence.ts';
import { snapshotOf, type AgentState } from '../core/state.ts';
import { alarmKey } from '../facts/alarms.ts';
import type { Verdict } from '../machines/drEvent/judge.ts';
import { inboundStream } from '../machines/streams.ts';

const missing = { alarm: 'pushesMissing' } as const;

/**
 * A VTN that pushes was asked, because nothing came for long, and names what it has not pushed: a person is told. What it names after a
 * start or a registration says nothing, for it may have been pushed before.
 */
export const pushesMissed = (state: AgentState, verdicts: readonly Verdict[]): readonly Consequence[] => {
  const context = snapshotOf(state, 'ven', 'ven')?.context;
  const { pushedTo = null, bootstrap, failures } = context ?? { failures: 0 };
  const isNews = verdicts.some(({ decision }) => decision === 'new' || decision === 'modified');
  if (pushedTo === null || bootstrap !== 'events' || failures > 0 || !isNews) return [];
  const text = `The VTN names DR events that it was to push to ${pushedTo}, and has not: its pushes do not arrive.`;
  const advice =
    'They are asked for all the same, more rarely than they may change. Check that address, the firewall and the certificates ("ven doctor"), or ask the VTN’s operator what its pushes come to.';
  return [{ stream: inboundStream, fact: { type: 'AlarmRaised', data: { ...missing, text, advice } } }];
};

/** Something was pushed: pushes arrive. */
export const pushesArrive = (state: AgentState): readonly Consequence[] =>
  state.alarms[alarmKey(missing)] === undefined
    ? []
    : [{ stream: inboundStream, fact: { type: 'AlarmCleared', data: missing } }];
