/** The name under which the agent's state is kept in the log. */
export const stateCheckpoint = 'agent';

/** The name under which the agent's state at the log's base is kept. */
export const baseStateCheckpoint = 'base';
