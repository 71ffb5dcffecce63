/** In which words it is told how a VEN of a fleet stands: those of the host, and those for people. */

/**
 * What the host has a VEN do, or why it does nothing:
 * `waiting` for its turn to start, `starting`, `running`; `resting` after a fault until it is started again; `quarantined` after
 * too many, `paused` or `drained` by a person, all three until a person lets it go on; `stopped` with the host.
 */
export const phases = [
  'waiting',
  'starting',
  'running',
  'resting',
  'quarantined',
  'paused',
  'drained',
  'stopped',
] as const;

/** One of them. */
export type VenPhase = (typeof phases)[number];

/**
 * How a VEN stands, the worst first. `failing`: its run was ended, and begins again. `silent`: its VTN has not answered for long. `late`: prices
 * that are due have not come. `in doubt`: of an hour it is not known, or denied, that it was taken. `alarmed`: anything else is up. `starting`:
 * it waits for its turn, begins, or has not been answered by its VTN yet.
 */
export const conditions = [
  'quarantined',
  'failing',
  'silent',
  'unregistered',
  'late',
  'in doubt',
  'alarmed',
  'starting',
  'drained',
  'paused',
  'stopped',
  'well',
] as const;

/** One of them. */
export type VenCondition = (typeof conditions)[number];
