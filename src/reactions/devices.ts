/** What came of plans and setpoints, for the device that wanted them. */
import { tell, type Consequence } from '../core/consequence.ts';
import type { AgentState } from '../core/state.ts';
import type { PlanFailed, PlanMade, SetpointApplied, SetpointFailed } from '../facts/input.ts';
import { streamOf, type StreamOf } from '../machines/streams.ts';

/** The streams of the devices that are configured, in their order. */
export const deviceStreams = (state: AgentState): readonly StreamOf<'device'>[] =>
  (state.settings?.devices ?? []).map(({ resourceID }) => streamOf('device', resourceID));

/** A plan was made. */
export const planMade = ({ resourceID, planID, slots }: PlanMade): Consequence =>
  tell(streamOf('device', resourceID), { type: 'plan.made', planID: planID ?? null, slots });

/** There is no plan. */
export const planFailed = ({ resourceID, planID, detail }: PlanFailed): Consequence =>
  tell(streamOf('device', resourceID), { type: 'plan.failed', planID, detail });

/** A device took a setpoint. */
export const setpointApplied = ({ resourceID, setpointID }: SetpointApplied): Consequence =>
  tell(streamOf('device', resourceID), { type: 'setpoint.applied', setpointID: setpointID ?? null });

/** A device did not take one. */
export const setpointFailed = ({ resourceID, setpointID, detail }: SetpointFailed): Consequence =>
  tell(streamOf('device', resourceID), { type: 'setpoint.failed', setpointID: setpointID ?? null, detail });
