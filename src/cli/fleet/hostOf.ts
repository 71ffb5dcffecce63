/** The one place at which a process makes its host. */
import type { FleetFile } from '../../adapters/config/fleetFile.ts';
import { KeptByName } from '../../adapters/config/holdsFile.ts';
import { systemChance } from '../../adapters/process/systemChance.ts';
import { veilVersion } from '../../adapters/secrets/messageVeil.ts';
import { Host, type FleetHostOptions } from '../../fleet/host.ts';
import type { HostLimits } from '../../fleet/hostSurroundings.ts';
import type { VenHold } from '../../fleet/member.ts';
import { machineVersion } from '../../machines/machineVersion.ts';
import { VERSION } from '../version.ts';

/** What differs from one process to another. */
export interface HostParts extends Pick<FleetHostOptions, 'clock' | 'alarms' | 'store' | 'journalOf' | 'limits'> {
  /** Where it is kept which VENs are held. */
  readonly directory: string;
}

/** A host on the system's chance and on a clock that nobody sets. @throws Error when the file of who is held cannot be read */
export const hostOf = ({ directory, ...parts }: HostParts): Host => {
  const holds = new KeptByName<VenHold>(directory);
  return new Host({
    ...parts,
    chance: systemChance,
    monotonicMs: () => performance.now(),
    holds: { all: () => holds.all(), keep: (venID, hold) => holds.keep(venID, hold) },
    versions: {
      agent: VERSION,
      machines: machineVersion,
      node: process.version,
      timeZoneData: process.versions.tz ?? 'unknown',
      veil: veilVersion,
    },
    runID: () => systemChance.runID(),
  });
};

/** What a fleet's file bounds its VENs by. */
export const limitsOf = (file: FleetFile): Pick<HostLimits, 'spreadMs' | 'intensity' | 'load'> => ({
  spreadMs: file.spreadMs,
  intensity: { restarts: file.restarts, withinMs: file.restartsWithinMs },
  load: { inputs: file.inputsPerMinute, windowMs: 60_000, stepMs: file.stepMs },
});
