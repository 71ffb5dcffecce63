import type { AgentState } from '../core/state.ts';
import { streamOf, type StreamOf } from '../machines/streams.ts';

/** The streams of the devices that are configured, in their order. */
export const deviceStreams = (state: AgentState): readonly StreamOf<'device'>[] =>
  (state.settings?.devices ?? []).map(({ resourceID }) => streamOf('device', resourceID));
