import type { OpenSettings } from '../../src/adapters/config/config.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import { VirtualTime } from '../../test/support/virtualTime.ts';
import { directTransport } from './directTransport.ts';
import { startSimulatedVen, type SimulatedVen } from './simulatedVen.ts';

/** When simulations begin: ten in the morning in New Hampshire, a summer's Wednesday. */
export const simulationStart = Date.parse('2026-06-10T14:00:00Z');

export interface SimulationOptions {
  readonly directory: string;
  readonly vtn?: Omit<Partial<VtnOptions>, 'clock'>;
  readonly settings?: Partial<OpenSettings>;
  /** Told of every message either side sends. */
  readonly onText?: (xml: string) => void;
}

/** A VEN and a VTN in one process and one virtual time. */
export interface Simulation extends SimulatedVen {
  readonly startAt: number;
  readonly vtn: Vtn;
}

/** Begins a simulation. */
export const simulate = async ({
  directory,
  vtn: vtnOptions,
  settings,
  onText,
}: SimulationOptions): Promise<Simulation> => {
  const time = new VirtualTime(simulationStart);
  const vtn = createVtn({ clock: { now: () => time.now() }, ...vtnOptions });
  const transport = directTransport(
    (service, body) => {
      const answer = vtn.handle(service, body).body;
      onText?.(body);
      onText?.(answer);
      return answer;
    },
    () => time.now(),
  );
  return { ...(await startSimulatedVen(directory, time, transport, settings)), startAt: simulationStart, vtn };
};
